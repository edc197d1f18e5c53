"""The camera synchroniser as a filter for ``message_filters``, for nodes that are built on those."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.data.cameras import CAMERA_NAMES, FRONT
from drivemoe_ros.data.samples import EncodedImage, ImageSample
from drivemoe_ros.errors import InputError
from drivemoe_ros.parameters.schema import NANOSECONDS_PER_SECOND, SyncParameters
from drivemoe_ros.sync.camera_synchronizer import CameraSynchronizer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.cameras import CameraSet
    from drivemoe_ros.sync.counters import CameraCounters

try:
    from message_filters import SimpleFilter
except ImportError as error:
    msg = (
        f"This filter extends message_filters, which cannot be imported ({error}); install ros-DISTRO-message-filters."
    )
    raise InputError(msg) from error

NO_PICTURE = EncodedImage("", np.empty(0, dtype=np.uint8))


@dataclass(frozen=True, eq=False)
class _MessageSample(ImageSample):
    """A message in the synchroniser's clothes: only its stamp and camera matter there."""

    message: Any = None


class CameraSynchronizerFilter(SimpleFilter):
    """Signals ``(anchor message, messages by camera name, status of missing cameras by name)`` for each anchor stamp.

    Takes the place of ``ApproximateTimeSynchronizer``. A set comes out although a camera is missing, and says so.
    Callbacks run outside the lock, one at a time and in order; one that raises costs nothing but its own set, and
    one that is slow does not hold up other threads' messages. Messages without a header stamp are dropped and counted.

    Example:
        ``subscribers = {name: message_filters.Subscriber(node, Image, topic) for name, topic in topics.items()}``
        ``CameraSynchronizerFilter(subscribers).registerCallback(on_set)``
    """

    def __init__(
        self,
        filters: Mapping[str, Any],
        anchor: str = FRONT,
        parameters: SyncParameters | None = None,
    ) -> None:
        """Connect to the cameras' filters.

        Args:
            filters: A ``message_filters`` filter for each camera, by name; messages need a header.
            anchor: Camera whose stamps the sets have.
            parameters: Tolerance, waits and depth; None for the defaults.

        Raises:
            InputError: If the anchor is not among the filters.
            ParameterError: If a jump of the clock could not be told from the tolerance or the reorder limit.
        """
        super().__init__()
        if anchor not in filters:
            msg = (
                f"The anchor camera '{anchor}' is not among {', '.join(filters) or 'none'}, but its stamps are the "
                f"clock; connect it, e.g. one of {', '.join(CAMERA_NAMES)}."
            )
            raise InputError(msg)
        self._synchronizer = CameraSynchronizer(filters, anchor, parameters or SyncParameters())
        self._anchor = anchor
        self._lock = Lock()
        self._signalling = Lock()
        self._ready: deque[CameraSet] = deque()
        self.num_unstamped = 0
        self.input_connections = [source.registerCallback(self.add, name) for name, source in filters.items()]

    def add(self, message: Any, camera: str) -> None:  # noqa: ANN401
        """Take one message; called by the connected filters.

        Args:
            message: Message with a header.
            camera: Camera it came from.
        """
        stamp = message.header.stamp
        stamp_ns = stamp.sec * NANOSECONDS_PER_SECOND + stamp.nanosec
        with self._lock:
            if stamp_ns == 0:
                self.num_unstamped += 1
                return
            self._ready.extend(self._synchronizer.push(_MessageSample(stamp_ns, camera, NO_PICTURE, message)))
        self._signal_ready()

    def flush(self) -> None:
        """Signal all waiting sets as they are, e.g. before a shutdown."""
        with self._lock:
            self._ready.extend(self._synchronizer.flush())
        self._signal_ready()

    def counters(self) -> Mapping[str, CameraCounters]:
        """Return what happened to each camera's messages, by name."""
        with self._lock:
            return self._synchronizer.counters()

    def _signal_ready(self) -> None:
        """Signal the ready sets, unless another thread is at it: that one then signals these too."""
        while self._ready and self._signalling.acquire(blocking=False):
            try:
                while self._ready:
                    camera_set = self._ready.popleft()
                    messages = {name: getattr(sample, "message") for name, sample in camera_set.images.items()}  # noqa: B009
                    self.signalMessage(messages[self._anchor], messages, dict(camera_set.missing))
            finally:
                self._signalling.release()
