"""Training samples are what driving would have seen, with what the vehicle then did."""

from __future__ import annotations

import numpy as np
import pytest

from drivemoe_ros.data.cameras import CAMERA_NAMES, CANDIDATE_VIEWS
from drivemoe_ros.data.labels import Label
from drivemoe_ros.data.samples import EncodedImage, ImageSample, ImuSample, OdometrySample, RouteSample, Sample
from drivemoe_ros.errors import InputError
from drivemoe_ros.parameters.schema import Parameters
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.training.harvest import Harvester, Source, harvest
from drivemoe_ros.training.sample import TrainingSample

MS = 1_000_000
START_NS = 1_700_000_000_000_000_000
SPEED_MPS, YAW_RATE_RADPS = 6.0, 0.2
SOURCE = Source("circle", 7)
LABEL = Label("merging", "front_left")
# A picture here is one colour that tells camera and time, so it may show nothing.
PARAMETERS = Parameters(supervision=SupervisionParameters(black_level=0.0, uniform_spread=0.0))


def picture(camera: str, time: int) -> ImageSample:
    rgb_HW3 = np.full((12, 16, 3), 10 * CAMERA_NAMES.index(camera) + time // 100 % 10, np.uint8)
    return ImageSample(START_NS + time * MS, camera, EncodedImage("rgb8", rgb_HW3.reshape(-1), 12, 16, 48))


def odometry(time: int) -> OdometrySample:
    # A circle to the left.
    yaw_rad = YAW_RATE_RADPS * time * 1e-3
    radius_m = SPEED_MPS / YAW_RATE_RADPS
    x_m, y_m = 100.0 + radius_m * np.sin(yaw_rad), 50.0 + radius_m * (1.0 - np.cos(yaw_rad))
    turning = (0.0, 0.0, YAW_RATE_RADPS)
    return OdometrySample(START_NS + time * MS, "map", x_m, y_m, yaw_rad, (SPEED_MPS, 0.0, 0.0), turning)


def drive(length: int = 2500, without: str = "") -> list[Sample]:
    """Return a drive as a vehicle sends it, times in milliseconds."""
    route_N2 = np.array([[100.0 + x, 50.0] for x in range(0, 60, 2)], np.float64)
    samples: list[Sample] = [RouteSample(START_NS, "map", route_N2)]
    for time in range(0, length + 1, 50):
        samples += [odometry(time), ImuSample(START_NS + time * MS, (0.0, 1.2, 9.81), (0.0, 0.0, YAW_RATE_RADPS))]
        if time % 100 == 0:
            samples += [picture(camera, time) for camera in CAMERA_NAMES if camera != without]
    return samples


def labels(length: int = 2500, label: Label = LABEL) -> dict[int, Label]:
    return {START_NS + time * MS: label for time in range(0, length + 1, 100)}


def stamp_ms(sample: TrainingSample) -> int:
    return (int(sample.ego.stamps_ns_T[-1]) - START_NS) // MS


def whole(samples: list[Sample], known: dict[int, Label]) -> list[TrainingSample]:
    return list(harvest(samples, known, Harvester(PARAMETERS, 8, SOURCE)))


def test_every_picture_with_history_and_future_is_harvested() -> None:
    harvested = whole(drive(), labels())
    stamps = [stamp_ms(sample) for sample in harvested]
    assert stamps == list(range(400, 1601, 100))


def test_the_future_is_where_the_vehicle_went() -> None:
    sample = whole(drive(), labels())[3]
    angle_H = YAW_RATE_RADPS * 0.1 * np.arange(10)
    radius_m = SPEED_MPS / YAW_RATE_RADPS
    expected_H2 = radius_m * np.stack([np.sin(angle_H), 1.0 - np.cos(angle_H)], axis=1)
    np.testing.assert_allclose(sample.future_H2, expected_H2, atol=1e-6)


def test_a_future_that_is_told_counts_more_than_the_one_that_was_driven() -> None:
    told_H2 = np.stack([np.linspace(0.0, 3.0, 10), np.zeros(10)], axis=1)
    harvester = Harvester(PARAMETERS, 8, SOURCE, {START_NS + 800 * MS: told_H2})
    futures = {stamp_ms(sample): sample.future_H2 for sample in harvest(drive(), labels(), harvester)}
    np.testing.assert_array_equal(futures[800], told_H2)
    np.testing.assert_array_equal(futures[900], whole(drive(), labels())[5].future_H2)


def test_a_sample_holds_all_pictures_at_the_policys_size() -> None:
    sample = whole(drive(), labels())[0]
    assert sample.front_now_SS3.shape == (8, 8, 3)
    assert int(sample.front_now_SS3[0, 0, 0]) == 4
    assert int(sample.front_before_SS3[0, 0, 0]) == 3
    cameras = [CAMERA_NAMES[int(view[0, 0, 0]) // 10] for view in sample.views_VSS3]
    assert cameras == list(CANDIDATE_VIEWS)
    assert (sample.skill, sample.view) == ("merging", "front_left")
    assert (sample.family, sample.seed, sample.weight) == ("circle", 7, 1.0)


def test_only_usable_labels_are_learnt_from() -> None:
    known = labels()
    known[START_NS + 800 * MS] = Label("normal", "back", usable=False)
    del known[START_NS + 900 * MS]
    harvester = Harvester(PARAMETERS, 8, SOURCE)
    harvested = [got for sample in drive() for got in harvester.push(sample, known)]
    stamps = [stamp_ms(sample) for sample in harvested]
    assert 800 not in stamps
    assert 900 not in stamps
    assert harvester.tally.dropped["labelled as nothing to learn from"] == 1
    assert harvester.tally.dropped["no label"] == 1


def test_without_one_of_the_cameras_there_is_nothing_to_choose_from() -> None:
    with pytest.raises(InputError, match="no picture of back_left"):
        whole(drive(without="back_left"), labels())


def test_without_a_route_there_is_no_goal_to_learn() -> None:
    with pytest.raises(InputError, match="22 x no route"):
        whole(drive()[1:], labels())


def test_labels_of_another_drive_are_told() -> None:
    told = rf"None of the 1 labels \(1 to 1\) has the stamp of one of the 26 front pictures \({START_NS} to "
    with pytest.raises(InputError, match=told):
        whole(drive(), {1: LABEL})


def test_what_was_given_and_what_not_is_counted() -> None:
    harvester = Harvester(PARAMETERS, 8, SOURCE)
    known = {**labels(), 1: LABEL, 2: LABEL}
    assert len(list(harvest(drive(), known, harvester))) == harvester.tally.samples == 13
    assert harvester.tally.skills == {"merging": 13}
    assert harvester.tally.views == {"front_left": 13}
    assert harvester.tally.dropped["label whose stamp no front picture has"] == 2
    assert harvester.tally.dropped["the drive ends within the horizon"] == 9


def test_a_drive_that_begins_anew_gives_no_future_to_the_one_before() -> None:
    harvester = Harvester(PARAMETERS, 8, SOURCE)
    harvested = list(harvest([*drive(), *drive(4000)], labels(4000), harvester))
    assert [stamp_ms(sample) for sample in harvested] == [*range(400, 1601, 100), *range(400, 3101, 100)]
    assert harvester.tally.dropped["the clock jumps back within the horizon"] == 9


def test_a_gap_in_odometry_costs_only_what_it_touches() -> None:
    samples = [
        sample
        for sample in drive(4000)
        if not (isinstance(sample, OdometrySample) and 1800 < (sample.stamp_ns - START_NS) // MS < 2400)
    ]
    stamps = [stamp_ms(got) for got in whole(samples, labels(4000))]
    assert 900 in stamps
    assert not any(900 < stamp < 2800 for stamp in stamps)
    assert 2800 in stamps
