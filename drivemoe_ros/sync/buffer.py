"""The last pictures of one camera, and whether a nearer one can still come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.sync.counters import CameraCounters

if TYPE_CHECKING:
    from drivemoe_ros.data.samples import ImageSample
    from drivemoe_ros.sync.timing import Timing


class KeptPicture(NamedTuple):
    """A picture in the order of arrival.

    Attributes:
        stamp_ns: Its stamp [ns].
        anchor_ns: Newest anchor stamp when it arrived [ns]; None before the first.
        late: Whether it was counted as late.
        sample: The picture.
    """

    stamp_ns: int
    anchor_ns: int | None
    late: bool
    sample: ImageSample


class CameraBuffer:
    """At most ``depth`` pictures of one camera in the order of arrival, whatever their stamps.

    Order of arrival, not of stamps, decides what is evicted: a stamp from the future or from before a jump of the
    clock then leaves like any other.

    Attributes:
        newest_ns: Newest stamp since the last one that was out of order by more than the limit; None without any.
        last_ns: Stamp of the last picture that arrived; None without any.
        repeats: How often the last stamp was repeated since.
        last_late: Whether the last picture came after its set was closed.
        last_lag_ns: How far the last picture was behind the newest anchor on arrival [ns].
    """

    def __init__(self, name: str, timing: Timing) -> None:
        """Start empty.

        Args:
            name: Camera name.
            timing: Limits in nanoseconds.
        """
        self.name = name
        self._timing = timing
        # By stamp; a dict keeps the order of arrival and finds an exact match and a duplicate at once.
        self._kept: dict[int, KeptPicture] = {}
        self._num_received = self._num_duplicate = self._num_out_of_order = self._num_late = 0
        self._num_future = self._num_evicted = self._num_matched = self._num_missing = 0
        self._forget_era()

    def _forget_era(self) -> None:
        self.newest_ns: int | None = None
        self.last_ns: int | None = None
        self.repeats = 0
        self.last_late = False
        self.last_lag_ns = 0
        self._missed_last_set = False
        self._behind_since_ns: int | None = None
        self._newest_forgotten_ns: int | None = None

    def __len__(self) -> int:
        """Return how many pictures are kept."""
        return len(self._kept)

    def nearest_known(self, stamp_ns: int) -> int | None:
        """Return the newest stamp before a set's, also of a picture no longer kept; without any, the oldest after it.

        Only the older ones have all come when the set closes, so that the order of arrival does not matter.

        Args:
            stamp_ns: Stamp of the set [ns].

        Returns:
            The stamp [ns]; None without any.
        """
        known_ns = [at for at in (*self._kept, self._newest_forgotten_ns, self.last_ns) if at is not None]
        older_ns = [at for at in known_ns if at < stamp_ns]
        return max(older_ns) if older_ns else min(known_ns, default=None)

    @property
    def has_spoken(self) -> bool:
        """Whether any picture ever arrived."""
        return self._num_received > 0

    def counters(self) -> CameraCounters:
        """Return the counts so far."""
        return CameraCounters(
            received=self._num_received,
            duplicate=self._num_duplicate,
            out_of_order=self._num_out_of_order,
            late=self._num_late,
            future=self._num_future,
            evicted=self._num_evicted,
            matched=self._num_matched,
            missing=self._num_missing,
        )

    def count_straggler(self) -> None:
        """Count a picture from before a jump of the clock that came after the jump; it is not kept."""
        self._num_received += 1
        self._num_late += 1

    def add(self, sample: ImageSample, anchor_ns: int | None, closed_ns: int | None) -> None:
        """Keep a picture, unless it is a duplicate or no set can use it any more.

        Args:
            sample: The picture.
            anchor_ns: Newest anchor stamp [ns]; None before the first.
            closed_ns: Stamp of the last closed set [ns]; None before the first.
        """
        stamp_ns = sample.stamp_ns
        self._num_received += 1
        if stamp_ns == self.last_ns:
            self._num_duplicate += 1
            self.repeats += 1
            return
        if stamp_ns in self._kept:
            self._num_duplicate += 1
            return
        self._note_order(stamp_ns)
        useless = closed_ns is not None and stamp_ns <= closed_ns - self._timing.tolerance_ns
        late = self._note_lateness(stamp_ns, anchor_ns, closed_ns)
        behind = self._note_distance(stamp_ns, anchor_ns)
        if useless and not behind:
            self._forget(stamp_ns)
            return
        if len(self._kept) >= self._timing.depth:
            first_ns = next(iter(self._kept))
            self._forget(first_ns)
            self._num_evicted += closed_ns is None or first_ns > closed_ns - self._timing.tolerance_ns
        self._kept[stamp_ns] = KeptPicture(stamp_ns, anchor_ns, late, sample)

    def _forget(self, stamp_ns: int) -> None:
        self._kept.pop(stamp_ns, None)
        self._newest_forgotten_ns = max(stamp_ns, self._newest_forgotten_ns or stamp_ns)

    def _note_order(self, stamp_ns: int) -> None:
        """Follow the newest stamp; one out of order beyond the limit disproves what was newest, so start from it."""
        if self.newest_ns is None or stamp_ns > self.newest_ns:
            self.newest_ns = stamp_ns
        else:
            self._num_out_of_order += 1
            if stamp_ns < self.newest_ns - self._timing.reorder_ns:
                self.newest_ns = stamp_ns
        self.last_ns = stamp_ns
        self.repeats = 0

    def _note_lateness(self, stamp_ns: int, anchor_ns: int | None, closed_ns: int | None) -> bool:
        tolerance_ns = self._timing.tolerance_ns
        self.last_late = closed_ns is not None and (
            stamp_ns < closed_ns - tolerance_ns or (self._missed_last_set and stamp_ns <= closed_ns + tolerance_ns)
        )
        self.last_lag_ns = 0 if anchor_ns is None else anchor_ns - stamp_ns
        self._num_late += self.last_late
        return self.last_late

    def _note_distance(self, stamp_ns: int, anchor_ns: int | None) -> bool:
        """Return whether the picture is so far behind the anchor that its clock may have jumped back first."""
        if anchor_ns is None or stamp_ns >= anchor_ns - self._timing.half_jump_ns:
            self._behind_since_ns = None
            self._num_future += anchor_ns is not None and stamp_ns > anchor_ns + self._timing.max_wait_ns
            return False
        if self._behind_since_ns is None:
            self._behind_since_ns = anchor_ns
        return True

    def nearest(self, stamp_ns: int) -> KeptPicture | None:
        """Find the picture nearest to a stamp.

        Args:
            stamp_ns: Stamp of the set [ns].

        Returns:
            The nearest within tolerance, the earlier of two equally near; None without.
        """
        exact = self._kept.get(stamp_ns)
        if exact is not None:
            return exact
        tolerance_ns = self._timing.tolerance_ns
        near = [(abs(kept_ns - stamp_ns), kept_ns) for kept_ns in self._kept if abs(kept_ns - stamp_ns) <= tolerance_ns]
        return self._kept[min(near)[1]] if near else None

    def is_settled(self, stamp_ns: int) -> bool:
        """Tell whether no picture still to come can be nearer to a stamp than what is kept.

        What comes is stamped ``newest_ns - reorder_ns`` or later; in order, ``newest_ns + min_period_ns`` or later.

        Args:
            stamp_ns: Stamp of the set [ns].

        Returns:
            True if waiting for this camera is pointless.
        """
        if stamp_ns in self._kept:
            return True
        if self.newest_ns is None:
            return False
        timing = self._timing
        best = self.nearest(stamp_ns)
        earliest_ns = self.newest_ns + (-timing.reorder_ns if timing.reorder_ns else timing.min_period_ns)
        if best is None:
            return earliest_ns > stamp_ns + timing.tolerance_ns
        distance_ns = abs(best.stamp_ns - stamp_ns)
        return earliest_ns >= stamp_ns + distance_ns or timing.min_period_ns > 2 * distance_ns

    def close(self, stamp_ns: int) -> ImageSample | None:
        """Take the nearest picture for a set and forget those that no later set can use.

        Pictures far behind stay: they may be the first after a jump of the clock that the anchor has yet to make.

        Args:
            stamp_ns: Stamp of the set [ns].

        Returns:
            The picture, which may serve the next set too; None without.
        """
        best = self.nearest(stamp_ns)
        self._missed_last_set = best is None
        self._num_matched += best is not None
        self._num_missing += best is None
        newest_useless_ns = stamp_ns - self._timing.tolerance_ns
        oldest_useless_ns = stamp_ns - self._timing.half_jump_ns
        for kept_ns in [at for at in self._kept if oldest_useless_ns < at <= newest_useless_ns]:
            self._forget(kept_ns)
        return None if best is None else best.sample

    def begin_era(self, stamp_ns: int, before_ns: int) -> None:
        """Forget what came before a jump of the clock; keep what this camera delivered after its own jump.

        A picture is from after the jump if it came shortly before the anchor's jump, far behind the anchor, and its
        stamp is nearer to the new clock than to the old; a camera that has long been that far behind just is slow.

        Args:
            stamp_ns: Anchor stamp after the jump [ns].
            before_ns: Newest anchor stamp before the jump [ns].
        """
        recent_ns = before_ns - self._timing.overlap_ns
        just_jumped = self._behind_since_ns is not None and self._behind_since_ns >= recent_ns
        survivors = [
            kept
            for kept in self._kept.values()
            if just_jumped
            and kept.anchor_ns is not None
            and kept.anchor_ns >= recent_ns
            and kept.stamp_ns < kept.anchor_ns - self._timing.half_jump_ns
            and abs(kept.stamp_ns - stamp_ns) < kept.anchor_ns - kept.stamp_ns
        ]
        self._forget_era()
        self._num_late -= sum(kept.late for kept in survivors)
        self._kept = {kept.stamp_ns: kept._replace(anchor_ns=None, late=False) for kept in survivors}
        if survivors:
            self.newest_ns = max(kept.stamp_ns for kept in survivors)
            self.last_ns = survivors[-1].stamp_ns
