"""Sets of pictures that belong together, one for each picture of the anchor camera."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from drivemoe_ros.data.cameras import CameraSet
from drivemoe_ros.errors import InputError
from drivemoe_ros.sync.buffer import CameraBuffer
from drivemoe_ros.sync.counters import CameraCounters
from drivemoe_ros.sync.missing import explain_missing
from drivemoe_ros.sync.timing import timing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drivemoe_ros.data.samples import ImageSample
    from drivemoe_ros.data.state import InputStatus
    from drivemoe_ros.parameters.schema import SyncParameters


class CameraSynchronizer:
    """For each anchor stamp the nearest picture of every other camera within tolerance, the earlier of two.

    The anchor's stamps are the only clock, so no other camera's clock can do harm. Sets come out in ascending order
    until the anchor's clock jumps back, one for each distinct anchor stamp. A picture may serve two sets. A set is
    decided once no camera can deliver a nearer picture, at the latest when the newest anchor stamp is
    ``tolerance + max_wait + reorder`` past it; it then names every camera that has none, and why.

    What is promised, with tolerance T, longest wait W and reorder limit R: the sets equal those of comparing every
    anchor stamp with every picture, in whatever order messages arrive, provided that, between two jumps of the clock,

    1. inside each topic, no stamp comes after one that is more than R newer (R = 0: each topic is in order);
    2. when an anchor picture stamped ``a`` comes, every picture stamped ``a - W - R`` or earlier has come;
    3. when a set closes, its pictures are among the last ``depth`` of their cameras, and at most ``depth`` sets wait;
    4. with a shortest period P > 0, no two pictures of one camera are nearer than P.

    Where these do not hold, sets still come once for each anchor stamp, except for an anchor picture older than the
    last closed set: it is counted as late and dropped.

    A jump back of the anchor by more than ``jump_back`` closes all waiting sets and starts anew. Pictures from after
    the jump that came before the anchor's are kept, and those from before it that come after are dropped.

    Cost a message: at most one pass over the kept pictures, of which there are ``depth`` a camera, for each set that
    it closes; each set is closed once.
    """

    def __init__(self, cameras: Iterable[str], anchor: str, parameters: SyncParameters) -> None:
        """Start without pictures.

        Args:
            cameras: Names of all cameras; the anchor may be among them.
            anchor: Camera whose stamps the sets have.
            parameters: Tolerance, waits and depth.

        Raises:
            ParameterError: If a jump of the clock could not be told from the tolerance or the reorder limit.
        """
        self._timing = timing_of(parameters)
        self._anchor = anchor
        self._names = tuple(name for name in dict.fromkeys(cameras) if name != anchor)
        self.reset()

    def reset(self) -> None:
        """Forget all pictures and counts."""
        self._others = {name: CameraBuffer(name, self._timing) for name in self._names}
        self._waiting: dict[int, ImageSample] = {}
        self._waiting_ns: list[int] = []
        self._newest_ns: int | None = None
        self._closed_ns: int | None = None
        self._jump_ns: tuple[int, int] | None = None
        self._awaited: str | None = None
        self._num_received = self._num_duplicate = self._num_late = self._num_out_of_order = 0
        self._num_sets = self._num_jumps = 0

    @property
    def num_jumps(self) -> int:
        """How often the anchor's clock jumped back."""
        return self._num_jumps

    @property
    def num_kept(self) -> int:
        """Pictures held now; at most ``depth`` times the number of cameras, after each call."""
        return len(self._waiting) + sum(len(buffer) for buffer in self._others.values())

    def counters(self) -> Mapping[str, CameraCounters]:
        """Return what happened to each camera's pictures, by name; the anchor first."""
        anchor = CameraCounters(
            received=self._num_received,
            duplicate=self._num_duplicate,
            out_of_order=self._num_out_of_order,
            late=self._num_late,
            matched=self._num_sets,
        )
        return {self._anchor: anchor, **{name: buffer.counters() for name, buffer in self._others.items()}}

    def push(self, sample: ImageSample) -> list[CameraSet]:
        """Take one picture.

        Args:
            sample: Picture of any of the cameras.

        Returns:
            The sets that it decided, in ascending order; those from before a jump of the clock first.

        Raises:
            InputError: If the camera is not one of those given.
        """
        if sample.camera == self._anchor:
            return self._push_anchor(sample)
        buffer = self._others.get(sample.camera)
        if buffer is None:
            msg = (
                f"A picture of camera '{sample.camera}' came, but the cameras are "
                f"{', '.join((self._anchor, *self._names))}; bind its topic to one of them in the rig."
            )
            raise InputError(msg)
        if self._is_straggler(sample.stamp_ns):
            buffer.count_straggler()
            return []
        buffer.add(sample, self._newest_ns, self._closed_ns)
        if self._awaited not in (None, sample.camera):
            return []
        self._awaited = None
        return self._decide()

    def flush(self) -> list[CameraSet]:
        """Decide all waiting sets with what is there, e.g. at the end of a bag.

        Returns:
            The sets in ascending order.
        """
        return [self._close() for _ in range(len(self._waiting_ns))]

    def _push_anchor(self, sample: ImageSample) -> list[CameraSet]:
        stamp_ns = sample.stamp_ns
        self._num_received += 1
        if stamp_ns in self._waiting or stamp_ns == self._closed_ns:
            self._num_duplicate += 1
            return []
        if self._is_anchor_straggler(stamp_ns):
            self._num_late += 1
            return []
        sets: list[CameraSet] = []
        if self._newest_ns is not None and stamp_ns < self._newest_ns:
            if stamp_ns < self._newest_ns - self._timing.jump_back_ns:
                sets = self.flush()
                self._begin_era(stamp_ns, self._newest_ns)
            else:
                self._num_out_of_order += 1
        if self._closed_ns is not None and stamp_ns < self._closed_ns:
            self._num_late += 1
            return sets
        self._waiting[stamp_ns] = sample
        insort(self._waiting_ns, stamp_ns)
        if self._newest_ns is None or stamp_ns > self._newest_ns:
            self._newest_ns = stamp_ns
        if self._waiting_ns[0] == stamp_ns:
            self._awaited = None
        return sets + self._decide()

    def _begin_era(self, stamp_ns: int, before_ns: int) -> None:
        for buffer in self._others.values():
            buffer.begin_era(stamp_ns, before_ns)
        self._num_jumps += 1
        self._jump_ns = (before_ns, stamp_ns)
        self._newest_ns = None
        self._closed_ns = None
        self._awaited = None

    def _is_straggler(self, stamp_ns: int) -> bool:
        """Tell whether a picture that comes shortly after a jump is from before it."""
        if self._jump_ns is None or self._newest_ns is None:
            return False
        before_ns, after_ns = self._jump_ns
        if self._newest_ns > after_ns + self._timing.overlap_ns:
            self._jump_ns = None
            return False
        return abs(stamp_ns - before_ns) < abs(stamp_ns - self._newest_ns)

    def _is_anchor_straggler(self, stamp_ns: int) -> bool:
        """Tell whether an anchor picture is from before a jump that it came after, within the reorder limit."""
        return (
            self._jump_ns is not None
            and abs(stamp_ns - self._jump_ns[0]) <= self._timing.reorder_ns
            and self._is_straggler(stamp_ns)
        )

    def _decide(self) -> list[CameraSet]:
        """Close sets, oldest first, until one has to wait."""
        sets: list[CameraSet] = []
        while self._waiting_ns and not self._must_wait(self._waiting_ns[0]):
            sets.append(self._close())
        return sets

    def _must_wait(self, stamp_ns: int) -> bool:
        newest_ns = stamp_ns if self._newest_ns is None else self._newest_ns
        if newest_ns >= stamp_ns + self._timing.close_after_ns or len(self._waiting_ns) > self._timing.depth:
            return False
        if newest_ns < stamp_ns + self._timing.reorder_ns:
            return True
        # Only the awaited camera's next picture, or the anchor's progress above, can end the wait: ask no other.
        if self._awaited is None:
            self._awaited = next(
                (name for name, buffer in self._others.items() if not buffer.is_settled(stamp_ns)), None
            )
        return self._awaited is not None

    def _close(self) -> CameraSet:
        stamp_ns = self._waiting_ns.pop(0)
        anchor_ns = stamp_ns if self._newest_ns is None else self._newest_ns
        images = {self._anchor: self._waiting.pop(stamp_ns)}
        missing: dict[str, InputStatus] = {}
        for name, buffer in self._others.items():
            picture = buffer.close(stamp_ns)
            if picture is None:
                missing[name] = explain_missing(buffer, stamp_ns, anchor_ns, self._timing)
            else:
                images[name] = picture
        self._closed_ns = stamp_ns
        self._awaited = None
        self._num_sets += 1
        return CameraSet(stamp_ns, images, missing)
