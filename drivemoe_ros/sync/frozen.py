"""Cameras that show the same picture under new stamps while the vehicle moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.state import InputCondition, InputStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.cameras import CameraSet
    from drivemoe_ros.data.samples import EncodedImage, ImageSample
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

# A live picture differs in nearly every byte, so this many of them tell it from the one before.
NUM_PROBES = 64


@dataclass
class _Shown:
    """A camera's last picture and how often in a row it was shown while the vehicle moved."""

    sample: ImageSample
    times_moving: int
    frozen: bool = False


class FrozenDetector:
    """Names cameras whose picture stays the same although the vehicle moves.

    A camera once found frozen stays so until its picture changes, also at a standstill: else the stop that it caused
    would clear it.
    """

    def __init__(self, parameters: SupervisionParameters) -> None:
        """Start without pictures.

        Args:
            parameters: How often, and from which speed on.
        """
        self._parameters = parameters
        self.reset()

    def reset(self) -> None:
        """Forget all pictures, e.g. after the clock jumped back."""
        self._shown: dict[str, _Shown] = {}
        self._stamp_ns: int | None = None

    def update(self, camera_set: CameraSet, speed_mps: float | None) -> Mapping[str, InputStatus]:
        """Compare a set's pictures with those before.

        Args:
            camera_set: The next set; one that is older than the last starts anew.
            speed_mps: Speed at the set's stamp [m/s]; None if unknown, which counts as standing.

        Returns:
            Status of every frozen camera in this set, by name.
        """
        if self._stamp_ns is not None and camera_set.stamp_ns < self._stamp_ns:
            self.reset()
        self._stamp_ns = camera_set.stamp_ns
        moving = speed_mps is not None and abs(speed_mps) > self._parameters.moving_mps
        statuses: dict[str, InputStatus] = {}
        for name, sample in camera_set.images.items():
            shown = self._follow(name, sample, moving=moving)
            if shown.frozen:
                age_ns = camera_set.stamp_ns - sample.stamp_ns
                detail = f"same picture {shown.times_moving} times in a row while moving"
                statuses[name] = InputStatus(name, InputCondition.FROZEN, age_ns, detail)
        return statuses

    def _follow(self, name: str, sample: ImageSample, *, moving: bool) -> _Shown:
        shown = self._shown.get(name)
        if shown is None or (
            shown.sample.stamp_ns != sample.stamp_ns and not _same_picture(shown.sample.image, sample.image)
        ):
            shown = self._shown[name] = _Shown(sample, int(moving))
        elif shown.sample.stamp_ns != sample.stamp_ns:
            shown.sample = sample
            if moving:
                shown.times_moving += 1
            elif not shown.frozen:
                shown.times_moving = 0
        shown.frozen = shown.frozen or shown.times_moving >= self._parameters.frozen_pictures
        return shown


def _same_picture(before: EncodedImage, now: EncodedImage) -> bool:
    """Compare a few bytes first, and all only if those agree."""
    size = now.data_bytes.size
    if before.data_bytes.size != size:
        return False
    stride = max(1, size // NUM_PROBES)
    return bool(np.array_equal(before.data_bytes[::stride], now.data_bytes[::stride])) and before.same_picture(now)
