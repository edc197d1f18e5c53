"""Records the demo's drive as a bag: the expert drives a scenario of the built-in world.

One camera falls silent for a while, so that the replay shows what the pipeline makes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.cli.drive_bag import open_drive_bag
from drivemoe_ros.data.samples import ImageSample
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.drivers import ExpertDriver
from drivemoe_ros.world.episode import EpisodeObserver, run_episode
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.labels import label
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.sensors import FIRST_STAMP_NS, Sensors
from drivemoe_ros.world.simulation import World

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Sequence

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.labels import Label
    from drivemoe_ros.data.samples import Sample

SIZE_PX = (400, 225)
# The view that the untrained mini policy (seed 0) likes best, so that it has to fall back.
SILENT_CAMERA, SILENT_FROM_S, SILENT_TO_S = "back_left", 6.0, 8.0


def record_sample_drive(
    path: pathlib.Path, family: str, seed: int, rig: Rig, progressed: Callable[[float], None]
) -> None:
    """Drive a scenario to its end and write what the car's sensors send.

    Args:
        path: The bag; an old one is replaced.
        family: Scenario family.
        seed: Which one of the family.
        rig: Cameras and topics.
        progressed: Called every 50 ms of the drive with the share of the route that is done.

    Raises:
        OutputError: If the bag cannot be written.
        ParameterError: If there is no such family.
    """
    world = World(scenario(family, seed))
    sensors = Sensors(rig.cameras, SceneRenderer(world.setting, rig.cameras, SIZE_PX))
    with open_drive_bag(path, rig, SIZE_PX) as bag:

        def write(samples: Sequence[Sample], _: Label | None) -> None:
            bag.write_samples([sample for sample in samples if not _is_lost(sample)])

        observer = EpisodeObserver(sampled=write, progressed=progressed)
        run_episode(world, ExpertDriver(Expert(world)), sensors, label, [observer])


def _is_lost(sample: Sample) -> bool:
    if not isinstance(sample, ImageSample) or sample.camera != SILENT_CAMERA:
        return False
    return SILENT_FROM_S <= (sample.stamp_ns - FIRST_STAMP_NS) * 1e-9 < SILENT_TO_S
