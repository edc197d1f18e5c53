"""Runs many jobs one after the other or in worker processes; a job that fails never stops the rest."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from drivemoe_ros.errors import DriveMoeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Job = TypeVar("Job")
Result = TypeVar("Result")
DIED = "a worker process died, perhaps for lack of memory; use fewer."


@dataclass(frozen=True)
class Done(Generic[Job, Result]):
    """A job with what came of it.

    Attributes:
        job: What was to be done.
        result: What came of it; None where it failed.
        fault: Why it failed, in a sentence; empty otherwise.
        exit_code: What a command that does this job alone would end with.
    """

    job: Job
    result: Result | None
    fault: str = ""
    exit_code: int = 0


def run_jobs(work: Callable[[Job], Result], jobs: Sequence[Job], num_workers: int) -> Iterator[Done[Job, Result]]:
    """Do all jobs.

    Args:
        work: Does one; a function of a module, so that another process finds it.
        jobs: What is to be done.
        num_workers: Processes; 1 does everything in this one.

    Yields:
        Each job when it is done, with several workers not in order.
    """
    if num_workers <= 1:
        yield from (_attempt(work, job) for job in jobs)
        return
    # Started anew, not forked: torch's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(min(num_workers, len(jobs) or 1), context, initializer=_begin_worker)
    try:
        futures = {executor.submit(functools.partial(_attempt_in_worker, work), job): job for job in jobs}
        for future in as_completed(futures):
            died = isinstance(future.exception(), BrokenProcessPool)
            yield Done(futures[future], None, DIED, 1) if died else future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _attempt(work: Callable[[Job], Result], job: Job) -> Done[Job, Result]:
    try:
        return Done(job, work(job))
    except DriveMoeError as error:
        return Done(job, None, str(error), error.exit_code)
    except Exception as error:  # noqa: BLE001  (whatever it is, the other jobs go on, and it is told)
        return Done(job, None, f"a fault of drivemoe itself ({type(error).__name__}: {error}).", 1)


def _begin_worker() -> None:
    _ignore_interrupts()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the command that asked is killed: its folder may be gone, or another's, before a job is done."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _attempt_in_worker(work: Callable[[Job], Result], job: Job) -> Done[Job, Result]:
    # Ctrl-C reaches every process: it ends a running job, and leaves a waiting worker alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _attempt(work, job)
    finally:
        _ignore_interrupts()
