"""What a training run leaves on disk: its settings, its curve, states to resume from, checkpoints to drive with."""

from __future__ import annotations

import json
import pathlib
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.data.small_file import read_small_json
from drivemoe_ros.errors import CheckpointError, OutputError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS_NAME, CURVE_NAME, PROGRESS_NAME = "run.json", "curve.jsonl", "progress.json"
# The newest state, and one before it should the newest be damaged.
KEPT_STATES = 2
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes:
        stage: Number of the stage.
        step: Steps of that stage done.
        best: Best score so far, lower is better; None before the first validation of the stage.
    """

    stage: int
    step: int
    best: float | None = None


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: pathlib.Path) -> None:
        """Name a folder; nothing is touched yet."""
        self.path = path
        self.best, self.final = path / "best", path / "checkpoint"
        self.curves = path / "tensorboard"

    def begin(self, facts: dict[str, object]) -> None:
        """Make the folder of a new run.

        Args:
            facts: Everything that decides what the run computes.

        Raises:
            OutputError: If there is something there already, or it cannot be written.
        """
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            msg = f"'{self.path}' already exists; name a new folder, or go on with what is there by --resume."
            raise OutputError(msg)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / SETTINGS_NAME).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise self.explained(error) from error

    def check_same(self, facts: dict[str, object]) -> None:
        """Refuse to go on with a run of other settings.

        Args:
            facts: Everything that decides what the run computes.

        Raises:
            OutputError: If there is no run.
            ParameterError: If it was begun with other settings.
        """
        try:
            known = dict(read_small_json(self.path / SETTINGS_NAME, MAX_BYTES))
        except (OSError, ValueError, TypeError) as error:
            msg = f"There is no training run in '{self.path}' to resume ({error}); start one without --resume."
            raise OutputError(msg) from error
        same = json.loads(json.dumps(facts))
        other = [name for name in {**known, **same} if known.get(name) != same.get(name)]
        if other:
            msg = f"The run in '{self.path}' was begun with another {other[0]}; repeat its command, or start a new run."
            raise ParameterError(msg)

    def save_state(self, name: str, progress: Progress, write: Callable[[pathlib.Path], None], *, main: bool) -> None:
        """Save a state; it stands under its name only when it is whole, and old ones go.

        Args:
            name: Name of the state; later ones sort behind.
            progress: How far the run has come.
            write: Writes weights and optimizer to a folder; called in every process.
            main: Whether this process is the one that makes and names folders.

        Raises:
            OutputError: If it cannot be written.
        """
        draft = self.path / f".state.{name}"
        try:
            if main:
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir()
            write(draft)
            if main:
                (draft / PROGRESS_NAME).write_text(json.dumps(asdict(progress)) + "\n", encoding="utf-8")
                shutil.rmtree(self.path / f"state-{name}", ignore_errors=True)
                draft.rename(self.path / f"state-{name}")
                for old in self.states()[KEPT_STATES:]:
                    shutil.rmtree(old, ignore_errors=True)
        except (OSError, RuntimeError) as error:
            # torch reports a full disk as a RuntimeError of its own.
            raise self.explained(error) from error

    def states(self) -> list[pathlib.Path]:
        """Return the states that are whole, the newest first."""
        return sorted(self.path.glob("state-*"), key=lambda path: path.name, reverse=True)

    def load_state(self, read: Callable[[pathlib.Path], None]) -> Progress | None:
        """Load the newest state that can be read.

        Args:
            read: Reads weights and optimizer from a folder.

        Returns:
            How far the run had come; None where no state was saved yet.

        Raises:
            CheckpointError: If there are states and none can be read.
        """
        problems = []
        for state in self.states():
            try:
                values = read_small_json(state / PROGRESS_NAME, MAX_BYTES)
                read(state)
                return Progress(**values)
            except Exception as error:  # noqa: BLE001, PERF203  (a damaged archive may raise anything)
                problems.append(f"{state.name}: {type(error).__name__}")
        if problems:
            msg = f"No state of the run in '{self.path}' can be read ({'; '.join(problems)}); start a new run."
            raise CheckpointError(msg)
        return None

    def explained(self, error: Exception) -> OutputError:
        """Return an error in one sentence."""
        why = getattr(error, "strerror", None) or error
        return OutputError(f"Cannot write to the training run '{self.path}': {why}; make room and go on with --resume.")
