"""Where odometry's own twists lead, next to where its poses are.

Twists are integrated by the trapezoid rule. What that rule can be off by, with velocity and yaw rate changing as fast
as a vehicle's can, is the slack: after a gap far more than between neighbours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.supervision.reexpress import Pose

# How fast a vehicle's yaw rate can change [rad/s^2].
TURN_CHANGE_RADPS2 = 4.0
# From here on the direction of a way is more than noise, and more telling than its length.
DIRECTED_M, DIRECTED_RAD = 0.5, math.radians(30.0)

Way = tuple[float, float]


class TwistMark(NamedTuple):
    """A message, and what has added up on the path to it.

    Attributes:
        sample: The message.
        way_m: Way (x, y) that the twists say, in the frame of the poses [m].
        turn_rad: Turn that the twists say [rad].
        turned_rad: Turn of the poses [rad], unwrapped.
        slack_m: How far ``way_m`` can be off [m].
        slack_rad: How far ``turn_rad`` can be off [rad].
    """

    sample: OdometrySample
    way_m: Way = (0.0, 0.0)
    turn_rad: float = 0.0
    turned_rad: float = 0.0
    slack_m: float = 0.0
    slack_rad: float = 0.0

    def expected_from(self, before: TwistMark) -> Pose:
        """Return the pose that the twists since an earlier mark lead to: x [m], y [m], yaw [rad]."""
        return (
            before.sample.x_m + self.way_m[0] - before.way_m[0],
            before.sample.y_m + self.way_m[1] - before.way_m[1],
            before.sample.yaw_rad + self.turn_rad - before.turn_rad,
        )


def next_mark(before: TwistMark, sample: OdometrySample, change_mps2: float) -> TwistMark:
    """Integrate the twists over the step to a message.

    Args:
        before: The mark before it.
        sample: The message, newer.
        change_mps2: How fast a vehicle's velocity can change [m/s^2].

    Returns:
        Its mark.
    """
    step_s = (sample.stamp_ns - before.sample.stamp_ns) * 1e-9
    (x0_mps, y0_mps), (x1_mps, y1_mps) = _velocity_of(before.sample), _velocity_of(sample)
    yaw_rate_radps = 0.5 * (before.sample.angular_velocity_radps[2] + sample.angular_velocity_radps[2])
    x_m, y_m = before.way_m
    # The trapezoid under a curve of slope at most a is off by at most a t^2 / 4.
    quarter_s2 = 0.25 * step_s * step_s
    return TwistMark(
        sample=sample,
        way_m=(x_m + 0.5 * (x0_mps + x1_mps) * step_s, y_m + 0.5 * (y0_mps + y1_mps) * step_s),
        turn_rad=before.turn_rad + yaw_rate_radps * step_s,
        turned_rad=before.turned_rad + math.remainder(sample.yaw_rad - before.sample.yaw_rad, math.tau),
        slack_m=before.slack_m + quarter_s2 * change_mps2,
        slack_rad=before.slack_rad + quarter_s2 * TURN_CHANGE_RADPS2,
    )


@dataclass(frozen=True)
class TwistSpan:
    """What lies between two marks.

    Attributes:
        seconds: Time between them [s].
        moved_m: Way (x, y) between the poses [m].
        said_m: Way that the twists say [m].
        turned_rad: Turn of the poses [rad].
        said_rad: Turn that the twists say [rad].
        slack_m: How far ``said_m`` can be off [m].
        slack_rad: How far ``said_rad`` can be off [rad].
    """

    seconds: float
    moved_m: Way
    said_m: Way
    turned_rad: float
    said_rad: float
    slack_m: float
    slack_rad: float

    @classmethod
    def between(cls, first: TwistMark, last: TwistMark) -> TwistSpan:
        """Return the span from one mark to a later one of the same path."""
        return cls(
            seconds=(last.sample.stamp_ns - first.sample.stamp_ns) * 1e-9,
            moved_m=(last.sample.x_m - first.sample.x_m, last.sample.y_m - first.sample.y_m),
            said_m=(last.way_m[0] - first.way_m[0], last.way_m[1] - first.way_m[1]),
            turned_rad=last.turned_rad - first.turned_rad,
            said_rad=last.turn_rad - first.turn_rad,
            slack_m=last.slack_m - first.slack_m,
            slack_rad=last.slack_rad - first.slack_rad,
        )

    @property
    def off_m(self) -> float:
        """How far apart poses and twists end [m]."""
        return math.dist(self.moved_m, self.said_m)

    @property
    def off_rad(self) -> float:
        """How far apart the turns of poses and twists are [rad]."""
        return abs(self.turned_rad - self.said_rad)

    @property
    def longest_m(self) -> float:
        """The longer of both ways [m]."""
        return max(math.hypot(*self.moved_m), math.hypot(*self.said_m))

    def way_words(self) -> str:
        """Say how poses and speed contradict each other: in direction if that tells more, else in length."""
        moved_m, said_m = math.hypot(*self.moved_m), math.hypot(*self.said_m)
        apart_rad = math.atan2(self.moved_m[1], self.moved_m[0]) - math.atan2(self.said_m[1], self.said_m[0])
        apart_rad = math.remainder(apart_rad, math.tau)
        if min(moved_m, said_m) > DIRECTED_M and abs(apart_rad) > DIRECTED_RAD:
            side = "left" if apart_rad > 0.0 else "right"
            return f"it moved {math.degrees(abs(apart_rad)):.0f} degrees to the {side} of where its velocity points"
        return f"it moved {moved_m:.3g} m in {self.seconds:.2g} s, but its speed says {said_m:.3g} m"

    def turn_words(self) -> str:
        """Say how poses and yaw rate contradict each other."""
        turned = f"its heading turned by {self.turned_rad:+.2f} rad in {self.seconds:.2g} s"
        return f"{turned}, but its yaw rate says {self.said_rad:+.2f} rad"


def _velocity_of(sample: OdometrySample) -> Way:
    """Return the velocity (x, y) in the frame of the pose [m/s]."""
    cos, sin = math.cos(sample.yaw_rad), math.sin(sample.yaw_rad)
    forward_mps, left_mps, _ = sample.velocity_mps
    return cos * forward_mps - sin * left_mps, sin * forward_mps + cos * left_mps
