"""Jobs in worker processes: every one is answered, whatever becomes of the others."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time
from typing import Any

import pytest

from drivemoe_ros.cli.choices import choose_seeds
from drivemoe_ros.cli.workers import run_jobs

# What a worker runs must be found by its name there, so these tests lend a function that is.
JOBS: list[Any] = ["1:2", "none", 3, "7"]


@pytest.mark.parametrize("num_workers", [1, 2])
def test_a_job_that_fails_never_stops_the_rest(num_workers: int) -> None:
    done = {answer.job: answer for answer in run_jobs(choose_seeds, JOBS, num_workers)}
    results = {job: answer.result for job, answer in done.items()}
    assert results == {"1:2": range(1, 2), "none": None, 3: None, "7": range(7, 8)}
    assert done["none"].fault.startswith("The seeds are 'none'")
    assert done[3].fault.startswith("a fault of drivemoe itself (AttributeError")
    assert not done["7"].fault


def test_workers_that_die_are_told() -> None:
    done = list(run_jobs(os._exit, [1, 2, 3], 2))
    assert {answer.job for answer in done} == {1, 2, 3}
    assert all("a worker process died" in answer.fault for answer in done)


def test_no_jobs_are_done_at_once() -> None:
    assert list(run_jobs(choose_seeds, [], 2)) == []


def test_workers_end_with_a_command_that_is_killed() -> None:
    code = "import time; from drivemoe_ros.cli.workers import run_jobs; list(run_jobs(time.sleep, [600, 600], 2))"
    with subprocess.Popen([sys.executable, "-c", code]) as command:
        children = pathlib.Path(f"/proc/{command.pid}/task/{command.pid}/children")
        # Two workers, and Python's own tracker of what they share.
        until = time.monotonic() + 90.0
        while len(workers := children.read_text().split()) < 3 and time.monotonic() < until:
            time.sleep(0.05)
        command.kill()
    assert len(workers) == 3
    while any(_lives(worker) for worker in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_lives(worker) for worker in workers)


def _lives(process_id: str) -> bool:
    status = pathlib.Path(f"/proc/{process_id}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
