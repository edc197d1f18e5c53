"""A picture to draw panels and measured text on."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.theme import Box, Colour

if TYPE_CHECKING:
    from collections.abc import Sequence

PAD_PX = 12
TITLE_PX = 34


class Canvas:
    """A dark picture with text that never leaves the width it is given."""

    def __init__(self, width: int, height: int) -> None:
        """Start with an empty picture of this size [px]."""
        self.image = Image.new("RGB", (width, height), theme.BACKGROUND)
        self.draw = ImageDraw.Draw(self.image)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill a box; one without area is left out."""
        if box.width > 0 and box.height > 0:
            self.draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=colour)

    def frame(self, box: Box, colour: Colour, width_px: int) -> None:
        """Draw a frame whose outer edge is the box."""
        self.draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), outline=colour, width=width_px)

    def width_of(self, text: str, size_px: int) -> int:
        """Return how wide a text is [px]."""
        words = text.split(" ")
        gaps_px = (len(words) - 1) * _space_px(size_px)
        return gaps_px + sum(round(self.draw.textlength(word, font=theme.font(size_px))) for word in words)

    def text(
        self,
        at: tuple[int, int],
        text: str,
        *,
        size_px: int = 15,
        colour: Colour = theme.TEXT,
        anchor: str = "lm",
        width_px: int | None = None,
    ) -> int:
        """Write one line.

        Args:
            at: Anchor point (column, row).
            text: The line; letters beyond ``width_px`` give way to three dots.
            size_px: Letter size.
            colour: Letter colour.
            anchor: ``lm``, ``mm`` or ``rm``: the point is the line's left end, middle or right end.
            width_px: Greatest width; None for no limit.

        Returns:
            The width used [px].
        """
        shown = text if width_px is None else self.shorten(text, size_px, width_px)
        used_px = self.width_of(shown, size_px)
        column = at[0] - {"l": 0, "m": used_px // 2, "r": used_px}[anchor[0]]
        for word in shown.split(" "):
            self.draw.text((column, at[1]), word, font=theme.font(size_px), fill=colour, anchor="lm")
            column += self.width_of(word, size_px) + _space_px(size_px)
        return used_px

    def shorten(self, text: str, size_px: int, width_px: int) -> str:
        """Return the text, cut with three dots where it is wider than ``width_px``."""
        if self.width_of(text, size_px) <= width_px:
            return text
        lengths = range(len(text))
        fitting = bisect.bisect_right(
            lengths, width_px, key=lambda length: self.width_of(f"{text[:length]}...", size_px)
        )
        return text[: max(fitting - 1, 0)].rstrip() + "..."

    def wrap(self, text: str, size_px: int, width_px: int, max_lines: int) -> Sequence[str]:
        """Break a text into lines that fit; the last of ``max_lines`` is cut if more would follow."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width_of(longer, size_px) <= width_px:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) > max_lines:
            lines[max_lines - 1 :] = [" ".join(lines[max_lines - 1 :])]
        return [self.shorten(line, size_px, width_px) for line in lines]

    def panel(self, box: Box, title: str, note: str = "", note_colour: Colour = theme.FAINT) -> Box:
        """Draw a panel with a title on the left and a note on the right; return the room inside it."""
        self.fill(box, theme.PANEL)
        row = box.top + TITLE_PX // 2 + 2
        used = self.text((box.left + PAD_PX, row), title, size_px=16, width_px=box.width - 2 * PAD_PX)
        room = box.width - 3 * PAD_PX - used
        if note and room > 0:
            self.text((box.right - PAD_PX, row), note, colour=note_colour, anchor="rm", width_px=room)
        return Box(box.left + PAD_PX, box.top + TITLE_PX, box.right - PAD_PX, box.bottom - PAD_PX)


def _space_px(size_px: int) -> int:
    """Return the gap between words; the font's own is too narrow to tell two words apart."""
    return max(3, round(0.29 * size_px))
