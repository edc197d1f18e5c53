"""What vehicles have in common: wheels, lamps, pillars, and a door that may stand open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.cameras.faces import Face, across, along, disc_along, scaled, shining, turned_over
from drivemoe_ros.world.scene import BodyKind, Lamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivemoe_ros.world.cameras.faces import Colour
    from drivemoe_ros.world.cameras.looks import Look

GLASS: Colour = (46.0, 60.0, 76.0)
TYRE: Colour = (26.0, 27.0, 29.0)
RIM: Colour = (150.0, 153.0, 158.0)
TRIM: Colour = (42.0, 44.0, 48.0)
PLATE: Colour = (236.0, 234.0, 222.0)
HEADLAMP: Colour = (226.0, 230.0, 232.0)
HEADLAMP_ON: Colour = (255.0, 252.0, 226.0)
TAIL: Colour = (122.0, 18.0, 20.0)
TAIL_ON: Colour = (176.0, 16.0, 18.0)
BRAKE: Colour = (255.0, 22.0, 16.0)
AMBER: Colour = (255.0, 160.0, 0.0)
STRIPE: Colour = (206.0, 24.0, 34.0)


def pillar(wall: Face, where: float) -> Face:
    """Return an upright strip on a wall of a box.

    Args:
        wall: The wall, from ``box``.
        where: Where the strip begins, as a part of the wall's width from its first corner.

    Returns:
        The strip, in the wall's colour.
    """
    width = 0.07

    def between(a: int, b: int, part: float) -> tuple[float, float, float]:
        x, y, z = (p + (q - p) * part for p, q in zip(wall.corners[a], wall.corners[b], strict=True))
        return x, y + (0.01 if y > 0 else -0.01), z

    part, end = (where, where + width)
    return wall._replace(corners=(between(0, 1, part), between(0, 1, end), between(3, 2, end), between(3, 2, part)))


def wheels(look: Look, at_m: float, radius_m: float) -> list[Face]:
    """Return four wheels from the side, and what shows of them below the body from ahead and from behind.

    Args:
        look: The vehicle.
        at_m: How far the axles are from its middle [m].
        radius_m: Radius of the wheels [m].

    Returns:
        Their faces.
    """
    side = 0.5 * look.size_m[1]
    faces = [face for x in (-at_m, at_m) for face in axle(x, side, radius_m)]
    for turn in (1.0, -1.0):
        tread = ((0.62 * turn * side, 0.97 * turn * side), (0.0, 0.17 * look.size_m[2]))
        faces += [across(x, *tread, TYRE, ahead=x > 0) for x in (-at_m - 0.8 * radius_m, at_m + 0.8 * radius_m)]
    return faces


def axle(x: float, side_m: float, radius_m: float) -> Iterator[Face]:
    """Yield the wheels of one axle from the side.

    Args:
        x: Where the axle is [m].
        side_m: Half of the vehicle's width [m].
        radius_m: Radius of the wheels [m].

    Yields:
        Their faces.
    """
    for turn in (1.0, -1.0):
        left = turn > 0
        yield from disc_along(x, turn * (side_m + 0.02), radius_m, radius_m, TYRE, left=left)
        half = 0.5 * radius_m
        yield along(turn * (side_m + 0.03), (x - half, x + half), (radius_m - half, radius_m + half), RIM, left=left)


def lamps(look: Look, band: tuple[float, float]) -> list[Face]:
    """Return plates, head lamps, tail lamps and indicators.

    Args:
        look: The vehicle.
        band: From where to where they reach, as parts of its height.

    Returns:
        Their faces.
    """
    length, width, height = look.size_m
    half, side = 0.5 * length, 0.5 * width
    low, high = band[0] * height, band[1] * height
    inner, outer = side - min(0.62, 0.34 * width), side - 0.04
    faces = [across(half + 0.01, (-0.26, 0.26), (low - 0.16, low - 0.02), PLATE)]
    faces.append(across(-half - 0.01, (-0.26, 0.26), (low + 0.02, low + 0.16), PLATE, ahead=False))
    braking = Lamp.BRAKE in look.lamps
    tail = BRAKE if braking else TAIL_ON if look.lamps_on else TAIL
    tail_low = low - (0.12 if braking else 0.0)
    for turn in (1.0, -1.0):
        pair = (turn * inner, turn * outer)
        headlamp = across(half + 0.02, pair, (low, high), HEADLAMP_ON if look.lamps_on else HEADLAMP)
        faces += shining([headlamp], 1.0 if look.lamps_on else 0.2)
        rear = across(-half - 0.02, pair, (tail_low, high), tail, ahead=False)
        faces += shining([rear], 1.0 if braking else 0.75 if look.lamps_on else 0.1)
        if look.blinking(Lamp.LEFT if turn > 0 else Lamp.RIGHT):
            corner = (turn * (side - 0.34), turn * (side + 0.06))
            faces += shining([across(half + 0.03, corner, (low - 0.04, high + 0.06), AMBER)])
            faces += shining([across(-half - 0.03, corner, (low - 0.04, high + 0.06), AMBER, ahead=False)])
            for x in (half - 0.5, -half + 0.04):
                faces += shining([along(turn * (side + 0.02), (x, x + 0.46), (low, high + 0.04), AMBER, left=turn > 0)])
    if braking and look.kind is not BodyKind.TRUCK:
        third = 0.86 * height if height > 1.8 else 0.64 * height  # noqa: PLR2004 - as tall as a van
        faces += shining(
            [across(-half - 0.03, (-0.32 * width, 0.32 * width), (third, third + 0.1), BRAKE, ahead=False)]
        )
    return faces


def with_door(faces: list[Face], look: Look, hinge_m: float, top_m: float) -> list[list[Face]]:
    """Return the vehicle and, if it stands open, its left front door at right angles and the dark gap it leaves.

    Args:
        faces: The vehicle without the door.
        look: The vehicle.
        hinge_m: Where the door hangs [m].
        top_m: Its upper edge [m].

    Returns:
        One part or two.
    """
    if Lamp.OPEN_DOOR_LEFT not in look.lamps:
        return [faces]
    _, width, height = look.size_m
    side, reach = 0.5 * width, 0.95
    low, belt = 0.2 * height, 0.58 * height
    gap = along(side + 0.025, (hinge_m - 1.0, hinge_m), (low, belt), TYRE)
    pane = across(hinge_m + 0.02, (side, side + 0.8 * reach), (belt, top_m - 0.1), GLASS)
    door = [
        across(hinge_m + 0.02, (side, side + reach), (low, belt), look.colour),
        pane,
        turned_over(pane),
        across(hinge_m - 0.02, (side, side + reach), (low, belt), TRIM, ahead=False),
        along(side + reach, (hinge_m - 0.05, hinge_m + 0.05), (low, top_m), scaled(look.colour, 0.8)),
        *shining([across(hinge_m - 0.03, (side + reach - 0.25, side + reach), (low, belt), STRIPE, ahead=False)], 0.5),
    ]
    return [[*faces, gap], door]
