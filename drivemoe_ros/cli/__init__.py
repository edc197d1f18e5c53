"""The ``drivemoe`` command."""

from drivemoe_ros.cli.main import main

__all__ = ["main"]
