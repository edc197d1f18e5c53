"""One drive in the world from start to end, whoever drives, and its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.data.drive import DriveLog, Ending, Infraction, InfractionKind, PlanNote
from drivemoe_ros.world.sensors import FIRST_STAMP_NS, shows_pictures, stamp_of
from drivemoe_ros.world.simulation import Outcome
from drivemoe_ros.world.track_recorder import TrackRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from drivemoe_ros.data.labels import Label
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.pipeline.request import PlanRequest
    from drivemoe_ros.world.drivers import Driver
    from drivemoe_ros.world.sensors import Sensors
    from drivemoe_ros.world.simulation import World

ENDINGS = {
    Outcome.ARRIVED: Ending.ARRIVED,
    Outcome.CRASHED: Ending.CRASHED,
    Outcome.TIMED_OUT: Ending.TIMED_OUT,
    Outcome.BLOCKED: Ending.BLOCKED,
    Outcome.OFF_ROUTE: Ending.OFF_ROUTE,
}


@dataclass(frozen=True)
class EpisodeObserver:
    """Who looks on.

    Attributes:
        sampled: Called every 50 ms with what the sensors sent, and with the label where there were pictures.
        planned: Called with every plan and what it was made from.
        progressed: Called every 50 ms with the share of the route that is done.
    """

    sampled: Callable[[Sequence[Sample], Label | None], None] = lambda _, __: None
    planned: Callable[[PlanRequest, PlanResult], None] = lambda _, __: None
    progressed: Callable[[float], None] = lambda _: None


def run_episode(
    world: World,
    driver: Driver,
    sensors: Sensors,
    label: Callable[[World], Label],
    observers: Sequence[EpisodeObserver] = (),
) -> DriveLog:
    """Drive until it is over.

    Args:
        world: A world at its beginning.
        driver: Who drives.
        sensors: What the driver sees.
        label: What a moment asks for.
        observers: Who looks on.

    Returns:
        What was driven.
    """
    recorder = TrackRecorder()
    labels: dict[int, Label] = {}
    notes: list[PlanNote] = []
    samples = sensors.start(world)
    while world.outcome is None:
        samples += sensors.read(world)
        recorder.note(world)
        now = label(world) if shows_pictures(world) else None
        if now is not None:
            labels[stamp_of(world)] = now
        for observer in observers:
            observer.sampled(samples, now)
        action = driver.act(world, samples)
        for request, result in action.plans:
            notes.append(_note(result, labels))
            for observer in observers:
                observer.planned(request, result)
        world.step(action.command)
        for observer in observers:
            observer.progressed(world.completion)
        samples = []
    recorder.note(world)
    scenario, ending = world.scenario, ENDINGS[world.outcome]
    return DriveLog(
        family=scenario.family,
        skill=scenario.skill,
        seed=scenario.seed,
        driver=driver.name,
        ending=ending,
        completion=1.0 if ending is Ending.ARRIVED else min(world.completion, 1.0),
        infractions=tuple(
            Infraction(InfractionKind(found.kind), found.time_ns, found.detail, found.share)
            for found in world.infractions
        ),
        track=recorder.track(),
        plans=tuple(notes),
    )


def _note(result: PlanResult, labels: dict[int, Label]) -> PlanNote:
    label = labels[result.stamp_ns]
    output = result.output
    # What the router would have: that its choice could not be taken is not its fault.
    skill = output.experts[0].preferred if output and output.experts else ""
    view = output.view.preferred if output and output.view else ""
    return PlanNote(
        time_ns=result.stamp_ns - FIRST_STAMP_NS,
        skill_label=label.skill,
        view_label=label.view,
        skill=skill,
        view=view,
        state=result.report.state.name,
    )
