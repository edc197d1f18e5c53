"""What happened to one camera's pictures, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CameraCounters:
    """Counts since the start or the last ``reset``.

    Attributes:
        received: Pictures handed in.
        duplicate: Dropped because a picture of the same stamp was there.
        out_of_order: Older than a picture of the same camera that came before.
        late: Came after the set they belong to was closed.
        future: Stamped further ahead of the anchor than a set waits.
        evicted: Dropped from a full buffer although a set could still have used them.
        matched: Sets with a picture of this camera.
        missing: Sets without one.
    """

    received: int = 0
    duplicate: int = 0
    out_of_order: int = 0
    late: int = 0
    future: int = 0
    evicted: int = 0
    matched: int = 0
    missing: int = 0
