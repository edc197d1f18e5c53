"""Jobs in worker processes: every one is answered, whatever becomes of the others."""

from __future__ import annotations

import os
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
