"""One page for one plan: cameras, plan from above, experts, state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.viz.bars import draw_experts
from drivemoe_ros.viz.birdseye import draw_birdseye
from drivemoe_ros.viz.canvas import Canvas
from drivemoe_ros.viz.mosaic import draw_mosaic, mosaic_height
from drivemoe_ros.viz.status import draw_banner, draw_header, draw_inputs
from drivemoe_ros.viz.theme import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from drivemoe_ros.data.ego import EgoHistory
    from drivemoe_ros.data.plan import PlanResult

WIDTH, HEIGHT = 1600, 900
MARGIN = 12
HEADER_PX = 60
BANNER_PX = 34
CAMERAS_PX = 1056
INPUTS_PX = 270


def page_boxes(*, trained: bool) -> dict[str, Box]:
    """Return where each panel lies on the page [px], by name; the banner exists only for untrained weights."""
    left, right, bottom = MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN
    boxes = {"header": Box(left, MARGIN, right, MARGIN + HEADER_PX)}
    top = boxes["header"].bottom + MARGIN
    if not trained:
        boxes["banner"] = Box(left, boxes["header"].bottom, right, boxes["header"].bottom + BANNER_PX)
        top += BANNER_PX
    middle = left + CAMERAS_PX
    cameras_bottom = top + mosaic_height(CAMERAS_PX)
    boxes["cameras"] = Box(left, top, middle, cameras_bottom)
    experts_top = cameras_bottom + MARGIN
    boxes["experts"] = Box(left, experts_top, middle - INPUTS_PX - MARGIN, bottom)
    boxes["inputs"] = Box(middle - INPUTS_PX, experts_top, middle, bottom)
    boxes["birdseye"] = Box(middle + MARGIN, top, right, bottom)
    return boxes


def draw_dashboard(
    result: PlanResult,
    pictures: Mapping[str, NDArray[np.uint8]],
    ego: EgoHistory | None,
    label: str,
    *,
    trained: bool,
    route_R2: NDArray[np.float64] | None = None,
) -> Image.Image:
    """Draw all there is to see of one plan.

    Args:
        result: State, plan and decisions.
        pictures: Decoded RGB pictures (H, W, 3), uint8, by camera name; cameras may lack.
        ego: Ego history of the same stamp; None while unknown.
        label: System and weights, e.g. ``drivemoe, untrained (seed 0)``.
        trained: False adds a banner across the page.
        route_R2: Route points (x forward, y left) in the present base frame [m]; None without a route.

    Returns:
        RGB picture of 1600 by 900.
    """
    canvas = Canvas(WIDTH, HEIGHT)
    boxes = page_boxes(trained=trained)
    draw_header(canvas, boxes["header"], result, ego, label)
    if "banner" in boxes:
        draw_banner(canvas, boxes["banner"])
    draw_mosaic(canvas, boxes["cameras"], result, pictures)
    draw_experts(canvas, boxes["experts"], result.output.experts if result.output is not None else None)
    draw_inputs(canvas, boxes["inputs"], result)
    draw_birdseye(canvas, boxes["birdseye"], result, ego, route_R2)
    return canvas.image
