"""Messages of the bag library, built from plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rosbags.interfaces import Nodetype

from drivemoe_ros.bags.typestore import output_typestore

if TYPE_CHECKING:
    from rosbags.interfaces.typing import FieldDesc
    from rosbags.typesys.store import Typestore

QUATERNION = "geometry_msgs/msg/Quaternion"


class BagMessageFactory:
    """A ``MessageFactory``; fields that are not named are zero, as in native messages."""

    def __init__(self, typestore: Typestore | None = None) -> None:
        """Build a factory.

        Args:
            typestore: Types it can make; those of the outputs if not given.
        """
        self._typestore = typestore or output_typestore()

    def make(self, type_name: str, **fields: object) -> Any:  # noqa: ANN401
        """Make a message; see ``drivemoe_ros.messages.factory.MessageFactory``.

        Args:
            type_name: Full name, e.g. ``nav_msgs/msg/Path``.
            **fields: Values by field name; arrays as lists or numpy arrays.

        Returns:
            The message.

        Raises:
            KeyError: If there is no such type.
            TypeError: If the type has no such field.
        """
        _, descriptions = self._typestore.fielddefs[type_name]
        values = {name: self._value(description, fields.pop(name, None)) for name, description in descriptions}
        if type_name == QUATERNION and not any(values.values()):
            # The one non-zero default among the messages used here: no turn.
            values["w"] = 1.0
        if fields:
            msg = f"{type_name} has no field {', '.join(fields)}."
            raise TypeError(msg)
        return self._typestore.types[type_name](**values)

    def _value(self, description: FieldDesc, value: object) -> Any:  # noqa: ANN401
        if description[0] == Nodetype.NAME:
            return self.make(description[1]) if value is None else value
        if description[0] == Nodetype.BASE:
            return _scalar(description[1][0]) if value is None else value
        inner, size = description[1]
        length = size if description[0] == Nodetype.ARRAY else 0
        if inner[0] == Nodetype.NAME:
            return [self.make(inner[1]) for _ in range(length)] if value is None else value
        kind = inner[1][0]
        if kind == "string":
            return [""] * length if value is None else value
        dtype = {"byte": "uint8", "char": "uint8"}.get(kind, kind)
        return np.zeros(length, dtype) if value is None else np.asarray(value, dtype)


def _scalar(kind: str) -> bool | int | float | str:
    if kind in {"string", "wstring"}:
        return ""
    if kind == "bool":
        return False
    return 0.0 if kind.startswith("float") else 0
