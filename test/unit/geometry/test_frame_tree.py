"""Frames are found through each other, whichever way the tree is hung up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.frame_tree import MAX_FRAMES, FrameTree, Quaternion, Transform, Vector

LEVEL: Quaternion = (0.0, 0.0, 0.0, 1.0)
LEFT: Quaternion = (0.0, 0.0, math.sqrt(0.5), math.sqrt(0.5))
lengths = st.floats(-50.0, 50.0)
parts = st.floats(-1.0, 1.0)
vectors = st.tuples(lengths, lengths, lengths)
turns = st.tuples(parts, parts, parts, parts).filter(lambda turn: max(map(abs, turn)) > 0.1)


def tree(*links: tuple[str, str, Vector, Quaternion]) -> FrameTree:
    found = FrameTree()
    for frame, parent, position_m, quaternion in links:
        found.put(frame, parent, position_m, quaternion, is_fixed=True)
    return found


def test_a_frame_is_found_through_those_between() -> None:
    frames = tree(("kit", "base_link", (1.0, 0.0, 2.0), LEFT), ("camera", "kit", (0.5, 0.0, 0.0), LEFT))
    found = frames.find("camera", "base_link")
    assert found is not None
    assert found.position_m == pytest.approx((1.0, 0.5, 2.0))
    assert found.quaternion_xyzw == pytest.approx((0.0, 0.0, 1.0, 0.0))


def test_a_base_that_hangs_beside_the_camera_is_found_through_their_common_parent() -> None:
    frames = tree(("base_link", "footprint", (0.0, 0.0, 0.3), LEFT), ("camera", "footprint", (0.0, 2.0, 1.3), LEVEL))
    found = frames.find("/camera", "/base_link")
    assert found is not None
    assert found.position_m == pytest.approx((2.0, 0.0, 1.0))


def test_where_the_base_moves_above_it_nothing_is_told() -> None:
    frames = FrameTree()
    frames.put("base_link", "map", (5.0, 0.0, 0.0), LEVEL, is_fixed=False)
    frames.put("camera", "map", (6.0, 0.0, 0.0), LEVEL, is_fixed=False)
    assert frames.find("camera", "base_link") is None
    frames.put("camera", "base_link", (1.0, 0.0, 0.0), LEVEL, is_fixed=False)
    assert frames.find("camera", "base_link") == Transform((1.0, 0.0, 0.0), LEVEL)


def test_unknown_frames_and_loops_give_nothing() -> None:
    frames = tree(("a", "b", (1.0, 0.0, 0.0), LEVEL), ("b", "a", (1.0, 0.0, 0.0), LEVEL))
    assert frames.find("camera", "a") is None
    assert frames.find("a", "camera") is None
    assert frames.find("b", "a") is not None


@given(one=vectors, turn=turns, other=vectors, other_turn=turns)
def test_the_way_back_is_the_inverse(one: Vector, turn: Quaternion, other: Vector, other_turn: Quaternion) -> None:
    frames = tree(("kit", "base_link", one, turn), ("camera", "kit", other, other_turn))
    there, back = frames.find("camera", "base_link"), frames.find("base_link", "camera")
    assert there is not None
    assert back is not None
    around = there @ back
    assert around.position_m == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)
    assert abs(around.quaternion_xyzw[3]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("position_m", "quaternion"),
    [((math.nan, 0.0, 0.0), LEVEL), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)), ((0.0, 0.0, 0.0), (0, 0, 0, math.inf))],
)
def test_a_transform_that_is_none_is_refused(position_m: Vector, quaternion: Quaternion) -> None:
    frames = FrameTree()
    with pytest.raises(InputError, match="from 'base_link' to 'camera'"):
        frames.put("camera", "base_link", position_m, quaternion, is_fixed=True)
    assert frames.find("camera", "base_link") is None


def test_frames_without_end_are_refused_and_known_ones_still_taken() -> None:
    frames = FrameTree()
    for number in range(MAX_FRAMES):
        frames.put(f"frame{number}", "base_link", (1.0, 0.0, 0.0), LEVEL, is_fixed=False)
    with pytest.raises(InputError, match="more than 10000 frames"):
        frames.put("one_more", "base_link", (1.0, 0.0, 0.0), LEVEL, is_fixed=False)
    frames.put("frame0", "base_link", (2.0, 0.0, 0.0), LEVEL, is_fixed=False)
    assert frames.find("frame0", "base_link") == Transform((2.0, 0.0, 0.0), LEVEL)
