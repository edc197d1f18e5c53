"""Outputs that cannot be written: what was written before stays readable, and nothing half-done has its name."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import threading
import time

from .altered_bags import FRONT_TOPIC
from .refusals import DONE, INTERRUPTED, OUTPUT, Refuse, left, not_as_root, the_sentence
from .replays import OUTPUT_TYPES, ROOT, digests, read_messages, replay
from .tiny_bags import TinyBag, write_tiny_bag

STATE, TRAJECTORY, *_ = OUTPUT_TYPES

WITH_LIMIT = textwrap.dedent("""
    import resource, sys
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
    from drivemoe_ros.cli.main import main
    sys.exit(main(sys.argv[2:]))
""")


def test_a_full_disk_keeps_what_was_written_before(tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", TinyBag(duration_s=1.0, width=320, height=240))
    words = ["replay", str(bag), "--output", str(out), "--copy", "*"]
    done = subprocess.run(
        [sys.executable, "-c", WITH_LIMIT, "8000000", *words],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == OUTPUT
    sentence = the_sentence(done.stderr)
    assert "the file reached the largest size allowed" in sentence
    assert str(out.with_name("plans.incomplete")) in sentence
    assert left(out.parent) == ["plans.incomplete"]
    messages = read_messages(out.with_name("plans.incomplete"))
    assert 1 <= len(messages[FRONT_TOPIC]) < 10
    assert messages[STATE]


def test_an_output_that_exists_is_kept(refuse: Refuse, drive: pathlib.Path, out: pathlib.Path) -> None:
    assert replay(drive, out, "--duration", "0.5") == DONE
    before = digests(out)
    assert "exists already and is kept" in refuse(OUTPUT, "replay", drive, "--output", out)
    assert digests(out) == before
    assert replay(drive, out, "--overwrite") == DONE
    assert digests(out) != before
    assert left(out.parent) == ["plans", "plans.json"]


def test_a_folder_that_is_no_bag_is_kept_even_from_overwriting(
    refuse: Refuse, drive: pathlib.Path, out: pathlib.Path
) -> None:
    out.mkdir(parents=True)
    (out / "precious.txt").write_text("mine", encoding="utf-8")
    assert "is not only a bag and is kept" in refuse(OUTPUT, "replay", drive, "--output", out, "--overwrite")
    assert left(out) == ["precious.txt"]


def test_an_output_below_a_file_is_refused(refuse: Refuse, drive: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "cannot be made" in refuse(OUTPUT, "replay", drive, "--output", tmp_path / "file" / "plans")


@not_as_root
def test_a_folder_without_permission_is_refused(refuse: Refuse, drive: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "permission is lacking" in refuse(OUTPUT, "replay", drive, "--output", tmp_path / "locked" / "plans")


def test_a_summary_that_cannot_be_written_leaves_the_bag_whole(
    refuse: Refuse, drive: pathlib.Path, out: pathlib.Path
) -> None:
    out.with_name("plans.json").mkdir(parents=True)
    sentence = refuse(OUTPUT, "replay", drive, "--output", out)
    assert f"the bag {out} is complete" in sentence
    assert len(read_messages(out)[TRAJECTORY]) == 8
    assert left(out.parent) == ["plans", "plans.json"]


def test_pictures_that_cannot_be_saved_are_said(refuse: Refuse, drive: pathlib.Path, out: pathlib.Path) -> None:
    out.parent.mkdir()
    (out.parent / "file").write_text("", encoding="utf-8")
    sentence = refuse(OUTPUT, "replay", drive, "--output", out, "--pictures", out.parent / "file")
    assert "choose another --pictures" in sentence
    assert not out.exists()


def test_an_interrupt_keeps_what_was_planned_and_says_so(
    refuse: Refuse, drive: pathlib.Path, out: pathlib.Path
) -> None:
    hidden = out.with_name(".plans.partial")

    def interrupt() -> None:
        # At this pace the replay would last a minute; it is under way once its file is there.
        while not list(hidden.glob("plans/*.mcap")):
            time.sleep(0.05)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    sentence = refuse(INTERRUPTED, "replay", drive, "--output", out, "--rate", "0.02")
    assert sentence.startswith("interrupted")
    assert left(out.parent) in ([], ["plans.incomplete"])
