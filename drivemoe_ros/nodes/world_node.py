"""The built-in world on a live graph: sensors out under the rig's names, commands in, time on ``/clock``.

With rig ``carla`` topics and types are those of the CARLA ros-bridge in synchronous mode. A drive begins once the
policy says that it is ready, as in CARLA's Leaderboard.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode_control import CONTROL_DECODERS
from drivemoe_ros.messages.encode_control import ACKERMANN, CARLA, TWIST
from drivemoe_ros.messages.parts import NANOSECONDS_PER_SECOND
from drivemoe_ros.messages.topics import STATE
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import is_installed, message_class
from drivemoe_ros.nodes.managed_node import UNCONFIGURED, ManagedNode
from drivemoe_ros.nodes.spin import run_node
from drivemoe_ros.nodes.status_writer import OK, WARN, StatusWriter
from drivemoe_ros.nodes.world_outputs import WorldOutputs
from drivemoe_ros.world.live_drive import LiveDrive

if TYPE_CHECKING:
    from rclpy.subscription import Subscription

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.nodes.parameters import Settings
    from drivemoe_ros.parameters.schema import ControlParameters

NODE_NAME = "drivemoe_world"
SECTIONS = ("control", "world")
TICK_S = 0.005
READY_TOPIC, STATE_TOPIC = "~/input/ready", "~/input/state"


class WorldNode(ManagedNode):
    """Commands in; pictures, odometry, IMU, route and time out."""

    def __init__(self, **arguments: object) -> None:
        """Declare parameters and begin to report.

        Args:
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(NODE_NAME, SECTIONS, **arguments)
        self._writer = StatusWriter(self, (), ())
        self._subscriptions_here: list[Subscription] = []
        self._answers: Subscription | None = None
        self._drive: LiveDrive | None = None
        self._outputs: WorldOutputs | None = None
        self._control: ControlParameters | None = None
        self._is_ready = False
        self._num_told = self._num_steps = 0
        self._idle_reason = UNCONFIGURED
        self.every(TICK_S, self._tick, "The world cannot go on")

    def prepare(self, settings: Settings, rig: Rig) -> None:
        """Set up the first drive.

        Args:
            settings: The user's choice.
            rig: The rig.
        """
        self._control = settings.parameters.control
        self._drive = LiveDrive(settings.parameters.world, self._control, rig.cameras)
        self._outputs = WorldOutputs(self, rig)
        self._num_told = 0
        self.get_logger().info(f"Ready: {settings.parameters.world.family}, rig '{rig.name}'")

    def begin(self) -> None:
        """Listen to whoever is ready and drives."""
        ready = self.create_subscription(
            message_class("std_msgs/msg/Bool"), READY_TOPIC, self._take_ready, qos.LATCHED_IN
        )
        state = message_class(STATE.type_name)
        answers = self.create_subscription(state, STATE_TOPIC, self._take_answer, qos.ROUTE_IN)
        self._answers = answers
        self._subscriptions_here = [ready, answers]
        # The most exact of those that are installed; twist always is.
        topic = next(one for one in (CARLA, ACKERMANN, TWIST) if is_installed(one.type_name))
        name = topic.name.replace("output", "input")

        def take(message: Any) -> None:  # noqa: ANN401
            self._take_command(topic.type_name, message)

        commands = self.create_subscription(message_class(topic.type_name), name, take, qos.ROUTE_IN)
        self._subscriptions_here.append(commands)
        self.get_logger().info(f"Waiting for {ready.topic_name}; commands come on {commands.topic_name}")

    def rest(self, reason: str) -> None:  # noqa: ARG002 - time stands still, which everybody sees
        """Let time stand still.

        Args:
            reason: Not needed.
        """
        for subscription in self._subscriptions_here:
            self.destroy_subscription(subscription)
        self._subscriptions_here, self._answers = [], None
        self._is_ready = False

    def free(self, patience_s: float | None) -> bool:  # noqa: ARG002 - there is nothing to wait for
        """Free world and publishers.

        Args:
            patience_s: Not needed.

        Returns:
            True: everything is free.
        """
        self.rest("")
        if self._outputs is not None:
            self._outputs.close()
        self._drive, self._outputs = None, None
        return True

    def idle(self, reason: str) -> None:
        """Say in the diagnostics why time stands still.

        Args:
            reason: Why.
        """
        self._idle_reason = reason

    def report(self) -> None:
        """Publish diagnostics."""
        drive = self._drive
        if drive is None or not self.is_active:
            self._writer.publish([self._writer.status("world", WARN, self._idle_reason, {})])
            return
        rate_hz = self._writer.rate("steps", self._num_steps)
        values: dict[str, object] = {
            "seed": drive.seed,
            "done": f"{100.0 * drive.world.completion:.0f} %",
            "drives ended": len(drive.ended),
            "steps without a command": drive.num_overdue,
        }
        words = f"{rate_hz:.1f} steps a second" if self._is_ready else f"waiting for {READY_TOPIC} to say true"
        self._writer.publish([self._writer.status("world", OK if self._is_ready else WARN, words, values)])

    def _take_ready(self, message: Any) -> None:  # noqa: ANN401
        # Only the beginning waits: who says false later has a reason, and a car that is under way cannot stand still.
        self._is_ready = self._is_ready or bool(message.data)

    def _take_answer(self, message: Any) -> None:  # noqa: ANN401
        stamp = message.header.stamp
        if self._drive is not None:
            self._drive.answered(stamp.sec * NANOSECONDS_PER_SECOND + stamp.nanosec)
        self._tick()

    def _take_command(self, type_name: str, message: Any) -> None:  # noqa: ANN401
        drive, control, stamp = self._drive, self._control, message.header.stamp
        if drive is None or control is None or not (stamp.sec or stamp.nanosec):
            return  # without a stamp: a controller that brakes because there is no time yet
        try:
            stamp_ns, command = CONTROL_DECODERS[type_name](message, drive.world.ego.speed_mps, control)
        except InputError as error:
            self.get_logger().warning(str(error), throttle_duration_sec=5.0)
            return
        drive.take(command, stamp_ns)
        self._tick()

    def _tick(self) -> None:
        drive, outputs = self._drive, self._outputs
        if drive is None or outputs is None or not self.is_active or not self._is_ready:
            return
        drive.has_policy = self._answers is not None and bool(self.count_publishers(self._answers.topic_name))
        samples = drive.advance(time.monotonic())
        if not samples:
            return
        self._num_steps += 1
        outputs.send(samples)
        for sentence in drive.ended[self._num_told :]:
            self.get_logger().info(sentence)
        self._num_told = len(drive.ended)


def main() -> int:
    """Run the node until SIGINT or SIGTERM."""
    return run_node(WorldNode)
