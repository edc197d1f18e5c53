"""Write requirements/*.lock from requirements/*.in with uv, for every Python from 3.10 to 3.13 on Linux.

One lock builds on the one before it, so that all of them can be installed together. Every package has the hashes of its
files, so that pip takes nothing else; only torch has none, and a lock of its own: which of its builds is wanted (CPU,
CUDA) is the machine's business, they differ in their hashes, and they come from different indexes. No index, host or
path either: the locks hold for whatever index pip is set up to use.

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
# The one package without hashes, from runtime.in.
TORCH = "torch"
# torch's public metadata names CUDA's packages, several gigabytes, and its CPU build of the same version does not.
# A CUDA build pins them itself, so that pip still installs them where they are needed.
LEFT_OUT = re.compile(r"^(nvidia-|cuda-|triton==)")
LINUX_ONLY = re.compile(r" ; sys_platform == 'linux'$| and sys_platform == 'linux'$")


def compile_lock(uv: str, name: str, *, upgrade: bool) -> str:
    """Return the text of one lock, resolved against the locks already written before it in NAMES."""
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.10", "--no-config"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--generate-hashes"]
    earlier = NAMES[: NAMES.index(name)]
    for other in (*earlier, TORCH) if "runtime" in earlier else earlier:
        command += ["--constraint", f"{other}.lock"]
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
    """Return the lock's entries without CUDA's packages, other systems' packages and the marker for Linux itself.

    Args:
        text: What uv wrote: a pin a line, each with its hashes on lines of their own.

    Returns:
        Entries of one or more lines.
    """
    entries = []
    for entry in re.split(r"\n(?=\S)", text.strip()):
        pin, *hashes = entry.splitlines()
        pin = pin.removesuffix(" \\")
        other_system = re.search(r"sys_platform == '(?!linux)", pin)
        if not pin.startswith("#") and not LEFT_OUT.match(pin) and not other_system:
            entries.append(" \\\n".join([LINUX_ONLY.sub("", pin), *(line.removesuffix(" \\") for line in hashes)]))
    return entries


def split_torch(entries: list[str]) -> tuple[list[str], list[str]]:
    """Return the entries without torch, and torch's pin without its hashes."""
    torch = [entry.splitlines()[0].removesuffix(" \\") for entry in entries if entry.startswith(f"{TORCH}==")]
    return [entry for entry in entries if not entry.startswith(f"{TORCH}==")], torch


def write_lock(name: str, source: str, entries: list[str]) -> None:
    """Write one lock, made from the input ``source``."""
    text = HEADER.format(name=source) + "\n".join(entries) + "\n"
    (REQUIREMENTS / f"{name}.lock").write_text(text, encoding="utf-8")
    print(f"requirements/{name}.lock: {len(entries)} packages")


def main() -> None:
    """Write every lock."""
    parser = argparse.ArgumentParser(description="Write requirements/*.lock with uv.")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions instead of keeping the locked ones")
    options = parser.parse_args()
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("uv is not on PATH: install it (`pip install uv`) and run `make lock` again.")
    for name in NAMES:
        entries, torch = split_torch(clean(compile_lock(uv, name, upgrade=options.upgrade)))
        write_lock(name, name, entries)
        if name == "runtime":
            write_lock(TORCH, name, torch)


if __name__ == "__main__":
    main()
