"""Scores of drives as Bench2Drive counts them: of one drive, and of many.

Source:
    Bench2Drive (arXiv 2406.03877), section 3.3; Thinklab-SJTU/Bench2Drive at 7ec25d1, tools/merge_route_json.py
    (driving score, success) and tools/ability_benchmark.py (ability); docs/evaluation.md tells what differs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.drive import Ending
from drivemoe_ros.data.skills import NORMAL, SKILL_NAMES
from drivemoe_ros.errors import InputError
from drivemoe_ros.evaluation.comfort import comfort
from drivemoe_ros.evaluation.efficiency import efficiency
from drivemoe_ros.evaluation.penalties import penalty
from drivemoe_ros.evaluation.routers import RouterScore, score_router

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from drivemoe_ros.data.drive import DriveLog


@dataclass(frozen=True)
class DriveScore:
    """What one drive is worth.

    Attributes:
        driving: Route completion times penalty, 0 to 100.
        completion: Share of the route, 0 to 100.
        penalty: Product of the infractions' factors, 0 to 1.
        success: Whether it arrived without any infraction.
        efficiency: Speed by the traffic's speed [percent]; None where it cannot be told.
        comfort: Share of comfortable segments, 0 to 100; None where it cannot be told.
    """

    driving: float
    completion: float
    penalty: float
    success: bool
    efficiency: float | None
    comfort: float | None


@dataclass(frozen=True)
class Scores:
    """What many drives are worth together; means are over drives.

    Attributes:
        num_drives: How many.
        driving: Mean driving score, 0 to 100.
        success: Share of successful drives, 0 to 100.
        completion: Mean share of the routes, 0 to 100.
        efficiency: Mean efficiency [percent]; None where it cannot be told.
        comfort: Mean comfort, 0 to 100; None where it cannot be told.
        ability: Share of successful drives of each skill that was driven, 0 to 100.
        endings: How the drives ended.
        infractions: How often each kind occurred.
        view_router: Choice of the view against the labels; None where no view was chosen.
        skill_router: Choice of the skill expert against the labels; None where none was chosen.
    """

    num_drives: int
    driving: float
    success: float
    completion: float
    efficiency: float | None
    comfort: float | None
    ability: Mapping[str, float]
    endings: Mapping[str, int]
    infractions: Mapping[str, int]
    view_router: RouterScore | None
    skill_router: RouterScore | None

    @property
    def mean_ability(self) -> float | None:
        """Mean over the skills, normal driving left out as in Bench2Drive; None where no skill was driven."""
        return _mean(share for skill, share in self.ability.items() if skill != NORMAL)


def score_drive(log: DriveLog) -> DriveScore:
    """Score one drive.

    Args:
        log: What was driven.

    Returns:
        Its scores. A success has arrived and has no infraction of any kind: speed alone is not counted as one.
    """
    factor = penalty(log)
    smooth = comfort(log.track)
    return DriveScore(
        driving=100.0 * log.completion * factor,
        completion=100.0 * log.completion,
        penalty=factor,
        success=log.ending is Ending.ARRIVED and not log.infractions,
        efficiency=efficiency(log.track),
        comfort=None if smooth is None else 100.0 * smooth,
    )


def score_drives(logs: Sequence[DriveLog]) -> Scores:
    """Score many drives together.

    Args:
        logs: What was driven, at least one.

    Returns:
        Means, abilities and router scores.

    Raises:
        InputError: If there is no drive.
    """
    if not logs:
        msg = "There is no drive to score; drive at least one."
        raise InputError(msg)
    scores = [score_drive(log) for log in logs]
    ability = {}
    for skill in SKILL_NAMES:
        of_skill = [score.success for log, score in zip(logs, scores, strict=True) if log.skill == skill]
        if of_skill:
            ability[skill] = 100.0 * sum(of_skill) / len(of_skill)
    notes = [note for log in logs for note in log.plans]
    return Scores(
        num_drives=len(logs),
        driving=sum(score.driving for score in scores) / len(logs),
        success=100.0 * sum(score.success for score in scores) / len(logs),
        completion=sum(score.completion for score in scores) / len(logs),
        efficiency=_mean(score.efficiency for score in scores),
        comfort=_mean(score.comfort for score in scores),
        ability=ability,
        endings=Counter(log.ending.value for log in logs),
        infractions=Counter(infraction.kind.value for log in logs for infraction in log.infractions),
        view_router=_router([(note.view_label, note.view) for note in notes], CANDIDATE_VIEWS),
        skill_router=_router([(note.skill_label, note.skill) for note in notes], SKILL_NAMES),
    )


def _router(pairs: list[tuple[str, str]], names: tuple[str, ...]) -> RouterScore | None:
    score = score_router(pairs, names)
    return score if score.num else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
