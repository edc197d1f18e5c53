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
        self._pending: list[memoryview] = []
        self._pending_size = 0

    def write(self, data: object, /) -> int:
        """Keep bytes for the next commit and return their number; they are not copied and must not change."""
        view = memoryview(data)  # type: ignore[arg-type]
        self._pending.append(view)
        self._pending_size += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        """Return the offset behind everything written so far, committed or not [bytes]."""
        return self.committed + self._pending_size

    def commit(self) -> None:
        """Put everything pending into the file.

        Raises:
            OSError: If it cannot be written whole; the file then is as it was before, and all is still pending.
        """
        try:
            for view in self._pending:
                written = 0
                while written < view.nbytes:
                    written += os.write(self._descriptor, view[written:])
        except BaseException:
            self._cut(self.committed)
            raise
        self.committed += self._pending_size
        self._forget_pending()

    def rewind(self, end: int) -> None:
        """Cut the file at an earlier commit and forget what is pending.

        Args:
            end: Offset to cut at [bytes].
        """
        self._forget_pending()
        self._cut(end)

    def _forget_pending(self) -> None:
        self._pending.clear()
        self._pending_size = 0

    def _cut(self, end: int) -> None:
        os.ftruncate(self._descriptor, end)
        os.lseek(self._descriptor, end, os.SEEK_SET)
        self.committed = end

    def close(self) -> None:
        """Commit, bring the file to the disk and close it; closing twice does nothing.

        Raises:
            OSError: If the rest cannot be written; the file then stays open as it was before, and nothing is pending.
        """
        if self.closed:
            return
        before = self.committed
        try:
            self.commit()
            os.fsync(self._descriptor)
        except BaseException:
            self.rewind(before)
            raise
        self.abandon()

    def abandon(self) -> None:
        """Close the file without what is pending."""
        if not self.closed:
            self._forget_pending()
            os.close(self._descriptor)
            super().close()
