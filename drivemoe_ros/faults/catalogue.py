"""Every fault there is, by name: those of each camera, of other inputs, of the clock and of the policy.

What is expected follows docs/states.md: nothing that is missing or contradicts itself passes unnoticed, and the car
stops where the policy has nothing to plan from. A picture at the sides that shows nothing is found when it is looked
at, and only then.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.cameras import CAMERA_NAMES, FRONT
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.errors import PolicyError
from drivemoe_ros.faults import routes, spoilers, thoughts
from drivemoe_ros.faults.fault import Expectation, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from drivemoe_ros.faults.fault import Spoil
    from drivemoe_ros.messages.factory import Message

RUNNING, DEGRADED, STOPPING = DrivingState.RUNNING, DrivingState.DEGRADED, DrivingState.STOPPING
WAITING, FAILING = DrivingState.WAITING, DrivingState.FAULT
NOTHING_LOST = Expectation((RUNNING,))
HARMLESS = Expectation((RUNNING, DEGRADED))
DEGRADES = Expectation((DEGRADED,))
NOTICED = Expectation((DEGRADED, WAITING, STOPPING, FAILING))
STOPS = Expectation((STOPPING, FAILING), stops=True)
RESTARTS = Expectation((WAITING, STOPPING, FAILING))


def _fill(value: int, message: Message) -> None:
    message.data = np.full(len(message.data), value, np.uint8)


def _change(path: str, change: Callable[[float], object], message: Message) -> None:
    """Change a field of a message by its path."""
    *parents, last = path.split(".")
    for name in parents:
        message = getattr(message, name)
    setattr(message, last, change(getattr(message, last)))


def _set(path: str, value: object, message: Message) -> None:
    _change(path, lambda _: value, message)


def _add(path: str, value: float, message: Message) -> None:
    _change(path, lambda before: before + value, message)


def _scale(path: str, factor: float, message: Message) -> None:
    _change(path, lambda before: before * factor, message)


def _turn(message: Message) -> None:
    """Turn a pose by 90 degrees to the left."""
    turn = message.pose.pose.orientation
    half_rad = math.atan2(turn.z, turn.w) + math.pi / 4.0
    turn.z, turn.w = math.sin(half_rad), math.cos(half_rad)


def _another(message: Message) -> None:
    """Make of a picture one of another place, a hundredth of a second later."""
    spoilers.shifted(0.01)(message)
    message.data = np.ascontiguousarray(np.asarray(message.data, np.uint8).reshape(-1, 3)[::-1]).reshape(-1)


# What can happen to any camera: what happens, how, and what is expected of a camera at the sides.
CAMERA: dict[str, tuple[str, Callable[[], Spoil], Expectation]] = {
    "lost": ("sends nothing", spoilers.lost, DEGRADES),
    "late": ("sends pictures 0.3 s late", spoilers.late(0.3), DEGRADES),
    "frozen": ("sends the same picture again and again, with new stamps", spoilers.frozen, DEGRADES),
    "slow": ("sends each fifth picture only", spoilers.thinned(5), DEGRADES),
    "black": ("sends black pictures", spoilers.changed(partial(_fill, 0)), HARMLESS),
    "white": ("sends white pictures", spoilers.changed(partial(_fill, 255)), HARMLESS),
    "wrong_size": ("says its pictures were wider than they are",
                   spoilers.changed(partial(_set, "width", 4096)), HARMLESS),
    "wrong_encoding": ("sends an encoding that is not known", spoilers.changed(partial(_set, "encoding", "yuv422")),
                       HARMLESS),
    "corrupt": ("sends JPEG with wrong bytes", spoilers.as_jpeg(spoilers.flipped), HARMLESS),
    "empty": ("sends pictures without bytes", spoilers.as_jpeg(spoilers.emptied), HARMLESS),
}  # fmt: skip
# What is expected of the front camera where it is not a stop.
FRONT_EXPECTED = {"late": NOTICED, "slow": NOTICED}
SWAPPED = (("front", "back"), ("front_left", "front_right"), ("back_left", "back_right"))


def _cameras() -> Iterator[Fault]:
    for name in CAMERA_NAMES:
        for kind, (what, make, at_the_side) in CAMERA.items():
            expected = FRONT_EXPECTED.get(kind, STOPS) if name == FRONT else at_the_side
            yield Fault(f"camera/{name}/{kind}", f"{name} {what}", expected, spoilers.on((name,), make))
    for kind in ("lost", "frozen", "black"):
        what, make, _ = CAMERA[kind]
        yield Fault(f"camera/all/{kind}", f"every camera {what}", STOPS, spoilers.on(CAMERA_NAMES, make))
    for one, other in SWAPPED:
        swap = spoilers.on((one, other), spoilers.renamed({one: other, other: one}))
        yield Fault(f"camera/{one}/swapped", f"{one} and {other} are plugged in the wrong way round", NOTICED, swap)
    double = spoilers.on((FRONT,), spoilers.doubled(_another))
    yield Fault("camera/front/two_publishers", "another camera sends on front's topic, too", NOTICED, double)


def _odometry() -> Iterator[Fault]:
    pose, speed = "pose.pose.position.x", "twist.twist.linear.x"
    changed = spoilers.changed
    rows: dict[str, tuple[str, Callable[[], Spoil], Expectation]] = {
        "lost": ("sends nothing", spoilers.lost, STOPS),
        "late": ("comes 0.3 s late", spoilers.late(0.3), NOTICED),
        "too_late": ("comes 0.8 s late", spoilers.late(0.8), STOPS),
        "slow": ("comes at 4 Hz", spoilers.thinned(5), NOTICED),
        "frozen": ("says the same again and again, with new stamps", spoilers.frozen, STOPS),
        "nan": ("says that its position is no number", changed(partial(_set, pose, math.nan)), STOPS),
        "infinite": ("says that its speed is infinite", changed(partial(_set, speed, math.inf)), STOPS),
        "zero_stamp": ("comes without stamps", changed(_unstamped), STOPS),
        "jumped": ("has its position jump by 5 m", changed(partial(_add, pose, 5.0)), STOPS),
        "turned": ("has its heading jump by 90 degrees", changed(_turn), STOPS),
        "wheel_spin": ("says three times the speed", changed(partial(_scale, speed, 3.0)), STOPS),
        "backwards": ("says the speed with the wrong sign", changed(partial(_scale, speed, -1.0)), STOPS),
        "huge_speed": ("says 500 m/s", changed(partial(_set, speed, 500.0)), STOPS),
        "other_frame": ("changes its frame", changed(partial(_set, "header.frame_id", "elsewhere")), NOTICED),
        "two_publishers": ("comes from two senders, 20 m apart", spoilers.doubled(partial(_add, pose, 20.0)), STOPS),
        "corrupt": ("has wrong bytes on the wire", spoilers.with_bytes(spoilers.flipped), STOPS),
        "cut": ("is cut off on the wire", spoilers.with_bytes(spoilers.cut), STOPS),
    }
    for kind, (what, make, expected) in rows.items():
        yield Fault(f"odometry/{kind}", f"odometry {what}", expected, spoilers.on(("odometry",), make))


def _unstamped(message: Message) -> None:
    message.header.stamp.sec = message.header.stamp.nanosec = 0


def _others() -> Iterator[Fault]:
    changed, nan = spoilers.changed, partial(_set, "angular_velocity.z", math.nan)
    flipped, cut = spoilers.with_bytes(spoilers.flipped), spoilers.with_bytes(spoilers.cut)
    rows: dict[str, tuple[str, Callable[[], Spoil]]] = {
        "lost": ("sends nothing", spoilers.lost),
        "nan": ("says what is no number", changed(nan)),
        "impossible": ("says that it accelerates by 5000 m/s^2", changed(partial(_set, "linear_acceleration.x", 5e3))),
        "corrupt": ("has wrong bytes on the wire", flipped),
        "cut": ("is cut off on the wire", cut),
    }
    for kind, (what, make) in rows.items():
        yield Fault(f"imu/{kind}", f"the IMU {what}", DEGRADES, spoilers.on(("imu",), make))
    yield Fault("route/cleared", "a route without points comes", STOPS, routes.sent(routes.none))
    ahead, behind, far = routes.straight(1.0, 60.0), routes.straight(-60.0, -5.0), routes.straight(2000.0, 2060.0)
    yield Fault("route/behind", "a route comes that lies behind the car", STOPS, routes.sent(behind))
    yield Fault("route/far", "a route comes that lies 2 km away", STOPS, routes.sent(far))
    other, unstamped = changed(partial(_set, "header.frame_id", "elsewhere")), changed(_unstamped)
    no_number = changed(lambda route: _set("pose.position.x", math.nan, route.poses[7]))
    yield Fault("route/other_frame", "a route comes in a frame nobody knows", STOPS, routes.sent(ahead, other))
    yield Fault("route/nan", "a route comes with what is no number; the old one stays", HARMLESS,
                routes.sent(ahead, no_number))  # fmt: skip
    yield Fault("route/zero_stamp", "a route comes without a stamp; the old one stays", HARMLESS,
                routes.sent(ahead, unstamped))  # fmt: skip
    yield Fault("route/corrupt", "a route comes with wrong bytes on the wire; the old one stays", HARMLESS,
                routes.sent(ahead, flipped))  # fmt: skip
    yield Fault("route/cut", "a route comes that is cut off on the wire; the old one stays", HARMLESS,
                routes.sent(ahead, cut))  # fmt: skip


def _clocks() -> Iterator[Fault]:
    shift, changed, on = spoilers.shifted, spoilers.changed, spoilers.on
    yield Fault("clock/back", "all stamps jump back by a minute", RESTARTS, on((), changed(shift(-60.0))))
    yield Fault("clock/forward", "all stamps jump ahead by a minute", RESTARTS, on((), changed(shift(60.0))))
    yield Fault("clock/stopped", "all stamps stand still", STOPS, on((), spoilers.held_stamp))
    yield Fault("clock/zero", "nothing is stamped", STOPS, on((), changed(_unstamped)))
    yield Fault("clock/cameras_ahead", "the cameras' clock runs 5 s ahead", STOPS,
                on(CAMERA_NAMES, changed(shift(5.0))))  # fmt: skip
    yield Fault("clock/front_behind", "the front camera's clock runs 0.5 s behind", NOTICED,
                on((FRONT,), changed(shift(-0.5))))  # fmt: skip
    yield Fault("clock/odometry_behind", "odometry's clock runs 2 s behind", STOPS,
                on(("odometry",), changed(shift(-2.0))))  # fmt: skip
    yield Fault("bag/looped", "everything from before comes again, with the stamps of then", RESTARTS, spoilers.looped)


def _policies() -> Iterator[Fault]:
    memory = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    rows = {
        "error": ("says that it cannot plan", thoughts.raising(PolicyError("The plan is not finite."))),
        "exception": ("fails with an error nobody foresaw", thoughts.raising(KeyError("weights"))),
        "out_of_device_memory": ("runs out of the GPU's memory", thoughts.raising(memory)),
        "out_of_memory": ("runs out of memory", thoughts.raising(MemoryError())),
        "nan": ("plans what is no number", thoughts.bent(lambda points_H2: points_H2 * math.nan)),
        "backwards": ("plans to drive backwards", thoughts.bent(lambda points_H2: -points_H2)),
        "too_fast": ("plans to be eight times as fast", thoughts.bent(lambda points_H2: points_H2 * 8.0)),
        "elsewhere": ("plans that begin 5 m ahead", thoughts.bent(lambda points_H2: points_H2 + np.array([5.0, 0.0]))),
        "circle": ("plans a turn of 2 m radius", thoughts.bent(thoughts.circle)),
        "zigzag": ("plans from side to side", thoughts.bent(thoughts.zigzag)),
        "flickers": ("plans to the left and to the right in turn", thoughts.flickering),
    }
    for kind, (what, think) in rows.items():
        yield Fault(f"policy/{kind}", f"the policy {what}", STOPS, think=think)
    # From a low speed that is hard braking, and no plan to refuse.
    stands = Expectation((RUNNING, STOPPING, FAILING), stops=True)
    still = thoughts.bent(lambda points_H2: points_H2 * 0.0)
    yield Fault("policy/stands_still", "the policy plans to stand where it is", stands, think=still)
    yield Fault("policy/late", "plans come 0.2 s late", HARMLESS, delay_s=0.2)
    yield Fault("policy/too_late", "plans come 0.8 s late", STOPS, delay_s=0.8)
    # The state is DEGRADED while a plan is at work, and FAULT for one that came too late.
    hangs = Expectation((DEGRADED, FAILING), stops=True)
    yield Fault("policy/hangs", "a plan does not come back until the fault is over", hangs, delay_s=60.0)


def _all() -> Iterator[Fault]:
    yield Fault("none", "nothing goes wrong", NOTHING_LOST)
    yield from _cameras()
    yield from _odometry()
    yield from _others()
    yield from _clocks()
    yield from _policies()


FAULTS = {fault.name: fault for fault in _all()}
