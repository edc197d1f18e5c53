"""A file that holds whole commits only: what cannot be written whole is taken back."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pathlib


class CommittedFile(io.RawIOBase):
    """Collects writes in memory and puts them into the file at ``commit``, all or nothing."""

    def __init__(self, path: pathlib.Path) -> None:
        """Continue a file at its end.

        Args:
            path: Existing file.
        """
        super().__init__()
        self._descriptor = os.open(path, os.O_WRONLY)
        self.committed = os.lseek(self._descriptor, 0, os.SEEK_END)
        self._pending = bytearray()

    def write(self, data: object, /) -> int:
        """Keep bytes for the next commit and return their number."""
        view = memoryview(data)  # type: ignore[arg-type]
        self._pending += view
        return view.nbytes

    def tell(self) -> int:
        """Return the offset behind everything written so far, committed or not [bytes]."""
        return self.committed + len(self._pending)

    def commit(self) -> None:
        """Put everything pending into the file.

        Raises:
            OSError: If it cannot be written whole; the file then is as it was before, and all is still pending.
        """
        # Through bytes: a view would lock the bytearray if an error kept it alive.
        pending = bytes(self._pending)
        written = 0
        try:
            while written < len(pending):
                written += os.write(self._descriptor, memoryview(pending)[written:])
        except BaseException:
            self._cut(self.committed)
            raise
        self.committed += written
        self._pending.clear()

    def rewind(self, end: int) -> None:
        """Cut the file at an earlier commit and forget what is pending.

        Args:
            end: Offset to cut at [bytes].
        """
        self._pending.clear()
        self._cut(end)

    def _cut(self, end: int) -> None:
        os.ftruncate(self._descriptor, end)
        os.lseek(self._descriptor, end, os.SEEK_SET)
        self.committed = end

    def close(self) -> None:
        """Commit, bring the file to the disk and close it; closing twice does nothing.

        Raises:
            OSError: If the rest cannot be written; the file then stays open and can be rewound.
        """
        if not self.closed:
            self.commit()
            os.fsync(self._descriptor)
            self.abandon()

    def abandon(self) -> None:
        """Close the file without what is pending."""
        if not self.closed:
            self._pending.clear()
            os.close(self._descriptor)
            super().close()
