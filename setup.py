"""Install the package with pip, without ROS.

colcon does not read this file: with ROS, CMakeLists.txt installs the same files to the same places. The files of
config/, launch/, rviz/ and msg/ go to ``<prefix>/share/drivemoe_ros/``, as a ROS package's do, so that one rule finds
them in both. The messages' Python classes exist only with ROS; everything offline works without them.
"""

import pathlib
import xml.etree.ElementTree as ET  # our own package.xml is trusted input

from setuptools import find_packages, setup

NAME = "drivemoe_ros"
ROOT = pathlib.Path(__file__).parent
MANIFEST = ET.parse(ROOT / "package.xml").getroot()
MAINTAINER = MANIFEST.findall("maintainer")[0]


def read_requirements(name: str) -> list[str]:
    """Return the direct dependencies of ``requirements/NAME.in``; ``NAME.lock`` beside it has the exact set."""
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def collect_share_files() -> list[tuple[str, list[str]]]:
    """Return (target folder under the prefix, source files) for everything that belongs in share/drivemoe_ros."""
    share = pathlib.PurePath("share", NAME)
    found = [(str(share), ["package.xml"])]
    for top in ("config", "launch", "msg", "rviz"):
        folders = [ROOT / top, *(path for path in sorted((ROOT / top).rglob("*")) if path.is_dir())]
        for folder in folders:
            files = sorted(str(path.relative_to(ROOT)) for path in folder.glob("*") if path.is_file())
            if files:
                found.append((str(share / folder.relative_to(ROOT)), files))
    return found


setup(
    name=NAME,
    version=MANIFEST.findtext("version"),
    description="Mixture-of-experts driving policies for ROS 2",
    maintainer=MAINTAINER.text,
    maintainer_email=MAINTAINER.get("email"),
    license=MANIFEST.findtext("license"),
    packages=find_packages(include=[NAME, f"{NAME}.*"]),
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        *collect_share_files(),
    ],
    python_requires=">=3.10",
    install_requires=read_requirements("runtime"),
    extras_require={"train": read_requirements("train")},
    entry_points={"console_scripts": ["drivemoe = drivemoe_ros.cli:main"]},
    zip_safe=False,
)
