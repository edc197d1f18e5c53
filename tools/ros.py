"""Decides which ROS 2 is used, the one sourced in this shell or wheels, and gives programs the environment for it."""

import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterable

from tools.layout import BUILD, INSTALL, PACKAGE, SETUP, VENV

CHECKOUT_FOLDERS = (VENV, SETUP)
# They would send pip or Python elsewhere, or this make's options to the build.
MISLEADING_VARIABLES = (
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PYTHONHOME",
)
# With wheels, a half-sourced ROS or another middleware would only get in the way.
ROS_VARIABLES = (
    "_ROS_WHEELS_BOOTSTRAP_COMPLETE",  # set by the wheels' own start-up in every process, here for another environment
    "AMENT_PREFIX_PATH",
    "CMAKE_PREFIX_PATH",
    "COLCON_PREFIX_PATH",
    "PYTHONPATH",
    "RMW_IMPLEMENTATION",
    "ROS_DISTRO",
    "ROS_PYTHON_VERSION",
    "ROS_VERSION",
)


def split_path(name: str) -> list[str]:
    """Return the entries of a path variable, without those that this set-up made itself."""
    entries = [entry for entry in os.environ.get(name, "").split(os.pathsep) if entry]
    return [entry for entry in entries if not is_inside(entry, CHECKOUT_FOLDERS)]


def is_inside(entry: str, folders: Iterable[str | os.PathLike[str]]) -> bool:
    """Return whether a path lies in one of the folders or is one."""
    path = pathlib.Path(entry)
    return any(path == pathlib.Path(folder) or pathlib.Path(folder) in path.parents for folder in folders)


def find_sourced_python() -> str | None:
    """Return the Python of the ROS 2 that is sourced in this shell, or None when there is none.

    Returns:
        An interpreter between 3.10 and 3.13 that imports rclpy; the running one is preferred.
    """
    if not split_path("AMENT_PREFIX_PATH"):
        return None
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(split_path("PYTHONPATH")), "PYTHONNOUSERSITE": "1"}
    probe = "import sys, rclpy; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))"
    running = os.path.realpath(sys.executable)
    for candidate in (running, "/usr/bin/python3", shutil.which("python3")):
        if candidate and not is_inside(candidate, CHECKOUT_FOLDERS):
            command = [candidate, "-c", probe]
            if subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0:
                return candidate
    return None


def base_environment(*, wheels: bool) -> dict[str, str]:
    """Return the environment in which pip, colcon and the package's own programs run.

    Args:
        wheels: Whether ROS 2 comes from the virtual environment's wheels; otherwise the sourced one stays visible.

    Returns:
        A copy of this process's environment with the virtual environment active and the user's own packages hidden.
    """
    env = dict(os.environ)
    for name in MISLEADING_VARIABLES:
        env.pop(name, None)
    prefixes = split_path("AMENT_PREFIX_PATH")
    libraries = split_path("LD_LIBRARY_PATH")
    if wheels:
        for name in ROS_VARIABLES:
            env.pop(name, None)
        env["AMENT_PREFIX_PATH"] = str(VENV)
        libraries = [entry for entry in libraries if not is_inside(entry, [*prefixes, "/opt/ros"])]
    else:
        env["AMENT_PREFIX_PATH"] = os.pathsep.join(prefixes)
        env["PYTHONPATH"] = os.pathsep.join(split_path("PYTHONPATH"))
    env["LD_LIBRARY_PATH"] = os.pathsep.join(libraries)
    env["PATH"] = os.pathsep.join([str(VENV / "bin"), *split_path("PATH")])
    env["VIRTUAL_ENV"] = str(VENV)
    env["PYTHONNOUSERSITE"] = "1"
    env |= {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {name: value for name, value in env.items() if value}


def installed_environment(*, wheels: bool) -> dict[str, str]:
    """Return ``base_environment`` with the built package in front, as sourcing its setup.bash would."""
    env = base_environment(wheels=wheels)
    prefix = INSTALL / PACKAGE
    # Debian's Python installs to local/lib/python3.X/dist-packages, others to lib/python3.X/site-packages.
    found = sorted(prefix.glob(f"**/python3.*/*-packages/{PACKAGE}/msg"))
    front = {
        "AMENT_PREFIX_PATH": str(prefix),
        "LD_LIBRARY_PATH": str(prefix / "lib"),
        "PYTHONPATH": os.pathsep.join(str(folder.parent.parent) for folder in found),
    }
    for name, entry in front.items():
        env[name] = os.pathsep.join(part for part in (entry, env.get(name)) if part)
    return env


def clear_build() -> None:
    """Remove what colcon built."""
    for folder in (BUILD, INSTALL):
        shutil.rmtree(folder, ignore_errors=True)
