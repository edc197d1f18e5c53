"""Fuzzes one entry point with atheris (libFuzzer), led by what the code does with each input.

``pip install atheris`` first: there are wheels for Linux on x86_64 only, so requirements/develop.in does not name it.

Usage: python test/fuzz/atheris_decoders.py ENTRY [libFuzzer's options, e.g. -max_total_time=300 -runs=100000]
"""

from __future__ import annotations

import pathlib
import sys
import tempfile
import types
from importlib import import_module
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
# One input: seconds, and MiB of the whole process. Findings are written to the folder it was started in.
LIMITS = ("-timeout=20", "-rss_limit_mb=2048", "-max_len=65536")


def find_entry(name: str) -> Any:  # noqa: ANN401 - its class is not imported before it is instrumented
    """Return an entry point by name."""
    # Python has a package `test` of its own.
    package = types.ModuleType("test")
    package.__path__ = [str(ROOT / "test")]
    sys.modules["test"] = package
    sys.path.insert(0, str(ROOT))
    tables = [import_module("test.fuzz.entry_points").ENTRY_POINTS]
    if name not in tables[0]:
        tables.append(import_module("test.fuzz.checkpoint_entry_points").ENTRY_POINTS)
    known = {key: entry for table in tables for key, entry in table.items()}
    if name not in known:
        message = f"There is no entry point '{name}'; there are: {', '.join(known)}."
        raise SystemExit(message)
    return known[name]


def main() -> None:
    """Fuzz."""
    atheris = import_module("atheris")
    name, options = sys.argv[1], sys.argv[2:]
    with atheris.instrument_imports(include=["drivemoe_ros", "rosbags"]):
        entry = find_entry(name)
    complaint = import_module("test.fuzz.watch").complaint

    def check(data: bytes) -> None:
        found = complaint(entry, data)
        if found:
            raise RuntimeError(found)

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(entry.seeds):
            pathlib.Path(corpus, str(number)).write_bytes(seed)
            complaint(entry, seed)  # what is made once costs more
        atheris.Setup([sys.argv[0], corpus, *LIMITS, *options], check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
