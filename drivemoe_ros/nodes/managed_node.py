"""What every node here is: a lifecycle node that refuses in one sentence, frees what it took and outlives errors.

A subclass says what it prepares, begins, rests from and frees; the transitions around that are the same for all.
"""

from __future__ import annotations

import traceback
from abc import abstractmethod
from typing import TYPE_CHECKING

from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn

from drivemoe_ros.errors import DriveMoeError
from drivemoe_ros.nodes.parameters import DeclaredParameters
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from rclpy.lifecycle import LifecycleState
    from rclpy.timer import Timer

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.nodes.parameters import Settings

BEAT_S = 1.0
LOG_EVERY_S = 5.0
UNCONFIGURED = "not configured: call configure"
INACTIVE = "configured but inactive: call activate"
SHUT_DOWN = "shut down: start the node again"


class ManagedNode(LifecycleNode):
    """A node that reports every second, configured or not.

    Attributes:
        is_active: Whether it works.
    """

    def __init__(self, name: str, sections: Collection[str], **arguments: object) -> None:
        """Declare parameters.

        Args:
            name: The node's name.
            sections: Which sections of the parameters it needs.
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(name, automatically_declare_parameters_from_overrides=True, **arguments)
        self._declared = DeclaredParameters(self, sections)
        self._is_prepared = False
        self.is_active = False
        # Steady: they go on while simulated time stands still or jumps.
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(BEAT_S, self.beat, clock=self._steady)

    @abstractmethod
    def prepare(self, settings: Settings, rig: Rig) -> None:
        """Take what the node needs to work; what was taken when this raises is freed.

        Args:
            settings: The user's choice.
            rig: The rig.

        Raises:
            DriveMoeError: If the node cannot work so.
        """

    @abstractmethod
    def begin(self) -> None:
        """Subscribe and work from now on."""

    @abstractmethod
    def rest(self, reason: str) -> None:
        """Unsubscribe and let the work at hand end; also when the node does not work.

        Args:
            reason: Why, as the end of a sentence.
        """

    @abstractmethod
    def free(self, patience_s: float | None) -> bool:
        """Free what ``prepare`` and ``begin`` took; also when they did not or not wholly.

        Args:
            patience_s: How long to wait for the work at hand [s]; None for as long as it takes.

        Returns:
            Whether everything is free.
        """

    @abstractmethod
    def idle(self, reason: str) -> None:
        """Say from now on why the node does not work."""

    @abstractmethod
    def report(self) -> None:
        """Publish how everything stands."""

    def start(self) -> None:
        """Configure and activate if parameter ``autostart`` says so; a refused node waits to be configured again."""
        if self._declared.autostart and self.trigger_configure() == TransitionCallbackReturn.SUCCESS:
            self.trigger_activate()

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Read parameters and rig, and prepare."""
        try:
            settings = self._declared.read()
            self.prepare(settings, load_rig(settings.rig))
        except DriveMoeError as error:
            return self._refuse(str(error))
        except Exception as error:  # noqa: BLE001 - e.g. too little memory on the GPU
            if not self.context.ok():
                return TransitionCallbackReturn.FAILURE  # Ctrl-C came meanwhile, and there is nobody left to tell
            self.get_logger().debug(traceback.format_exc())
            reason = str(error).partition("\n")[0]
            return self._refuse(f"The node cannot be made ready: {type(error).__name__}, {reason}")
        self._is_prepared = True
        self.idle(INACTIVE)
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Publish and subscribe from now on."""
        if not self._is_prepared:
            return TransitionCallbackReturn.FAILURE
        result = super().on_activate(state)
        self.begin()
        self.is_active = True
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Work no more, keeping what was prepared."""
        self.is_active = False
        self.rest("the node was deactivated")
        result = super().on_deactivate(state)
        self.idle(INACTIVE)
        return result

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Free everything; the node can be configured again."""
        return self._end(super().on_cleanup(state), UNCONFIGURED)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Work no more and free everything."""
        self.is_active = False
        self.rest("the node was shut down")
        return self._end(super().on_shutdown(state), SHUT_DOWN)

    def on_error(self, _state: LifecycleState) -> TransitionCallbackReturn:
        """Free everything; the node can be configured again."""
        return self._end(TransitionCallbackReturn.SUCCESS, UNCONFIGURED)

    def release(self, patience_s: float | None = None) -> bool:
        """Free everything; may be called at any time.

        Args:
            patience_s: How long to wait for the work at hand [s]; None for as long as it takes.

        Returns:
            Whether everything is free.
        """
        self._is_prepared = self.is_active = False
        return self.free(patience_s)

    def every(self, period_s: float, work: Callable[[], None], failure: str) -> Timer:
        """Do something again and again; an error in it is logged and never ends the node.

        Args:
            period_s: How often [s], on a steady clock.
            work: What.
            failure: What an error means, as the beginning of a sentence.

        Returns:
            The timer.
        """
        return self.create_timer(period_s, lambda: self._guard(work, failure), clock=self._steady)

    def beat(self) -> None:
        """Report now; never raises."""
        self._guard(self.report, "The state cannot be reported")

    def report_error(self, sentence: str, error: Exception) -> None:
        """Log an unforeseen error, the trace at level debug."""
        self.get_logger().error(sentence, throttle_duration_sec=LOG_EVERY_S)
        self.get_logger().debug("".join(traceback.format_exception(error)))

    def _guard(self, work: Callable[[], None], failure: str) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a callback that raises would end the node
            self.report_error(f"{failure} ({type(error).__name__}: {error}).", error)

    def _end(self, result: TransitionCallbackReturn, reason: str) -> TransitionCallbackReturn:
        self.release()
        self.idle(reason)
        return result

    def _refuse(self, reason: str) -> TransitionCallbackReturn:
        self.get_logger().error(reason)
        return self._end(TransitionCallbackReturn.FAILURE, f"not configured: {reason}")
