"""Write requirements/*.lock from requirements/*.in with uv, for every Python from 3.10 to 3.13 on Linux.

One lock builds on the one before it, so that all of them can be installed together. No hashes: torch's builds differ
in them. No index, host or path either: the locks hold for whatever index pip is set up to use.

Usage: python tools/lock.py [--upgrade]    (needs `uv` on PATH)
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

REQUIREMENTS = pathlib.Path(__file__).resolve().parent.parent / "requirements"
NAMES = ("build", "runtime", "train", "ros", "develop")
HEADER = "# Made by `make lock` from {name}.in. Do not edit.\n"
# torch's public metadata names CUDA's packages, several gigabytes, and its CPU build of the same version does not.
# A CUDA build pins them itself, so that pip still installs them where they are needed.
LEFT_OUT = re.compile(r"^(nvidia-|cuda-|triton==)")
LINUX_ONLY = re.compile(r" ; sys_platform == 'linux'$| and sys_platform == 'linux'$")


def compile_lock(uv: str, name: str, *, upgrade: bool) -> str:
    """Return the text of one lock, resolved against the locks already written before it in NAMES."""
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.10", "--no-config"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    for earlier in NAMES[: NAMES.index(name)]:
        command += ["--constraint", f"{earlier}.lock"]
    current = REQUIREMENTS / f"{name}.lock"
    with tempfile.TemporaryDirectory() as folder:
        # uv keeps the versions it finds in its output file, so that a lock changes only where its input did.
        output = pathlib.Path(folder, current.name)
        if current.exists() and not upgrade:
            shutil.copy(current, output)
        command += ["--output-file", str(output), f"{name}.in"]
        result = subprocess.run(command, cwd=REQUIREMENTS, capture_output=True, text=True, check=False)
        if result.returncode:
            message = f"uv could not resolve requirements/{name}.in:\n{result.stderr}"
            raise SystemExit(message)
        return output.read_text(encoding="utf-8")


def clean(text: str) -> list[str]:
    """Return the lock's lines without CUDA's packages, other systems' packages and the marker for Linux itself."""
    lines = []
    for line in text.splitlines():
        other_system = re.search(r"sys_platform == '(?!linux)", line)
        if line and not line.startswith("#") and not LEFT_OUT.match(line) and not other_system:
            lines.append(LINUX_ONLY.sub("", line))
    return lines


def main() -> None:
    """Write every lock."""
    parser = argparse.ArgumentParser(description="Write requirements/*.lock with uv.")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions instead of keeping the locked ones")
    options = parser.parse_args()
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("uv is not on PATH: install it (`pip install uv`) and run `make lock` again.")
    for name in NAMES:
        lines = clean(compile_lock(uv, name, upgrade=options.upgrade))
        (REQUIREMENTS / f"{name}.lock").write_text(HEADER.format(name=name) + "\n".join(lines) + "\n", encoding="utf-8")
        print(f"requirements/{name}.lock: {len(lines)} packages")


if __name__ == "__main__":
    main()
