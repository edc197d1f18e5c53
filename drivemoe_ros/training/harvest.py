"""From samples and labels to training samples, through the very pipeline that drives.

The samples may come from the built-in world or from a bag; what is learnt from is what the policy would have been
handed at that stamp, and where the vehicle then went.

Shape legend: S picture side, H waypoints of the horizon.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.cameras import CAMERA_NAMES, CANDIDATE_VIEWS, FRONT
from drivemoe_ros.data.ego import NoHistory
from drivemoe_ros.data.samples import ImageSample, OdometrySample
from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.sync.ego_motion import EgoMotion
from drivemoe_ros.training.looker import HORIZON, STEP_NS, Look, Looker
from drivemoe_ros.training.sample import TrainingSample
from drivemoe_ros.training.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.labels import Label
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.pipeline.request import PlanRequest


@dataclass(frozen=True)
class Source:
    """Where a drive comes from, and what it counts.

    Attributes:
        family: Scenario family, or a recording's name.
        seed: Which one of that family.
        weight: How often its samples are drawn in training, against others' 1.
    """

    family: str
    seed: int = 0
    weight: float = 1.0


class Harvester:
    """Takes samples in order of arrival and gives training samples once their future is known.

    Attributes:
        tally: What was given so far, and what gave none.
    """

    def __init__(
        self,
        parameters: Parameters,
        image_size: int,
        source: Source,
        futures: Mapping[int, NDArray[np.float64]] | None = None,
    ) -> None:
        """Start without samples.

        Args:
            parameters: How pictures and motion are prepared; as when driving.
            image_size: Side of the policy's pictures S [px].
            source: Where the drive comes from.
            futures: Where to go from a stamp [ns] on, (H, 2) in its base frame [m], where that is not what was driven.
        """
        self._source = source
        self._futures = {} if futures is None else futures
        self.tally = Tally()
        self._looker = Looker(image_size)
        self._pipeline = DrivingPipeline(self._looker, CAMERA_NAMES, parameters)
        # The future is that of the stamp itself, whatever lag the network's history has.
        ego = dataclasses.replace(parameters.ego, lag_s=0.0, use_imu=False)
        self._motion = EgoMotion(ego, to_ns(parameters.sync.jump_back_s))
        self._waiting: deque[tuple[Look, Label]] = deque()
        self._pass_number = 0

    def push(self, sample: Sample, labels: Mapping[int, Label]) -> list[TrainingSample]:
        """Take one sample.

        Args:
            sample: Any input, in order of arrival.
            labels: Labels by the stamp of their front picture [ns]; those of this sample's stamp and before are there.

        Returns:
            The training samples whose future has become known, oldest first.
        """
        if isinstance(sample, OdometrySample):
            self._motion.push(sample)
        self._look(self._pipeline.push(sample), labels)
        return self._release()

    def flush(self, labels: Mapping[int, Label]) -> list[TrainingSample]:
        """Return what is left at the end; pictures without a whole future are dropped."""
        self._look(self._pipeline.flush(), labels)
        left = self._release()
        self._drop_waiting("the drive ends within the horizon")
        return left

    def _look(self, requests: list[PlanRequest], labels: Mapping[int, Label]) -> None:
        for request in requests:
            if request.pass_number != self._pass_number:
                # Else the future would be looked up in what comes after the jump.
                self._pass_number = request.pass_number
                self._drop_waiting("the clock jumps back within the horizon")
            label = labels.get(request.stamp_ns)
            if label is None or not label.usable:
                self.tally.dropped["no label" if label is None else "labelled as nothing to learn from"] += 1
                continue
            if request.goals is not None and request.goals.detail:
                # A goal that is only straight ahead would teach that routes mean nothing.
                self.tally.dropped[request.goals.detail] += 1
                continue
            proposal = self._pipeline.propose(request)
            look = self._looker.take()
            if look is None:
                self.tally.dropped[proposal.reason] += 1
            elif missing := [name for name in CANDIDATE_VIEWS if name not in look.views]:
                self.tally.dropped[f"no picture of {', '.join(missing)}"] += 1
            else:
                self._waiting.append((look, label))

    def _drop_waiting(self, reason: str) -> None:
        if self._waiting:
            self.tally.dropped[reason] += len(self._waiting)
            self._waiting.clear()

    def _release(self) -> list[TrainingSample]:
        ready = []
        while self._waiting:
            look, label = self._waiting[0]
            told_H2 = self._futures.get(look.observation.stamp_ns)
            if told_H2 is not None:
                self._waiting.popleft()
                ready.append(self._sample(look, told_H2, label))
                continue
            end_ns = look.observation.stamp_ns + (HORIZON - 1) * STEP_NS
            if not self._motion.covers(end_ns):
                break
            self._waiting.popleft()
            future = self._motion.history(end_ns, HORIZON, STEP_NS)
            if isinstance(future, NoHistory):
                self.tally.dropped[f"no future: {future.reason}"] += 1
                continue
            x_m, y_m = future.position_T2[0].tolist()
            future_H2 = points_in_pose(future.position_T2, x_m, y_m, float(future.yaw_T[0]))
            ready.append(self._sample(look, future_H2, label))
        return ready

    def _sample(self, look: Look, future_H2: NDArray[np.float64], label: Label) -> TrainingSample:
        observation = look.observation
        sample = TrainingSample(
            front_now_SS3=observation.front_now_SS3,
            front_before_SS3=observation.front_before_SS3,
            views_VSS3=np.stack([look.views[name] for name in CANDIDATE_VIEWS]),
            ego=observation.ego,
            goals_T2=observation.goals.points_T2,
            future_H2=future_H2,
            view=label.view,
            skill=label.skill,
            family=self._source.family,
            seed=self._source.seed,
            weight=self._source.weight,
        )
        self.tally.note(sample)
        return sample


def harvest(samples: Iterable[Sample], labels: Mapping[int, Label], harvester: Harvester) -> Iterator[TrainingSample]:
    """Harvest a whole recorded drive.

    Args:
        samples: All inputs, in order of arrival.
        labels: Labels by stamp of their front picture [ns].
        harvester: A new one; its tally has the counts afterwards.

    Yields:
        Training samples, oldest first.

    Raises:
        InputError: If no picture of the drive gave a sample.
    """
    fronts: set[int] = set()
    for sample in samples:
        if isinstance(sample, ImageSample) and sample.camera == FRONT:
            fronts.add(sample.stamp_ns)
        yield from harvester.push(sample, labels)
    yield from harvester.flush(labels)
    tally = harvester.tally
    tally.dropped["label whose stamp no front picture has"] += len(labels.keys() - fronts)
    if tally.samples:
        return
    if fronts and labels and fronts.isdisjoint(labels):
        msg = (
            f"None of the {len(labels)} labels ({_span(labels)}) has the stamp of one of the {len(fronts)} front "
            f"pictures ({_span(fronts)} ns); give the label file of this very bag, with header stamps in nanoseconds."
        )
        raise InputError(msg)
    reasons = "; ".join(f"{count} x {reason}" for reason, count in (+tally.dropped).most_common(3))
    msg = f"No front picture of the drive gave a training sample ({reasons or 'there is none'}); check bag and labels."
    raise InputError(msg)


def _span(stamps: Collection[int]) -> str:
    return f"{min(stamps)} to {max(stamps)}"
