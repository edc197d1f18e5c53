"""What fewer flow steps, and several flow samples, cost and tell, on recorded samples (docs/deadlines.md).

Plans of one policy for the same samples, each kind made once. Times are of the processor, one plan after the other.
"""

import argparse
import pathlib
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from drivemoe_ros.cli.drive_job import loaded_policy
from drivemoe_ros.data.plan import Observation, PolicyOutput
from drivemoe_ros.errors import DriveMoeError
from drivemoe_ros.evaluation.displacement import average_displacement, final_displacement
from drivemoe_ros.parameters.load import build_parameters, parse_overrides
from drivemoe_ros.policy.interface import Policy
from drivemoe_ros.training.observations import evenly_spaced, observation_of
from drivemoe_ros.training.shards import open_shards

Plans = tuple[list[PolicyOutput], NDArray[np.float64], float]


def main(words: Sequence[str]) -> int:
    """Plan and print both tables.

    Args:
        words: Command line.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, metavar="FOLDER", help="samples that `drivemoe record` wrote")
    parser.add_argument("--checkpoint", default="mini", help="whose plans (default %(default)s)")
    parser.add_argument("--samples", type=int, default=500, metavar="N", help="default %(default)s")
    parser.add_argument("--steps", type=int, nargs="+", default=(10, 5, 3, 2, 1), metavar="N", help="of the flow")
    parser.add_argument("--flow-samples", type=int, default=8, metavar="N", help="drawn at once (default %(default)s)")
    arguments = parser.parse_args(words)
    try:
        policy = _policy(arguments.checkpoint, 1)
        several = _policy(arguments.checkpoint, arguments.flow_samples)
        chosen = list(evenly_spaced(open_shards([arguments.folder]).shards, arguments.samples))
        driven_PH2 = np.stack([shard.sample(index).future_H2 for shard, index in chosen])

        def observe(number: int) -> Observation:
            shard, index = chosen[number]
            return observation_of(shard, index, shard.sample(index))

        plans = {steps: _plan(policy, observe, len(chosen), steps) for steps in arguments.steps}
        drawn, drawn_PH2, drawn_ms = _plan(several, observe, len(chosen), None)
    except DriveMoeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    most_PH2 = plans[max(plans)][1]
    print(
        "| flow steps | ADE (m) | FDE (m) | from the most steps, median (m) | 95 % (m) | time (ms) |",
        "| --- " * 6 + "|",
        sep="\n",
    )
    for steps, (_, plan_PH2, took_ms) in plans.items():
        away_P = np.linalg.norm(plan_PH2 - most_PH2, axis=-1).max(axis=1)
        off_m = average_displacement(plan_PH2, driven_PH2), final_displacement(plan_PH2, driven_PH2)
        figures = (*off_m, float(np.median(away_P)), float(np.quantile(away_P, 0.95)))
        print(f"| {steps} | {' | '.join(f'{figure:.3f}' for figure in figures)} | {took_ms:.1f} |")
    print("", _spread(drawn, drawn_PH2, driven_PH2), f"A plan takes {drawn_ms:.1f} ms then.", sep="\n")
    return 0


def _policy(checkpoint: str, flow_samples: int) -> Policy:
    settings = [f"policy.checkpoint={checkpoint}", f"policy.flow_samples={flow_samples}", "policy.threads=1"]
    parameters = build_parameters(parse_overrides(settings))
    return loaded_policy(parameters.policy, parameters.ego)


def _plan(policy: Policy, observe: Callable[[int], Observation], num: int, steps: int | None) -> Plans:
    """Return the answers, their waypoints (P, H, 2) [m] and the median processor time of one [ms]."""
    outputs, times_s = [], []
    for number in range(num):
        observation = observe(number)
        begun_s = time.process_time()
        outputs.append(policy.plan(observation, steps))
        times_s.append(time.process_time() - begun_s)
    return outputs, np.stack([output.waypoints_H2 for output in outputs]), float(np.median(times_s)) * 1e3


def _spread(drawn: list[PolicyOutput], plan_PH2: NDArray[np.float64], driven_PH2: NDArray[np.float64]) -> str:
    """Say how far plans of one policy lie apart, and whether that tells how far they are from what was driven."""
    spread_P = np.array([output.spread_m or 0.0 for output in drawn])
    off_P = np.linalg.norm(plan_PH2[:, -1] - driven_PH2[:, -1], axis=-1)
    order_P = np.argsort(spread_P)
    quarter = max(1, len(order_P) // 4)
    narrow_m, wide_m = off_P[order_P[:quarter]].mean(), off_P[order_P[-quarter:]].mean()
    middle_m, twentieth_m = np.quantile(spread_P, (0.5, 0.95))
    return (
        f"The spread is {middle_m:.2f} m in the median, {twentieth_m:.2f} m for one in twenty, {spread_P.max():.2f} m "
        f"at most.\nThe plan's end is {narrow_m:.2f} m from what was driven in the quarter of narrowest spread, "
        f"{wide_m:.2f} m in that of widest\n(correlation {np.corrcoef(spread_P, off_P)[0, 1]:.2f})."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
