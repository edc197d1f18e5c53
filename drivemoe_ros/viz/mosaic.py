"""The six cameras as they sit on the car, with what the view router made of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from drivemoe_ros.data.cameras import FRONT
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.canvas import PAD_PX, TITLE_PX, Canvas
from drivemoe_ros.viz.theme import Box
from drivemoe_ros.viz.words import choice_words, input_words, name_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.data.state import InputStatus

MOSAIC_ROWS = (("front_left", "front", "front_right"), ("back_left", "back", "back_right"))
GAP_PX = 10
CAPTION_PX = 26
FRAME_PX = 4


def tile_boxes(box: Box) -> dict[str, Box]:
    """Return where each camera's tile (caption and picture) lies in the mosaic's room, by name."""
    width = (box.width - 2 * GAP_PX) // 3
    height = (box.height - GAP_PX) // 2
    tiles = {}
    for row, names in enumerate(MOSAIC_ROWS):
        for column, name in enumerate(names):
            left, top = box.left + column * (width + GAP_PX), box.top + row * (height + GAP_PX)
            tiles[name] = Box(left, top, left + width, top + height)
    return tiles


def mosaic_height(width: int) -> int:
    """Return the height of a camera panel [px] whose tiles are for pictures of 16:9."""
    tile_px = (width - 2 * PAD_PX - 2 * GAP_PX) // 3 * 9 // 16 + CAPTION_PX
    return TITLE_PX + 2 * tile_px + GAP_PX + PAD_PX


def draw_cameras(result: PlanResult, pictures: Mapping[str, NDArray[np.uint8]], width: int) -> Image.Image:
    """Draw the camera panel as a picture of its own.

    Args:
        result: The plan: view decision and input conditions.
        pictures: RGB pictures (H, W, 3) by camera name; some may lack.
        width: Width [px].

    Returns:
        RGB picture of that width.
    """
    canvas = Canvas(width, mosaic_height(width))
    draw_mosaic(canvas, Box(0, 0, canvas.image.width, canvas.image.height), result, pictures)
    return canvas.image


def draw_mosaic(canvas: Canvas, box: Box, result: PlanResult, pictures: Mapping[str, NDArray[np.uint8]]) -> None:
    """Draw the camera panel.

    Args:
        canvas: Where to.
        box: The panel's box [px].
        result: The plan: view decision and input conditions.
        pictures: RGB pictures (H, W, 3) by camera name; some may lack.
    """
    view = result.output.view if result.output is not None else None
    note = f"view router: {choice_words(view)}" if view is not None else ""
    if view is None and result.output is not None:
        note = "this policy has no view router"
    colour = theme.WARNING if view is not None and view.fell_back else theme.FAINT
    inside = canvas.panel(box, "Cameras", note, colour)
    conditions = {status.name: status for status in result.report.inputs}
    for name, tile in tile_boxes(inside).items():
        _draw_tile(canvas, tile, name, pictures.get(name), conditions.get(name), view)


def _draw_tile(
    canvas: Canvas,
    tile: Box,
    name: str,
    picture: NDArray[np.uint8] | None,
    status: InputStatus | None,
    view: RoutingDecision | None,
) -> None:
    selected = view is not None and view.selected == name
    broken = status is not None and not status.usable
    caption = Box(tile.left, tile.top, tile.right, tile.top + CAPTION_PX)
    room = Box(tile.left, caption.bottom, tile.right, tile.bottom)
    canvas.fill(caption, theme.SELECTED if selected else theme.SUNKEN)
    canvas.fill(room, theme.SUNKEN)
    ink = theme.DARK_TEXT if selected else theme.TEXT
    row = (caption.top + caption.bottom) // 2
    right = _caption_note(name, view)
    used = canvas.text((tile.right - 8, row), right, colour=ink if selected else theme.FAINT, anchor="rm")
    shown = name_words(name) + (" (selected)" if selected else "")
    canvas.text((tile.left + 8, row), shown, size_px=16, colour=ink, width_px=tile.width - used - 24)
    if picture is not None:
        _paste(canvas, room, picture, grey=broken)
    if picture is None or broken:
        words = input_words(status) if status is not None and broken else "no picture"
        _draw_reason(canvas, room, words)
    if selected:
        canvas.frame(tile, theme.SELECTED, FRAME_PX)


def _caption_note(name: str, view: RoutingDecision | None) -> str:
    if name == FRONT:
        return "always seen"
    if view is None or name not in view.names:
        return ""
    index = view.names.index(name)
    share = f"p {view.probabilities_E[index]:.2f}"
    return share if view.available_E[index] else f"masked, {share}"


def _paste(canvas: Canvas, room: Box, picture: NDArray[np.uint8], *, grey: bool) -> None:
    """Fit a picture into its room without changing its shape."""
    height, width = picture.shape[:2]
    scale = min(room.width / width, room.height / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    fitted = Image.fromarray(np.ascontiguousarray(picture)).resize(size, Image.Resampling.BILINEAR)
    if grey:
        fitted = Image.blend(fitted.convert("L").convert("RGB"), Image.new("RGB", size, theme.SUNKEN), 0.6)
    canvas.image.paste(fitted, (room.left + (room.width - size[0]) // 2, room.top + (room.height - size[1]) // 2))


def _draw_reason(canvas: Canvas, room: Box, words: str) -> None:
    lines = canvas.wrap(words, 16, room.width - 40, 3)
    middle = (room.left + room.right) // 2
    top = (room.top + room.bottom) // 2 - 11 * len(lines)
    canvas.fill(Box(room.left + 8, top - 8, room.right - 8, top + 22 * len(lines) + 8), theme.BACKGROUND)
    for index, line in enumerate(lines):
        canvas.text((middle, top + 11 + 22 * index), line, size_px=16, colour=theme.WARNING, anchor="mm")
