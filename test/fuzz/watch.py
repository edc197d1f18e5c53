"""Hands bytes to an entry point and tells what it did that it must not do."""

from __future__ import annotations

import pathlib
import tempfile
import time
import tracemalloc
from typing import TYPE_CHECKING

from drivemoe_ros.errors import DriveMoeError

if TYPE_CHECKING:
    from .entry_points import EntryPoint

# Of processor time, so that a busy machine makes no difference.
MAX_S = 1.0


def complaint(entry: EntryPoint, data: bytes) -> str:
    """Run an entry point.

    Args:
        entry: What reads.
        data: What it is handed.

    Returns:
        What is wrong with how it took that; empty if nothing is.
    """
    with tempfile.TemporaryDirectory() as folder:
        tracemalloc.start()
        started_s = time.process_time()
        try:
            entry.run(data, pathlib.Path(folder))
        except DriveMoeError as error:
            if "\n" in str(error):
                return f"the error has more than one line: {error}"
        finally:
            taken_s, (_, peak) = time.process_time() - started_s, tracemalloc.get_traced_memory()
            tracemalloc.stop()
    if taken_s > MAX_S:
        return f"it took {taken_s:.1f} s"
    return f"it took {peak >> 20} MiB" if peak >> 20 > entry.max_mib else ""
