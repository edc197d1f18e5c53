"""Drive logs come back from their files as they went in."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

from drivemoe_ros.data.drive import Ending, InfractionKind, PlanNote
from drivemoe_ros.errors import InputError, OutputError
from drivemoe_ros.evaluation.log_file import read_log, write_log
from drivemoe_ros.evaluation.scores import score_drive

from .logs import log, track


def test_a_log_survives_its_file(tmp_path: pathlib.Path) -> None:
    plans = (PlanNote(100, "merging", "back", "normal", "back_left", "RUNNING"),)
    before = log(InfractionKind.OUTSIDE_LANES, share=0.25, ending=Ending.BLOCKED, plans=plans)
    write_log(before, tmp_path / "deep" / "drive.json")
    after = read_log(tmp_path / "deep" / "drive.json")
    assert after.plans == before.plans
    assert after.infractions == before.infractions
    assert after.ending is Ending.BLOCKED
    np.testing.assert_array_equal(after.track.times_ns_N, before.track.times_ns_N)
    np.testing.assert_allclose(after.track.position_N2, before.track.position_N2, atol=1e-4)
    assert score_drive(after) == score_drive(before)


def test_moments_without_traffic_stay_without(tmp_path: pathlib.Path) -> None:
    write_log(log(driven=track(5)), tmp_path / "drive.json")
    assert "NaN" not in (tmp_path / "drive.json").read_text()
    assert np.isnan(read_log(tmp_path / "drive.json").track.traffic_speed_N).all()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "drivemoe drive log 99"}', "null"])
def test_another_file_is_refused_in_a_sentence(tmp_path: pathlib.Path, text: str) -> None:
    (tmp_path / "drive.json").write_text(text)
    with pytest.raises(InputError, match="not a drive log"):
        read_log(tmp_path / "drive.json")


def test_a_log_with_a_hole_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "drive.json"
    write_log(log(), path)
    document = json.loads(path.read_text())
    document["track"]["speed_N"].pop()
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="not a drive log"):
        read_log(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_log(log(), tmp_path / "file" / "drive.json")
