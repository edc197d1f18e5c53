"""Drive logs as JSON files: one drive a file, so that one bad drive costs nothing else."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.data.drive import DriveLog, Ending, Infraction, InfractionKind, PlanNote, Track
from drivemoe_ros.data.small_file import read_small_json
from drivemoe_ros.errors import DriveMoeError, InputError, OutputError

if TYPE_CHECKING:
    import pathlib

FORMAT = "drivemoe drive log 1"
# Some hundred times the longest drive.
MAX_BYTES = 16 << 20
# Tenths of a millimetre and of a millirad are plenty, and keep the files small.
DECIMALS = 4


def write_log(log: DriveLog, path: pathlib.Path) -> None:
    """Write a log; it is whole or not there.

    Args:
        log: What was driven.
        path: File to write; its folder is made.

    Raises:
        OutputError: If it cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(_as_json(log)) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        msg = f"{path} cannot be written ({error.strerror}); choose another folder or mend that."
        raise OutputError(msg) from error


def read_log(path: pathlib.Path) -> DriveLog:
    """Read a log.

    Args:
        path: File that ``write_log`` wrote.

    Returns:
        What was driven.

    Raises:
        InputError: If it is not such a file.
    """
    try:
        document = read_small_json(path, MAX_BYTES)
        if document["format"] != FORMAT:
            msg = f"its format is '{document['format']}'"
            raise InputError(msg)
        return _from_json(document)
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, AttributeError, DriveMoeError) as error:
        msg = f"{path} is not a drive log that can be read ({error}); write it anew with `drivemoe drive --out`."
        raise InputError(msg) from error


def _as_json(log: DriveLog) -> dict[str, Any]:
    track = {field.name: getattr(log.track, field.name) for field in dataclasses.fields(log.track)}
    plans = [dataclasses.astuple(note) for note in log.plans]
    return {
        "format": FORMAT,
        "family": log.family,
        "skill": log.skill,
        "seed": log.seed,
        "driver": log.driver,
        "ending": log.ending.value,
        "reason": log.reason,
        "completion": log.completion,
        "infractions": [dataclasses.asdict(infraction) for infraction in log.infractions],
        "track": {name: _numbers(values) for name, values in track.items()},
        "plans": {"columns": [field.name for field in dataclasses.fields(PlanNote)], "rows": plans},
    }


def _numbers(values: np.ndarray[Any, Any]) -> list[Any]:
    if values.dtype.kind == "i":
        return list(values.tolist())
    rounded = np.round(values, DECIMALS).astype(object)
    rounded[np.isnan(values)] = None  # JSON knows no NaN
    return list(rounded.tolist())


def _from_json(document: dict[str, Any]) -> DriveLog:
    track = document["track"]
    names = [field.name for field in dataclasses.fields(Track) if field.name != "times_ns_N"]
    columns = {name: np.array(track[name], np.float64) for name in names}
    infractions = [Infraction(**{**part, "kind": InfractionKind(part["kind"])}) for part in document["infractions"]]
    plans = document["plans"]
    return DriveLog(
        family=document["family"],
        skill=document["skill"],
        seed=document["seed"],
        driver=document["driver"],
        ending=Ending(document["ending"]),
        completion=document["completion"],
        infractions=tuple(infractions),
        track=Track(np.array(track["times_ns_N"], np.int64), **columns),
        plans=tuple(PlanNote(**dict(zip(plans["columns"], row, strict=True))) for row in plans["rows"]),
        reason=document["reason"],
    )
