"""Pictures viewed in the received bytes are those that rclpy would deserialise; cut-off bytes are one sentence."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("rclpy")

from rclpy.serialization import serialize_message
from sensor_msgs.msg import CompressedImage, Image

from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import image_from_raw
from drivemoe_ros.nodes.raw_image import view_compressed_image, view_image

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
seconds = st.integers(-(2**31), 2**31 - 1)
unsigned = st.integers(0, 2**32 - 1)
data = st.binary(max_size=200)


def header_of(message: Any) -> tuple[int, int, str]:  # noqa: ANN401
    return message.header.stamp.sec, message.header.stamp.nanosec, message.header.frame_id


@st.composite
def images(draw: st.DrawFn) -> Image:
    message = Image(height=draw(unsigned), width=draw(unsigned), step=draw(unsigned), encoding=draw(texts))
    message.header.stamp.sec, message.header.stamp.nanosec = draw(seconds), draw(unsigned)
    message.header.frame_id, message.is_bigendian, message.data = draw(texts), draw(st.integers(0, 255)), draw(data)
    return message


@st.composite
def compressed_images(draw: st.DrawFn) -> CompressedImage:
    message = CompressedImage(format=draw(texts), data=draw(data))
    message.header.stamp.sec, message.header.stamp.nanosec = draw(seconds), draw(unsigned)
    message.header.frame_id = draw(texts)
    return message


def big_endian(message: Image) -> bytes:
    """Serialise an image as a big-endian sender does."""
    out = bytearray(b"\x00\x00\x00\x00")

    def align() -> None:
        out.extend(b"\x00" * (-len(out) % 4))

    def text(value: str) -> None:
        encoded = value.encode() + b"\x00"
        align()
        out.extend(struct.pack(">I", len(encoded)) + encoded)

    out.extend(struct.pack(">iI", message.header.stamp.sec, message.header.stamp.nanosec))
    text(message.header.frame_id)
    align()
    out.extend(struct.pack(">II", message.height, message.width))
    text(message.encoding)
    out.append(message.is_bigendian)
    align()
    out.extend(struct.pack(">II", message.step, len(message.data)) + bytes(message.data))
    return bytes(out)


@given(images())
def test_a_viewed_image_equals_the_message_in_both_byte_orders(message: Image) -> None:
    for received in (serialize_message(message), big_endian(message)):
        viewed = view_image(received, "front")
        assert header_of(viewed) == header_of(message)
        for name in ("height", "width", "step", "encoding", "is_bigendian"):
            assert getattr(viewed, name) == getattr(message, name)
        assert viewed.data.tobytes() == bytes(message.data)


@given(compressed_images())
def test_a_viewed_compressed_image_equals_the_message(message: CompressedImage) -> None:
    viewed = view_compressed_image(serialize_message(message), "front")
    assert header_of(viewed) == header_of(message)
    assert viewed.format == message.format
    assert viewed.data.tobytes() == bytes(message.data)


@given(images(), st.data())
def test_bytes_that_are_cut_off_are_refused_in_one_sentence(message: Image, draw: st.DataObject) -> None:
    message.data = b"\x01\x02\x03\x04"
    whole = serialize_message(message)
    end = whole.rindex(b"\x01\x02\x03\x04") + 4
    length = draw.draw(st.integers(0, end - 1))
    with pytest.raises(InputError, match="front"):
        view_image(whole[:length], "front")


@given(st.binary(max_size=100), st.sampled_from([view_image, view_compressed_image]))
def test_any_bytes_are_viewed_or_refused(received: bytes, view: Callable[[bytes, str], Any]) -> None:
    sizes = []
    with contextlib.suppress(InputError):
        sizes.append(view(received, "front").data.size)
    assert all(size <= len(received) for size in sizes)


def test_the_bytes_are_shared_and_the_sample_is_that_of_the_message() -> None:
    message = Image(height=2, width=3, step=9, encoding="bgr8", data=bytes(range(18)))
    message.header.stamp.sec = 7
    received = serialize_message(message)
    viewed = view_image(received, "front")
    assert np.shares_memory(viewed.data, np.frombuffer(received, np.uint8))
    sample = image_from_raw(viewed, "front")
    usual = image_from_raw(message, "front")
    assert sample.stamp_ns == usual.stamp_ns == 7_000_000_000
    assert sample.image.same_picture(usual.image)
