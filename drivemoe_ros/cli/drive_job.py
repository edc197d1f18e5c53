"""One closed-loop drive, as a worker process runs it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.cli.pictures import PictureRecorder
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.drivers import ExpertDriver, PolicyDriver
from drivemoe_ros.world.episode import EpisodeObserver, run_episode
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.labels import label
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.sensors import Sensors
from drivemoe_ros.world.simulation import World

if TYPE_CHECKING:
    import pathlib

    from drivemoe_ros.data.drive import DriveLog
    from drivemoe_ros.parameters.schema import EgoParameters, Parameters, PolicyParameters
    from drivemoe_ros.policy.interface import Policy


@dataclass(frozen=True)
class DriveJob:
    """What to drive, and who.

    Attributes:
        family: Scenario family.
        seed: Seed of the scenario.
        rig: Shipped rig or file with the car's cameras.
        parameters: All parameters; the policy's checkpoint among them.
        size_px: Columns and rows of the pictures.
        with_expert: Let the expert drive instead of the policy.
        pictures: Folder for pictures of this drive; None for none.
        picture_every_s: Time between two of them [s].
    """

    family: str
    seed: int
    rig: str
    parameters: Parameters
    size_px: tuple[int, int]
    with_expert: bool
    pictures: pathlib.Path | None = None
    picture_every_s: float = 1.0


def drive_one(job: DriveJob) -> DriveLog:
    """Drive one scenario.

    Args:
        job: What to drive, and who.

    Returns:
        What was driven.

    Raises:
        DriveMoeError: If the scenario, the policy or a picture cannot be made.
    """
    control, cameras = job.parameters.control, load_rig(job.rig).cameras
    world = World(scenario(job.family, job.seed), control)
    expert = Expert(world, control)
    if job.with_expert:
        sensors = Sensors(cameras, None, control=control)
        return run_episode(world, ExpertDriver(expert), sensors, label)
    policy = loaded_policy(job.parameters.policy, job.parameters.ego)
    driver = PolicyDriver(policy, cameras, job.parameters, expert)
    renderer = SceneRenderer(world.setting, cameras, job.size_px)
    pictures = PictureRecorder(job.pictures, job.picture_every_s, policy.spec, job.parameters.image)
    observer = EpisodeObserver(planned=pictures.record)
    log = run_episode(world, driver, Sensors(cameras, renderer, control=control), label, observer)
    if job.pictures is not None:
        pictures.finish()
    return log


@functools.cache
def loaded_policy(policy: PolicyParameters, ego: EgoParameters) -> Policy:
    """Load a policy, once a process.

    Args:
        policy: Which one, and where it runs.
        ego: How headings are prepared.

    Returns:
        The policy, ready to plan.

    Raises:
        CheckpointError: If the checkpoint does not load.
        ParameterError: If the device is not there.
    """
    from drivemoe_ros.policy.load import load_policy  # noqa: PLC0415  (torch takes seconds to import)

    return load_policy(policy, wrap_heading=ego.wrap_heading)
