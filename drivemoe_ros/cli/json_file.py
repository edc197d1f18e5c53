"""Writes what a command found as JSON: a whole file, or none."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from drivemoe_ros.errors import OutputError

if TYPE_CHECKING:
    import pathlib


def require_folder_of(path: pathlib.Path | None) -> None:
    """Refuse a file that cannot be written wherever it is; after the work it would be too late.

    Args:
        path: Value of ``--json``; None for no file.

    Raises:
        OutputError: If it is a folder, or in none.
    """
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        msg = f"{path} cannot be written, since it is a folder or in none that is there; choose another --json."
        raise OutputError(msg)


def write_json(document: object, path: pathlib.Path) -> None:
    """Write a file of JSON.

    Args:
        document: What JSON knows, and no NaN.
        path: File to write.

    Raises:
        OutputError: If it cannot be written.
    """
    text = json.dumps(document, indent=1, allow_nan=False) + "\n"
    partial = path.with_name(f".{path.name}.partial")
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.write_text(text, encoding="utf-8")  # such as /dev/stdout, which nothing may take the place of
            return
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        msg = f"{path} cannot be written ({error.strerror}); choose another --json."
        raise OutputError(msg) from error
