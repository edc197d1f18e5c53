"""A machine that lacks something is told what and what to do, in one sentence, and nothing is left half-made."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(name="checkout")
def bare_checkout(tmp_path: pathlib.Path) -> pathlib.Path:
    """A checkout in which nothing has been set up, in a folder with a space in its name."""
    checkout = tmp_path / "fresh clone"
    for name in ("tools", "requirements"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "package.xml", "setup.py"):
        shutil.copy(ROOT / name, checkout / name)
    return checkout


def run_setup(checkout: pathlib.Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Return how `make setup` ends on a machine with nothing on PATH but what ``changes`` adds."""
    env = {"PATH": str(checkout), "HOME": str(checkout), **changes}
    command = [os.path.realpath(sys.executable), "tools/bootstrap.py", "setup"]
    return subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True, check=False)


def test_missing_compiler_is_one_sentence(checkout: pathlib.Path) -> None:
    result = run_setup(checkout)
    assert result.returncode == 1
    assert result.stderr == (
        "No C compiler was found: install one (on Debian and Ubuntu: sudo apt install build-essential) "
        "and run the command again.\n"
    )
    assert not (checkout / ".venv").exists()


def test_someone_elses_environment_is_left_alone(checkout: pathlib.Path) -> None:
    theirs = checkout / ".venv" / "precious.txt"
    theirs.parent.mkdir()
    theirs.write_text("kept", encoding="utf-8")
    result = run_setup(checkout)
    assert result.returncode == 1
    assert "move it out of the way" in result.stderr
    assert "Traceback" not in result.stderr
    assert theirs.read_text(encoding="utf-8") == "kept"


def test_failing_step_names_its_log_and_shows_the_end_of_it(checkout: pathlib.Path) -> None:
    for name in ("cc", "c++"):
        (checkout / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (checkout / name).chmod(0o755)
    result = run_setup(checkout, PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0")
    assert result.returncode == 1
    assert "check the network" in result.stderr
    assert "(whole log: .setup/log/1-venv.log)" in result.stderr
    assert "Traceback" not in result.stderr
