"""Where the set-up keeps things, all inside the checkout, and how it knows that they are current."""

import hashlib
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
SETUP = ROOT / ".setup"
LOGS = SETUP / "log"
BUILD = SETUP / "build"
INSTALL = SETUP / "install"
PACKAGE = "drivemoe_ros"


class SetupError(Exception):
    """The set-up cannot go on: one sentence with the next step."""


def fingerprint(*parts: object) -> str:
    """Return a hash of the given values; a path counts with its name and its content."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(str(part)).encode())
        if isinstance(part, pathlib.Path) and part.is_file():
            digest.update(part.read_bytes())
    return digest.hexdigest()


def read_stamp(path: pathlib.Path) -> dict[str, str]:
    """Return what was current when the step that writes this stamp last ended well; empty when it never did."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_stamp(path: pathlib.Path, **content: str) -> None:
    """Record that a step ended well."""
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
