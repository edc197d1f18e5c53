"""Notices that odometry stopped, so that the vehicle brakes although nothing arrives any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rclpy.clock import Clock

    from drivemoe_ros.nodes.topic_input import TopicInput

# A simulation that takes longer for a tick than odometry may be silent is slow, not broken: nothing moves meanwhile.
STALLED_S = 5.0


class OdometryWatch:
    """Time since the last odometry that was answered, on a steady clock and on the node's."""

    def __init__(self, clock: Clock, limit_s: float) -> None:
        """Start as if odometry had never come.

        Args:
            clock: The node's clock; while it follows simulated time, that counts.
            limit_s: Longest silence [s].
        """
        self._clock = clock
        self._limit_s = limit_s
        self._last: tuple[float, int] | None = None

    def note(self) -> None:
        """Note that an odometry message was answered just now."""
        self._last = (time.monotonic(), self._clock.now().nanoseconds)

    def why_silent(self, odometry: TopicInput) -> str:
        """Say what keeps odometry from coming.

        Args:
            odometry: The input.

        Returns:
            The reason in words; empty while odometry comes.
        """
        if not self._is_silent():
            return ""
        topic, count = odometry.source.topic, odometry.num_publishers
        publishers = f"{count} publisher{'' if count == 1 else 's'}"
        if odometry.problem:
            return f"no usable odometry from {topic}: {odometry.problem}"
        if odometry.last_used_s is None or self._last is None:
            return f"no odometry from {topic} yet: {publishers}"
        now_s = time.monotonic()
        if now_s - odometry.last_used_s <= self._limit_s:
            return f"the stamps of {topic} have not advanced for {now_s - self._last[0]:.1f} s"
        return f"no odometry from {topic} for {now_s - self._last[0]:.1f} s: {publishers}"

    def _is_silent(self) -> bool:
        if self._last is None:
            return True
        steady_s = time.monotonic() - self._last[0]
        if steady_s <= self._limit_s:
            return False
        passed_s = (self._clock.now().nanoseconds - self._last[1]) * 1e-9
        slow = self._clock.ros_time_is_active and 0.0 <= passed_s <= self._limit_s
        return not slow or steady_s > STALLED_S
