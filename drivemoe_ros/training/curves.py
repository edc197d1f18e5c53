"""Curves of a run: TensorBoard for people, a line of JSON a point for programs, and a progress bar."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch.utils.tensorboard import SummaryWriter

from drivemoe_ros.training.run_folder import CURVE_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

    from drivemoe_ros.training.run_folder import RunFolder


class Curves:
    """Writes the curves; in all processes but the first it does nothing."""

    def __init__(self, folder: RunFolder, *, enabled: bool, resumed_at: int | None) -> None:
        """Open the curves.

        Args:
            folder: The run's.
            enabled: Whether this process writes.
            resumed_at: Step over all stages to go on from: points behind it are dropped; None starts anew.
        """
        self._enabled = enabled
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[words]}"),
            console=Console(stderr=True),
            disable=not enabled,
        )
        self._board: SummaryWriter | None = None
        self._lines: IO[str] | None = None
        if enabled:
            if resumed_at is not None:
                _forget_after(folder, resumed_at)
            self._board = SummaryWriter(str(folder.curves), purge_step=resumed_at)
            self._lines = (folder.path / CURVE_NAME).open("a", encoding="utf-8")

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self._bar.stop()
        if self._board is not None:
            self._board.close()
        if self._lines is not None:
            self._lines.close()

    def stage(self, number: int, steps: int, done: int) -> None:
        """Begin a stage's bar."""
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._task = self._bar.add_task(f"stage {number}", total=steps, completed=done, words="")

    def advance(self) -> None:
        """Count a step."""
        self._bar.advance(self._task)

    def point(self, kind: str, stage: int, step: int, values: Mapping[str, float]) -> None:
        """Write a point of every curve.

        Args:
            kind: "training" or "validation".
            stage: Number of the stage.
            step: Steps over all stages.
            values: Values by name.
        """
        if self._board is None or self._lines is None:
            return
        for name, value in values.items():
            self._board.add_scalar(f"{kind}/{name}", value, step)
        self._lines.write(json.dumps({"kind": kind, "stage": stage, "step": step, **values}) + "\n")
        self._lines.flush()
        shown = [name for name in ("total", "samples/s", "ADE (m)") if name in values]
        self._bar.update(self._task, words="  ".join(f"{name} {values[name]:.3g}" for name in shown))

    def say(self, sentence: str) -> None:
        """Print a sentence above the bar."""
        if self._enabled:
            self._bar.console.print(sentence, highlight=False, markup=False)


def _forget_after(folder: RunFolder, step: int) -> None:
    path = folder.path / CURVE_NAME
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if line.endswith("}") and json.loads(line)["step"] <= step]
    path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
