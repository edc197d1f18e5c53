"""Whatever bytes come from outside: an error in one sentence, soon, and without much memory."""

from __future__ import annotations

import pathlib
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from . import checkpoint_entry_points, entry_points
from .watch import complaint

ENTRY_POINTS = {**entry_points.ENTRY_POINTS, **checkpoint_entry_points.ENTRY_POINTS}
HUGE = (struct.pack("<Q", 100 << 30), b"\xff" * 4, b"\xff" * 8, b"\x7f\xff\xff\xff", b"9" * 20, b"1e999", b"[" * 9999)
SLOW = {"definition", "bag.mcap", "metadata.yaml", "bag.db3", "bag.bag", "parameters", "manifest.json"}


@st.composite
def damaged(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Draw a valid input with some bytes flipped, cut, doubled, inserted, or replaced by numbers of huge sizes."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from((0, 1, 4, 8, 100, len(data)))))
        kind = draw(st.sampled_from(("flip", "cut", "double", "insert", "huge")))
        if kind == "flip" and start < len(data):
            data[start] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[start:end]
        elif kind == "double":
            data[start:start] = data[start:end]
        elif kind == "insert":
            data[start:start] = draw(st.binary(max_size=16))
        elif kind == "huge":
            huge = draw(st.sampled_from(HUGE))
            data[start : start + len(huge)] = huge
    return bytes(data)


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_valid_input_is_read(name: str, tmp_path: pathlib.Path) -> None:
    ENTRY_POINTS[name].run(ENTRY_POINTS[name].seeds[0], tmp_path)


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_damaged_input_leads_to_a_sentence(name: str) -> None:
    entry = ENTRY_POINTS[name]
    complaint(entry, entry.seeds[0])  # what is made once costs more

    @settings(max_examples=10 if name in SLOW else 40)
    @given(st.one_of(st.binary(max_size=200), damaged(entry.seeds), damaged(entry.seeds)))
    @example(b"")
    def check(data: bytes) -> None:
        assert complaint(entry, data) == ""

    check()
