"""What a message definition from a bag may say: rosbags writes Python code from it, and as much as it asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosbags.interfaces import Nodetype
from rosbags.rosbag2 import ReaderError

if TYPE_CHECKING:
    from rosbags.interfaces.typing import FieldDesc, Typesdict

# The longest in use have some ten thousand characters; rosbags parses a hundred thousand in about a second.
MAX_TEXT = 128 << 10
# Lines of code are written for every element of an array of texts or messages.
MAX_ARRAY = 4096
TYPE_NAME = re.compile(r"[A-Za-z]\w*(/[A-Za-z]\w*)*", re.ASCII)
FIELD_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
# Constant expressions of IDL are computed, and one shift can take all memory.
SHIFT = "<<"


def check_text(text: str, *, is_idl: bool) -> None:
    """Refuse a definition that takes too long to parse.

    Args:
        text: The definition.
        is_idl: Whether it is in IDL.

    Raises:
        ReaderError: If it is too long or holds a shift.
    """
    if len(text) > MAX_TEXT:
        msg = f"a definition has {len(text)} characters, but at most {MAX_TEXT} are read"
        raise ReaderError(msg)
    if is_idl and SHIFT in text:
        msg = f"a definition holds the operator {SHIFT}"
        raise ReaderError(msg)


def check_types(types: Typesdict) -> None:
    """Refuse names that are no identifiers, and arrays that need endless code.

    Args:
        types: Parsed definitions.

    Raises:
        ReaderError: If there is one.
    """
    room = MAX_ARRAY
    for name, (constants, fields) in types.items():
        names = [constant[0] for constant in constants] + [field[0] for field in fields]
        if not TYPE_NAME.fullmatch(name) or not all(map(FIELD_NAME.fullmatch, names)):
            msg = f"the definition of {name[:80]!r} holds a name that is none"
            raise ReaderError(msg)
        room -= sum(_unrolled(field[1]) for field in fields)
        if room < 0:
            msg = f"a definition holds arrays of more than {MAX_ARRAY} texts or messages"
            raise ReaderError(msg)


def _unrolled(kind: FieldDesc) -> int:
    """Return how many elements of an array code is written for."""
    if kind[0] == Nodetype.NAME and not TYPE_NAME.fullmatch(kind[1]):
        return MAX_ARRAY + 1
    if kind[0] not in {Nodetype.ARRAY, Nodetype.SEQUENCE}:
        return 0
    part, length = kind[1]
    if length < 0 or _unrolled(part):
        return MAX_ARRAY + 1
    is_plain = part[0] == Nodetype.BASE and part[1][0] != "string"
    return 0 if is_plain or kind[0] == Nodetype.SEQUENCE else int(length)
