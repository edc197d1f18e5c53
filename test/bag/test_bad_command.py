"""Numbers, names and files on the command line that do not fit, and the help."""

from __future__ import annotations

import pathlib

import pytest

from drivemoe_ros.cli.main import main

from .refusals import CHECKPOINT, INPUT, PARAMETER, Refuse, left, the_sentence
from .replays import OUTPUT_TYPES, read_messages, run_drivemoe

STATE, *_ = OUTPUT_TYPES

WORDS = {
    "rate 0": (("--rate", "0"), "--rate is 0, but it must be a number of more than 0"),
    "rate not a number": (("--rate", "nan"), "--rate is nan"),
    "rate infinite": (("--rate", "inf"), "--rate is inf"),
    "start negative": (("--start", "-1"), "--start is -1, but it must be a number of 0 or more"),
    "duration 0": (("--duration", "0"), "--duration is 0"),
    "pictures every 0 s": (("--picture-every", "0"), "--picture-every is 0"),
    "unknown rig": (("--rig", "bench2driv"), "There is no rig 'bench2driv' (did you mean 'bench2drive'?)"),
    "rig file missing": (("--rig", "not_there.yaml"), "not_there.yaml cannot be read"),
    "unknown parameter": (("--set", "sync.tolerence_s=0.1"), "There is no parameter 'sync.tolerence_s'"),
    "no assignment": (("--set", "sync.tolerance_s"), "is no assignment"),
    "value of another type": (("--set", "sync.tolerance_s=soon"), "sync.tolerance_s"),
    "value out of range": (("--set", "sync.tolerance_s=9"), "sync.tolerance_s"),
    "values that contradict": (
        ("--set", "sync.tolerance_s=0.9"),
        "sync.jump_back_s is 1 s, but",
    ),
    "unknown system": (("--policy", "drivemo"), "policy.system"),
    "unknown device": (("--device", "tpu"), "policy.device"),
    "seed no number": (("--seed", "first"), "policy.seed"),
    "parameter file missing": (("--params-file", "not_there.yaml"), "not_there.yaml cannot be read"),
}


@pytest.mark.parametrize(("words", "wanted"), WORDS.values(), ids=WORDS)
def test_a_bad_word_is_refused_with_the_value_and_the_limit(
    refuse: Refuse, drive: pathlib.Path, out: pathlib.Path, words: tuple[str, ...], wanted: str
) -> None:
    assert wanted in refuse(PARAMETER, "replay", drive, "--output", out, *words)
    assert left(out.parent) == []


def test_a_start_beyond_the_end_is_refused_with_the_end(refuse: Refuse, drive: pathlib.Path, out: pathlib.Path) -> None:
    sentence = refuse(INPUT, "replay", drive, "--output", out, "--start", "1000")
    assert sentence == "--start 1000 s lies behind the bag's end at 1.2 s; choose an earlier start."
    assert left(out.parent) == []


def test_a_cut_too_short_for_a_plan_says_what_it_waited_for(
    refuse: Refuse, drive: pathlib.Path, out: pathlib.Path
) -> None:
    sentence = refuse(INPUT, "replay", drive, "--output", out, "--duration", "0.3")
    assert "odometry covers only" in sentence
    assert len(read_messages(out)[STATE]) == 3


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["replay"], "required: BAG, --output; see `drivemoe replay --help`"),
        (["replay", "bag", "--output", "out", "--rate", "fast"], "--rate: invalid float value: 'fast'"),
        (["reply"], "invalid choice: 'reply'"),
        ([], "required: COMMAND; see `drivemoe --help`"),
    ],
)
def test_words_that_are_no_command_are_answered_like_any_other_error(
    refuse: Refuse, words: list[str], wanted: str
) -> None:
    assert wanted in refuse(PARAMETER, *words)


def test_convert_refuses_in_the_same_way(refuse: Refuse, tmp_path: pathlib.Path) -> None:
    (tmp_path / "junk.pt").write_bytes(b"no checkpoint")
    words = ("--output", tmp_path / "base", "--prompt-ids", "2,3")
    assert "junk.pt" in refuse(CHECKPOINT, "convert", tmp_path / "junk.pt", *words)
    assert "not_there.pt" in refuse(CHECKPOINT, "convert", tmp_path / "not_there.pt", *words)
    bad_ids = ("--output", tmp_path / "base", "--prompt-ids", "two")
    assert "--prompt-ids is 'two'" in refuse(PARAMETER, "convert", tmp_path / "junk.pt", *bad_ids)
    assert left(tmp_path) == ["junk.pt"]


def test_a_process_of_its_own_refuses_in_the_same_way(tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    done = run_drivemoe("replay", str(tmp_path / "not_there"), "--output", str(out))
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert the_sentence(done.stderr) == f"There is no bag at {tmp_path / 'not_there'}; check the path."


def test_the_help_explains_options_with_an_example_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["replay", "--help"])
    text = capsys.readouterr().out
    for option in ("--start", "--duration", "--rate", "--copy", "--seed", "--policy", "--checkpoint", "--device"):
        assert option in text
    assert "example:\n  drivemoe replay" in text
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "3 bag or message" in capsys.readouterr().out
