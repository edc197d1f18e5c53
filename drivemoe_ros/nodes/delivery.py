"""Measures how many raw pictures of six cameras arrive, with the middleware's default profile and with the shipped one.

Both in the same run, in turns, on the machine and with the middleware of this shell: six publishers in one process,
a subscriber like the policy node's in another. docs/dds.md says what the profiles do.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from rclpy.utilities import get_rmw_implementation_identifier

from drivemoe_ros.errors import DriveMoeError, InputError, OutputError
from drivemoe_ros.resources import resource_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

# Which file configures a middleware, and the variables that name it.
PROFILES = {
    "rmw_cyclonedds_cpp": ("cyclonedds.xml", {"CYCLONEDDS_URI": "file://{}"}),
    "rmw_fastrtps_cpp": (
        "fastdds.xml",
        {"FASTDDS_DEFAULT_PROFILES_FILE": "{}", "FASTRTPS_DEFAULT_PROFILES_FILE": "{}"},
    ),
}
DEFAULT, SHIPPED = "default", "shipped"
# Start, discovery and end of a process on a busy machine.
OVERHEAD_S = 60.0


@dataclass(frozen=True)
class Delivery:
    """What became of the pictures of one turn.

    Attributes:
        profile: ``default`` or ``shipped``.
        sent: Pictures sent.
        received: Pictures that arrived.
        received_by_camera: The same by camera.
        rate_hz: At which rate each camera really sent [Hz].
        age_p50_ms: Median age at arrival [ms]; None where nothing arrived.
        age_p99_ms: The same, 99th percentile.
        sender_cpu_ms: CPU time of the sending process for each picture sent [ms].
        listener_cpu_ms: CPU time of the listening process for each picture received [ms]; None where there is none.
    """

    profile: str
    sent: int
    received: int
    received_by_camera: dict[str, int]
    rate_hz: float
    age_p50_ms: float | None
    age_p99_ms: float | None
    sender_cpu_ms: float
    listener_cpu_ms: float | None

    @property
    def share(self) -> float:
        """Share of the pictures that arrived."""
        return self.received / self.sent


def profile_environment(middleware: str, profile: str) -> dict[str, str]:
    """Return this process's environment with one profile of the middleware.

    Args:
        middleware: Name as in ``RMW_IMPLEMENTATION``.
        profile: ``default`` for the middleware's own settings, ``shipped`` for the file in ``config/dds``.

    Returns:
        The environment.

    Raises:
        InputError: If no profile is shipped for the middleware.
    """
    if middleware not in PROFILES:
        msg = f"No profile is shipped for {middleware}; set RMW_IMPLEMENTATION to one of {', '.join(PROFILES)}."
        raise InputError(msg)
    name, variables = PROFILES[middleware]
    env = {key: value for key, value in os.environ.items() if key not in variables}
    if profile == SHIPPED:
        path = (resource_folder("config") / "dds" / name).resolve()
        env |= {key: pattern.format(path) for key, pattern in variables.items()}
    return env


def measure(profile: str, env: dict[str, str], duration_s: float, rate_hz: float, *, reliable: bool) -> Delivery:
    """Let six cameras send for a while and count what arrives.

    Args:
        profile: Name of the profile that ``env`` holds.
        env: Environment of both processes.
        duration_s: How long to send [s].
        rate_hz: Rate of each camera [Hz].
        reliable: Whether the publishers offer reliable delivery.

    Returns:
        What became of the pictures.

    Raises:
        OutputError: If a process does not answer, or they do not find each other.
    """
    command = [sys.executable, "-m", "drivemoe_ros.nodes.delivery_ends"]
    words = ["send", str(duration_s), str(rate_hz), "reliable" if reliable else "best_effort"]
    patience_s = 10.0 * duration_s + OVERHEAD_S
    with subprocess.Popen(  # noqa: S603 - starts this package's own module
        [*command, "listen"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as listener:
        try:
            sender = subprocess.run(  # noqa: S603 - the same
                [*command, *words], env=env, stdout=subprocess.PIPE, text=True, timeout=patience_s, check=False
            )
            answer, _ = listener.communicate(timeout=OVERHEAD_S)
        except subprocess.TimeoutExpired as error:
            msg = (
                f"The {profile} profile's processes did not end within {patience_s:.0f} s; measure for a shorter time."
            )
            raise OutputError(msg) from error
        finally:
            listener.kill()
    if sender.returncode or listener.returncode:
        msg = f"With the {profile} profile a process failed; what it says stands above."
        raise OutputError(msg)
    return _evaluate(profile, json.loads(sender.stdout), json.loads(answer))


def _evaluate(profile: str, sent: dict[str, Any], heard: dict[str, Any]) -> Delivery:
    if not sent["matched"]:
        msg = f"With the {profile} profile the processes did not find each other; see docs/dds.md, 'Nothing arrives'."
        raise OutputError(msg)
    ages_ms = heard["ages_ms"]
    p50_ms, p99_ms = np.percentile(ages_ms, [50, 99]).tolist() if ages_ms else (None, None)
    return Delivery(
        profile=profile,
        sent=sent["sent"],
        received=len(ages_ms),
        received_by_camera=heard["received"],
        rate_hz=sent["rate_hz"],
        age_p50_ms=p50_ms,
        age_p99_ms=p99_ms,
        sender_cpu_ms=1e3 * sent["cpu_s"] / sent["sent"],
        listener_cpu_ms=1e3 * heard["cpu_s"] / len(ages_ms) if ages_ms else None,
    )


def row(one: Delivery) -> str:
    """Return a turn as a line of the table under ``HEADING``."""
    numbers = (one.age_p50_ms, one.age_p99_ms, one.sender_cpu_ms, one.listener_cpu_ms)
    cells = "".join("         -" if number is None else f"{number:10.1f}" for number in numbers)
    return f"{one.profile:8} {one.sent:6} {one.received:9} {one.share:7.1%} {one.rate_hz:6.2f}{cells}"


HEADING = """\
                                        age at arrival, ms   CPU, ms a picture
profile    sent  received   share     Hz    median   99th %    sender  listener"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table.

    Args:
        arguments: Command line; the process's own when None.

    Returns:
        Exit code.
    """
    chosen = _parser().parse_args(arguments)
    if not (chosen.seconds > 0 and chosen.rate > 0 and chosen.rounds > 0):
        sys.stderr.write("Seconds, rate and rounds must be above zero; see `measure_delivery --help`.\n")
        return 2
    middleware = get_rmw_implementation_identifier()
    sys.stdout.write(
        f"{middleware}, six cameras 1600x900 bgra8, {chosen.seconds:g} s at {chosen.rate:g} Hz\n{HEADING}\n"
    )
    turns = []
    try:
        for profile in [DEFAULT, SHIPPED] * chosen.rounds:
            env = profile_environment(middleware, profile)
            turns.append(measure(profile, env, chosen.seconds, chosen.rate, reliable=chosen.reliable))
            sys.stdout.write(row(turns[-1]) + "\n")
            sys.stdout.flush()
        if chosen.json is not None:
            _write(chosen.json, {"middleware": middleware, "turns": [asdict(one) for one in turns]})
    except DriveMoeError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="measure_delivery", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="how long a turn lasts (default %(default)s)")
    parser.add_argument("--rate", type=float, default=10.0, help="rate of each camera [Hz] (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="how often to measure each profile (default %(default)s)")
    parser.add_argument("--reliable", action="store_true", help="cameras offer reliable delivery, else best effort")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures there as well")
    return parser


def _write(path: pathlib.Path, figures: dict[str, object]) -> None:
    try:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be written ({error.strerror}); choose another file."
        raise OutputError(msg) from error
