"""The static checks as tests, so that one command and one closing line tell whether everything holds."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(sys.executable).parent
CHECKS = {
    "ruff check": [str(BIN / "ruff"), "check", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--diff", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "import-linter": [str(BIN / "lint-imports"), "--no-logo"],
    "pydoclint": [str(BIN / "pydoclint"), "--quiet", "drivemoe_ros", "tools"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_static_check_has_no_complaint(check: str) -> None:
    result = subprocess.run(CHECKS[check], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{check} complains:\n{result.stdout}{result.stderr}"
