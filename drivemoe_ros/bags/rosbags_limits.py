"""Bounds what rosbags does for as long as a file asks for it; there is no other way in than its modules' own names."""

from __future__ import annotations

from functools import partial

from rosbags.rosbag2 import reader, storage_mcap, storage_sqlite3

from drivemoe_ros.bags.inflate import UnpackedFile, inflate


class _BoundedZstd:
    open = UnpackedFile
    decompress = staticmethod(partial(inflate, "zstd"))


def bound_rosbags() -> None:
    """Let rosbags inflate up to limits, and parse nothing that is not used here."""
    # Called with a chunk's bytes and the size that the chunk promises.
    storage_mcap.DECOMPRESSORS.update({kind: partial(inflate, kind) for kind in ("zstd", "lz4")})
    vars(reader)["zstd"] = _BoundedZstd
    for module in (reader, storage_mcap, storage_sqlite3):
        vars(module)["parse_qos"] = _no_offers


def _no_offers(_: object) -> list[object]:
    """Return what publishers offered as if it were nothing: two kilobytes of it can take seconds to parse."""
    return []
