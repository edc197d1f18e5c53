"""How values read on a drawing: stamps, speeds, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.data.state import InputStatus

NANOSECONDS_PER_SECOND = 1_000_000_000
NANOSECONDS_PER_MILLISECOND = 1_000_000


def stamp_words(stamp_ns: int) -> str:
    """Return a stamp in seconds with three decimals, cut rather than rounded, e.g. ``12.345 s``."""
    seconds, rest_ns = divmod(stamp_ns, NANOSECONDS_PER_SECOND)
    return f"{seconds}.{rest_ns // NANOSECONDS_PER_MILLISECOND:03d} s"


def name_words(name: str) -> str:
    """Return a name as people read it, e.g. ``front left``."""
    return name.replace("_", " ").lower()


def input_words(status: InputStatus) -> str:
    """Return an input's condition in words, e.g. ``frozen: same picture 5 times``."""
    condition = status.condition.name.lower()
    if status.usable:
        return condition
    return f"{condition}: {status.detail}" if status.detail else condition


def choice_words(decision: RoutingDecision) -> str:
    """Return what a router chose, and what it wanted where it could not have it."""
    if not decision.chosen:
        return f"none{': ' + decision.reason if decision.reason else ''}"
    share = decision.probabilities_E[decision.chosen[0]]
    chosen = f"{name_words(decision.selected)} {share:.2f}"
    if not decision.fell_back:
        return chosen
    wanted = f"{chosen}, wanted {name_words(decision.preferred)}"
    return f"{wanted} ({decision.reason})" if decision.reason else wanted
