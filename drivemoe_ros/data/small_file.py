"""Text and JSON files from outside, read with a limit, so that a file can take neither all memory nor all time."""

from __future__ import annotations

import errno
import json
import stat
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import pathlib

# Sign and digits of a number of 64 bits: longer ones overflow wherever they become a float or a text again.
MAX_DIGITS = 20


def read_small_text(path: pathlib.Path, max_bytes: int) -> str:
    """Read a text file.

    Args:
        path: The file.
        max_bytes: Larger files are refused before they are read.

    Returns:
        Its text.

    Raises:
        OSError: If it cannot be read, is larger, or is no ordinary file: a pipe or a device may never end.
        UnicodeDecodeError: If it is not UTF-8.
    """
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
    if facts.st_size > max_bytes:
        raise OSError(errno.EFBIG, f"it has {facts.st_size} bytes, but at most {max_bytes} are read", str(path))
    with path.open("rb") as file:
        return file.read(max_bytes).decode("utf-8")


def read_small_json(path: pathlib.Path, max_bytes: int) -> Any:  # noqa: ANN401
    """Read a JSON file; see ``read_small_text``.

    Args:
        path: The file.
        max_bytes: Larger files are refused before they are read.

    Returns:
        What it holds.

    Raises:
        OSError: If it cannot be read, is larger, or is no ordinary file.
        ValueError: If it is not JSON, or is nested too deeply.
    """
    return parse_json(read_small_text(path, max_bytes))


def parse_json(text: str | bytes) -> Any:  # noqa: ANN401
    """Parse JSON, in which there are no NaN, no infinity and no whole numbers beyond 64 bits.

    Args:
        text: The text.

    Returns:
        What it holds.

    Raises:
        ValueError: If it is not JSON, or is nested too deeply.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_bounded_int)
    except RecursionError as error:
        msg = "it is nested too deeply"
        raise ValueError(msg) from error


def _bounded_int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        msg = f"it holds a number of {len(text)} digits"
        raise ValueError(msg)
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    msg = f"it holds {name}, which is no JSON"
    raise ValueError(msg)
