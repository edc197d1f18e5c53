"""One recorded drive with its label file, turned into a folder of training samples, as a worker process does it."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.bags.match_rig import match_rig
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.errors import InputError, OutputError
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.training.driven_route import driven_route
from drivemoe_ros.training.harvest import Harvester, Source, harvest
from drivemoe_ros.training.label_file import read_labels
from drivemoe_ros.training.shard_writer import ShardWriter
from drivemoe_ros.training.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.parameters.schema import Parameters


@dataclass(frozen=True)
class HarvestJob:
    """Which bag to harvest, and how.

    Attributes:
        bag: Bag folder or file.
        labels: Its label file.
        folder: Where its shards go; it stands once they are whole.
        rig: Shipped rig or file with the cameras and topics.
        parameters: How pictures and motion are prepared.
        image_size: Side of the pictures in shards [px].
    """

    bag: pathlib.Path
    labels: pathlib.Path
    folder: pathlib.Path
    rig: str
    parameters: Parameters
    image_size: int


@dataclass
class Harvested(Tally):
    """What a bag gave.

    Attributes:
        has_route: False if it has neither route nor goal, so that goals lie along what was driven.
    """

    has_route: bool = True


def harvest_one(job: HarvestJob) -> Harvested:
    """Harvest a bag; its shards are all there or none is.

    Args:
        job: Which bag, and how.

    Returns:
        What it gave.

    Raises:
        InputError: If bag or label file cannot be used, or do not fit each other.
        OutputError: If samples cannot be written.
    """
    # The label file says which pictures to learn from, at whatever rate.
    policy = dataclasses.replace(job.parameters.policy, plan_rate_hz=0.0)
    parameters = dataclasses.replace(job.parameters, policy=policy)
    rig = load_rig(job.rig)
    words = {"made by": "drivemoe harvest", "bag": job.folder.name, "rig": rig.name}
    harvester = Harvester(parameters, job.image_size, Source(job.folder.name))
    with BagReader(job.bag) as reader:
        labels = read_labels(job.labels)
        names = match_rig(reader.connections, rig)
        has_route = bool({"route", "goal"} & set(names.values()))
        if not has_route:
            odometry = {topic: name for topic, name in names.items() if name == "odometry"}
            if route := driven_route(_samples(reader, odometry, Counter())):
                harvester.push(route, labels)
        samples = _samples(reader, names, harvester.tally.dropped)
        with _whole_or_not_there(job.folder) as draft, ShardWriter(draft, words) as shards:
            for sample in harvest(samples, labels, harvester):
                shards.add(sample)
    harvested = Harvested(has_route=has_route)
    harvested.add(harvester.tally)
    return harvested


def _samples(reader: BagReader, names: Mapping[str, str], dropped: Counter[str]) -> Iterator[Sample]:
    reasons: dict[str, str] = {}
    try:
        for event in reader.events(names):
            try:
                sample = DECODERS[event.type_name](reader.decode(event), names[event.topic])
            except InputError as error:
                first = f"message on {event.topic} that cannot be used (first: {str(error).rstrip('.')})"
                dropped[reasons.setdefault(event.topic, first)] += 1
                continue
            yield sample
    except InputError as error:  # the bag is damaged from here on
        msg = f"{str(error).rstrip('.')}, for no sample of it was kept."
        raise InputError(msg) from error


@contextlib.contextmanager
def _whole_or_not_there(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    draft = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)  # left behind by a run that was killed
    try:
        yield draft
        draft.rename(folder)
    except OSError as error:
        msg = f"{folder} cannot be made ({error.strerror}); choose another --out or mend that."
        raise OutputError(msg) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
