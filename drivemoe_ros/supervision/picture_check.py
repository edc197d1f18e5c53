"""Pictures that were decoded but show nothing: black, saturated or of one colour.

Shape legend: H rows, W columns, P pixels looked at.
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
    colours_P3 = rgb_HW3[::STRIDE, ::STRIDE].reshape(-1, 3)
    if not len(colours_P3):
        return "the picture has no pixels"
    grey_P = colours_P3.mean(axis=1, dtype=np.float32)
    level, spread = float(grey_P.mean()), float(grey_P.std())
    if level < parameters.black_level and spread < parameters.black_spread:
        return f"the picture is black (mean brightness {level:.1f} of 255, spread {spread:.1f}); is the lens covered?"
    share = float(np.mean(colours_P3.min(axis=1) >= FULL))
    if share > parameters.saturated_share:
        most = f"at most {parameters.saturated_share:.0%} may be"
        return f"the picture is saturated ({share:.0%} of its pixels are at full brightness, {most})"
    spreads_3 = colours_P3.std(axis=0, dtype=np.float32)
    if float(spreads_3.max()) < parameters.uniform_spread:
        red, green, blue = (round(float(value)) for value in colours_P3.mean(axis=0, dtype=np.float32))
        return f"the whole picture has one colour (red {red}, green {green}, blue {blue})"
    return ""
