"""What every refusal has in common: one sentence, a documented exit code, nothing half-done."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable

import pytest

DONE, PARAMETER, INPUT, CHECKPOINT, OUTPUT, INTERRUPTED = 0, 2, 3, 4, 6, 130
not_as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")

# Runs `drivemoe`: exit code wanted, then words; returns the sentence.
Refuse = Callable[..., str]


def the_sentence(stderr: str) -> str:
    """Check that standard error holds one sentence of ours and nothing else."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    assert len(lines) == 1, stderr
    assert lines[0].startswith("drivemoe: ")
    assert lines[0].endswith(".")
    assert "Traceback" not in lines[0]
    assert "a fault of drivemoe itself" not in lines[0]
    return lines[0].removeprefix("drivemoe: ")


def left(folder: pathlib.Path) -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
