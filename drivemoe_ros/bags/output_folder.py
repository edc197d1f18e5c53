"""The folder a bag is written in: hidden until the bag is whole, and never half-written under its final name."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from drivemoe_ros.errors import OutputError

if TYPE_CHECKING:
    import pathlib

# Freed when the disk is full: enough for the last chunk, the index and metadata.yaml.
RESERVE_BYTES = 2 * 2**20
BAG_ENDINGS = (".yaml", ".mcap", ".db3")


class OutputFolder:
    """``.NAME.partial/NAME`` while writing, ``NAME`` or ``NAME.incomplete`` afterwards.

    Attributes:
        final: Where a whole bag goes.
        incomplete: Where a bag goes that could not be finished.
        working: Where it is written.
    """

    def __init__(self, final: pathlib.Path, *, overwrite: bool) -> None:
        """Name the folders; nothing is made yet.

        Args:
            final: Where the bag goes.
            overwrite: Whether a bag may be there already; it is replaced only when the new one is whole.
        """
        self.final = final.absolute()
        self.incomplete = self.final.with_name(f"{self.final.name}.incomplete")
        self._hidden = self.final.with_name(f".{self.final.name}.partial")
        self.working = self._hidden / self.final.name
        self._reserve = self._hidden / "reserve"
        self._overwrite = overwrite
        self._lock: int | None = None

    def prepare(self) -> None:
        """Make the hidden folder with the reserve in it.

        Raises:
            OutputError: If the target is taken, or another run writes there.
            OSError: If a folder or the reserve cannot be made.
        """
        self._check_target()
        self._hidden.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._hidden, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            self._lock = None
            msg = f"Another run is writing {self.final}; wait for it or choose another output."
            raise OutputError(msg) from error
        # Left behind by a run that was killed.
        if self.working.exists():
            shutil.rmtree(self.working)
        self._reserve.write_bytes(bytes(RESERVE_BYTES))

    def free_reserve(self) -> None:
        """Give back the space kept for finishing."""
        self._reserve.unlink(missing_ok=True)

    def publish(self) -> None:
        """Give the whole bag its final name.

        Raises:
            OSError: If it cannot be renamed; what was under the name then still is.
        """
        replaced = self._hidden / "replaced"
        if self._overwrite and self.final.exists():
            self.final.rename(replaced)
        try:
            self.working.rename(self.final)
        except OSError:
            if replaced.exists():
                replaced.rename(self.final)
            raise
        self.discard()

    def keep_incomplete(self) -> None:
        """Give what could be saved the name ``NAME.incomplete``, in place of an older one.

        Raises:
            OSError: If it cannot be renamed.
        """
        if self.incomplete.is_dir():
            shutil.rmtree(self.incomplete)
        for leftover in self.working.glob("*.tmp"):
            leftover.unlink()
        self.working.rename(self.incomplete)
        self.discard()

    def discard(self) -> None:
        """Remove the hidden folder and all in it; what cannot be removed stays."""
        with suppress(OSError):
            shutil.rmtree(self._hidden)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _check_target(self) -> None:
        if not self.final.name:
            msg = f"{self.final} is no name for a bag; give the path of a folder to be made."
            raise OutputError(msg)
        if not os.path.lexists(self.final):
            return
        if not self._overwrite:
            msg = f"{self.final} exists already and is kept; choose another output or add --overwrite."
            raise OutputError(msg)
        is_bag = self.final.is_dir() and all(
            entry.is_file() and entry.suffix in BAG_ENDINGS for entry in self.final.iterdir()
        )
        if not is_bag:
            msg = f"{self.final} is not only a bag and is kept; choose another output."
            raise OutputError(msg)
