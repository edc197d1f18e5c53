"""Runs `drivemoe replay` and reads what it wrote with rosbags' own reader, not with ours."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import subprocess
import sys
from typing import Any, NamedTuple

from rosbags.highlevel import AnyReader

from drivemoe_ros.cli.main import main

ROOT = pathlib.Path(__file__).parents[2]
OUTPUT_TYPES = {
    "/drivemoe/output/state": "drivemoe_ros/msg/PolicyState",
    "/drivemoe/output/trajectory": "drivemoe_ros/msg/Trajectory",
    "/drivemoe/output/path": "nav_msgs/msg/Path",
    "/drivemoe/output/view_selection": "drivemoe_ros/msg/ViewSelection",
    "/drivemoe/output/expert_activation": "drivemoe_ros/msg/ExpertActivation",
    "/drivemoe/output/markers": "visualization_msgs/msg/MarkerArray",
}


class Recorded(NamedTuple):
    """A message as rosbags reads it."""

    log_ns: int
    message: Any
    raw: bytes


def replay(bag: pathlib.Path, out: pathlib.Path, *words: str) -> int:
    """Run `drivemoe replay` in this process; returns the exit code."""
    return main(["replay", str(bag), "--output", str(out), *words])


def run_drivemoe(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "drivemoe_ros.cli", *words],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def read_messages(path: pathlib.Path) -> dict[str, list[Recorded]]:
    """Return every message of a bag by topic."""
    topics: dict[str, list[Recorded]] = {}
    with AnyReader([path]) as reader:
        for connection, log_ns, raw in reader.messages():
            message = reader.deserialize(raw, connection.msgtype)
            topics.setdefault(connection.topic, []).append(Recorded(log_ns, message, bytes(raw)))
    return topics


def read_types(path: pathlib.Path) -> dict[str, str]:
    """Return the type of every topic of a bag."""
    with AnyReader([path]) as reader:
        return {connection.topic: connection.msgtype for connection in reader.connections}


def read_summary(out: pathlib.Path) -> dict[str, Any]:
    """Return the JSON beside a bag."""
    summary = json.loads(out.with_name(f"{out.name}.json").read_text(encoding="utf-8"))
    assert isinstance(summary, dict)
    return summary


def digests(path: pathlib.Path) -> dict[str, str]:
    """Return the hash of every file in a bag's folder."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(path.iterdir())}


def stamp_ns(message: Any) -> int:  # noqa: ANN401
    """Return a message's header stamp [ns]."""
    return int(message.header.stamp.sec) * 1_000_000_000 + int(message.header.stamp.nanosec)
