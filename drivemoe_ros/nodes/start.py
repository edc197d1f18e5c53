"""Starts a node's program, or says in one sentence which Python would have what this one lacks.

Nodes run in whatever Python ROS finds, and torch mostly lies in a virtual environment beside it.
"""

from __future__ import annotations

import importlib
import importlib.util
import pathlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# What requirements/runtime.lock brings. Anything else that is missing belongs to ROS, whose own message is as good.
FROM_RUNTIME = frozenset({"PIL", "numpy", "safetensors", "tokenizers", "torch", "transformers", "yaml"})


def start(module: str, *needs: str) -> int:
    """Run the program of a module.

    Args:
        module: Its name in ``drivemoe_ros.nodes``.
        *needs: Modules that it imports later, when it is configured.

    Returns:
        Exit code.
    """
    lacking = next((name for name in needs if importlib.util.find_spec(name) is None), None)
    if lacking is None:
        try:
            main: Callable[[], int] = importlib.import_module(f"drivemoe_ros.nodes.{module}").main
        except ModuleNotFoundError as error:
            if error.name not in FROM_RUNTIME:
                raise
            lacking = error.name
        else:
            return main()
    sys.stderr.write(
        f"{sys.executable} has no module '{lacking}': start this with a Python that has, as in `ros2 run --prefix "
        f"VENV/bin/python drivemoe_ros {pathlib.Path(sys.argv[0]).name}` or with launch argument "
        "prefix:=VENV/bin/python (docs/nodes.md, 'Virtual environment').\n"
    )
    return 1
