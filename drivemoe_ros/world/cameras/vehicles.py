"""What cars, vans, trucks and emergency vehicles look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.cameras import fittings
from drivemoe_ros.world.cameras.faces import TOP, Face, across, along, box, scaled, shining
from drivemoe_ros.world.cameras.fittings import GLASS, STRIPE, TRIM

if TYPE_CHECKING:
    from drivemoe_ros.world.cameras.faces import Colour
    from drivemoe_ros.world.cameras.looks import Look

WHITE: Colour = (238.0, 240.0, 240.0)
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
    pillars = [fittings.pillar(wall, 0.46) for wall in (cabin[0], cabin[2])]
    pillars = [face._replace(colour=look.colour) for face in pillars]
    faces = [
        *lower,
        *fittings.wheels(look, 0.30 * length, 0.24 * height),
        *cabin,
        *pillars,
        *fittings.lamps(look, (0.36, 0.54)),
    ]
    return fittings.with_door(faces, look, 0.1 * length, height)


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
    wheels = fittings.wheels(look, 0.32 * length, min(0.36, 0.17 * height))
    faces = [*hull, *bonnet, screen, *panes, *back, *wheels, *fittings.lamps(look, (0.24, 0.38))]
    return fittings.with_door(faces, look, nose - 0.02 * length, 0.9 * height)


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
    rear = [w for x in (-half + 0.9, -half + 2.0) for w in fittings.axle(x, side, radius)]
    lamps = fittings.lamps(look, (0.13, 0.24))
    front_lamps = [face for face in lamps if face.corners[0][0] > gap]
    rear_lamps = [face for face in lamps if face.corners[0][0] <= gap]
    return [[*cab, *fittings.axle(half - 1.1, side, radius), *front_lamps], [*under, *load, *rear, *rear_lamps]]


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
