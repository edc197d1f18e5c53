"""The synchroniser as a message_filters filter, fed by real subscriptions and by plain filters."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from drivemoe_ros.errors import InputError
from drivemoe_ros.parameters.schema import SyncParameters

rclpy = pytest.importorskip("rclpy")
message_filters = pytest.importorskip("message_filters")

from sensor_msgs.msg import Image  # noqa: E402

from drivemoe_ros.nodes.message_filter import CameraSynchronizerFilter  # noqa: E402

CAMERAS = ("front", "back", "front_left")


def image(stamp_ms: int) -> Any:  # noqa: ANN401
    message = Image()
    message.header.stamp.sec, rest = divmod(stamp_ms, 1000)
    message.header.stamp.nanosec = rest * 1_000_000
    return message


class Rig:
    """Three plain filters, the synchroniser behind them, and what it signalled."""

    def __init__(self, callback: Callable[..., None] | None = None) -> None:
        self.inputs = {name: message_filters.SimpleFilter() for name in CAMERAS}
        self.filter = CameraSynchronizerFilter(self.inputs, parameters=SyncParameters(depth=8))
        self.sets: list[tuple[Any, dict[str, Any], dict[str, Any]]] = []
        self.filter.registerCallback(callback or (lambda *parts: self.sets.append(parts)))

    def send(self, stamp_ms: int, *cameras: str) -> None:
        for name in cameras or CAMERAS:
            self.inputs[name].signalMessage(image(stamp_ms))


def test_a_set_holds_the_messages_themselves_by_camera_and_names_what_is_missing() -> None:
    rig = Rig()
    for stamp_ms in range(1000, 1100, 50):
        rig.send(stamp_ms)
    for stamp_ms in range(1100, 1500, 50):
        rig.send(stamp_ms, "front", "front_left")
    anchor, messages, missing = rig.sets[0]
    assert (anchor.header.stamp.sec, anchor.header.stamp.nanosec) == (1, 0)
    assert messages.keys() == set(CAMERAS)
    assert all(isinstance(message, Image) for message in messages.values())
    assert not missing
    assert rig.sets[-1][2].keys() == {"back"}


def test_a_callback_that_raises_costs_its_own_set_only() -> None:
    stamps = []

    def fail_first(anchor: Any, _messages: object, _missing: object) -> None:  # noqa: ANN401
        stamps.append(anchor.header.stamp.nanosec)
        if len(stamps) == 1:
            msg = "the user's mistake"
            raise RuntimeError(msg)

    rig = Rig(fail_first)
    with pytest.raises(RuntimeError, match="the user's mistake"):
        rig.send(1000)
    # A lock left held would block this thread for ever; as a daemon it would not block the end of the tests.
    done = threading.Thread(target=rig.send, args=(1050,), daemon=True)
    done.start()
    done.join(timeout=30)
    assert not done.is_alive()
    assert stamps == [0, 50_000_000]


def test_a_slow_callback_does_not_hold_up_other_threads_and_order_is_kept() -> None:
    entered, leave = threading.Event(), threading.Event()
    stamps = []

    def wait(anchor: Any, _messages: object, _missing: object) -> None:  # noqa: ANN401
        entered.set()
        assert leave.wait(timeout=30)
        stamps.append(anchor.header.stamp.nanosec)

    rig = Rig(wait)
    first = threading.Thread(target=rig.send, args=(1000,))
    first.start()
    assert entered.wait(timeout=30)
    rig.send(1050)
    assert stamps == []
    leave.set()
    first.join(timeout=30)
    assert stamps == [0, 50_000_000]


def test_a_callback_may_feed_the_filter() -> None:
    stamps = []

    def feed(anchor: Any, _messages: object, _missing: object) -> None:  # noqa: ANN401
        stamps.append(anchor.header.stamp.nanosec)
        if len(stamps) == 1:
            rig.send(1050)

    rig = Rig(feed)
    rig.send(1000)
    assert stamps == [0, 50_000_000]


def test_messages_without_a_stamp_are_counted_and_dropped() -> None:
    rig = Rig()
    rig.send(0)
    rig.filter.flush()
    assert rig.sets == []
    assert rig.filter.num_unstamped == 3


def test_flush_signals_what_waits() -> None:
    rig = Rig()
    rig.send(1000, "front", "back")
    assert rig.sets == []
    rig.filter.flush()
    assert rig.sets[0][2].keys() == {"front_left"}
    assert rig.filter.counters()["front"].matched == 1


def test_an_anchor_that_is_not_connected_is_refused() -> None:
    with pytest.raises(InputError, match="'front' is not among back"):
        CameraSynchronizerFilter({"back": message_filters.SimpleFilter()})


# rclpy's own parser imports modules that Python has since deprecated.
@pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")
def test_it_takes_subscribers_of_a_live_node() -> None:
    context = rclpy.Context()
    rclpy.init(context=context)
    node = rclpy.create_node("synchronized", context=context)
    executor = rclpy.executors.SingleThreadedExecutor(context=context)
    executor.add_node(node)
    try:
        publishers = {name: node.create_publisher(Image, f"{name}/image", 10) for name in CAMERAS}
        subscribers = {name: message_filters.Subscriber(node, Image, f"{name}/image") for name in CAMERAS}
        stamps: list[int] = []
        synchronizer = CameraSynchronizerFilter(subscribers)
        synchronizer.registerCallback(lambda anchor, _messages, _missing: stamps.append(anchor.header.stamp.nanosec))
        end = time.monotonic() + 30
        while time.monotonic() < end and any(one.get_subscription_count() == 0 for one in publishers.values()):
            executor.spin_once(timeout_sec=0.05)
        for stamp_ms in range(1000, 1500, 50):
            for publisher in publishers.values():
                publisher.publish(image(stamp_ms))
        while time.monotonic() < end and len(stamps) < 10:
            executor.spin_once(timeout_sec=0.05)
    finally:
        executor.shutdown()
        node.destroy_node()
        context.shutdown()
    assert stamps == [step * 50_000_000 for step in range(10)]
