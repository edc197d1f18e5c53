"""Pictures straight from the bytes that DDS delivered, without deserialising them.

A 1600 x 900 picture costs 0.3 to 0.5 ms to deserialise and a few microseconds to view. What is read here has the
attributes of ``sensor_msgs/Image`` and ``sensor_msgs/CompressedImage``, so ``messages.decode`` takes it for one.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Second byte of the encapsulation header. Plain CDR, and its second version, which differs only for 8-byte numbers.
BYTE_ORDERS = {b"\x00\x00": ">", b"\x00\x01": "<", b"\x00\x06": ">", b"\x00\x07": "<"}
ENCAPSULATION_BYTES = 4


class Stamp(NamedTuple):
    """``builtin_interfaces/Time``."""

    sec: int
    nanosec: int


class Header(NamedTuple):
    """``std_msgs/Header``."""

    stamp: Stamp
    frame_id: str


class RawImage(NamedTuple):
    """``sensor_msgs/Image`` whose data is a view into the received bytes."""

    header: Header
    height: int
    width: int
    encoding: str
    is_bigendian: int
    step: int
    data: NDArray[np.uint8]


class RawCompressedImage(NamedTuple):
    """``sensor_msgs/CompressedImage`` whose data is a view into the received bytes."""

    header: Header
    format: str
    data: NDArray[np.uint8]


def view_image(received: bytes, name: str) -> RawImage:
    """View a serialised ``sensor_msgs/Image``.

    Args:
        received: The bytes, encapsulation header included.
        name: Camera, for the sentence.

    Returns:
        The fields; ``data`` shares memory with ``received`` and keeps it alive.

    Raises:
        InputError: If the bytes are cut off or in no encoding known here.
    """
    cursor = _Cursor(received, name)
    header = cursor.header()
    height, width = cursor.unsigned(), cursor.unsigned()
    encoding = cursor.text()
    is_bigendian = cursor.octet()
    return RawImage(header, height, width, encoding, is_bigendian, cursor.unsigned(), cursor.octets())


def view_compressed_image(received: bytes, name: str) -> RawCompressedImage:
    """View a serialised ``sensor_msgs/CompressedImage``.

    Args:
        received: The bytes, encapsulation header included.
        name: Camera, for the sentence.

    Returns:
        The fields; ``data`` shares memory with ``received`` and keeps it alive.

    Raises:
        InputError: If the bytes are cut off or in no encoding known here.
    """
    cursor = _Cursor(received, name)
    return RawCompressedImage(cursor.header(), cursor.text(), cursor.octets())


class _Cursor:
    """Reads one field after the other; alignment counts from the end of the encapsulation header, itself aligned."""

    def __init__(self, received: bytes, name: str) -> None:
        self._received = received
        self._name = name
        self._at = ENCAPSULATION_BYTES
        order = BYTE_ORDERS.get(bytes(received[:2]))
        if order is None or len(received) < ENCAPSULATION_BYTES:
            msg = (
                f"A message of {name} begins with bytes {bytes(received[:2]).hex() or 'none'}, but plain CDR "
                "(0000 or 0001) is needed; let its sender use a standard ROS 2 middleware."
            )
            raise InputError(msg)
        self._unsigned = struct.Struct(f"{order}I")
        self._stamp = struct.Struct(f"{order}iI")

    def header(self) -> Header:
        at = self._take(self._stamp.size)
        return Header(Stamp(*self._stamp.unpack_from(self._received, at)), self.text())

    def unsigned(self) -> int:
        self._at += -self._at % 4
        value: int = self._unsigned.unpack_from(self._received, self._take(4))[0]
        return value

    def octet(self) -> int:
        return self._received[self._take(1)]

    def text(self) -> str:
        size = self.unsigned()
        at = self._take(size)
        return bytes(self._received[at : at + size]).removesuffix(b"\x00").decode("utf-8", "replace")

    def octets(self) -> NDArray[np.uint8]:
        size = self.unsigned()
        at = self._take(size)
        return np.frombuffer(self._received, np.uint8, size, at) if size else np.empty(0, np.uint8)

    def _take(self, size: int) -> int:
        at = self._at
        self._at += size
        if self._at > len(self._received):
            msg = (
                f"A message of {self._name} ends after {len(self._received)} bytes, but its fields need "
                f"{self._at}; check its sender and the network between."
            )
            raise InputError(msg)
        return at
