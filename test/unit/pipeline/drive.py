"""A short drive as stamped samples: six small cameras at 10 Hz, odometry and IMU at 20 Hz, a route from the start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.ego import NoHistory
from drivemoe_ros.data.plan import PlanResult
from drivemoe_ros.data.samples import EncodedImage, ImageSample, ImuSample, OdometrySample, RouteSample, Sample
from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.pipeline.request import PlanRequest

MS = 1_000_000
START = 1_700_000_000_000_000_000
ROUTE_N2 = np.stack([np.arange(0.0, 40.0, 2.0), np.arange(0.0, 40.0, 2.0) ** 2 / 200.0], axis=1)
CORRUPT = EncodedImage("jpeg", np.arange(200, dtype=np.uint8))

# Changes one sample, or drops it.
Change = Callable[[Sample], Sample | None]


@dataclass(frozen=True)
class Drive:
    """What to drive; stamps are in milliseconds after ``START``.

    Attributes:
        length: How long [ms].
        period: Between two pictures of a camera [ms].
        speed_mps: Speed by time [ms].
        frame_id: Frame of the route; odometry's is ``odom``.
        route: Whether there is one.
        imu: Whether there is one.
    """

    length: int = 1200
    period: int = 100
    speed_mps: Callable[[int], float] = lambda _: 5.0
    frame_id: str = "odom"
    route: bool = True
    imu: bool = True

    def topics(self) -> dict[str, list[Sample]]:
        """Return the samples of each topic in order."""
        times = range(0, self.length, self.period)
        topics: dict[str, list[Sample]] = {}
        if self.route:
            topics["route"] = [RouteSample(START, self.frame_id, ROUTE_N2)]
        motion_times = range(0, self.length + 50, 50)
        topics["odometry"] = []
        x_m, before_mps = 0.0, self.speed_mps(0)
        for time in motion_times:
            speed_mps = self.speed_mps(time)
            x_m += 0.025 * (before_mps + speed_mps) * (time > 0)
            topics["odometry"].append(odometry(time, speed_mps, x_m))
            before_mps = speed_mps
        if self.imu:
            topics["imu"] = [ImuSample(START + t * MS, (0.1, 0.2, 9.8), (0.0, 0.0, 0.01)) for t in motion_times]
        for name in CAMERA_NAMES:
            topics[name] = [picture(name, time) for time in times]
        return topics

    def samples(self, change: Change = lambda sample: sample) -> list[Sample]:
        """Return all samples by stamp, each changed or dropped."""
        ordered = sorted(
            (s for topic in self.topics().values() for s in topic), key=lambda sample: sample.stamp_ns or 0
        )
        return [changed for changed in map(change, ordered) if changed is not None]


def odometry(time: int, speed_mps: float = 5.0, x_m: float | None = None) -> OdometrySample:
    """Return a message of a drive along x, at 5 m/s so far unless the place is given."""
    x_m = 0.005 * time if x_m is None else x_m
    return OdometrySample(START + time * MS, "odom", x_m, 0.0, 0.0, (speed_mps, 0.0, 0.0), (0.0, 0.0, 0.0))


def picture(camera: str, time: int, content: int | None = None) -> ImageSample:
    """Return a raw picture whose noise depends on the camera and, unless the content is given, on the time."""
    random = np.random.default_rng([CAMERA_NAMES.index(camera), time if content is None else content])
    data = random.integers(0, 256, 12 * 9, dtype=np.uint8)
    return ImageSample(START + time * MS, camera, EncodedImage("mono8", data, 9, 12, 12))


def at(time: int) -> int:
    """Return the stamp of a time [ms]."""
    return START + time * MS


def gather(pipeline: DrivingPipeline, samples: Iterable[Sample]) -> list[PlanRequest]:
    """Push all samples, then flush; plan nothing yet."""
    requests = [request for sample in samples for request in pipeline.push(sample)]
    return requests + pipeline.flush()


def run(pipeline: DrivingPipeline, samples: Iterable[Sample]) -> list[PlanResult]:
    """Push all samples and plan as soon as a plan is due."""
    results = [pipeline.plan(request) for sample in samples for request in pipeline.push(sample)]
    return results + [pipeline.plan(request) for request in pipeline.flush()]


def by_time(results: Iterable[PlanResult]) -> dict[int, PlanResult]:
    """Return results by time [ms]."""
    return {(result.stamp_ns - START) // MS: result for result in results}


def plain(result: PlanResult) -> tuple[object, ...]:
    """Return everything in a result as values that compare with ``==``."""
    output = result.output
    if output is None:
        return (result.stamp_ns, result.report, None)
    decisions = [decision for decision in (output.view, *output.experts) if decision is not None]
    routed = [(d.scores_E.tobytes(), d.step_weights_SE.tobytes(), d.chosen, d.reason) for d in decisions]
    return (result.stamp_ns, result.report, output.waypoints_H2.tobytes(), routed)


def plain_request(request: PlanRequest) -> tuple[object, ...]:
    """Return everything that a plan is made of as values that compare with ``==``."""
    ego, before = request.ego, request.front_before
    moved: Mapping[str, object] = {} if isinstance(ego, NoHistory) else vars(ego)
    return (
        request.stamp_ns,
        request.pass_number,
        None if before is None else before.stamp_ns,
        {name: sample.stamp_ns for name, sample in request.views.items()},
        dict(request.inputs),
        {name: value.tobytes() if isinstance(value, np.ndarray) else value for name, value in moved.items()},
        None if request.goals is None else (request.goals.points_T2.tobytes(), request.goals.detail),
    )
