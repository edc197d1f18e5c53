"""The message types that outputs are written with: ROS 2 Jazzy's and our own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from drivemoe_ros.resources import PACKAGE, resource_folder

if TYPE_CHECKING:
    from rosbags.typesys.store import Typestore


@functools.cache
def output_typestore() -> Typestore:
    """Return the types of every output, those of ``msg/`` among them.

    Returns:
        One store for the whole process; do not register further types in it.

    Raises:
        InputError: If the folder ``msg`` is not installed.
    """
    typestore = get_typestore(Stores.ROS2_JAZZY)
    for path in sorted(resource_folder("msg").glob("*.msg")):
        typestore.register(get_types_from_msg(path.read_text(encoding="utf-8"), f"{PACKAGE}/msg/{path.stem}"))
    return typestore
