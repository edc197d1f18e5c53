"""The ``format`` of a CompressedImage as senders really write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIRST_BYTES = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG"}


def picture_format(text: str, data_bytes: NDArray[np.uint8]) -> str:
    """Return ``jpeg`` or ``png`` for what senders write.

    In the wild are ``jpeg``, ``jpg``, ``png``, ``rgb8; jpeg compressed bgr8`` (image_transport) and nothing at all,
    where the first bytes tell. Depth pictures (``compressedDepth``) have a header before the PNG and are no pictures.

    Args:
        text: The message's ``format``.
        data_bytes: The message's bytes, 1-D.

    Returns:
        ``jpeg``, ``png``, or the text itself where it is neither; decoding then names it.
    """
    lowered = text.lower()
    if "depth" in lowered:
        return text
    if "jpeg" in lowered or "jpg" in lowered:
        return "jpeg"
    if "png" in lowered:
        return "png"
    if not text.strip():
        start = data_bytes[:4].tobytes()
        return next((name for name, first in FIRST_BYTES.items() if start.startswith(first)), text)
    return text
