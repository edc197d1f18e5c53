"""One closed-loop drive, as a worker process runs it."""

from __future__ import annotations

import functools
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.cli.drive_bag import open_drive_bag
from drivemoe_ros.cli.pictures import PictureRecorder
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.sensors.encode import encode_jpeg, encode_raw
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

    from drivemoe_ros.cli.drive_bag import DriveBag
    from drivemoe_ros.data.drive import DriveLog
    from drivemoe_ros.parameters.schema import EgoParameters, Parameters, PolicyParameters
    from drivemoe_ros.policy.interface import Policy
    from drivemoe_ros.world.drivers import Driver


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
        bag: Bag to keep the drive in; None for none. The policy then sees the pictures as the bag keeps them.
        delay_ns: So long after its pictures does a plan reach the controller [ns].
    """

    family: str
    seed: int
    rig: str
    parameters: Parameters
    size_px: tuple[int, int]
    with_expert: bool
    pictures: pathlib.Path | None = None
    picture_every_s: float = 1.0
    bag: pathlib.Path | None = None
    delay_ns: int = 0


def drive_one(job: DriveJob, observer: EpisodeObserver | None = None) -> DriveLog:
    """Drive one scenario.

    Args:
        job: What to drive, and who.
        observer: Who looks on.

    Returns:
        What was driven.

    Raises:
        DriveMoeError: If the scenario, the policy, a picture or the bag cannot be made.
    """
    control, rig = job.parameters.control, load_rig(job.rig)
    world = World(scenario(job.family, job.seed), control)
    driver: Driver = ExpertDriver(Expert(world, control))
    spec = None
    if not job.with_expert:
        policy = loaded_policy(job.parameters.policy, job.parameters.ego)
        driver = PolicyDriver(policy, rig.cameras, job.parameters, Expert(world, control), job.delay_ns)
        spec = policy.spec
    is_seen = spec is not None or job.bag is not None
    renderer = SceneRenderer(world.setting, rig.cameras, job.size_px) if is_seen else None
    encode = encode_jpeg if job.bag is not None else encode_raw
    sensors = Sensors(rig.cameras, renderer, control=control, encode=encode)
    with ExitStack() as stack:
        keepers = [] if observer is None else [observer]
        if job.bag is not None:
            keepers.append(_keep_bag(stack.enter_context(open_drive_bag(job.bag, rig, job.size_px, spec))))
        if job.pictures is None or spec is None:
            return run_episode(world, driver, sensors, label, keepers)
        pictures = PictureRecorder(job.pictures, job.picture_every_s, spec, job.parameters.image)
        keepers.append(EpisodeObserver(planned=pictures.record))
        log = run_episode(world, driver, sensors, label, keepers)
        pictures.finish()
    return log


def _keep_bag(bag: DriveBag) -> EpisodeObserver:
    return EpisodeObserver(lambda samples, _: bag.write_samples(samples), lambda _, result: bag.write_plan(result))


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
