"""The controller on a live graph: it drives by fresh plans, and brakes by itself when anything it needs is lacking."""

from __future__ import annotations

import math
import pathlib
import signal
import subprocess
import sys

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.data.plan import PlanSource
from drivemoe_ros.parameters.schema import ControlParameters

from .control_graph import (
    MS,
    ODOMETRY,
    START_NS,
    TICK_MS,
    UNTRAINED,
    WANTED_MPS,
    at,
    live_controller,
    odometry_message,
    plan_message,
)
from .graph import stamp_ns

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

PLAN_SENDER = pathlib.Path(__file__).parent / "processes" / "plan_sender.py"


def test_every_odometry_message_is_answered_by_a_command_of_its_stamp() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        vehicle.until(lambda: vehicle.said() == "driving by the plans", "diagnostics")
        figures = vehicle.figures("control")
    answered = [stamp_ns(one) for one in vehicle.twists if stamp_ns(one) > at(0)]
    assert answered == [at(time_ms) for time_ms in range(50, 301, TICK_MS)]
    assert all(one.header.frame_id == "base_link" for one in vehicle.twists)
    vehicle_of = ControlParameters()
    # As fast as planned: only what slows the vehicle by itself is made up for.
    resistance_mps2 = vehicle_of.rolling_mps2 + vehicle_of.drag_per_s * WANTED_MPS
    assert figures["throttle"] == f"{resistance_mps2 / vehicle_of.max_acceleration_mps2:.2f}"
    assert figures["brake"] == "0.00"
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
        vehicle.set_off()
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
        vehicle.set_off()
        driven = len(vehicle.twists)
        vehicle.rest(1.5)  # three times the timeout, but simulated time stands still
        assert len(vehicle.twists) == driven
        assert vehicle.tick(at(350)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_a_simulation_that_stands_still_for_long_is_braked() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        driven = len(vehicle.twists)
        vehicle.until(lambda: len(vehicle.twists) > driven, "command without odometry or time")
        assert vehicle.twists[-1].twist.linear.x == 0.0


def test_the_diagnostics_say_what_stands_in_for_a_plan() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        vehicle.send_plan(plan_message(at(300), source=PlanSource.STOP))
        vehicle.ride(at(350), at(400))
        vehicle.until(lambda: "stopping along" in vehicle.diagnostics["control"].message, "diagnostics of the stop")


def test_plans_of_random_weights_are_refused() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        vehicle.send_plan(plan_message(at(300), UNTRAINED))
        assert vehicle.tick(at(350)).twist.linear.x == 0.0
        vehicle.until(lambda: "refused because they were not trained" in vehicle.said(), "reason")
        assert vehicle.figures("control")["plans refused"] == "1"
        vehicle.send_plan(plan_message(at(350)))
        assert vehicle.tick(at(400)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_plans_of_random_weights_drive_where_the_user_accepts_them() -> None:
    with live_controller({"control.accept_untrained": True}) as (_, vehicle):
        vehicle.set_off()
        vehicle.send_plan(plan_message(at(300), UNTRAINED))
        vehicle.ride(at(350), at(600))
        assert vehicle.tick(at(700)).twist.linear.x == pytest.approx(WANTED_MPS)


def test_plans_from_before_a_jump_of_the_clock_are_dropped() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        early = START_NS - 100_000 * MS
        assert vehicle.ride(early, early + 100 * MS).twist.linear.x == 0.0
        vehicle.until(lambda: "the clock jumped back by 100.3 s" in vehicle.said(), "reason")
        vehicle.send_plan(plan_message(early + 100 * MS))
        assert vehicle.ride(early + 150 * MS, early + 200 * MS).twist.linear.x == pytest.approx(WANTED_MPS)


def test_a_plan_that_cannot_be_used_is_dropped_counted_and_named() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        broken = plan_message(at(300))
        broken.points[2].pose.position.x = math.nan
        vehicle.send_plan(broken)
        vehicle.until(lambda: "NaN or infinity" in vehicle.diagnostics["trajectory"].message, "diagnostics")
        assert vehicle.figures("trajectory")["rejected"] == "1"
        assert vehicle.tick(at(350)).twist.linear.x == pytest.approx(WANTED_MPS)
