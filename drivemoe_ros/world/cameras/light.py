"""Sun, haze and sky of each time of day and weather; colours are RGB, 0 to 255."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from drivemoe_ros.world.scene import Light

Tint = tuple[float, float, float]


@dataclass(frozen=True)
class Lighting:
    """How light falls in one setting.

    Attributes:
        sun_3: Unit vector towards the sun, map frame.
        sun: Strength of the sun by colour.
        ambient: Strength of the sky's light by colour.
        haze: What everything far away fades into.
        clear_m: Distance at which a third of the contrast is left [m].
        zenith: Colour of the sky far up.
        glow: Colour of the sky around the sun.
        clouds: How much of the sky they take, 0 to 1.
        hills: Whether the hills at the horizon can be seen.
        shadow: How much light is left in the shade, by colour; all 1 where there is no shade.
        lamps_on: Whether cars drive with lamps on and windows are lit.
    """

    sun_3: Tint
    sun: Tint
    ambient: Tint
    haze: Tint
    clear_m: float
    zenith: Tint
    glow: Tint
    clouds: float
    hills: bool
    shadow: Tint
    lamps_on: bool


LIGHTINGS = MappingProxyType(
    {
        Light.DAY: Lighting(
            sun_3=(0.50, -0.36, 0.79),
            sun=(0.52, 0.50, 0.45),
            ambient=(0.60, 0.62, 0.66),
            haze=(206.0, 218.0, 228.0),
            clear_m=320.0,
            zenith=(84.0, 140.0, 205.0),
            glow=(236.0, 240.0, 240.0),
            clouds=0.55,
            hills=True,
            shadow=(0.56, 0.58, 0.64),
            lamps_on=False,
        ),
        Light.DUSK: Lighting(
            sun_3=(-0.93, -0.25, 0.26),
            sun=(0.42, 0.26, 0.15),
            ambient=(0.40, 0.38, 0.44),
            haze=(150.0, 112.0, 104.0),
            clear_m=260.0,
            zenith=(44.0, 52.0, 92.0),
            glow=(255.0, 158.0, 84.0),
            clouds=0.45,
            hills=True,
            shadow=(0.80, 0.82, 0.88),
            lamps_on=True,
        ),
        # 5 % of the contrast is left at 60 m, which is what meteorologists call a visibility of 60 m.
        Light.FOG: Lighting(
            sun_3=(0.0, 0.0, 1.0),
            sun=(0.18, 0.18, 0.18),
            ambient=(0.66, 0.67, 0.68),
            haze=(190.0, 194.0, 197.0),
            clear_m=20.0,
            zenith=(176.0, 181.0, 186.0),
            glow=(196.0, 200.0, 203.0),
            clouds=0.0,
            hills=False,
            shadow=(0.86, 0.86, 0.87),
            lamps_on=True,
        ),
    }
)
