"""A bar that shows how far many jobs have got; a job that fails is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from drivemoe_ros.cli.workers import run_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from drivemoe_ros.cli.workers import Done
    from drivemoe_ros.errors import DriveMoeError

Job = TypeVar("Job")
Result = TypeVar("Result")


def run_with_bar(
    doing: str,
    work: Callable[[Job], Result],
    jobs: Sequence[Job],
    num_workers: int,
    name: Callable[[Job], str],
    ends_all: type[DriveMoeError] | None = None,
) -> Iterator[Done[Job, Result]]:
    """Do all jobs, with a bar on standard error.

    Args:
        doing: What is being done, in a word.
        work: Does one; a function of a module.
        jobs: What is to be done.
        num_workers: Processes.
        name: What a job is called beside the bar and before its fault.
        ends_all: Errors that would befall all other jobs too, such as a full disk; None where there is no such kind.

    Yields:
        Each job when it is done, as ``run_jobs`` does.

    Raises:
        DriveMoeError: Of the kind that ends all.
    """
    console = Console(stderr=True)
    last = TextColumn("{task.fields[last]}", markup=False)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), last)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(doing, total=len(jobs), last="")
        for done in run_jobs(work, jobs, num_workers):
            called = name(done.job)
            if done.fault:
                sentence = done.fault if called in done.fault else f"{called}: {done.fault}"
                if ends_all is not None and done.exit_code == ends_all.exit_code:
                    raise ends_all(sentence)
                console.print(f"drivemoe: {sentence}", markup=False, highlight=False, soft_wrap=True)
            progress.update(task, advance=1, last=called)
            yield done
