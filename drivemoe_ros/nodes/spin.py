"""Runs one node in a process: from start to a clean end by SIGINT or SIGTERM, without a traceback."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from drivemoe_ros.nodes.managed_node import ManagedNode

# How long a turn lasts without anything to do. A plain spin() and SIGTERM race; short turns end in every case.
TURN_S = 0.5
# Launch sends SIGTERM five seconds after SIGINT, and SIGKILL five after that.
PATIENCE_S = 3.0


def run_node(make: Callable[[], ManagedNode], *, has_last_word: bool = False) -> int:
    """Run a node until the process is told to end.

    Args:
        make: Makes the node once ROS is up.
        has_last_word: Whether the node publishes in ``release``. rclpy's own signal handlers take ROS down before.

    Returns:
        Exit code.
    """
    # Before rclpy, whose own handlers call the ones that they find.
    signal.signal(signal.SIGINT, _interrupt_once)
    if has_last_word:
        signal.signal(signal.SIGTERM, _interrupt_once)
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    else:
        rclpy.init()
    node = None
    try:
        # Before the node, which takes its time: a signal meanwhile would leave rclpy with half an executor.
        executor = SingleThreadedExecutor()
        node = make()
        node.start()
        executor.add_node(node)
        # An interrupt that falls into a finalizer is lost as an exception, but not that it came.
        while rclpy.ok() and signal.getsignal(signal.SIGINT) is _interrupt_once:
            executor.spin_once(timeout_sec=TURN_S)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except Exception:
        # A signal between two calls makes the second one fail; anything else is a real error.
        if rclpy.ok():
            raise
    finally:
        _end(node)
    return 0


def _interrupt_once(number: int, _frame: FrameType | None) -> None:
    # Under launch, Ctrl-C arrives twice within milliseconds: from the terminal and from launch. The second would break
    # into the end, wherever that is.
    for one in (number, signal.SIGINT):
        signal.signal(one, _ignore)
    raise KeyboardInterrupt


def _ignore(_number: int, _frame: FrameType | None) -> None:
    pass


def _end(node: ManagedNode | None) -> None:
    # Also where something else than Ctrl-C began the end.
    signal.signal(signal.SIGINT, _ignore)
    ended = True
    try:
        if node is not None:
            ended = node.release(PATIENCE_S)
            node.destroy_node()
    finally:
        rclpy.try_shutdown()
    # Python forgets handlers before it is gone, but not this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not ended:
        # Python would otherwise take its libraries apart under a thread that is still at work in them.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
