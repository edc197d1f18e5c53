"""Odometry that cannot be true: impossible speeds, jumps, and poses that its own twist denies."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.data.state import InputCondition, InputStatus
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.supervision.displacement import Displacement
from drivemoe_ros.supervision.twist_path import TwistMark, TwistSpan, next_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
    from drivemoe_ros.supervision.reexpress import Pose

# Ways and turns over less time than this are too small to tell noise from a contradiction.
LEAST_WINDOW_S = 0.3
# Between messages that follow each other faster, noise alone changes the speed too fast.
SPEED_SPAN_NS = 100_000_000
# What turns around once a second is no vehicle.
MOST_YAW_RATE_RADPS = math.tau
# Longer than any picture that ``status`` is asked about waits for its set.
KEEP_NS = 10_000_000_000


class _Contradiction(NamedTuple):
    stamp_ns: int
    words: str


class OdometryCheck:
    """Compares every odometry message with those before it, and says how odometry stands at a picture's stamp."""

    def __init__(self, parameters: SupervisionParameters, jump_back_ns: int) -> None:
        """Start without messages.

        Args:
            parameters: What a vehicle can do, and how far pose and twist may differ.
            jump_back_ns: A stamp this far behind the newest is a clock that jumped back [ns].
        """
        self._parameters = parameters
        self._jump_back_ns = jump_back_ns
        self._hold_ns = to_ns(parameters.implausible_hold_s)
        self._window_ns = to_ns(parameters.twist_window_s)
        self._displacement = Displacement()
        self.reset()

    def reset(self) -> None:
        """Forget all messages, e.g. after the clock jumped back."""
        self._marks: deque[TwistMark] = deque()
        self._stamps_ns: list[int] = []
        self._contradictions: deque[_Contradiction] = deque()
        self._displacement.reset()

    def push(self, sample: OdometrySample) -> tuple[str, ...]:
        """Judge one message.

        A message older than the newest is not judged; one older by a jump of the clock begins anew.

        Args:
            sample: The message.

        Returns:
            What is wrong with it, in words that follow ``odometry:``; empty if nothing is.
        """
        if sample.stamp_ns <= 0:
            return self.refuse(f"a stamp of {sample.stamp_ns} ns is no time")
        if self._stamps_ns and sample.stamp_ns < self._stamps_ns[-1] - self._jump_back_ns:
            self.reset()
        if self._stamps_ns and sample.stamp_ns <= self._stamps_ns[-1]:
            return self._report(self._twins(sample))
        self._keep_stamp(sample.stamp_ns)
        # An impossible twist is not kept: it would make the good message after it look wrong.
        problems = self._impossible(sample)
        return self._report(problems or self._judge(sample))

    def refuse(self, reason: str) -> tuple[str, ...]:
        """Count a message that never became a sample, because it holds NaN, infinity or no stamp.

        Args:
            reason: Why it was refused.

        Returns:
            The reason.
        """
        return self._report([reason])

    def status(self, stamp_ns: int) -> InputStatus:
        """Say how believable odometry is at a stamp; whether it is there at all is for ``sync.ego_motion`` to say.

        The answer does not depend on messages after the first at or after the stamp, and so not on when it is asked.

        Args:
            stamp_ns: Stamp of the picture [ns].

        Returns:
            ``IMPLAUSIBLE`` with the latest contradiction within ``supervision.implausible_hold_s``, else ``OK``.
        """
        stamps_ns = self._stamps_ns
        after = bisect_left(stamps_ns, stamp_ns)
        last_ns = stamps_ns[after] if after < len(stamps_ns) else stamp_ns
        age_ns = stamp_ns - stamps_ns[max(0, bisect_right(stamps_ns, stamp_ns) - 1)] if stamps_ns else None
        for found in reversed(self._contradictions):
            if stamp_ns - self._hold_ns <= found.stamp_ns <= last_ns:
                return InputStatus("odometry", InputCondition.IMPLAUSIBLE, age_ns, found.words)
        return InputStatus("odometry", InputCondition.OK, age_ns)

    def displaced(self, since_ns: int, stamp_ns: int, here: Pose) -> str:
        """Say how far odometry's frame has jumped.

        Args:
            since_ns: From this stamp on [ns].
            stamp_ns: Until this one [ns].
            here: The vehicle's pose at that one.

        Returns:
            By how much, in words that follow ``odometry``; empty if no more than any message may be off, as after a
            jump and one back.
        """
        jumped_m, turned_rad = self._displacement.between(since_ns, stamp_ns, here)
        if jumped_m <= self._parameters.position_jump_m and turned_rad <= self._parameters.yaw_jump_rad:
            return ""
        return f"jumped by {jumped_m:.1f} m and {turned_rad:.2f} rad"

    def _report(self, problems: Sequence[str]) -> tuple[str, ...]:
        """Keep what is wrong under the newest stamp, in place of what was wrong there before."""
        if problems and self._stamps_ns:
            stamp_ns = self._stamps_ns[-1]
            if self._contradictions and self._contradictions[-1].stamp_ns == stamp_ns:
                self._contradictions.pop()
            self._contradictions.append(_Contradiction(stamp_ns, "; ".join(problems)))
        return tuple(problems)

    def _keep_stamp(self, stamp_ns: int) -> None:
        self._stamps_ns.append(stamp_ns)
        # Twice the time before pruning, so that most messages cost no move of the list.
        if self._stamps_ns[0] < stamp_ns - 2 * KEEP_NS:
            del self._stamps_ns[: bisect_left(self._stamps_ns, stamp_ns - KEEP_NS)]
        while self._contradictions and self._contradictions[0].stamp_ns < stamp_ns - KEEP_NS - self._hold_ns:
            self._contradictions.popleft()

    def _twins(self, sample: OdometrySample) -> list[str]:
        same_stamp = bool(self._marks) and self._marks[-1].sample.stamp_ns == sample.stamp_ns
        if same_stamp and self._marks[-1].sample != sample:
            return ["two messages of one stamp differ, so more than one sender is on its topic"]
        return []

    def _impossible(self, sample: OdometrySample) -> list[str]:
        problems, most_mps = [], self._parameters.max_speed_mps
        speed_mps, yaw_rate_radps = math.hypot(*sample.velocity_mps), abs(sample.angular_velocity_radps[2])
        if speed_mps > most_mps:
            problems.append(f"its speed is {speed_mps:.3g} m/s, but at most {most_mps:g} m/s is believed")
        if yaw_rate_radps > MOST_YAW_RATE_RADPS:
            most = f"at most {MOST_YAW_RATE_RADPS:.3g} rad/s is believed"
            problems.append(f"its yaw rate is {yaw_rate_radps:.3g} rad/s, but {most}")
        return problems

    def _judge(self, sample: OdometrySample) -> list[str]:
        """Compare a message with the one before, then with the window; after a jump its pose is where all begins."""
        if not self._marks:
            self._marks.append(TwistMark(sample))
            return []
        mark = next_mark(self._marks[-1], sample, self._parameters.max_speed_change_mps2)
        jumps = self._jumps(self._marks[-1], mark)
        if jumps:
            self._displacement.jump(sample.stamp_ns, mark.expected_from(self._marks[-1]), sample.pose)
            self._marks = deque([TwistMark(sample)])
            return jumps
        problems = [*self._speed_change(sample), *self._denials(TwistSpan.between(self._marks[0], mark))]
        self._marks.append(mark)
        # The oldest mark is the newest that spans the whole window.
        while sample.stamp_ns - self._marks[1].sample.stamp_ns >= self._window_ns:
            self._marks.popleft()
        return problems

    def _jumps(self, before: TwistMark, now: TwistMark) -> list[str]:
        problems, step = [], TwistSpan.between(before, now)
        if now.sample.frame_id != before.sample.frame_id:
            problems.append(f"its frame changed from '{before.sample.frame_id}' to '{now.sample.frame_id}'")
        if step.off_m > self._parameters.position_jump_m + step.slack_m:
            problems.append(f"its position jumped by {step.off_m:.3g} m")
        # After a gap the vehicle may have turned round and round.
        off_rad = abs(math.remainder(step.turned_rad - step.said_rad, math.tau))
        if off_rad > self._parameters.yaw_jump_rad + step.slack_rad:
            problems.append(f"its heading jumped by {off_rad:.2f} rad")
        return problems

    def _speed_change(self, sample: OdometrySample) -> list[str]:
        newest_first = (mark.sample for mark in reversed(self._marks))
        earlier = next((item for item in newest_first if sample.stamp_ns - item.stamp_ns >= SPEED_SPAN_NS), None)
        if earlier is None:
            return []
        change_mps = sample.velocity_mps[0] - earlier.velocity_mps[0]
        span_s = (sample.stamp_ns - earlier.stamp_ns) * 1e-9
        if abs(change_mps) <= self._parameters.max_speed_change_mps2 * span_s:
            return []
        return [f"its speed changed by {change_mps:+.3g} m/s in {span_s:.2g} s"]

    def _denials(self, span: TwistSpan) -> list[str]:
        if span.seconds < LEAST_WINDOW_S:
            return []
        problems, parameters = [], self._parameters
        share = parameters.twist_tolerance_share
        if span.off_m > parameters.twist_tolerance_m + share * span.longest_m + span.slack_m:
            problems.append(span.way_words())
        turn_rad = max(abs(span.turned_rad), abs(span.said_rad))
        if span.off_rad > parameters.twist_tolerance_rad + share * turn_rad + span.slack_rad:
            problems.append(span.turn_words())
        return problems
