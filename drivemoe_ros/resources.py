"""Finds the files that travel with the package: config/, msg/, rviz/.

They lie beside the package in a source tree, and under ``share/drivemoe_ros`` in a colcon or pip installation.
"""

from __future__ import annotations

import pathlib

from drivemoe_ros.errors import InputError

PACKAGE = "drivemoe_ros"


def resource_folder(name: str) -> pathlib.Path:
    """Return the folder ``config``, ``msg`` or ``rviz`` of this installation.

    Args:
        name: Name of the folder.

    Returns:
        Path of the folder.

    Raises:
        InputError: If the installation lacks it.
    """
    package = pathlib.Path(__file__).resolve().parent
    beside = package.parent / name
    if (package.parent / "package.xml").is_file() and beside.is_dir():
        return beside
    for parent in pathlib.Path(__file__).absolute().parents:
        shared = parent / "share" / PACKAGE / name
        if shared.is_dir():
            return shared
    msg = f"The folder '{name}' of {PACKAGE} is not installed beside {package}; install the package again."
    raise InputError(msg)
