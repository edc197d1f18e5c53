"""What came of a long drive with faults, as text and as JSON."""

import dataclasses
import statistics
from collections.abc import Sequence

from drivemoe_ros.faults.soak import Soak
from drivemoe_ros.world.simulation import STEP_S

# Memory of the last third against that of the second; the first fills what is kept for later.
FLAT_PERCENT = 2.0


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the process holds after a minute.

    Attributes:
        minute: Which.
        num_roads: Roads begun.
        num_faults: Faults so far.
        resident_mib: Memory [MiB].
        num_threads: Threads.
        num_descriptors: Open files and sockets.
        speed: Seconds of the world in a second.
    """

    minute: int
    num_roads: int
    num_faults: int
    resident_mib: float
    num_threads: int
    num_descriptors: int
    speed: float


def compare(readings: Sequence[Reading]) -> tuple[float, list[str]]:
    """Compare the last third of the readings with the second.

    Args:
        readings: One a minute, three at least.

    Returns:
        By how much memory grew [%], and what leaks, a sentence each.
    """
    num = len(readings)
    second, last = readings[num // 3 : 2 * num // 3], readings[2 * num // 3 :]
    before_mib, after_mib = (statistics.median(reading.resident_mib for reading in third) for third in (second, last))
    growth_percent = 100.0 * (after_mib - before_mib) / before_mib
    leaks = []
    if growth_percent > FLAT_PERCENT:
        leaks.append(f"memory grew by {growth_percent:.1f} %, from {before_mib:.1f} to {after_mib:.1f} MiB")
    for what in ("threads", "descriptors"):
        before, after = (max(getattr(reading, f"num_{what}") for reading in third) for third in (second, last))
        if after > before:
            leaks.append(f"there were {before} {what}, and {after} at the end")
    return growth_percent, leaks


def summary(driver: Soak, growth_percent: float, wrong: Sequence[str]) -> str:
    """Return everything but the rows of minutes.

    Args:
        driver: Who has driven.
        growth_percent: By how much memory grew [%].
        wrong: What is wrong, a sentence each.

    Returns:
        Text with Markdown tables.
    """
    num, kinds = sum(driver.findings.values()), len({fault for fault, _ in driver.findings})
    roads = ", ".join(f"{count} {words}" for words, count in driver.outcomes.most_common())
    lines = [
        f"Memory of the last third of the time against the second: {growth_percent:+.2f} %.",
        f"{num} faults of {kinds} kinds, and {driver.num_cut_short} that a road's end cut short.",
        f"{driver.num_roads} roads, of which {roads or 'none has ended'}.",
        "\n| state | share of the time (%) |\n| --- | --- |",
    ]
    all_steps = sum(driver.state_steps.values())
    lines += [f"| {state.name} | {100.0 * n / all_steps:.1f} |" for state, n in driver.state_steps.most_common()]
    lines.append("\n| from | to | times |\n| --- | --- | --- |")
    lines += [f"| {a.name} | {b.name} | {times} |" for (a, b), times in driver.watch.transitions.most_common()]
    lines += ["", *(f"Wrong: {words}." for words in wrong)]
    return "\n".join(lines if wrong else [*lines, "Nothing was wrong."])


def as_json(
    driver: Soak, readings: Sequence[Reading], growth_percent: float, wrong: Sequence[str]
) -> dict[str, object]:
    """Return everything as values that JSON knows.

    Args:
        driver: Who has driven.
        readings: One a minute.
        growth_percent: By how much memory grew [%].
        wrong: What is wrong, a sentence each.

    Returns:
        By name.
    """
    return {
        "readings": [dataclasses.asdict(reading) for reading in readings],
        "growth_percent": growth_percent,
        "wrong": list(wrong),
        "roads": dict(driver.outcomes),
        "state_s": {state.name: steps * STEP_S for state, steps in driver.state_steps.items()},
        "transitions": [[a.name, b.name, times] for (a, b), times in driver.watch.transitions.items()],
        "num_cut_short": driver.num_cut_short,
        "faults": [
            {"fault": fault, "worst": worst, "times": times, "slowest_s": driver.slowest_s.get(fault)}
            for (fault, worst), times in sorted(driver.findings.items())
        ],
    }
