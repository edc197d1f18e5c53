"""Which scenarios are meant by the words on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ALL = "all"


def choose_families(words: Sequence[str], families: Collection[str]) -> list[str]:
    """Return the families that are meant.

    Args:
        words: Families, the part before their slash, or ``all``.
        families: Every family there is.

    Returns:
        Families in order, each once.

    Raises:
        ParameterError: If a word means none.
    """
    chosen: dict[str, None] = {}
    for word in words:
        meant = [name for name in families if word in (ALL, name, name.partition("/")[0])]
        if not meant:
            msg = f"There is no scenario family '{word}'; choose {ALL} or among {', '.join(families)}."
            raise ParameterError(msg)
        chosen.update(dict.fromkeys(meant))
    return list(chosen)


def choose_seeds(text: str) -> range:
    """Return the seeds that are meant.

    Args:
        text: ``A:B`` for A up to but without B, or one seed.

    Returns:
        At least one seed.

    Raises:
        ParameterError: If it is neither, or holds no seed.
    """
    first, colon, last = text.partition(":")
    try:
        seeds = range(int(first), int(last) if colon else int(first) + 1)
    except ValueError as error:
        msg = f"The seeds are '{text}', but A:B is needed, e.g. 200000:200010 for ten of them."
        raise ParameterError(msg) from error
    if not seeds or seeds[0] < 0:
        msg = f"The seeds '{text}' hold none that is 0 or more; give A:B with A below B."
        raise ParameterError(msg)
    return seeds
