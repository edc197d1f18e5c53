"""How long a test waits for another thread, node or process before it fails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# No measure of anything: only a test that fails waits for so long, on however busy a machine.
PATIENCE_S = 90.0
TURN_S = 0.02


def wait_until(
    condition: Callable[[], object], what: str, said: Callable[[], str], turn: Callable[[], object] | None = None
) -> None:
    """Wait until a condition holds.

    Args:
        condition: Asked again and again.
        what: What is waited for, in words.
        said: What the other side said so far, for who reads why the test failed.
        turn: What to do in between; a short sleep unless given.
    """
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end_s, f"no {what} within {PATIENCE_S:.0f} s; it says: {said()}"
        if turn is None:
            time.sleep(TURN_S)
        else:
            turn()
