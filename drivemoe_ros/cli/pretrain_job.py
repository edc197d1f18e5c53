"""Pictures of one expert drive with what their patches show, as a worker process paints them."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.errors import OutputError
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.sensors.prepare import SeedKey, prepare_image
from drivemoe_ros.training.picture_file import write_pictures
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.scenarios.catalogue import file_stem, scenario
from drivemoe_ros.world.simulation import World

if TYPE_CHECKING:
    from drivemoe_ros.parameters.schema import Parameters

# Pictures of neighbouring moments show nearly the same.
EVERY_NS = 1_000_000_000


@dataclass(frozen=True)
class PaintJob:
    """What to paint.

    Attributes:
        family: Scenario family.
        seed: Seed of the scenario.
        folder: Where the pictures go.
        rig: Shipped rig or file with the car's cameras.
        parameters: How pictures are prepared.
        size_px: Side of the painted pictures.
        image_size: Side of the network's pictures [px].
        grid: Its patches across, and down.
    """

    family: str
    seed: int
    folder: pathlib.Path
    rig: str
    parameters: Parameters
    size_px: int
    image_size: int
    grid: int

    @property
    def path(self) -> pathlib.Path:
        """File of the drive's pictures."""
        return self.folder / f"{file_stem(self.family, self.seed)}.npz"


def paint_one(job: PaintJob) -> int:
    """Let the expert drive, and paint what its cameras see every second.

    Args:
        job: What to paint.

    Returns:
        How many pictures there are.

    Raises:
        DriveMoeError: If the scenario or a picture cannot be made, or the file cannot be written.
    """
    world = World(scenario(job.family, job.seed), job.parameters.control)
    expert = Expert(world, job.parameters.control)
    renderer = SceneRenderer(world.setting, load_rig(job.rig).cameras, (job.size_px, job.size_px))
    pictures, patches = [], []
    while world.outcome is None:
        if world.time_ns % EVERY_NS == 0:
            scene = world.scene()
            for name in renderer.pinholes:
                painted = renderer.render(scene, name)
                pictures.append(prepare_image(painted, job.image_size, job.parameters.image, SeedKey(0, 0, name)))
                patches.append(renderer.label_patches(scene, name, job.grid))
        world.step(expert.command())
    try:
        write_pictures(job.path, np.stack(pictures), np.stack(patches))
    except OSError as error:
        msg = f"{job.path} cannot be written ({error.strerror}); make room or choose another --out."
        raise OutputError(msg) from error
    return len(pictures)
