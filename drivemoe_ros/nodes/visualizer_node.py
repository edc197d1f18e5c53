"""The node that draws plans for RViz, in a process of its own, so that the policy never pays for it.

It subscribes to what the policy publishes, to odometry and route, and to the cameras while somebody looks at them.
Whatever nobody subscribes to is not drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.messages.topics import VISUALIZER_NAME
from drivemoe_ros.nodes.base_frame import publish_base_frame
from drivemoe_ros.nodes.drawings import percentile_words
from drivemoe_ros.nodes.managed_node import UNCONFIGURED, ManagedNode
from drivemoe_ros.nodes.parameters import TRANSPORT
from drivemoe_ros.nodes.plan_parts import STATE
from drivemoe_ros.nodes.spin import run_node
from drivemoe_ros.nodes.status_writer import OK, WARN, StatusWriter
from drivemoe_ros.nodes.viewer import Viewer

if TYPE_CHECKING:
    from rclpy.publisher import Publisher

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.nodes.parameters import Settings

SECTIONS = ("sync", "image", "ego", "route", "control", "visualizer", TRANSPORT)
# Without any of these there is less to see, but what there is can be drawn.
OPTIONAL = ("trajectory", "refused trajectory", "view selection", "expert activation", "route", "goal")
TICK_S = 0.03


class VisualizerNode(ManagedNode):
    """Plans, cameras, odometry and route in; markers, mosaic, dashboard and a line of text out."""

    def __init__(self, **arguments: object) -> None:
        """Declare parameters and begin to report.

        Args:
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(VISUALIZER_NAME, SECTIONS, **arguments)
        self._writer = StatusWriter(self, (STATE,), OPTIONAL)
        self._viewer: Viewer | None = None
        self._base_frame: Publisher | None = None
        self._idle_reason = UNCONFIGURED
        self.every(TICK_S, self._tick, "A plan cannot be drawn")

    def prepare(self, settings: Settings, rig: Rig) -> None:
        """Make inputs and publishers.

        Args:
            settings: The user's choice.
            rig: The rig.
        """
        self._viewer = Viewer(self, settings, rig)
        self._base_frame = publish_base_frame(self, rig.base_frame)
        self.get_logger().info(f"Ready: rig '{rig.name}', base frame '{rig.base_frame}'")

    def begin(self) -> None:
        """Subscribe, and draw from now on."""
        if self._viewer is not None:
            self._viewer.open()

    def rest(self, reason: str) -> None:  # noqa: ARG002 - nobody is told but in the diagnostics
        """Unsubscribe.

        Args:
            reason: Not needed.
        """
        if self._viewer is not None:
            self._viewer.close()

    def free(self, patience_s: float | None) -> bool:  # noqa: ARG002 - there is nothing to wait for
        """Free inputs and publishers.

        Args:
            patience_s: Not needed.

        Returns:
            True: everything is free.
        """
        if self._viewer is not None:
            self._viewer.close()
            self._viewer.drawings.close()
        self._viewer = None
        if self._base_frame is not None:
            self.destroy_publisher(self._base_frame)
        self._base_frame = None
        return True

    def idle(self, reason: str) -> None:
        """Say in the diagnostics why nothing is drawn.

        Args:
            reason: Why.
        """
        self._idle_reason = reason

    def report(self) -> None:
        """Publish diagnostics."""
        if self._viewer is None or not self.is_active:
            self._writer.publish([self._writer.status("drawing", WARN, self._idle_reason, {})])
            return
        drawings = self._viewer.drawings
        rate_hz = self._writer.rate("drawings", drawings.num_drawn)
        values: dict[str, object] = {"drawings": drawings.num_drawn, **percentile_words(drawings.times_ms)}
        statuses = [self._writer.status("drawing", OK, f"{rate_hz:.1f} drawings a second", values)]
        self._writer.publish([*statuses, *(self._writer.input_status(one, {}) for one in self._viewer.inputs())])

    def _tick(self) -> None:
        if self._viewer is not None and self.is_active:
            self._viewer.tick()


def main() -> int:
    """Run the node until SIGINT or SIGTERM."""
    return run_node(VisualizerNode)
