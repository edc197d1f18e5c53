"""Builds the ROS package with its messages by colcon, into ``.setup/install``, with links to the sources."""

import pathlib

from tools import prerequisites
from tools.console import Step, run_logged
from tools.layout import BUILD, INSTALL, PACKAGE, PYTHON, ROOT, SETUP, VENV, fingerprint, read_stamp, write_stamp
from tools.ros import base_environment, clear_build

STAMP = SETUP / "built.json"
FOLDERS = ("config", "launch", "rviz", "scripts", PACKAGE)


def source_key() -> str:
    """Return what a new build depends on: messages by content, and everything that is linked by name only."""
    content = [ROOT / "package.xml", ROOT / "CMakeLists.txt", pathlib.Path(__file__), *sorted(ROOT.glob("msg/*.msg"))]
    linked = [
        path.relative_to(ROOT)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return fingerprint(*content, *map(str, linked))


def build_workspace(environment: str, *, wheels: bool) -> None:
    """Build the package unless what stands in the install space is current.

    Args:
        environment: Key of the environment that it is built in; a build in another one is thrown away.
        wheels: Whether ROS 2 comes from wheels.

    Raises:
        SetupError: If a prerequisite is missing or the build fails.
    """
    sources = source_key()
    last = read_stamp(STAMP)
    if last == {"environment": environment, "sources": sources}:
        return
    prerequisites.check_for_build()
    if last.get("environment") != environment:
        clear_build()
    STAMP.unlink(missing_ok=True)
    step = Step("ROS package with its messages")
    command = [str(VENV / "bin" / "colcon"), "--log-base", str(SETUP / "colcon"), "build", "--symlink-install"]
    command += ["--base-paths", str(ROOT), "--build-base", str(BUILD), "--install-base", str(INSTALL)]
    command += ["--packages-select", PACKAGE, "--event-handlers", "console_direct+"]
    command += ["--cmake-args", "-DBUILD_TESTING=OFF", f"-DPython3_EXECUTABLE={PYTHON}"]
    run_logged(step, command, "5-colcon.log", base_environment(wheels=wheels))
    remove_dangling_links()
    write_stamp(STAMP, environment=environment, sources=sources)
    step.close("built")


def remove_dangling_links() -> None:
    """Remove the links that a source file deleted since the last build leaves behind."""
    for path in INSTALL.rglob("*"):
        if path.is_symlink() and not path.exists():
            path.unlink()
