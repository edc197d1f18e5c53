"""Label files: what each front picture of a recorded drive asks for, as JSON beside the bag.

``docs/recording.md`` describes the form; the released label files' names of views and skills are understood too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.labels import Label
from drivemoe_ros.data.skills import GIVE_WAY, MERGING, SKILL_NAMES, TRAFFIC_SIGN
from drivemoe_ros.data.small_file import read_small_json
from drivemoe_ros.errors import InputError, OutputError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

FORMAT = "drivemoe labels 1"
# Hours of pictures: a frame takes some 70 bytes.
MAX_BYTES = 16 << 20
# Behind the name of the bag that the labels belong to.
ENDING = ".labels.json"
# Where nothing calls for a side, the release labels NULL and looks back.
DEFAULT_VIEW = "back"
# Names that the released labels use and that do not follow from ours by case alone.
SKILL_ALIASES = {
    "giveway": GIVE_WAY,
    "giveway_highway": GIVE_WAY,
    "merging_highway": MERGING,
    "merging_junction": MERGING,
    "traffic_light": TRAFFIC_SIGN,
}


def labels_beside(bag: pathlib.Path) -> pathlib.Path:
    """Return where the labels of a bag are looked for: ``BAG.labels.json``, without the ending of a single file."""
    return bag.parent / f"{bag.name if bag.is_dir() else bag.stem}{ENDING}"


def write_labels(labels: Mapping[int, Label], path: pathlib.Path) -> None:
    """Write a label file; it is whole or not there.

    Args:
        labels: Label of each front picture, by stamp [ns].
        path: File to write.

    Raises:
        OutputError: If it cannot be written.
    """
    frames = {str(stamp_ns): _as_json(label) for stamp_ns, label in sorted(labels.items())}
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(json.dumps({"format": FORMAT, "frames": frames}, indent=1) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        msg = f"{path} cannot be written ({error.strerror}); choose another folder or mend that."
        raise OutputError(msg) from error


def read_labels(path: pathlib.Path) -> dict[int, Label]:
    """Read a label file.

    Args:
        path: The file.

    Returns:
        Label of each front picture, by stamp [ns].

    Raises:
        InputError: If it is not such a file, is empty, or names what is no skill or view.
    """
    try:
        document = read_small_json(path, MAX_BYTES)
    except OSError as error:
        msg = f"The label file {path} cannot be read ({error.strerror}); docs/recording.md shows how to write one."
        raise InputError(msg) from error
    except ValueError as error:
        msg = f"{path} cannot be read as JSON ({error}); docs/recording.md shows what a label file looks like."
        raise InputError(msg) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else type(document).__name__
        msg = f"{path} has the format '{found}', but '{FORMAT}' is needed; docs/recording.md shows an example."
        raise InputError(msg)
    frames = document.get("frames")
    if not isinstance(frames, dict) or not frames:
        msg = f"{path} holds no frames by their stamps; docs/recording.md shows an example."
        raise InputError(msg)
    return dict(_frame(path, stamp, frame) for stamp, frame in frames.items())


def _frame(path: pathlib.Path, stamp: str, frame: Mapping[str, Any]) -> tuple[int, Label]:
    try:
        return int(stamp), Label(_skill(str(frame["skill"])), _view(str(frame["view"])), _usable(frame))
    except (ValueError, KeyError, TypeError, AttributeError, InputError) as error:
        msg = f"{path} holds a frame '{stamp}' that cannot be used ({error}); docs/recording.md shows an example."
        raise InputError(msg) from error


def _as_json(label: Label) -> dict[str, Any]:
    known = {"view": label.view, "skill": label.skill}
    return known if label.usable else {**known, "usable": False}


def _usable(frame: Mapping[str, Any]) -> bool:
    usable = frame.get("usable", True)
    if not isinstance(usable, bool):
        msg = f"usable is {usable!r}, but true or false is needed"
        raise TypeError(msg)
    return usable


def _view(name: str) -> str:
    plain = name.lower().removeprefix("cam_")
    if plain == "null":
        return DEFAULT_VIEW
    return plain if plain in CANDIDATE_VIEWS else name


def _skill(name: str) -> str:
    plain = SKILL_ALIASES.get(name.lower(), name.lower())
    return plain if plain in SKILL_NAMES else name
