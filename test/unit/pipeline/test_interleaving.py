"""What is planned does not depend on how the topics interleave; random orders are drawn from a fixed seed.

The promise holds while each topic is in order and nothing is later than ``sync.max_wait_s``: when a front picture
comes, everything stamped that much earlier has come. Odometry and IMU are needed up to one of their periods beyond the
picture, so they may be late by that much less.
"""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.data.samples import Sample
from drivemoe_ros.data.state import InputCondition

from .conftest import MakePipeline
from .drive import MS, Drive, at, gather, picture, plain, plain_request, run

MAX_DELAY_MS = {"odometry": 149, "imu": 149}
SETTINGS = settings(max_examples=60)


def speed(time: int) -> float:
    """Stand for half a second, then drive off: what is frozen depends on when exactly."""
    return min(max(0.0, 0.008 * (time - 500)), 4.0)


def time_ms(sample: Sample) -> int:
    """Return when a sample of the drive was taken [ms]."""
    assert sample.stamp_ns is not None
    return (sample.stamp_ns - at(0)) // MS


def topics() -> dict[str, list[Sample]]:
    """Return a drive in which one camera is frozen, one drops pictures and one is dead."""
    made = Drive(length=1300, speed_mps=speed).topics()
    made["back"] = [picture("back", time_ms(s), content=0) for s in made["back"]]
    made["front_left"] = [s for s in made["front_left"] if time_ms(s) not in {500, 900}]
    made["back_left"] = []
    return made


def merge(delays_ms: Mapping[str, list[int]]) -> list[Sample]:
    """Order samples by arrival: each is late by its own delay, but never overtakes the one before in its topic."""
    arrivals = []
    for topic, samples in topics().items():
        clock = 0
        for sample, delay_ms in zip(samples, delays_ms[topic], strict=True):
            late_ms = min(delay_ms, MAX_DELAY_MS.get(topic, 199)) if topic != "route" else 0
            clock = max(clock, at(time_ms(sample) + late_ms))
            arrivals.append((clock, sample))
    return [sample for _, sample in sorted(arrivals, key=lambda pair: pair[0])]


def arrivals() -> st.SearchStrategy[list[Sample]]:
    delay = st.sampled_from((0, 1, 30, 60, 99, 101, 148, 198)) | st.integers(0, 199)
    drawn = {topic: st.lists(delay, min_size=len(s), max_size=len(s)) for topic, s in topics().items()}
    return st.fixed_dictionaries(drawn).map(merge)


def in_order() -> list[Sample]:
    return merge({topic: [0] * len(samples) for topic, samples in topics().items()})


@given(arrivals())
@SETTINGS
def test_requests_do_not_depend_on_the_order_of_arrival(make_pipeline: MakePipeline, samples: list[Sample]) -> None:
    usual = [plain_request(request) for request in gather(make_pipeline(), in_order())]
    assert [plain_request(request) for request in gather(make_pipeline(), samples)] == usual


def test_the_drive_of_this_test_has_what_it_is_about(make_pipeline: MakePipeline) -> None:
    requests = gather(make_pipeline(), in_order())
    assert [request.stamp_ns for request in requests] == [at(time) for time in range(0, 1300, 100)]
    assert requests[4].front_before is not None
    assert requests[-1].inputs["back"].condition is InputCondition.FROZEN
    assert requests[-1].inputs["back_left"].condition is InputCondition.MISSING
    assert "front_left" not in requests[9].views


def test_plans_do_not_depend_on_the_order_of_arrival(make_pipeline: MakePipeline) -> None:
    late = {topic: [199 * (topic > "c")] * len(samples) for topic, samples in topics().items()}
    results = [run(make_pipeline(), samples) for samples in (in_order(), merge(late))]
    waypoints = [[plain(result)[2:] for result in each] for each in results]
    assert waypoints[0] == waypoints[1]
    assert sum(result.output is not None for result in results[0]) == 9
