"""Pictures that were decoded but show nothing: black, saturated or of one colour.

Shape legend: H rows, W columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

# Every second pixel each way tells the same for a quarter of the work.
STRIDE = 2
# Compression and resizing take the last few steps off full brightness.
FULL = 250


def check_picture(rgb_HW3: NDArray[np.uint8], parameters: SupervisionParameters) -> str:
    """Say why a picture shows nothing.

    Night and fog pass: lamps, lane marks and what is near spread their brightness.

    Args:
        rgb_HW3: Decoded picture, RGB, of any size.
        parameters: From where on a picture shows nothing; a limit of 0, or of 1 for the share, switches its check off.

    Returns:
        The reason in words; empty if it shows something.
    """
    # A colour at a time is eight times as fast as reducing the last axis.
    colours = [np.ascontiguousarray(rgb_HW3[::STRIDE, ::STRIDE, channel]) for channel in range(3)]
    red, green, blue = colours
    if not red.size:
        return "the picture has no pixels"
    grey = (red.astype(np.float32) + green + blue) / 3.0
    level, spread = float(grey.mean()), float(grey.std())
    if level < parameters.black_level and spread < parameters.black_spread:
        return f"the picture is black (mean brightness {level:.1f} of 255, spread {spread:.1f}); is the lens covered?"
    share = float(np.mean(np.minimum(np.minimum(red, green), blue) >= FULL))
    if share > parameters.saturated_share:
        most = f"at most {parameters.saturated_share:.0%} may be"
        return f"the picture is saturated ({share:.0%} of its pixels are at full brightness, {most})"
    if max(float(colour.std(dtype=np.float32)) for colour in colours) < parameters.uniform_spread:
        means = ", ".join(
            f"{name} {colour.mean():.0f}" for name, colour in zip(("red", "green", "blue"), colours, strict=True)
        )
        return f"the whole picture has one colour ({means})"
    return ""
