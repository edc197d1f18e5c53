"""The two processes of a delivery measurement: six cameras that send, and one listener that counts as the policy does.

Started by ``drivemoe_ros.nodes.delivery``. Each answers with one line of JSON. The listener ends when its standard
input does, so it never outlives who started it.
"""

from __future__ import annotations

import json
import resource
import select
import struct
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSHistoryPolicy, QoSProfile, QoSReliabilityPolicy
from rclpy.serialization import serialize_message

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import message_class
from drivemoe_ros.nodes.raw_image import view_image
from drivemoe_ros.nodes.sources import IMAGE
from drivemoe_ros.parameters.schema import NANOSECONDS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rclpy.node import Node
    from rclpy.publisher import Publisher

WIDTH, HEIGHT = 1600, 900
CHANNELS = 4  # bgra8, as CARLA sends it
TOPICS = {name: f"/drivemoe_delivery/{name}/image" for name in CAMERA_NAMES}
STAMP_AT = 4  # behind the encapsulation header
STAMP = struct.Struct("=iI")  # a sender serialises in its own byte order
MATCH_S = 20.0
SETTLE_S = 1.0


def send(node: Node, duration_s: float, rate_hz: float, *, reliable: bool) -> dict[str, object]:
    """Send a picture of every camera at once, ``rate_hz`` times a second.

    Args:
        node: The node.
        duration_s: How long [s].
        rate_hz: How often [Hz].
        reliable: Whether the publishers offer reliable delivery, else best effort as sensors' drivers do.

    Returns:
        How many pictures were sent, at which true rate, and at what cost.
    """
    profile = QoSProfile(
        history=QoSHistoryPolicy.KEEP_LAST,
        depth=10,
        reliability=QoSReliabilityPolicy.RELIABLE if reliable else QoSReliabilityPolicy.BEST_EFFORT,
    )
    publishers = [node.create_publisher(message_class(IMAGE), topic, profile) for topic in TOPICS.values()]
    matched = _wait_for_listener(publishers)
    picture = _serialised_picture()
    rounds = round(duration_s * rate_hz)
    time.sleep(SETTLE_S)
    cpu_s, start_s = _cpu_s(), time.monotonic()
    for number in range(rounds):
        time.sleep(max(0.0, start_s + number / rate_hz - time.monotonic()))
        for publisher in publishers:
            # Monotonic time is the same in all processes of a machine, and nobody sets it.
            STAMP.pack_into(picture, STAMP_AT, *divmod(time.monotonic_ns(), NANOSECONDS_PER_SECOND))
            publisher.publish(bytes(picture))
    spent_s = max(time.monotonic() - start_s, 1.0 / rate_hz)
    cpu_s = _cpu_s() - cpu_s
    time.sleep(SETTLE_S)  # what is under way must arrive before this process takes its memory back
    return {"matched": matched, "sent": rounds * len(publishers), "rate_hz": rounds / spent_s, "cpu_s": cpu_s}


def listen(node: Node) -> dict[str, object]:
    """Count pictures until standard input ends, subscribed as the policy node is.

    Args:
        node: The node.

    Returns:
        Pictures by camera, their ages [ms] at arrival, and the cost.
    """
    counts = dict.fromkeys(TOPICS, 0)
    ages_ms: list[float] = []

    def take(name: str, received: bytes) -> None:
        stamp = view_image(received, name).header.stamp
        ages_ms.append((time.monotonic_ns() - stamp.sec * NANOSECONDS_PER_SECOND - stamp.nanosec) * 1e-6)
        counts[name] += 1

    for name, topic in TOPICS.items():
        node.create_subscription(
            message_class(IMAGE), topic, lambda received, name=name: take(name, received), qos.PICTURES_IN, raw=True
        )
    executor = SingleThreadedExecutor(context=node.context)
    executor.add_node(node)
    cpu_s = _cpu_s()
    while not select.select([sys.stdin], [], [], 0.0)[0]:
        executor.spin_once(timeout_sec=0.1)
    return {"received": counts, "ages_ms": ages_ms, "cpu_s": _cpu_s() - cpu_s}


def main(arguments: Sequence[str]) -> int:
    """Be one end.

    Args:
        arguments: ``listen``, or ``send`` with seconds, rate and ``reliable`` or ``best_effort``.

    Returns:
        Exit code.
    """
    role, *words = arguments
    context = rclpy.Context()
    rclpy.init(context=context)
    try:
        node = rclpy.create_node(f"drivemoe_delivery_{role}", context=context)
        if role == "send":
            duration_s, rate_hz, reliability = words
            result = send(node, float(duration_s), float(rate_hz), reliable=reliability == "reliable")
        else:
            result = listen(node)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - e.g. a profile that the middleware refuses, which it explains itself
        sys.stderr.write(f"{role}: {type(error).__name__}: {error}\n")
        return 1
    finally:
        context.try_shutdown()
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _wait_for_listener(publishers: list[Publisher]) -> bool:
    end_s = time.monotonic() + MATCH_S
    while time.monotonic() < end_s:
        if all(publisher.get_subscription_count() for publisher in publishers):
            return True
        time.sleep(0.05)
    return False


def _serialised_picture() -> bytearray:
    message = message_class(IMAGE)(height=HEIGHT, width=WIDTH, encoding="bgra8", step=WIDTH * CHANNELS)
    message.header.frame_id = "camera"
    # Noise: nothing on the way may profit from equal bytes.
    pixels = np.random.default_rng(0).integers(0, 256, HEIGHT * WIDTH * CHANNELS, dtype=np.uint8)
    message.data.frombytes(pixels.tobytes())
    return bytearray(serialize_message(message))


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
