"""The synchroniser's time limits in whole nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.schema import SyncParameters, to_ns


@dataclass(frozen=True)
class Timing:
    """``SyncParameters`` as integers, so that no comparison of stamps is rounded.

    Attributes:
        tolerance_ns: Largest distance of a picture from its set's stamp [ns].
        max_wait_ns: How far the anchor may run ahead before a set closes without a camera [ns].
        reorder_ns: How far stamps inside one topic may be out of order [ns].
        min_period_ns: Shortest time between two pictures of one camera [ns]; 0 if unknown.
        jump_back_ns: An anchor stamp this far behind the newest is a clock that jumped back [ns].
        depth: Pictures kept a camera.
    """

    tolerance_ns: int
    max_wait_ns: int
    reorder_ns: int
    min_period_ns: int
    jump_back_ns: int
    depth: int

    @property
    def close_after_ns(self) -> int:
        """How far the newest anchor stamp may pass a set's stamp before the set is closed as it is [ns]."""
        return self.tolerance_ns + self.max_wait_ns + self.reorder_ns

    @property
    def half_jump_ns(self) -> int:
        """A picture this far behind the anchor may belong to a clock that jumped back before the anchor's did [ns].

        Half, because such a picture lies up to the skew of the topics after the stamp the anchor will jump to.
        """
        return self.jump_back_ns // 2

    @property
    def overlap_ns(self) -> int:
        """How long, on the anchor's clock, topics may straddle a jump [ns]."""
        return max(self.half_jump_ns, self.max_wait_ns)


def timing_of(parameters: SyncParameters) -> Timing:
    """Return the limits in nanoseconds.

    Args:
        parameters: Checked parameters in seconds.

    Returns:
        The same limits as integers.

    Raises:
        ParameterError: If a jump back could not be told from an ordinary distance between stamps.
    """
    least_s = max(2.0 * parameters.tolerance_s, parameters.reorder_s)
    if parameters.jump_back_s <= least_s:
        msg = (
            f"sync.jump_back_s is {parameters.jump_back_s:g} s, but it must be more than {least_s:g} s "
            f"(twice sync.tolerance_s, and sync.reorder_s); raise it or lower those."
        )
        raise ParameterError(msg)
    return Timing(
        tolerance_ns=to_ns(parameters.tolerance_s),
        max_wait_ns=to_ns(parameters.max_wait_s),
        reorder_ns=to_ns(parameters.reorder_s),
        min_period_ns=to_ns(parameters.min_period_s),
        jump_back_ns=to_ns(parameters.jump_back_s),
        depth=parameters.depth,
    )
