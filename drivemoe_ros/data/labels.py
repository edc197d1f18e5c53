"""What a moment of a drive asks for: which skill, and which view to look at."""

from __future__ import annotations

from dataclasses import dataclass

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import InputError


@dataclass(frozen=True)
class Label:
    """The right answers of both routers at one moment.

    Attributes:
        skill: One of ``SKILL_NAMES``.
        view: One of ``CANDIDATE_VIEWS``.
        usable: False if the driving that follows is nothing to learn from.
    """

    skill: str
    view: str
    usable: bool = True

    def __post_init__(self) -> None:
        """Refuse other names."""
        if self.skill not in SKILL_NAMES:
            msg = f"The skill '{self.skill}' is none of {', '.join(SKILL_NAMES)}; correct the label."
            raise InputError(msg)
        if self.view not in CANDIDATE_VIEWS:
            msg = f"The view '{self.view}' is none of {', '.join(CANDIDATE_VIEWS)}; correct the label."
            raise InputError(msg)
