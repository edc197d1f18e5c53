"""The vehicle's own motion at wanted stamps, from odometry and, where there is one, the IMU.

Shape legend: T history steps, N messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.ego import EgoHistory, NoHistory
from drivemoe_ros.data.samples import ImuSample
from drivemoe_ros.data.state import InputCondition, InputStatus
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.sync.track import Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.parameters.schema import EgoParameters

# What an accelerometer at rest reads upwards.
GRAVITY_MPS2 = 9.81

# Columns of an odometry row: x, y, yaw, forward speed, angular velocity (x, y, z).
YAW, SPEED, YAW_RATE = 2, 3, 6


class EgoMotion:
    """Odometry and IMU of the last seconds, resampled by time and never extrapolated."""

    def __init__(self, parameters: EgoParameters, jump_back_ns: int) -> None:
        """Start without messages.

        Args:
            parameters: Lag, largest gap, and whether to use an IMU.
            jump_back_ns: A stamp this far behind its topic's newest clears that topic [ns].
        """
        max_gap_ns = to_ns(parameters.max_gap_s)
        self._use_imu = parameters.use_imu
        self._lag_ns = to_ns(parameters.lag_s)
        self._max_gap_ns = max_gap_ns
        self._odometry = Track("odometry", jump_back_ns, max_gap_ns)
        self._imu = Track("imu", jump_back_ns, max_gap_ns)

    @property
    def num_kept(self) -> int:
        """Messages held now."""
        return len(self._odometry) + len(self._imu)

    @property
    def num_duplicates(self) -> int:
        """Messages dropped because one of the same stamp was there."""
        return self._odometry.num_duplicates + self._imu.num_duplicates

    def reset(self) -> None:
        """Forget all messages."""
        self._odometry.clear()
        self._imu.clear()

    def push(self, sample: OdometrySample | ImuSample) -> None:
        """Take one message, in any order of stamps.

        Args:
            sample: Odometry or IMU.
        """
        if isinstance(sample, ImuSample):
            if self._use_imu:
                self._imu.add(sample.stamp_ns, (*sample.acceleration_mps2, *sample.angular_velocity_radps))
            return
        pose = (sample.x_m, sample.y_m, sample.yaw_rad)
        self._odometry.add(sample.stamp_ns, (*pose, sample.velocity_mps[0], *sample.angular_velocity_radps))

    def covers(self, stamp_ns: int) -> bool:
        """Tell whether waiting for more messages would change nothing at a stamp.

        That is so once odometry at or after the stamp less the lag has come, and the IMU too unless it is silent for
        longer than the largest gap.

        Args:
            stamp_ns: Stamp of the picture [ns].

        Returns:
            True if the history at this stamp is final.
        """
        target_ns = stamp_ns - self._lag_ns
        imu_ns = self._imu.on_clock_of(target_ns).newest_ns
        imu_may_come = imu_ns is not None and imu_ns < target_ns <= imu_ns + self._max_gap_ns
        return self._odometry.on_clock_of(target_ns).has_from(target_ns) and not imu_may_come

    def history(self, stamp_ns: int, num_steps: int, interval_ns: int) -> EgoHistory | NoHistory:
        """Return equally spaced states up to a stamp, interpolated linearly in time.

        Headings go along the shorter arc from message to message and come out unwrapped. Acceleration and angular
        velocity are the IMU's if it covers the whole history. Otherwise the angular velocity is odometry's, the
        forward acceleration the finite difference of speed over the two odometry messages around a state (where a
        state is a message's own, that and the one before, else the one after), the lateral one speed times yaw rate,
        and the vertical one gravity.

        Args:
            stamp_ns: Stamp of the picture [ns].
            num_steps: Number of states T.
            interval_ns: Time between two states [ns].

        Returns:
            States at ``stamp_ns - lag - k * interval_ns``, oldest first, or why there are none.
        """
        target_ns = stamp_ns - self._lag_ns
        stamps_ns_T = target_ns - interval_ns * np.arange(num_steps - 1, -1, -1, dtype=np.int64)
        odometry, imu = self._odometry.on_clock_of(target_ns), self._imu.on_clock_of(target_ns)
        reason = odometry.why_not(int(stamps_ns_T[0]), target_ns)
        if reason:
            return NoHistory(reason)
        times_T, times_N, rows_NC = odometry.window(stamps_ns_T)
        rows_NC[:, YAW] = np.unwrap(rows_NC[:, YAW])
        states_TC = _interpolate(times_T, times_N, rows_NC)
        if not imu.why_not(int(stamps_ns_T[0]), target_ns):
            imu_T6 = _interpolate(*imu.window(stamps_ns_T))
            acceleration_T3, angular_velocity_T3, source = imu_T6[:, :3], imu_T6[:, 3:], "odometry and IMU"
        else:
            acceleration_T3 = _derived_acceleration(odometry.slope(stamps_ns_T, SPEED), states_TC)
            angular_velocity_T3, source = states_TC[:, 4:], "odometry"
        return EgoHistory(
            stamps_ns_T=stamps_ns_T,
            position_T2=states_TC[:, :2],
            yaw_T=states_TC[:, YAW],
            speed_T=states_TC[:, SPEED],
            acceleration_T3=acceleration_T3,
            angular_velocity_T3=angular_velocity_T3,
            source=source,
        )

    def status(self, stamp_ns: int) -> tuple[InputStatus, ...]:
        """Return how odometry and, where it is used, the IMU stand at a stamp.

        Args:
            stamp_ns: Stamp of the picture [ns].

        Returns:
            Status of ``odometry`` and ``imu``: ``MISSING`` if none came, ``LATE`` if it is behind, ``FUTURE`` if all
            of it is ahead, ``OK`` otherwise. The age is that of the newest message at or before the picture less the
            lag, so that it does not depend on how much has come since.
        """
        target_ns = stamp_ns - self._lag_ns
        status = [_status("odometry", self._odometry.on_clock_of(target_ns), stamp_ns, target_ns)]
        if self._use_imu:
            status.append(_status("imu", self._imu.on_clock_of(target_ns), stamp_ns, target_ns))
        return tuple(status)


def _interpolate(
    times_T: NDArray[np.float64], times_N: NDArray[np.float64], rows_NC: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return rows at the wanted times, shape (T, C)."""
    return np.stack([np.interp(times_T, times_N, column_N) for column_N in rows_NC.T], axis=1)


def _derived_acceleration(forward_T: NDArray[np.float64], states_TC: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what an IMU would read on a flat road, shape (T, 3) [m/s^2]."""
    lateral_T = states_TC[:, SPEED] * states_TC[:, YAW_RATE]
    return np.stack([forward_T, lateral_T, np.full(len(forward_T), GRAVITY_MPS2)], axis=1)


def _status(name: str, track: Track, stamp_ns: int, target_ns: int) -> InputStatus:
    used_ns = track.newest_at(target_ns)
    detail = track.why_not(target_ns, target_ns)
    if used_ns is None or track.newest_ns is None:
        return InputStatus(name, InputCondition.MISSING, None, detail)
    if used_ns > target_ns:
        condition = InputCondition.FUTURE
    elif track.newest_ns < target_ns:
        condition = InputCondition.LATE
    elif detail:
        condition = InputCondition.MISSING
    else:
        condition = InputCondition.OK
    return InputStatus(name, condition, stamp_ns - used_ns, detail)
