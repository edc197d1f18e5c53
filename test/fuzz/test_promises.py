"""Small inputs that promise, or unpack to, more than a machine has; each of them got through once."""

from __future__ import annotations

import base64
import bz2
import io
import json
import os
import pathlib
import sqlite3
import struct
import zipfile
from collections.abc import Callable

import lz4.frame  # type: ignore[import-untyped]
import pytest
from backports import zstd
from PIL import Image
from rosbags.rosbag2 import ReaderError

from drivemoe_ros.bags import inflate
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.errors import DriveMoeError, InputError, ParameterError
from drivemoe_ros.parameters.load import read_yaml

from .entry_points import ENTRY_POINTS
from .seeds import SEEDS, whole_bag
from .watch import complaint

HUNDRED_GB = 100 << 30
# MCAP: from the footer's offset of the summary to the file's end, before a record's content, and a record's kind.
FOOTER_BYTES, RECORD_BYTES, CHUNK_INDEX = 28, 9, 0x08


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


def named_twice() -> bytes:
    """An MCAP file whose index names its first chunk twice."""
    data = whole_bag(".mcap")
    (at,) = struct.unpack_from("<Q", data, len(data) - FOOTER_BYTES)
    while data[at] != CHUNK_INDEX:
        at += RECORD_BYTES + struct.unpack_from("<Q", data, at + 1)[0]
    record = data[at : at + RECORD_BYTES + struct.unpack_from("<Q", data, at + 1)[0]]
    return data[:at] + record + data[at:]


def metadata(line: str, other: str) -> bytes:
    text = SEEDS["metadata.yaml"]()[0].decode()
    assert line in text
    return text.replace(line, other, 1).encode()


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "scans": ("picture", progressive_stall),
    "pixels": ("raw picture", lambda: struct.pack("<BIII", 0, 1 << 20, 1 << 20, 3 << 20)),
    # Found by atheris: an encoding of control characters.
    "lines in an encoding": (
        "live picture",
        lambda: base64.b64decode("AQABAAAA8VNlAOH1FQcAAABjYW1lcmEAAAQAAAAAAAgKAgAAAEttKdwAAAAbSURBVHicYwwICFhCYII="),
    ),
    "texts in a fixed array": ("definition", lambda: b"\0string[999999999] x\n"),
    "shift": ("definition", lambda: b"\1module m { const long X = 1 << 99999999999; };"),
    "long definition": ("definition", lambda: b"\0" + b"string x 'y\n" * 100_000),
    "negative array": ("definition", lambda: b"\0uint8[-5] x\n"),
    "record": ("bag.mcap", mcap_promise),
    "index": ("bag.mcap", named_twice),
    "count that is no number": ("metadata.yaml", lambda: metadata("- message_count: ", "- message_count: x")),
    "topic that is no name": ("metadata.yaml", lambda: metadata("name: ", "name: 5 #")),
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


@pytest.mark.parametrize("kind", ["zstd", "lz4"])
def test_endless_empty_frames_are_refused(kind: str) -> None:
    frame = {"zstd": zstd.compress, "lz4": lz4.frame.compress}[kind](b"")
    with pytest.raises(ReaderError, match="frames of"):
        inflate.inflate(kind, frame * 1000)


def test_a_compressed_file_fills_no_disk(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "MAX_INFLATED_BYTES", 1 << 20)
    name = "drive_0.mcap"
    (tmp_path / f"{name}.zstd").write_bytes(zstd.compress(bytes(8 << 20)))
    text = metadata("compression_format: ''", "compression_format: zstd").decode()
    text = text.replace("compression_mode: ''", "compression_mode: FILE").replace(name, f"{name}.zstd")
    (tmp_path / "metadata.yaml").write_text(text)
    with pytest.raises(InputError, match="1000 times its size"), BagReader(tmp_path):
        pass


def test_what_publishers_offered_costs_nothing(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "bag.db3"
    path.write_bytes(whole_bag(".db3"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE topics SET offered_qos_profiles = ?", ("[" * 3000,))
    connection.close()
    assert complaint(ENTRY_POINTS["bag.db3"], path.read_bytes()) == ""
    with BagReader(path) as reader:
        assert len(list(reader.events())) > 0


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


PLAIN = "CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp, data)"
STRANGE = {
    "topic without a name": "INSERT INTO topics(id) VALUES (2); INSERT INTO messages VALUES (1, 1, 5, x'00')",
    "time with a fraction": "INSERT INTO messages VALUES (1, 1, 1.5, x'00')",
    "later time with a fraction": "INSERT INTO messages VALUES (1, 1, 5, x'00'), (2, 1, 6.5, x'00'), (3, 1, 8, x'00')",
    "text instead of bytes": "INSERT INTO messages VALUES (1, 1, 5, 'text')",
}
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


@pytest.mark.parametrize("what", [*COMPUTED, *STRANGE])
def test_a_database_that_computes_or_holds_other_kinds_is_refused(what: str, tmp_path: pathlib.Path) -> None:
    path = database(tmp_path / "bag.db3", COMPUTED[what] if what in COMPUTED else f"{PLAIN}; {STRANGE[what]}")
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
