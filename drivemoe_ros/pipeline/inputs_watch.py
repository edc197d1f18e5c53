"""Watches what comes in: odometry against itself, rates, frozen pictures, and messages that were no use at all."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.data.samples import ImageSample, ImuSample, OdometrySample, RouteSample
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.supervision.imu_check import why_impossible
from drivemoe_ros.supervision.lateness_check import LatenessCheck
from drivemoe_ros.supervision.odometry_check import OdometryCheck
from drivemoe_ros.supervision.rate_check import RateCheck, expected_rates
from drivemoe_ros.sync.frozen import FrozenDetector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drivemoe_ros.data.cameras import CameraSet
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.data.state import InputStatus
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.supervision.reexpress import Pose

ODOMETRY, IMU = "odometry", "imu"
BEFORE_ALL_NS = -1
AHEAD_NS = 500_000_000


@dataclass
class _Refused:
    """Why messages of an input were refused, and the usable ones before and after them [ns]; None without any."""

    reason: str
    after_ns: int | None
    before_ns: int | None = None

    def explains(self, stamp_ns: int) -> bool:
        """Tell whether a usable message is missing here because of these."""
        came = self.after_ns is None or self.after_ns < stamp_ns
        return came and (self.before_ns is None or stamp_ns < self.before_ns)


class InputsWatch:
    """Follows all inputs and says, for a stamp, which of them are not what they seem."""

    def __init__(self, cameras: Iterable[str], parameters: Parameters) -> None:
        """Start without samples.

        Args:
            cameras: Names of the rig's cameras.
            parameters: Sections ``supervision``, ``sync`` and ``ego`` are used.
        """
        self._limits = limits = parameters.supervision
        self._jump_back_ns = jump_back_ns = to_ns(parameters.sync.jump_back_s)
        # Odometry is settled up to here when a plan is due, and later messages must not change what is said.
        self._lag_ns = to_ns(parameters.ego.lag_s)
        self._odometry = OdometryCheck(limits, jump_back_ns)
        self._rates = RateCheck(expected_rates(cameras, limits), limits, jump_back_ns)
        self._frozen = FrozenDetector(limits)
        self._refused: dict[str, _Refused] = {}
        self._newest_ns: dict[str, int] = {}
        self._route_ns = BEFORE_ALL_NS
        self._lateness = LatenessCheck(limits, jump_back_ns)

    def restart(self) -> None:
        """Forget what the cameras showed, as after a jump of the clock; stamps tell the rest by themselves."""
        self._frozen.reset()

    def push(self, sample: Sample) -> bool:
        """Take one sample of any input.

        Args:
            sample: The sample.

        Returns:
            Whether it may be used; where not, it counts as a message that was refused.
        """
        if isinstance(sample, ImageSample):
            name = sample.camera
            self._lateness.push_picture(name, sample.stamp_ns)
        elif isinstance(sample, OdometrySample):
            name = ODOMETRY
            if sample.stamp_ns < self._newest_ns.get(ODOMETRY, BEFORE_ALL_NS) - self._jump_back_ns:
                # The route came at a time that odometry's clock is yet to reach again.
                self._route_ns = BEFORE_ALL_NS
            self._odometry.push(sample)
            self._lateness.push_odometry(sample.stamp_ns)
        elif isinstance(sample, ImuSample):
            name = IMU
            if reason := why_impossible(sample, self._limits):
                self.refuse(name, reason)
                return False
        else:
            if isinstance(sample, RouteSample):
                self._route_ns = self._came_ns(sample.stamp_ns)
            return True
        self._newest_ns[name] = sample.stamp_ns
        refused = self._refused.get(name)
        if refused is not None and refused.before_ns is None:
            refused.before_ns = sample.stamp_ns
        self._rates.push(name, sample.stamp_ns)
        return True

    def refuse(self, name: str, reason: str) -> None:
        """Take note of a message that never became a sample.

        Args:
            name: Input name.
            reason: Why, in words.
        """
        self._refused[name] = _Refused(reason, self._newest_ns.get(name))
        if name == ODOMETRY:
            self._odometry.refuse(reason)

    def look(self, camera_set: CameraSet, speed_mps: float | None) -> Mapping[str, InputStatus]:
        """Compare a set's pictures with those before; to be called for every set.

        Args:
            camera_set: The set.
            speed_mps: Speed at its stamp [m/s]; None if unknown.

        Returns:
            Status of every frozen camera, by name.
        """
        # Whoever stands because odometry lies shall not stay there because of pictures that rightly stay the same.
        is_believed = self._odometry.status(camera_set.stamp_ns - self._lag_ns).usable
        return self._frozen.update(camera_set, speed_mps if is_believed else None)

    def displaced(self, stamp_ns: int, pose: Pose) -> str:
        """Say how far odometry's frame has jumped since the route came.

        Args:
            stamp_ns: Anchor stamp [ns].
            pose: The vehicle's pose then: x [m], y [m], yaw [rad].

        Returns:
            By how much, in words that follow ``odometry``; empty if it has not.
        """
        return self._odometry.displaced(self._route_ns, stamp_ns - self._lag_ns, pose)

    def _came_ns(self, stamp_ns: int | None) -> int:
        """Return when a message without a place of its own in time came, by odometry's stamps.

        Its own stamp counts where it says a little more; a sender's clock that is far ahead does not.
        """
        newest_ns = self._newest_ns.get(ODOMETRY, BEFORE_ALL_NS)
        is_newer = stamp_ns is not None and newest_ns < stamp_ns <= newest_ns + AHEAD_NS
        return stamp_ns if is_newer and stamp_ns is not None else newest_ns

    def judge(self, stamp_ns: int, statuses: Mapping[str, InputStatus]) -> dict[str, InputStatus]:
        """Correct how the inputs stand by what is known of them.

        Args:
            stamp_ns: Anchor stamp [ns].
            statuses: Status of every input by name, as far as synchronising tells.

        Returns:
            All of them: ``CORRUPT`` where an input is missing because its messages were refused, ``IMPLAUSIBLE`` for
            odometry that contradicts itself, ``SLOW`` for inputs that are fine but come too rarely, ``CROWDED`` for
            those that come too often, ``DELAYED`` for pictures that came late.
        """
        judged = dict(statuses)

        def correct(name: str, condition: InputCondition, detail: str) -> None:
            judged[name] = dataclasses.replace(judged[name], condition=condition, detail=detail)

        for name, refused in self._refused.items():
            is_missing = name in judged and judged[name].condition in (InputCondition.MISSING, InputCondition.LATE)
            if is_missing and refused.explains(stamp_ns):
                why = f"{judged[name].detail}; a message was refused: {refused.reason}"
                correct(name, InputCondition.CORRUPT, why)
        settled_ns = stamp_ns - self._lag_ns
        odometry = self._odometry.status(settled_ns)
        if not odometry.usable:
            # Says more than that it is late: its pose cannot be compared with any before.
            correct(ODOMETRY, odometry.condition, odometry.detail)
        for condition, found in (
            (InputCondition.CROWDED, self._rates.crowded(settled_ns)),
            (InputCondition.DELAYED, self._lateness.late(stamp_ns, judged.values())),
            (InputCondition.SLOW, self._rates.slow(settled_ns)),
        ):
            for name, words in found.items():
                if name in judged and judged[name].condition is InputCondition.OK:
                    correct(name, condition, words)
        return judged
