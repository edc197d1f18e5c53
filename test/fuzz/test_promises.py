"""Small inputs that promise, or unpack to, more than a machine has; each of them got through once."""

from __future__ import annotations

import bz2
import io
import json
import os
import pathlib
import sqlite3
import struct
import zipfile
from collections.abc import Callable

import pytest
from backports import zstd
from PIL import Image
from rosbags.rosbag2 import ReaderError

from drivemoe_ros.bags import inflate
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.errors import DriveMoeError, ParameterError
from drivemoe_ros.parameters.load import read_yaml

from .entry_points import ENTRY_POINTS
from .seeds import whole_bag
from .watch import complaint

HUNDRED_GB = 100 << 30


def progressive_stall() -> bytes:
    """A progressive JPEG whose last scan comes a thousand times."""
    out = io.BytesIO()
    Image.new("RGB", (1000, 1000)).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    return data[:-2] + data[data.rindex(b"\xff\xda") : -2] * 1000 + data[-2:]


def alias_bomb() -> bytes:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    return "\n".join(lines).encode()


def npy_promise() -> bytes:
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({HUNDRED_GB},), }}".ljust(117).encode() + b"\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("pictures.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    return out.getvalue()


def deep(opening: bytes) -> bytes:
    return opening * 100_000


def mcap_promise() -> bytes:
    data = bytearray(whole_bag(".mcap"))
    data[9:17] = struct.pack("<Q", HUNDRED_GB)
    return bytes(data)


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "scans": ("picture", progressive_stall),
    "pixels": ("raw picture", lambda: struct.pack("<BIII", 0, 1 << 20, 1 << 20, 3 << 20)),
    "texts in a fixed array": ("definition", lambda: b"\0string[999999999] x\n"),
    "shift": ("definition", lambda: b"\1module m { const long X = 1 << 99999999999; };"),
    "long definition": ("definition", lambda: b"\0" + b"string x 'y\n" * 100_000),
    "negative array": ("definition", lambda: b"\0uint8[-5] x\n"),
    "record": ("bag.mcap", mcap_promise),
    "aliases in metadata.yaml": ("metadata.yaml", lambda: b"compression_format: *a\n" + alias_bomb()),
    "aliases": ("parameters", alias_bomb),
    "aliases in a rig": ("rig", lambda: b"cameras: *i\n" + alias_bomb()),
    "nesting in YAML": ("parameters", lambda: deep(b"[")),
    "digits in YAML": ("parameters", lambda: b"/**: {ros__parameters: {seed: 0x" + b"f" * 50_000 + b"}}"),
    "nesting in labels": ("labels", lambda: deep(b'{"frames":')),
    "digits in a log": ("drive log", lambda: b'{"format": ' + b"9" * 5000 + b"}"),
    "nesting in a shard": ("shard.json", lambda: deep(b"[")),
    "shape": ("painted.npz", npy_promise),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_promise_is_refused_in_a_sentence(bomb: str, tmp_path: pathlib.Path) -> None:
    name, make = BOMBS[bomb]
    entry, data = ENTRY_POINTS[name], make()
    with pytest.raises(DriveMoeError):
        entry.run(data, tmp_path)
    assert complaint(entry, data) == ""


@pytest.mark.parametrize(("kind", "compress"), [("zstd", zstd.compress), ("bz2", bz2.compress)], ids=["zstd", "bz2"])
def test_what_unpacks_to_gigabytes_stops_at_the_limit(kind: str, compress: Callable[[bytes], bytes]) -> None:
    packed = compress(bytes(64 << 20))
    with pytest.raises(ReaderError, match="unpack to more than 1000 bytes"):
        inflate.inflate(kind, packed, 1000)
    twice = compress(b"one ") + compress(b"two")
    assert inflate.inflate(kind, twice) == b"one two"


TOPICS = """
    CREATE TABLE topics(
        id INTEGER PRIMARY KEY, name TEXT, type TEXT, serialization_format TEXT, offered_qos_profiles TEXT
    );
    INSERT INTO topics VALUES (1, '/a', 'std_msgs/msg/Empty', 'cdr', '')
"""


def database(path: pathlib.Path, statements: str) -> pathlib.Path:
    """Make a bag's database in which something is computed instead of stored."""
    with sqlite3.connect(path) as connection:
        connection.executescript(f"{TOPICS}; {statements}")
    connection.close()
    return path


COMPUTED = {
    "endless view": """
        CREATE VIEW messages AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT i AS id, 1 AS topic_id, i AS timestamp, x'00' AS data FROM n
    """,
    "endless view in place of the topics": """
        CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp INTEGER, data BLOB);
        ALTER TABLE topics RENAME TO held;
        CREATE VIEW topics AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT held.* FROM held, n
    """,
    "gigabyte in a column": """
        CREATE TABLE messages(
            id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp INTEGER, data BLOB AS (zeroblob(999999999))
        );
        INSERT INTO messages(topic_id, timestamp) VALUES (1, 5)
    """,
}


@pytest.mark.parametrize("what", COMPUTED)
def test_a_database_that_computes_is_refused(what: str, tmp_path: pathlib.Path) -> None:
    path = database(tmp_path / "bag.db3", COMPUTED[what])
    with pytest.raises(DriveMoeError), BagReader(path) as reader:
        list(reader.events())


def test_a_pipe_in_place_of_a_file_is_refused(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "endless.yaml")
    with pytest.raises(ParameterError, match="no ordinary file"):
        read_yaml(tmp_path / "endless.yaml")


def test_a_file_that_is_too_large_is_not_read(tmp_path: pathlib.Path) -> None:
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(HUNDRED_GB)  # takes no room on the disk
    with pytest.raises(ParameterError, match="at most"):
        read_yaml(tmp_path / "large.yaml")


def test_labels_of_hours_are_read(tmp_path: pathlib.Path) -> None:
    frames = {str(stamp): {"view": "back", "skill": "normal"} for stamp in range(36_000)}
    text = json.dumps({"format": "drivemoe labels 1", "frames": frames}, indent=1).encode()
    ENTRY_POINTS["labels"].run(text, tmp_path)
    assert len(text) < 16 << 20
