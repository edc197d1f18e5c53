"""Why a camera has no picture in a set, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.state import InputCondition, InputStatus

if TYPE_CHECKING:
    from drivemoe_ros.sync.buffer import CameraBuffer
    from drivemoe_ros.sync.timing import Timing

# A stamp sent twice is a duplicate; from the second repetition on the camera stands still.
FROZEN_REPEATS = 2


def explain_missing(buffer: CameraBuffer, stamp_ns: int, anchor_ns: int, timing: Timing) -> InputStatus:
    """Say why a camera has no picture in a set.

    Args:
        buffer: The camera's pictures.
        stamp_ns: Stamp of the set [ns].
        anchor_ns: Newest anchor stamp [ns].
        timing: Limits in nanoseconds.

    Returns:
        ``FROZEN`` if the camera repeats one stamp; ``FUTURE`` if its stamps run ahead of the anchor by more than a set
        waits; ``LATE`` if its last picture came after its set was closed; else ``MISSING``. The age is that of the
        newest picture from before the set (without any, of the oldest after it, negative), None without any.
    """
    nearest_ns = buffer.nearest_known(stamp_ns)
    if nearest_ns is None or buffer.last_ns is None or buffer.newest_ns is None:
        detail = "no picture since the clock jumped back" if buffer.has_spoken else "no picture yet"
        return InputStatus(buffer.name, InputCondition.MISSING, None, detail)
    age_ns = stamp_ns - nearest_ns
    ahead_ns = buffer.newest_ns - anchor_ns
    if buffer.repeats >= FROZEN_REPEATS:
        condition = InputCondition.FROZEN
        detail = f"repeats stamp {buffer.last_ns * 1e-9:.3f} s"
    elif -age_ns > timing.max_wait_ns and ahead_ns > timing.max_wait_ns:
        condition = InputCondition.FUTURE
        detail = f"stamps run {ahead_ns * 1e-9:.2f} s ahead"
    elif buffer.last_late:
        condition = InputCondition.LATE
        detail = f"the last picture came {buffer.last_lag_ns * 1e-9:.2f} s behind, after its set was closed"
    else:
        condition = InputCondition.MISSING
        which, side = ("last", "older") if age_ns > 0 else ("next", "newer")
        detail = f"no picture within {timing.tolerance_ns * 1e-9:g} s; the {which} is {abs(age_ns) * 1e-9:.2f} s {side}"
    return InputStatus(buffer.name, condition, age_ns, detail)
