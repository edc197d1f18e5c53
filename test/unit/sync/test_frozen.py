"""When a camera that shows the same picture is called frozen."""

import numpy as np

from drivemoe_ros.data.cameras import FRONT, CameraSet
from drivemoe_ros.data.samples import EncodedImage, ImageSample
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.sync.frozen import FrozenDetector

PARAMETERS = SupervisionParameters(frozen_pictures=3, moving_mps=0.5)
INTERVAL_NS = 100_000_000


def camera_set(index: int, value: int, stamp_index: int | None = None, *, last_byte: int = 0) -> CameraSet:
    """A set whose only picture has every byte but the last equal to ``value``."""
    data = np.full(1000, value, dtype=np.uint8)
    data[-1] = last_byte
    stamp_ns = INTERVAL_NS * (index if stamp_index is None else stamp_index)
    sample = ImageSample(stamp_ns, FRONT, EncodedImage("mono8", data, 10, 100, 100))
    return CameraSet(INTERVAL_NS * index, {FRONT: sample}, {})


def frozen_at(detector: FrozenDetector, sets: list[CameraSet], speed_mps: float | None) -> list[bool]:
    return [FRONT in detector.update(one, speed_mps) for one in sets]


def test_the_same_picture_under_new_stamps_is_frozen_when_moving() -> None:
    detector = FrozenDetector(PARAMETERS)
    assert frozen_at(detector, [camera_set(i, 7) for i in range(1, 6)], 5.0) == [False, False, True, True, True]
    status = detector.update(camera_set(6, 7), 5.0)[FRONT]
    assert status.condition is InputCondition.FROZEN
    assert status.age_ns == 0
    assert status.detail == "same picture 6 times in a row while moving"


def test_the_same_picture_is_not_frozen_while_standing_or_when_the_speed_is_unknown() -> None:
    sets = [camera_set(i, 7) for i in range(1, 20)]
    assert not any(frozen_at(FrozenDetector(PARAMETERS), sets, 0.1))
    assert not any(frozen_at(FrozenDetector(PARAMETERS), sets, None))


def test_pictures_shown_while_standing_do_not_count_when_it_moves_off() -> None:
    detector = FrozenDetector(PARAMETERS)
    frozen_at(detector, [camera_set(i, 7) for i in range(1, 20)], 0.0)
    assert frozen_at(detector, [camera_set(i, 7) for i in range(20, 23)], 2.0) == [False, False, True]


def test_a_frozen_camera_stays_frozen_at_a_standstill_until_its_picture_changes() -> None:
    detector = FrozenDetector(PARAMETERS)
    frozen_at(detector, [camera_set(i, 7) for i in range(1, 5)], 5.0)
    assert frozen_at(detector, [camera_set(5, 7), camera_set(6, 8)], 0.0) == [True, False]


def test_reversing_is_moving() -> None:
    assert frozen_at(FrozenDetector(PARAMETERS), [camera_set(i, 7) for i in range(1, 4)], -2.0)[-1]


def test_pictures_that_differ_in_one_byte_are_not_the_same() -> None:
    sets = [camera_set(i, 7, last_byte=i) for i in range(1, 10)]
    assert not any(frozen_at(FrozenDetector(PARAMETERS), sets, 5.0))


def test_one_picture_that_serves_several_sets_is_not_frozen() -> None:
    sets = [camera_set(i, 7, stamp_index=1) for i in range(1, 10)]
    assert not any(frozen_at(FrozenDetector(PARAMETERS), sets, 5.0))


def test_a_jump_back_starts_anew() -> None:
    detector = FrozenDetector(PARAMETERS)
    frozen_at(detector, [camera_set(i, 7) for i in range(10, 15)], 5.0)
    assert frozen_at(detector, [camera_set(i, 7) for i in range(1, 4)], 5.0) == [False, False, True]
