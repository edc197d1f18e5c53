"""Mixture-of-experts driving policies for ROS 2.

The import name is shared by these sources and by the generated messages (``drivemoe_ros.msg``), which live in the
install space; the path is extended so that both are found however Python was started.
"""

import pathlib
import pkgutil

__version__ = "0.1.0"

__path__ = [
    folder for folder in pkgutil.extend_path(__path__, __name__) if pathlib.Path(folder, "__init__.py").is_file()
]
