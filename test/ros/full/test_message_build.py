"""The messages are built for the Python that runs the nodes, whatever other Pythons lie on PATH."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("launch_ros")
if shutil.which("cmake") is None:
    pytest.skip("there is no cmake", allow_module_level=True)

ROOT = pathlib.Path(__file__).resolve().parents[3]


def test_an_older_python_on_path_is_not_asked(tmp_path: pathlib.Path) -> None:
    """Version managers leave such names behind; Humble's generator looks for exactly this one."""
    older = tmp_path / "bin" / "python3.6"
    older.parent.mkdir()
    older.write_text("#!/bin/sh\nexit 1\n")
    older.chmod(0o755)
    env = {**os.environ, "PATH": os.pathsep.join([str(older.parent), os.environ["PATH"]])}
    prefixes = env["AMENT_PREFIX_PATH"].replace(os.pathsep, ";")
    command = ["cmake", "-S", str(ROOT), "-B", str(tmp_path / "build"), f"-DCMAKE_PREFIX_PATH={prefixes}"]
    command += ["-DBUILD_TESTING=OFF", f"-DPython3_EXECUTABLE={sys.executable}"]
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
