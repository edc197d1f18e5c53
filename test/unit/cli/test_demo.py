"""``drivemoe demo``: a closed-loop drive, its bag, and the same decisions from the bag."""

from __future__ import annotations

import pathlib

import pytest

from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.cli import demo
from drivemoe_ros.cli.main import main
from drivemoe_ros.errors import PolicyError

FAMILY = "parking_exit/parallel_free"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert main(["demo", "--family", FAMILY, "--output", str(folder)]) == 0
    return folder


def test_the_demo_leaves_a_bag_with_plans_and_pictures(shown: pathlib.Path) -> None:
    with BagReader(shown / "drive") as bag:
        counts = {topic.type_name.split("/")[-1]: topic.count for topic in bag.connections}
    assert counts["Trajectory"] == counts["ViewSelection"] == counts["ExpertActivation"] > 10
    assert (shown / "pictures" / "timeline.png").is_file()
    assert (shown / "plans.json").is_file()


def test_a_replay_that_decides_otherwise_is_told(shown: pathlib.Path, tmp_path: pathlib.Path) -> None:
    other = tmp_path / "other"
    words = ["replay", str(shown / "drive"), "--output", str(other), "--checkpoint", "mini"]
    assert main([*words, "--set", "policy.zero_noise=false"]) == 0
    with pytest.raises(PolicyError, match="differ"):
        demo._compare(shown / "drive", other)
