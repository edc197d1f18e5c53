"""How messages are made without knowing whose they are: native classes or those of the bag library."""

from __future__ import annotations

from typing import Any, Protocol

# A message is any object with the fields of its type; both worlds name them alike.
Message = Any


class MessageFactory(Protocol):
    """Makes messages of one world."""

    def make(self, type_name: str, **fields: object) -> Message:
        """Make a message.

        Args:
            type_name: Full name, e.g. ``nav_msgs/msg/Path``.
            **fields: Values by field name; arrays come as lists, nested messages as made by this factory.
                Fields that are not named are zero or empty.

        Returns:
            The message.
        """
        ...
