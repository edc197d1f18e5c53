"""The table of what late plans cost: what was driven is reused, and never for something else."""

from __future__ import annotations

import pathlib

import pytest

from tools.latency_table import main

FAMILY = "parking_exit/parallel_free"


def words(work: pathlib.Path, seeds: str) -> list[str]:
    # The expert makes no plans, so that only the row without delay can be driven by it.
    return [FAMILY, "--driver", "expert", "--delays", "0", "--workers", "1", "--seeds", seeds, "--work", str(work)]


def test_a_row_is_driven_once_and_only_stands_for_what_was_driven(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words(tmp_path, "0")) == 0
    table = capfd.readouterr().out.splitlines()[-3:]
    assert table[0].startswith("| delay (ms) | made up for | drives | driving score |")
    assert table[2].startswith("| 0 | - | 1 | 100.0 |")
    driven_ns = (tmp_path / "0_made_up" / "scores.json").stat().st_mtime_ns
    assert main(words(tmp_path, "0")) == 0
    assert capfd.readouterr().out.splitlines() == table
    assert main(words(tmp_path, "0:2")) == 2
    said = capfd.readouterr()
    assert "0_made_up holds other drives than are asked for" in said.err
    assert said.out == ""
    assert (tmp_path / "0_made_up" / "scores.json").stat().st_mtime_ns == driven_ns


def test_a_drive_that_cannot_be_ends_the_table_in_sentences(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*words(tmp_path, "0"), "--workers", "0"]) == 1
    first, second = capfd.readouterr().err.splitlines()
    assert "--workers is 0" in first
    assert "`drivemoe drive` ended with exit code 2" in second
