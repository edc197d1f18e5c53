"""Checks what the machine must bring along; each thing that is missing is one sentence with the next step."""

import importlib.util
import os
import pathlib
import platform
import shutil
import sys
import sysconfig

from tools.layout import ROOT, SetupError

MINIMUM_FREE_GB = 4


def check_for_environment(*, wheels: bool) -> None:
    """Check what making the virtual environment needs.

    Args:
        wheels: Whether ROS 2 will come from wheels.

    Raises:
        SetupError: If something is missing.
    """
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if not sys.platform.startswith("linux"):
        message = f"This set-up works on Linux and this is {platform.system()}: use Linux, WSL or a container."
        raise SetupError(message)
    if wheels and platform.machine() != "x86_64":
        message = (
            f"ROS 2 comes as wheels for x86_64 only and this machine is {platform.machine()}: "
            "install ROS 2 Humble, Jazzy or Kilted, source its setup.bash and run the command again."
        )
        raise SetupError(message)
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        message = (
            f"{sys.executable} cannot make virtual environments: install its venv module "
            f"(on Debian and Ubuntu: sudo apt install python{version}-venv) and run the command again."
        )
        raise SetupError(message)
    free_gb = shutil.disk_usage(ROOT).free / 1e9
    if free_gb < MINIMUM_FREE_GB:
        message = (
            f"The disk of {ROOT} has {free_gb:.1f} GB left and the set-up needs {MINIMUM_FREE_GB} GB: "
            "free some space and run the command again."
        )
        raise SetupError(message)


def check_for_build() -> None:
    """Check what compiling the messages needs.

    Raises:
        SetupError: If a compiler or Python's headers are missing.
    """
    for language, variable, names in (("C", "CC", ("cc", "gcc", "clang")), ("C++", "CXX", ("c++", "g++", "clang++"))):
        # CC may carry arguments or a launcher, as in "ccache gcc": the first word is what must exist.
        named = os.environ.get(variable, "").split()[:1]
        if not any(shutil.which(name) for name in named or names):
            message = (
                f"No {language} compiler was found: install one "
                "(on Debian and Ubuntu: sudo apt install build-essential) and run the command again."
            )
            raise SetupError(message)
    header = pathlib.Path(sysconfig.get_path("include"), "Python.h")
    if not header.is_file():
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        message = (
            f"Python's header file {header} is missing: install it "
            f"(on Debian and Ubuntu: sudo apt install python{version}-dev) and run the command again."
        )
        raise SetupError(message)
