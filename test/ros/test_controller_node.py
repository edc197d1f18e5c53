"""The controller on a live graph: it drives by fresh plans, and brakes by itself when anything it needs is lacking."""

from __future__ import annotations

import importlib.util
import math
import pathlib
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("rclpy")

from rclpy.qos import QoSDurabilityPolicy, QoSReliabilityPolicy

from drivemoe_ros.messages.encode_control import ACKERMANN, CARLA

from .control_graph import (
    BEST_EFFORT,
    MS,
    ODOMETRY,
    RELIABLE,
    TICK_MS,
    UNTRAINED,
    WANTED_MPS,
    Vehicle,
    live_controller,
    odometry_message,
    plan_message,
    stamp_ns,
    vehicle_alone,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAN_SENDER = pathlib.Path(__file__).parent / "processes" / "plan_sender.py"
START_NS = 1_000_000_000_000
TICK_NS = TICK_MS * MS


def at(time_ms: int) -> int:
    return START_NS + time_ms * MS


def send_plan(vehicle: Vehicle, message: Any) -> None:  # noqa: ANN401
    """Send a plan and wait until it has arrived; odometry and plans come on topics that do not wait for each other."""
    vehicle.until(lambda: "trajectory" in vehicle.diagnostics, "diagnostics of the trajectory")
    before = int(vehicle.figures("trajectory")["received"])
    vehicle.plans.publish(message)
    vehicle.until(lambda: int(vehicle.figures("trajectory")["received"]) > before, "arrival of the plan")


def set_off(vehicle: Vehicle) -> None:
    """Let the vehicle drive by a plan of 0.1 s, up to 0.3 s."""
    vehicle.start()
    # The first odometry may overtake the first time.
    vehicle.send_clock(at(0))
    vehicle.until(lambda: vehicle.tick(at(0)), "command")
    vehicle.ride(at(TICK_MS), at(100))
    send_plan(vehicle, plan_message(at(100)))
    assert vehicle.ride(at(150), at(300)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_every_odometry_message_is_answered_by_a_command_of_its_stamp() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        vehicle.until(lambda: vehicle.said() == "driving by the plans", "diagnostics")
        figures = vehicle.figures("control")
    assert [stamp_ns(one) for one in vehicle.twists if stamp_ns(one) > at(0)] == list(range(at(50), at(301), TICK_NS))
    assert all(one.header.frame_id == "base_link" for one in vehicle.twists)
    assert float(figures["throttle"]) > 0.0
    assert figures["plans"] == "1"


def test_before_the_first_plan_it_brakes_and_says_why() -> None:
    with live_controller() as (_, vehicle):
        vehicle.start()
        vehicle.send_clock(at(0))
        vehicle.until(lambda: vehicle.said().startswith(f"braking: no odometry from {ODOMETRY} yet: "), "brakes")
        assert vehicle.ride(at(0), at(200)).twist.linear.x == 0.0
        vehicle.until(lambda: vehicle.said() == "braking: there is no plan yet", "reason")
        vehicle.until(lambda: "no message from" in vehicle.diagnostics["trajectory"].message, "diagnostics")


def test_it_brakes_when_the_process_that_plans_is_killed() -> None:
    wall_clock = {"use_sim_time": False, "control.plan_timeout_s": 2.0, "control.odometry_timeout_s": 5.0}
    with live_controller(wall_clock) as (_, vehicle):
        vehicle.start()
        with subprocess.Popen([sys.executable, str(PLAN_SENDER), vehicle.plan_topic]) as sender:
            vehicle.ride_on_wall_clock_until(
                lambda: vehicle.twists and vehicle.twists[-1].twist.linear.x > 0.0, "command to drive"
            )
            sender.send_signal(signal.SIGKILL)
        vehicle.ride_on_wall_clock_until(lambda: vehicle.twists[-1].twist.linear.x == 0.0, "command to brake")
        vehicle.ride_on_wall_clock_until(lambda: "the newest plan is" in vehicle.said(), "reason")
        assert vehicle.said().startswith("braking: the newest plan is ")


def test_it_brakes_when_odometry_stops() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        vehicle.node.destroy_publisher(vehicle.odometry)
        driven = len(vehicle.twists)
        for time_ms in range(350, 1500, TICK_MS):
            vehicle.send_clock(at(time_ms))
            vehicle.rest(0.02)
        vehicle.until(lambda: len(vehicle.twists) >= driven + 3, "commands without odometry")
        assert all(one.twist.linear.x == 0.0 for one in vehicle.twists[driven:])
        assert at(300) < stamp_ns(vehicle.twists[-1]) <= at(1450)
        vehicle.until(lambda: f"no odometry from {ODOMETRY} for " in vehicle.said(), "reason")
        assert vehicle.said().endswith(": 0 publishers")


def test_odometry_that_repeats_one_stamp_is_not_driven_by() -> None:
    wall_clock = {"use_sim_time": False}
    with live_controller(wall_clock) as (_, vehicle):
        vehicle.start()
        stale = odometry_message(vehicle.now_ns)

        def is_noticed() -> bool:
            vehicle.odometry.publish(stale)
            return f"the stamps of {ODOMETRY} have not advanced" in vehicle.said()

        vehicle.until(is_noticed, "reason")
        assert vehicle.twists[-1].twist.linear.x == 0.0


def test_a_slow_simulation_is_not_braked_in_between() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        driven = len(vehicle.twists)
        vehicle.rest(1.5)  # three times the timeout, but simulated time stands still
        assert len(vehicle.twists) == driven
        assert vehicle.tick(at(350)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_a_simulation_that_stands_still_for_long_is_braked() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        driven = len(vehicle.twists)
        vehicle.until(lambda: len(vehicle.twists) > driven, "command without odometry or time")
        assert vehicle.twists[-1].twist.linear.x == 0.0


def test_plans_of_random_weights_are_refused() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        send_plan(vehicle, plan_message(at(300), UNTRAINED))
        assert vehicle.tick(at(350)).twist.linear.x == 0.0
        vehicle.until(lambda: "refused because they were not trained" in vehicle.said(), "reason")
        assert vehicle.figures("control")["plans refused"] == "1"
        send_plan(vehicle, plan_message(at(350)))
        assert vehicle.tick(at(400)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_plans_of_random_weights_drive_where_the_user_accepts_them() -> None:
    with live_controller({"control.accept_untrained": True}) as (_, vehicle):
        set_off(vehicle)
        send_plan(vehicle, plan_message(at(300), UNTRAINED))
        vehicle.ride(at(350), at(600))
        assert vehicle.tick(at(700)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_plans_from_before_a_jump_of_the_clock_are_dropped() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        early = START_NS - 100_000 * MS
        assert vehicle.ride(early, early + 100 * MS).twist.linear.x == 0.0
        vehicle.until(lambda: "the clock jumped back by 100.3 s" in vehicle.said(), "reason")
        send_plan(vehicle, plan_message(early + 100 * MS))
        assert vehicle.ride(early + 150 * MS, early + 200 * MS).twist.linear.x == pytest.approx(WANTED_MPS)


def test_best_effort_senders_are_heard_and_commands_are_reliable() -> None:
    with live_controller(profile=BEST_EFFORT) as (_, vehicle):
        set_off(vehicle)
        (offer,) = vehicle.node.get_publishers_info_by_topic(vehicle.twist_topic)
    assert offer.qos_profile.reliability == QoSReliabilityPolicy.RELIABLE
    assert offer.qos_profile.durability == QoSDurabilityPolicy.VOLATILE


def test_a_plan_that_cannot_be_used_is_dropped_counted_and_named() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        broken = plan_message(at(300))
        broken.points[2].pose.position.x = math.nan
        send_plan(vehicle, broken)
        vehicle.until(lambda: "NaN or infinity" in vehicle.diagnostics["trajectory"].message, "diagnostics")
        assert vehicle.figures("trajectory")["rejected"] == "1"
        assert vehicle.tick(at(350)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_an_inactive_controller_is_silent_and_its_last_word_is_a_stop() -> None:
    with live_controller() as (_, vehicle):
        assert vehicle.change("configure")
        vehicle.send_clock(at(0))
        vehicle.rest(0.5)
        assert vehicle.twists == []
        assert vehicle.change("activate")
        vehicle.connect()
        vehicle.ride(at(0), at(100))
        send_plan(vehicle, plan_message(at(100)))
        assert vehicle.ride(at(150), at(200)).twist.linear.x > 0.0
        driven = len(vehicle.twists)
        assert vehicle.change("deactivate")
        vehicle.until(lambda: len(vehicle.twists) > driven, "last word")
        vehicle.send_clock(at(5000))
        vehicle.rest(1.0)
        assert [one.twist.linear.x for one in vehicle.twists[driven:]] == [0.0]
        vehicle.until(lambda: vehicle.said() == "configured but inactive: call activate", "diagnostics")
        assert vehicle.change("cleanup")
        vehicle.until(lambda: vehicle.said() == "not configured: call configure", "diagnostics")


def test_a_reactivated_controller_waits_for_a_new_plan() -> None:
    with live_controller() as (_, vehicle):
        set_off(vehicle)
        assert vehicle.change("deactivate")
        assert vehicle.change("activate")
        vehicle.connect()
        assert vehicle.tick(at(350)).twist.linear.x == 0.0
        vehicle.until(lambda: vehicle.said() == "braking: there is no plan yet", "reason")


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"control.plan_timout_s": 1.0}, "There is no parameter 'control.plan_timout_s' (did you mean 'control.plan_t"),
        ({"control.mode": "pidd"}, "control.mode is 'pidd' (did you mean 'pid'?), but it must be one of"),
        ({"rig": "bench2driv"}, "There is no rig 'bench2driv' (did you mean 'bench2drive'?)"),
    ],
)
def test_a_wrong_parameter_stops_configure_in_one_sentence(parameters: dict[str, object], sentence: str) -> None:
    with live_controller(parameters) as (_, vehicle):
        assert not vehicle.change("configure")
        vehicle.until(lambda: sentence in vehicle.said(), "sentence")


def test_a_parameter_file_may_be_shared_with_the_policy() -> None:
    with live_controller({"policy.seed": 3, "transport.front": "raw", "image.jpeg_quality": 20}) as (node, vehicle):
        assert vehicle.change("configure")
        assert node.get_parameter("control.mode").value == "pure_pursuit"


def test_what_is_not_installed_is_named_with_its_remedy() -> None:
    installed = [topic for topic in (ACKERMANN, CARLA) if importlib.util.find_spec(topic.type_name.partition("/")[0])]
    with live_controller() as (_, vehicle):
        assert vehicle.change("configure")
        vehicle.until(lambda: any(line.startswith("Ready: ") for line in vehicle.log), "log")
        named = {topic: topic.name.replace("~", vehicle.name) for topic in (ACKERMANN, CARLA)}
        offered = [named[topic] for topic in installed]
        vehicle.until(lambda: all(vehicle.node.count_publishers(name) for name in offered), "installed outputs")
        missing = [topic for topic in named if topic not in installed]
        assert [vehicle.node.count_publishers(named[topic]) for topic in missing] == [0] * len(missing)
    complaints = [line for line in vehicle.log if "not installed" in line]
    assert len(complaints) == (len(installed) < 2)
    for topic in named:
        assert any(topic.name in line for line in complaints) == (topic in missing)


@pytest.fixture(name="controller")
def controller_process() -> Iterator[subprocess.Popen[bytes]]:
    """The controller as a process of its own."""
    program = [sys.executable, str(ROOT / "scripts" / "controller_node"), "--ros-args", "-r", "__ns:=/ended"]
    patient = ["-p", "control.odometry_timeout_s:=5.0", "-p", "autostart:=true"]
    with subprocess.Popen([*program, *patient]) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM])
def test_a_controller_that_is_told_to_end_stops_the_vehicle_first(
    one: signal.Signals, controller: subprocess.Popen[bytes]
) -> None:
    with vehicle_alone("/ended") as vehicle:
        vehicle.connect()
        vehicle.ride_on_wall_clock_until(
            lambda: vehicle.twists and vehicle.twists[-1].twist.linear.x > 0.0, "command to drive", planned=True
        )
        controller.send_signal(one)
        vehicle.until(lambda: controller.poll() is not None, "end of the process")
        vehicle.until(lambda: vehicle.twists[-1].twist.linear.x == 0.0, "last word")
        assert controller.returncode == 0


def test_ackermann_steers_to_the_left_with_positive_angles() -> None:
    kind = getattr(pytest.importorskip("ackermann_msgs.msg"), "AckermannDriveStamped")  # noqa: B009
    with live_controller() as (_, vehicle):
        drives: list[Any] = []
        vehicle.node.create_subscription(kind, f"{vehicle.name}/output/control", drives.append, RELIABLE)
        set_off(vehicle)
        left = plan_message(at(300))
        for number, point in enumerate(left.points):
            point.pose.position.y = 0.02 * number**2
        send_plan(vehicle, left)
        turning = vehicle.tick(at(350))
        vehicle.until(lambda: drives and stamp_ns(drives[-1]) == at(350), "drive")
    assert drives[-1].drive.steering_angle > 0.0
    assert drives[-1].drive.speed == pytest.approx(turning.twist.linear.x, abs=1e-5)
    assert turning.twist.angular.z > 0.0


def test_carla_steers_to_the_right_with_positive_values_and_is_left_with_full_brake() -> None:
    kind = getattr(pytest.importorskip("carla_msgs.msg"), "CarlaEgoVehicleControl")  # noqa: B009
    with live_controller() as (_, vehicle):
        controls: list[Any] = []
        vehicle.node.create_subscription(kind, f"{vehicle.name}/output/vehicle_control_cmd", controls.append, RELIABLE)
        set_off(vehicle)
        left = plan_message(at(300))
        for number, point in enumerate(left.points):
            point.pose.position.y = 0.02 * number**2
        send_plan(vehicle, left)
        vehicle.tick(at(350))
        vehicle.until(lambda: controls and stamp_ns(controls[-1]) == at(350), "control")
        assert controls[-1].steer < 0.0
        assert vehicle.change("deactivate")
        vehicle.until(lambda: controls[-1].brake == 1.0, "full brake")
