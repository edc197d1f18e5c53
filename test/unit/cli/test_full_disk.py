"""A disk that is full while a drive is recorded: one sentence, its exit code, and nothing half-done under a name."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap

import pytest

from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.errors import OutputError

ROOT = pathlib.Path(__file__).resolve().parents[3]
FAMILY = "parking_exit/parallel_free"
SIZES = ("--size", "84", "--image-size", "28")

# The largest file size stands for the size of the disk: the system refuses the write in the same way.
WITH_LIMIT = textwrap.dedent("""
    import resource, sys
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
    from drivemoe_ros.cli.main import main
    sys.exit(main(sys.argv[2:]))
""")


def refused(limit_bytes: int, *words: str) -> str:
    """Run a command on a small disk, and return the one sentence that it ends with."""
    done = subprocess.run(
        [sys.executable, "-c", WITH_LIMIT, str(limit_bytes), *words],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == OutputError.exit_code, done.stderr
    (sentence,) = [line for line in done.stderr.splitlines() if line.strip()]
    assert sentence.startswith("drivemoe: ")
    assert "a fault of drivemoe itself" not in sentence
    return sentence


def files(folder: pathlib.Path) -> list[str]:
    """Return all files in a folder and below, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("command", ["drive", "record"])
def test_a_bag_that_does_not_fit_is_kept_as_incomplete(tmp_path: pathlib.Path, command: str) -> None:
    out = tmp_path / "out"
    if command == "drive":
        words = ["drive", FAMILY, "--driver", "expert", "--seeds", "0:2", "--bags", "--size", "224"]
    else:
        words = ["record", "--families", FAMILY, "--seeds", "0:2", "--format", "bag", "--size", "224"]
    sentence = refused(3_000_000, *words, "--out", str(out))
    stem = "parking_exit_parallel_free_0"
    assert "the file reached the largest size allowed" in sentence
    assert str(out / "bags" / f"{stem}.incomplete") in sentence
    # The second drive would fare no better and was not begun.
    assert files(out) == [f"bags/{stem}.incomplete/{name}" for name in ("metadata.yaml", f"{stem}.mcap")]
    with BagReader(out / "bags" / f"{stem}.incomplete") as reader:
        assert reader.damage == ""
        assert reader.duration_ns > 0


def test_a_log_that_does_not_fit_leaves_nothing(tmp_path: pathlib.Path) -> None:
    sentence = refused(2000, "drive", FAMILY, "--driver", "expert", "--seeds", "0", "--out", str(tmp_path / "out"))
    assert "cannot be written (File too large)" in sentence
    assert files(tmp_path / "out") == []


def test_samples_that_do_not_fit_leave_nothing(tmp_path: pathlib.Path) -> None:
    words = ["record", "--families", FAMILY, "--seeds", "0", "--format", "shards", *SIZES]
    sentence = refused(300_000, *words, "--out", str(tmp_path / "out"))
    assert "Cannot write samples to" in sentence
    assert files(tmp_path / "out") == []
