"""The planning thread: the newest request wins, errors are handed over, and nothing stops it but its owner."""

from __future__ import annotations

import queue
import threading

import pytest

from drivemoe_ros.nodes.worker import PlanningThread

from .patience import PATIENCE_S


class Desk:
    """Works off requests, each once the gate is open; request 13 is one it cannot stand."""

    def __init__(self) -> None:
        self.gate, self.busy = threading.Event(), threading.Event()
        self.done: queue.Queue[int] = queue.Queue()
        self.failed: queue.Queue[tuple[int, str]] = queue.Queue()
        self.thread: PlanningThread[int] = PlanningThread(self.work, self.fail)

    def work(self, request: int) -> None:
        self.busy.set()
        assert self.gate.wait(PATIENCE_S)
        if request == 13:
            msg = "unlucky"
            raise ValueError(msg)
        self.done.put(request)

    def fail(self, request: int, error: Exception) -> None:
        self.failed.put((request, str(error)))
        msg = "reporting fails too"
        raise RuntimeError(msg)


def test_the_newest_request_replaces_the_one_that_waits() -> None:
    desk = Desk()
    desk.thread.submit(1)
    assert desk.busy.wait(PATIENCE_S)
    for request in (2, 3, 4):
        desk.thread.submit(request)
    assert desk.thread.busy_s is not None
    desk.gate.set()
    assert [desk.done.get(timeout=PATIENCE_S) for _ in range(2)] == [1, 4]
    assert desk.thread.num_dropped == 2
    assert desk.thread.close(PATIENCE_S)


def test_an_error_is_handed_over_and_the_thread_goes_on() -> None:
    desk = Desk()
    desk.gate.set()
    desk.thread.submit(13)
    assert desk.failed.get(timeout=PATIENCE_S) == (13, "unlucky")
    desk.thread.submit(1)
    assert desk.done.get(timeout=PATIENCE_S) == 1
    assert desk.thread.close(PATIENCE_S)


def test_a_called_function_returns_its_result_or_its_error() -> None:
    desk = Desk()
    assert desk.thread.call(lambda: 7).result(PATIENCE_S) == 7
    with pytest.raises(ZeroDivisionError):
        desk.thread.call(lambda: 1 // 0).result(PATIENCE_S)
    assert desk.thread.close(PATIENCE_S)


def test_what_waits_is_forgotten_without_waiting_for_the_one_at_work() -> None:
    desk = Desk()
    desk.thread.submit(1)
    assert desk.busy.wait(PATIENCE_S)
    desk.thread.submit(2)
    desk.thread.forget()
    assert desk.thread.busy_s is not None
    desk.gate.set()
    assert desk.thread.close(PATIENCE_S)
    assert list(desk.done.queue) == [1]


def test_closing_gives_up_after_the_given_patience() -> None:
    desk = Desk()
    desk.thread.submit(1)
    assert desk.busy.wait(PATIENCE_S)
    assert not desk.thread.close(0.05)
    desk.gate.set()
    assert desk.thread.close(PATIENCE_S)
