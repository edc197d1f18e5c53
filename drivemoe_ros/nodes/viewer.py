"""What the visualizer does while it is active: listens, gathers plans, and has them drawn for whoever looks."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.plan import PlanResult
from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.messages.topics import NODE_NAME
from drivemoe_ros.nodes.drawings import Drawings
from drivemoe_ros.nodes.inputs import Inputs
from drivemoe_ros.nodes.pace import Pace
from drivemoe_ros.nodes.plan_gatherer import NO_LABEL, GatheredPlan, PlanGatherer
from drivemoe_ros.nodes.plan_parts import READERS, STATE
from drivemoe_ros.nodes.sources import Source
from drivemoe_ros.nodes.surroundings import Surroundings
from drivemoe_ros.nodes.topic_input import TopicInput

if TYPE_CHECKING:
    from rclpy.lifecycle import LifecycleNode

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.nodes.parameters import Settings
    from drivemoe_ros.nodes.plan_parts import Part

FOLLOW_HZ = 4.0
# A policy that lives says how it stands every second.
SILENT_S = 2.5
SPEAK_UP_HZ = 1.0
# A picture of the mosaic is not drawn larger than this share of its width.
TILE_SHARE = 3


class Viewer:
    """Inputs, gathered plans and drawings of one configuration.

    Pictures are received only while somebody looks at a drawing that shows them.

    Attributes:
        drawings: What is published.
    """

    def __init__(self, node: LifecycleNode, settings: Settings, rig: Rig) -> None:
        """Prepare everything without subscribing.

        Args:
            node: The node.
            settings: The user's choice.
            rig: The rig.

        Raises:
            InputError: If a topic of the rig is no valid name.
        """
        self._node = node
        self._rig = rig
        parameters = settings.parameters
        self.drawings = Drawings(node, rig, parameters)
        self._around = Surroundings(parameters, parameters.visualizer.mosaic_width // TILE_SHARE)
        self._gatherer = PlanGatherer()
        rigged = list(Inputs(node, rig, settings.transports, self._take_sample))
        self._cameras = [one for one in rigged if one.name in CAMERA_NAMES]
        self._motion = [one for one in rigged if one.name not in CAMERA_NAMES and one.name != "imu"]
        self._parts = {name: self._plan_input(name) for name in READERS}
        self._following = Pace(FOLLOW_HZ)
        self._speaking_up = Pace(SPEAK_UP_HZ)
        self._sees_pictures = False
        self._heard_s = 0.0

    def open(self) -> None:
        """Subscribe to all but the cameras."""
        self._heard_s = time.monotonic()
        for one in (*self._parts.values(), *self._motion):
            one.open()

    def close(self) -> None:
        """Unsubscribe from everything."""
        for one in (*self._parts.values(), *self._motion, *self._cameras):
            one.close()
        self._sees_pictures = False

    def inputs(self) -> list[TopicInput]:
        """Return the inputs that are subscribed to now."""
        return [*self._parts.values(), *self._motion, *(self._cameras if self._sees_pictures else ())]

    def tick(self) -> None:
        """Draw the newest plan where it was not drawn yet, or say why none comes."""
        now_s = time.monotonic()
        if self._following.is_due(now_s):
            self._follow()
        plan = self._gatherer.take(now_s, self._around.covers)
        if plan is None and now_s - self._heard_s > SILENT_S and self._speaking_up.is_due(now_s):
            plan = self._silence(now_s)
        if plan is not None:
            self.drawings.show(self._as_pictured(plan))
        self.drawings.draw(self._around, now_s)

    def _as_pictured(self, plan: GatheredPlan) -> GatheredPlan:
        """Bring a plan that was published as seen from later back to its picture, where all the rest is drawn."""
        result = plan.result
        if result.trajectory is None:
            return plan
        trajectory = self._around.as_pictured(result.trajectory, result.stamp_ns)
        return plan._replace(result=dataclasses.replace(result, trajectory=trajectory))

    def _plan_input(self, name: str) -> TopicInput:
        topic, read = READERS[name]
        ending = topic.name.rpartition("/")[2]
        # Without a remapping, the policy of the same namespace under its own name.
        itself, default = f"~/input/{ending}", topic.name.replace("~", NODE_NAME, 1)
        sources = (Source(itself, topic.type_name), Source(default, topic.type_name))
        return TopicInput(self._node, name, sources, self._take_part, read)

    def _take_sample(self, sample: Any) -> None:  # noqa: ANN401
        self._around.push(sample)

    def _take_part(self, part: Part) -> None:
        now_s = time.monotonic()
        self._gatherer.add(part, now_s)
        if part.name == STATE:
            self._heard_s = now_s

    def _follow(self) -> None:
        """Follow publishers; begin or end to receive pictures as somebody looks or nobody does any more."""
        wanted = self.drawings.wants_pictures()
        if wanted != self._sees_pictures:
            for one in self._cameras:
                if wanted:
                    one.open()
                else:
                    one.close()
            if not wanted:
                self._around.forget_pictures()
            self._sees_pictures = wanted
        for one in self.inputs():
            one.follow_publishers()

    def _silence(self, now_s: float) -> GatheredPlan:
        state = self._parts[STATE]
        num = state.num_publishers
        since = "yet" if state.last_used_s is None else f"for {now_s - state.last_used_s:.0f} s"
        publishers = f"{num} publisher{'' if num == 1 else 's'}"
        reason = state.problem or f"no state from {state.source.topic} {since}: {publishers}"
        stamp_ns: int = self._node.get_clock().now().nanoseconds
        result = PlanResult(stamp_ns, StateReport(DrivingState.WAITING, reason, ()))
        return GatheredPlan(result, NO_LABEL, self._rig.base_frame)
