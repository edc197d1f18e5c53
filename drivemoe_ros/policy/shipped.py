"""The checkpoints that come with the package, by name."""

from __future__ import annotations

import pathlib

from drivemoe_ros.resources import resource_folder

FOLDER = "checkpoints"


def shipped_names() -> tuple[str, ...]:
    """Return the names of the checkpoints that come with the package."""
    return tuple(sorted(path.name for path in _folder().glob("*") if path.is_dir()))


def checkpoint_folder(name: str) -> pathlib.Path:
    """Return the folder of a checkpoint.

    Args:
        name: Name of one that comes with the package, or the path of a folder; ``./NAME`` where both are there.

    Returns:
        The folder, which may not exist.

    Raises:
        InputError: If the package is not whole.
    """
    return _folder() / name if name in shipped_names() else pathlib.Path(name)


def _folder() -> pathlib.Path:
    return resource_folder("config") / FOLDER
