"""Streams of pictures with known stamps and arrival times, and the matcher that the synchroniser is compared with."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drivemoe_ros.data.cameras import CAMERA_NAMES, FRONT, CameraSet
from drivemoe_ros.data.samples import EncodedImage, ImageSample
from drivemoe_ros.sync.camera_synchronizer import CameraSynchronizer

MS = 1_000_000
S = 1_000_000_000
OTHERS = CAMERA_NAMES[1:]
EMPTY = EncodedImage("jpeg", np.zeros(0, dtype=np.uint8))

# What a set is compared by: its stamp and the stamp of each camera's picture.
Matched = tuple[int, dict[str, int]]


def picture(camera: str, stamp_ns: int) -> ImageSample:
    return ImageSample(stamp_ns, camera, EMPTY)


def matched(camera_set: CameraSet) -> Matched:
    return camera_set.stamp_ns, {name: sample.stamp_ns for name, sample in camera_set.images.items()}


def run(synchronizer: CameraSynchronizer, samples: Iterable[ImageSample]) -> list[CameraSet]:
    """Push all pictures, then flush."""
    sets = [camera_set for sample in samples for camera_set in synchronizer.push(sample)]
    return sets + synchronizer.flush()


def brute_force(stamps_ns: Mapping[str, Sequence[int]], tolerance_ns: int) -> list[Matched]:
    """Compare every anchor stamp with every picture of every camera."""
    sets = []
    for anchor_ns in sorted(set(stamps_ns[FRONT])):
        images = {FRONT: anchor_ns}
        for name, all_ns in stamps_ns.items():
            near = [(abs(stamp_ns - anchor_ns), stamp_ns) for stamp_ns in all_ns]
            near = [pair for pair in near if pair[0] <= tolerance_ns]
            if near:
                images[name] = min(near)[1]
        sets.append((anchor_ns, images))
    return sets


@dataclass(frozen=True)
class Scene:
    """How six cameras behave; all times in milliseconds, on a grid of 5 so that ties happen."""

    seed: int
    length: int = 3000
    drop: float = 0.0
    duplicate: float = 0.0
    jitter: int = 0
    skew: int = 150
    reorder: int = 0
    dead: Mapping[str, tuple[int, int]] | None = None
    offset: Mapping[str, int] | None = None

    def stamps_ns(self) -> dict[str, list[int]]:
        """Stamps by camera, ascending, without duplicates."""
        rng = random.Random(self.seed)
        stamps: dict[str, list[int]] = {}
        for name in CAMERA_NAMES:
            period, phase = rng.choice((50, 50, 50, 35, 100)), rng.randrange(0, 50, 5)
            first, last = (self.dead or {}).get(name, (self.length, self.length))
            grid = range(phase, self.length, period)
            times = {time + 5 * rng.randint(-self.jitter, self.jitter) for time in grid if rng.random() >= self.drop}
            alive = sorted(time for time in times if not first <= time < last) or [0]
            stamps[name] = [S + (time + (self.offset or {}).get(name, 0)) * MS for time in alive]
        return stamps

    def arrivals(self) -> list[tuple[float, ImageSample]]:
        """Pictures with their arrival times [ns], which keep the limits of skew and reordering."""
        rng = random.Random(self.seed + 1)
        arrivals = []
        for name, stamps_ns in self.stamps_ns().items():
            topic_delay = rng.uniform(0, self.skew - 1)
            shift = (self.offset or {}).get(name, 0) * MS
            clock = 0.0
            for stamp_ns in stamps_ns:
                if self.reorder:
                    clock = stamp_ns - shift + (topic_delay + rng.uniform(0, self.reorder)) * MS
                else:
                    clock = max(clock + 1, stamp_ns - shift + rng.uniform(0, self.skew - 1) * MS)
                times = 1 + (rng.random() < self.duplicate)
                arrivals += [(clock, picture(name, stamp_ns))] * times
        return sorted(arrivals, key=lambda pair: (pair[0], rng.random()))

    def samples(self) -> list[ImageSample]:
        """Pictures in the order of arrival."""
        return [sample for _, sample in self.arrivals()]


def loop(scene: Scene, num_passes: int, period_ns: int, skipped: Mapping[int, str]) -> list[ImageSample]:
    """Play a scene several times, a camera absent in some; each topic stays in order, topics mix at the seams."""
    clocks = dict.fromkeys(CAMERA_NAMES, 0.0)
    arrivals = []
    for number in range(num_passes):
        for time, sample in scene.arrivals():
            if sample.camera != skipped.get(number):
                clocks[sample.camera] = max(clocks[sample.camera] + 1, time + number * period_ns)
                arrivals.append((clocks[sample.camera], sample))
    return [sample for _, sample in sorted(arrivals, key=lambda pair: pair[0])]
