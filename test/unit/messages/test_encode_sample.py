"""What the built-in world sends is read back as it was."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data.samples import (
    CameraInfoSample,
    EncodedImage,
    ImageSample,
    ImuSample,
    OdometrySample,
    RouteSample,
    Sample,
)
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.messages.encode_sample import encode_sample
from drivemoe_ros.parameters.rig import load_rig

RIG = load_rig("carla")
STAMP_NS = 1_700_000_000_123_456_789


def came_back(sample: Sample) -> Sample:
    """Return what a subscriber makes of a sample's message."""
    topic, type_name, message = encode_sample(sample, RIG, BagMessageFactory())
    store = output_typestore()
    received = store.deserialize_cdr(store.serialize_cdr(message, type_name), type_name)
    return DECODERS[type_name](received, RIG.topics()[topic.removesuffix("/compressed")])


@pytest.mark.parametrize(
    "sample",
    [
        OdometrySample(STAMP_NS, "map", 12.5, -3.25, 2.0, (5.0, 0.25, 0.0), (0.0, 0.0, -0.5)),
        ImuSample(STAMP_NS, (0.5, -1.0, 9.81), (0.0, 0.0, 0.25)),
        CameraInfoSample(STAMP_NS, "back_left", 224, 224, 160.0, 284.0, 112.0, 112.0),
    ],
)
def test_plain_samples_come_back(sample: Sample) -> None:
    got = came_back(sample)
    assert type(got) is type(sample)
    for field in dataclasses.fields(sample):
        assert getattr(got, field.name) == pytest.approx(getattr(sample, field.name)), field.name


@pytest.mark.parametrize(("encoding", "size"), [("rgb8", (2, 3, 9)), ("jpeg", (0, 0, 0))])
def test_pictures_come_back(encoding: str, size: tuple[int, int, int]) -> None:
    data = np.frombuffer(b"\xff\xd8\xff" + bytes(range(15)), np.uint8)
    got = came_back(ImageSample(STAMP_NS, "front_left", EncodedImage(encoding, data, *size)))
    assert isinstance(got, ImageSample)
    assert (got.stamp_ns, got.camera, got.image.encoding) == (STAMP_NS, "front_left", encoding)
    assert (got.image.height, got.image.width, got.image.step) == size
    np.testing.assert_array_equal(got.image.data_bytes, data)


@pytest.mark.parametrize(("num", "is_goal"), [(3, False), (0, False), (1, True)])
def test_routes_and_goals_come_back(num: int, *, is_goal: bool) -> None:
    points_N2 = np.arange(2.0 * num).reshape(num, 2)
    got = came_back(RouteSample(STAMP_NS, "map", points_N2, is_goal))
    assert isinstance(got, RouteSample)
    assert (got.stamp_ns, got.frame_id, got.is_goal) == (STAMP_NS, "map", is_goal)
    np.testing.assert_array_equal(got.points_N2, points_N2)
