"""The world at the pace of a live graph: steps when the command of the last moment has come, or is overdue.

Knows nothing of ROS. One drive follows the other, and the stamps go on; a drive begins two seconds after the last, so
that nobody takes the jump from one place to another for motion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.drivers import RUN_IN_NS
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.sensors import FIRST_STAMP_NS, Sensors, camera_infos, shows_pictures
from drivemoe_ros.world.simulation import STEP_NS, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.cameras import Camera
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.parameters.schema import ControlParameters, WorldParameters

BETWEEN_DRIVES_NS = 2_000_000_000
BRAKE = ControlCommand(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, reason="no command came for this moment")


class LiveDrive:
    """Drives of one family, one after the other.

    Attributes:
        world: The present drive.
        seed: Its seed.
        num_overdue: Steps that were made without a command.
        ended: How the drives before ended, a sentence each.
        has_policy: Whether somebody says when pictures are answered, and so is worth waiting for.
    """

    def __init__(self, settings: WorldParameters, control: ControlParameters, cameras: Mapping[str, Camera]) -> None:
        """Set up the first drive.

        Args:
            settings: What to drive, and at what pace.
            control: The car's limits.
            cameras: The rig's cameras by name.

        Raises:
            ParameterError: If there is no such family.
        """
        self._settings = settings
        self._control = control
        self._cameras = cameras
        self._size_px = (settings.width, settings.height)
        self.num_overdue = 0
        self.ended: list[str] = []
        self._first_stamp_ns = FIRST_STAMP_NS
        self._answered_ns = 0
        self.has_policy = False
        self._set_up(settings.seed)

    def _set_up(self, seed: int) -> None:
        self.seed = seed
        self.world = World(scenario(self._settings.family, seed), self._control)
        self._expert = Expert(self.world, self._control)
        renderer = SceneRenderer(self.world.setting, self._cameras, self._size_px)
        self._sensors = Sensors(self._cameras, renderer, control=self._control, first_stamp_ns=self._first_stamp_ns)
        self._sent_s: float | None = None
        self._command: ControlCommand | None = None

    @property
    def stamp_ns(self) -> int:
        """Stamp of the present moment [ns]."""
        return self._first_stamp_ns + self.world.time_ns

    def take(self, command: ControlCommand, stamp_ns: int) -> None:
        """Take a command; one for an earlier moment than the present is of no use any more.

        Args:
            command: Pedals and wheel angle.
            stamp_ns: The moment it is for [ns].
        """
        if stamp_ns >= self.stamp_ns:
            self._command = command

    def answered(self, stamp_ns: int) -> None:
        """Note that the policy has answered the pictures of a stamp [ns], with a plan or without."""
        self._answered_ns = max(self._answered_ns, stamp_ns)

    def advance(self, now_s: float) -> list[Sample]:
        """Go on as far as it is time to.

        Args:
            now_s: Time on a steady clock [s].

        Returns:
            What the car sends now; empty while the world waits.
        """
        if self._sent_s is None:
            self._sent_s = now_s
            infos = camera_infos(self._cameras, self._size_px, self.stamp_ns)
            return [*self._sensors.start(self.world), *infos, *self._sensors.read(self.world)]
        command = None if self._is_over() else self._due_command(now_s - self._sent_s)
        if command is None:
            return []
        # From when it was due, not from when it came to it: so the pace holds on the average.
        step_s = STEP_NS * 1e-9 / self._settings.pace if self._settings.pace else 0.0
        self._sent_s = max(self._sent_s + step_s, now_s - step_s)
        self._command = None
        self.world.step(command)
        samples = self._sensors.read(self.world)
        if self._is_over():
            self._end()
        return samples

    def _is_over(self) -> bool:
        return self.world.outcome is not None

    def _due_command(self, waited_s: float) -> ControlCommand | None:
        settings = self._settings
        if settings.pace and waited_s < STEP_NS * 1e-9 / settings.pace:
            return None
        unanswered = self.has_policy and settings.lockstep and self._answered_ns < self.stamp_ns
        if unanswered and shows_pictures(self.world) and waited_s < settings.wait_s:
            return None
        if self.world.time_ns < RUN_IN_NS:
            # Histories are empty and the car may be under way: the expert drives until there can be a plan.
            return self._expert.command()
        if self._command is None and waited_s >= settings.wait_s:
            self.num_overdue += 1
            return BRAKE
        return self._command

    def _end(self) -> None:
        world = self.world
        outcome = world.outcome.value if world.outcome else ""
        wrong = "; ".join(found.detail for found in world.infractions) or "nothing went wrong"
        name = f"{self._settings.family} {self.seed}"
        self.ended.append(f"{name}: {outcome} after {world.time_s:.1f} s, {100 * world.completion:.0f} % done; {wrong}")
        if self._settings.repeat:
            self._first_stamp_ns = self.stamp_ns + BETWEEN_DRIVES_NS
            self._set_up(self.seed + 1)
