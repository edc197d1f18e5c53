"""Keeps a drive in the built-in world as a bag: what its sensors sent, and what was planned from that."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from drivemoe_ros.bags.plan_writer import PlanWriter
from drivemoe_ros.bags.sample_writer import SampleWriter
from drivemoe_ros.bags.writer import BagWriter
from drivemoe_ros.world.sensors import FIRST_STAMP_NS, camera_infos

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Sequence

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.policy.interface import PolicySpec


class DriveBag:
    """Writes into an opened bag."""

    def __init__(self, writer: BagWriter, rig: Rig, size_px: tuple[int, int], spec: PolicySpec | None) -> None:
        """Begin with the cameras' intrinsics.

        Args:
            writer: The bag.
            rig: Cameras, topics and base frame.
            size_px: Columns and rows of the pictures.
            spec: Who plans; None where nobody does.
        """
        self._samples = SampleWriter(writer, rig)
        self._plans = PlanWriter(writer, spec, rig.base_frame) if spec else None
        self.write_samples(camera_infos(rig.cameras, size_px, FIRST_STAMP_NS))

    def write_samples(self, samples: Sequence[Sample]) -> None:
        """Write what the sensors sent at one moment.

        Args:
            samples: In the order in which they were sent.

        Raises:
            OutputError: If it cannot be written.
        """
        for sample in samples:
            self._samples.write(sample, sample.stamp_ns or FIRST_STAMP_NS)

    def write_plan(self, result: PlanResult) -> None:
        """Write a plan.

        Args:
            result: The plan.

        Raises:
            OutputError: If it cannot be written.
        """
        if self._plans is not None:
            self._plans.write(result)


@contextmanager
def open_drive_bag(
    path: pathlib.Path, rig: Rig, size_px: tuple[int, int], spec: PolicySpec | None = None
) -> Iterator[DriveBag]:
    """Write a bag of a drive; it stands under its name once the drive is over.

    Args:
        path: The bag; an old one is replaced.
        rig: Cameras, topics and base frame.
        size_px: Columns and rows of the pictures.
        spec: Who plans; None where nobody does.

    Yields:
        What takes the drive.

    Raises:
        OutputError: If it cannot be written.
    """
    with BagWriter(path, overwrite=True) as writer:
        yield DriveBag(writer, rig, size_px, spec)
