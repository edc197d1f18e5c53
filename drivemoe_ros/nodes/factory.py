"""Native ROS 2 messages, built from plain values."""

from __future__ import annotations

import functools
import importlib
from typing import Any

from drivemoe_ros.errors import OutputError


@functools.cache
def message_class(type_name: str) -> Any:  # noqa: ANN401
    """Return the Python class of a message type.

    Args:
        type_name: Full name, e.g. ``nav_msgs/msg/Path``.

    Returns:
        The class.

    Raises:
        OutputError: If the package of the type is not installed.
    """
    package, _, name = type_name.split("/")
    try:
        return getattr(importlib.import_module(f"{package}.msg"), name)
    except (ImportError, AttributeError) as error:
        debian = package.replace("_", "-")
        msg = f"{type_name} cannot be imported ({error}); source the workspace, or install ros-DISTRO-{debian}."
        raise OutputError(msg) from error


def is_installed(type_name: str) -> bool:
    """Tell whether the package of a message type is installed."""
    try:
        message_class(type_name)
    except OutputError:
        return False
    return True


class NativeMessageFactory:
    """A ``MessageFactory`` for publishers of rclpy."""

    def make(self, type_name: str, **fields: object) -> Any:  # noqa: ANN401
        """Make a message; see ``drivemoe_ros.messages.factory.MessageFactory``.

        Args:
            type_name: Full name, e.g. ``nav_msgs/msg/Path``.
            **fields: Values by field name; arrays as lists.

        Returns:
            The message.

        Raises:
            OutputError: If the package of the type is not installed.
        """
        return message_class(type_name)(**fields)
