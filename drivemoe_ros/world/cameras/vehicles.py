"""What cars, vans, trucks and emergency vehicles look like: bodywork, glass, wheels and lamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.cameras.faces import (
    TOP,
    Face,
    across,
    along,
    box,
    disc_along,
    scaled,
    shining,
    turned_over,
)
from drivemoe_ros.world.scene import BodyKind, Lamp

if TYPE_CHECKING:
    from collections.abc import Iterable

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
WHITE: Colour = (238.0, 240.0, 240.0)
STRIPE: Colour = (206.0, 24.0, 34.0)
SIREN_BLUE: Colour = (40.0, 90.0, 255.0)
SIREN_RED: Colour = (255.0, 30.0, 30.0)
SIREN_OFF: Colour = (36.0, 44.0, 84.0)
SIREN_M = 0.36


def car(look: Look) -> list[list[Face]]:
    """Return a saloon: lower body, cabin of glass with a painted roof, wheels, lamps, and a door if one stands open."""
    length, width, height = look.size_m
    belt = 0.58 * height
    half, side = 0.5 * length, 0.5 * width
    lower = box(
        (-half, -side, 0.16 * height), (half, side, belt), look.colour, (0.03 * length, 0.02 * length, 0.05, 0.05)
    )
    cabin = box(
        (-0.43 * length, -side + 0.06, belt),
        (0.24 * length, side - 0.06, height),
        GLASS,
        (0.15 * length, 0.09 * length, 0.1 * width, 0.1 * width),
    )
    cabin[TOP] = cabin[TOP]._replace(colour=scaled(look.colour, 1.04))
    pillars = [_pillar(wall, 0.46) for wall in (cabin[0], cabin[2])]
    pillars = [face._replace(colour=look.colour) for face in pillars]
    faces = [*lower, *_wheels(look, 0.30 * length, 0.24 * height), *cabin, *pillars, *_lamps(look, (0.36, 0.54))]
    return _with_door(faces, look, 0.1 * length, height)


def van(look: Look) -> list[list[Face]]:
    """Return a box with a short nose: a delivery van, or an ambulance where it is white with a stripe."""
    length, width, height = look.size_m
    half, side = 0.5 * length, 0.5 * width
    nose = 0.30 * length
    hull = box((-half, -side, 0.14 * height), (nose, side, height), look.colour, (0.05 * length, 0.0, 0.04, 0.04))
    bonnet = box((nose, -side, 0.14 * height), (half, side, 0.5 * height), look.colour, (0.1 * length, 0.0, 0.05, 0.05))
    screen = Face(
        (
            (nose + 0.1 * length, -side + 0.1, 0.5 * height),
            (nose + 0.1 * length, side - 0.1, 0.5 * height),
            (nose - 0.04 * length, side - 0.12, 0.9 * height),
            (nose - 0.04 * length, -side + 0.12, 0.9 * height),
        ),
        GLASS,
    )
    panes = [
        along(
            turn * (side + 0.01),
            (nose - 0.16 * length, nose - 0.02),
            (0.52 * height, 0.82 * height),
            GLASS,
            left=turn > 0,
        )
        for turn in (1.0, -1.0)
    ]
    back = [
        across(-half - 0.01, (turn * 0.06, turn * (side - 0.16)), (0.55 * height, 0.85 * height), GLASS, ahead=False)
        for turn in (1.0, -1.0)
    ]
    wheels = _wheels(look, 0.32 * length, min(0.36, 0.17 * height))
    faces = [*hull, *bonnet, screen, *panes, *back, *wheels, *_lamps(look, (0.24, 0.38))]
    return _with_door(faces, look, nose - 0.02 * length, 0.9 * height)


def truck(look: Look) -> list[list[Face]]:
    """Return a lorry: a cab in its colour and a pale load box, two parts that hide each other as they should."""
    length, width, height = look.size_m
    half, side = 0.5 * length, 0.5 * width
    gap = half - min(2.2, 0.3 * length)
    cab = box(
        (gap, -side + 0.05, 0.15 * height), (half, side - 0.05, 0.86 * height), look.colour, (0.15, 0.0, 0.08, 0.08)
    )
    cab.append(across(half + 0.01, (-side + 0.2, side - 0.2), (0.46 * height, 0.74 * height), GLASS))
    cab += [
        along(turn * (side - 0.04), (gap + 0.5, half - 0.3), (0.48 * height, 0.72 * height), GLASS, left=turn > 0)
        for turn in (1.0, -1.0)
    ]
    pale = scaled(tuple(0.25 * channel + 176.0 for channel in look.colour), 1.0)  # type: ignore[arg-type]
    load = box((-half, -side, 0.26 * height), (gap - 0.25, side, height), pale)
    load += [
        along(turn * (side + 0.01), (-half, gap - 0.25), (0.52 * height, 0.62 * height), look.colour, left=turn > 0)
        for turn in (1.0, -1.0)
    ]
    load.append(across(-half - 0.01, (-0.03, 0.03), (0.28 * height, 0.98 * height), TRIM, ahead=False))
    under = box((-half + 0.1, -side + 0.3, 0.1 * height), (gap, side - 0.3, 0.26 * height), TRIM)
    radius = min(0.5, 0.15 * height)
    rear = [w for x in (-half + 0.9, -half + 2.0) for w in _axle(x, side, radius)]
    lamps = _lamps(look, (0.13, 0.24))
    front_lamps = [face for face in lamps if face.corners[0][0] > gap]
    rear_lamps = [face for face in lamps if face.corners[0][0] <= gap]
    return [[*cab, *_axle(half - 1.1, side, radius), *front_lamps], [*under, *load, *rear, *rear_lamps]]


def emergency(look: Look) -> list[list[Face]]:
    """Return a white car or ambulance with a stripe in its colour and a bar of two lamps that flash in turns."""
    length, width, height = look.size_m
    stripe = look.colour if max(look.colour) - min(look.colour) > 60.0 else STRIPE  # noqa: PLR2004 - white and grey are none
    tall = height > 1.8  # noqa: PLR2004 - a car is lower, an ambulance is not
    parts = (van if tall else car)(look._replace(colour=WHITE))
    side = 0.5 * width
    low, high = (0.32, 0.48) if tall else (0.36, 0.54)
    ends = (-0.48 * length, 0.47 * length)
    band = [
        along(turn * (side + 0.015), ends, (low * height, high * height), stripe, left=turn > 0) for turn in (1.0, -1.0)
    ]
    band.append(
        across(-0.5 * length - 0.015, (-0.22 * width, 0.22 * width), (low * height, high * height), stripe, ahead=False)
    )
    band.append(across(0.5 * length + 0.01, (-0.2 * width, 0.2 * width), (low * height, high * height), stripe))
    middle = 0.1 * length if tall else -0.06 * length
    left = SIREN_BLUE if look.siren and look.flash else SIREN_OFF
    right = SIREN_RED if look.siren and not look.flash else SIREN_OFF
    bar = []
    for y, colour in (((0.0, 0.9 * side), left), ((-0.9 * side, 0.0), right)):
        lamp = box((middle - 0.25, y[0], height), (middle + 0.25, y[1], height + SIREN_M), colour)
        bar += shining(lamp, 0.0 if colour is SIREN_OFF else 1.0)
    return [[*parts[0], *band, *bar], *parts[1:]]


def _pillar(wall: Face, where: float) -> Face:
    """Return an upright strip on a wall of a box, as a part of its width from its first corner."""
    width = 0.07

    def between(a: int, b: int, part: float) -> tuple[float, float, float]:
        x, y, z = (p + (q - p) * part for p, q in zip(wall.corners[a], wall.corners[b], strict=True))
        return x, y + (0.01 if y > 0 else -0.01), z

    part, end = (where, where + width)
    return wall._replace(corners=(between(0, 1, part), between(0, 1, end), between(3, 2, end), between(3, 2, part)))


def _wheels(look: Look, at_m: float, radius_m: float) -> list[Face]:
    """Return four wheels from the side, and what shows of them below the body from ahead and from behind."""
    side = 0.5 * look.size_m[1]
    faces = [face for x in (-at_m, at_m) for face in _axle(x, side, radius_m)]
    for turn in (1.0, -1.0):
        tread = ((0.62 * turn * side, 0.97 * turn * side), (0.0, 0.17 * look.size_m[2]))
        faces += [across(x, *tread, TYRE, ahead=x > 0) for x in (-at_m - 0.8 * radius_m, at_m + 0.8 * radius_m)]
    return faces


def _axle(x: float, side_m: float, radius_m: float) -> Iterable[Face]:
    for turn in (1.0, -1.0):
        left = turn > 0
        yield from disc_along(x, turn * (side_m + 0.02), radius_m, radius_m, TYRE, left=left)
        half = 0.5 * radius_m
        yield along(turn * (side_m + 0.03), (x - half, x + half), (radius_m - half, radius_m + half), RIM, left=left)


def _lamps(look: Look, band: tuple[float, float]) -> list[Face]:
    """Return plates, head lamps, tail lamps and indicators, at parts of the height."""
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


def _with_door(faces: list[Face], look: Look, hinge_m: float, top_m: float) -> list[list[Face]]:
    """Return the vehicle and, if it stands open, its left front door at right angles and the dark gap it leaves."""
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
