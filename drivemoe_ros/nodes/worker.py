"""The planning thread: the newest request replaces the waiting one, and nothing queues up."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Request = TypeVar("Request")
Result = TypeVar("Result")


class PlanningThread(Generic[Request]):
    """One thread that works off requests; callbacks hand over and never wait."""

    def __init__(self, work: Callable[[Request], None], failed: Callable[[Request, Exception], None]) -> None:
        """Start the thread.

        Args:
            work: Works off one request; runs on the thread.
            failed: Takes what ``work`` raised; runs on the thread, which goes on in any case.
        """
        self._work = work
        self._failed = failed
        self._changed = threading.Condition()
        self._calls: deque[Callable[[], None]] = deque()
        self._waiting: Request | None = None
        self._busy_since_s: float | None = None
        self._closed = False
        self._num_dropped = 0
        # Daemon: a process that is told to end need not wait for a checkpoint that is still being read.
        self._thread = threading.Thread(target=self._run, name="planning", daemon=True)
        self._thread.start()

    @property
    def num_dropped(self) -> int:
        """Requests that a newer one replaced before their turn."""
        return self._num_dropped

    @property
    def busy_s(self) -> float | None:
        """How long the request at work has been so [s]; None while idle."""
        since_s = self._busy_since_s
        return None if since_s is None else time.monotonic() - since_s

    def submit(self, request: Request) -> None:
        """Let a request be worked off next, in place of the one that waits."""
        with self._changed:
            self._num_dropped += self._waiting is not None
            self._waiting = request
            self._changed.notify_all()

    def call(self, function: Callable[[], Result]) -> Future[Result]:
        """Run a function on the thread, before waiting requests.

        Args:
            function: What to run.

        Returns:
            Its result, or what it raised.
        """
        future: Future[Result] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result
                future.set_exception(error)

        with self._changed:
            self._calls.append(run)
            self._changed.notify_all()
        return future

    def forget(self) -> None:
        """Forget the waiting request; the one at work goes on."""
        with self._changed:
            self._waiting = None

    def close(self, patience_s: float | None = None) -> bool:
        """Forget the waiting request, finish the one at work and end the thread; may be called twice.

        Args:
            patience_s: How long to wait for the thread's end [s]; None for as long as it takes.

        Returns:
            Whether the thread has ended.
        """
        with self._changed:
            self._waiting = None
            self._closed = True
            self._changed.notify_all()
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy_since_s = None
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._closed or self._calls or self._waiting is not None)
                if self._calls:
                    request, function = None, self._calls.popleft()
                elif self._waiting is not None:
                    request, function = self._waiting, None
                    self._waiting = None
                else:
                    return
                self._busy_since_s = time.monotonic()
            if function is not None:
                function()
            elif request is not None:
                self._handle(request)
            # Held across the wait, the last request would keep its pictures in memory.
            del request, function

    def _handle(self, request: Request) -> None:
        try:
            self._work(request)
        except Exception as error:  # noqa: BLE001 - whatever went wrong must not end the thread
            with contextlib.suppress(Exception):
                self._failed(request, error)
