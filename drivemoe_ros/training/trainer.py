"""The training loop, on one CPU or GPU or on many under `accelerate launch`."""

from __future__ import annotations

import pathlib
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from accelerate.utils import DistributedType

from drivemoe_ros.errors import OutputError, ParameterError, PolicyError
from drivemoe_ros.training.adapters import add_adapters
from drivemoe_ros.training.curves import Curves
from drivemoe_ros.training.dataset import Preparation, ShardDataset
from drivemoe_ros.training.export import export
from drivemoe_ros.training.learner import Learner, StepResult
from drivemoe_ros.training.loader import SampleOrder, StepSampler, make_loader, to_device
from drivemoe_ros.training.processes import agreed, make_accelerator, raise_in_all
from drivemoe_ros.training.recipe import learning_rate, make_optimizer, plan_stages, set_rate
from drivemoe_ros.training.run_folder import Progress, RunFolder
from drivemoe_ros.training.sharding import prepare_for_sharding
from drivemoe_ros.training.start import WRAP_HEADING, make_start, told_otherwise
from drivemoe_ros.training.validation import Validator, describe_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.training.loader import Loaded
    from drivemoe_ros.training.recipe import Stage
    from drivemoe_ros.training.settings import TrainingSettings
    from drivemoe_ros.training.shards import OpenedShards

SCORE = "ADE (m)"
NAMED_SAMPLES = 5


@dataclass(frozen=True)
class RunPlan:
    """Everything a run is.

    Attributes:
        settings: All settings.
        data: The training set.
        validation: Held-out samples; None trains without looking.
        folder: Where everything goes.
        initial: Checkpoint to start from; None for random weights.
        eyes: Checkpoint whose picture encoder to take instead; None for that of ``initial``.
        seed: Seed of weights, order, noise and draws.
        resume: Go on with what is in the folder.
        facts: What decides the result, to compare on resuming, and to tell in the model card.
    """

    settings: TrainingSettings
    data: OpenedShards
    validation: OpenedShards | None
    folder: RunFolder
    initial: pathlib.Path | None
    eyes: pathlib.Path | None
    seed: int
    resume: bool
    facts: dict[str, str]


def train(plan: RunPlan) -> pathlib.Path | None:
    """Train as planned.

    Args:
        plan: The run.

    Returns:
        The checkpoint folder with the last weights; None in all processes but the first.

    Raises:
        DriveMoeError: Whatever went wrong, explained; the run can be resumed.
    """
    trainer = Trainer(plan)
    trainer.run()
    return plan.folder.final if trainer.is_main else None


class Trainer:
    """One run in one process."""

    def __init__(self, plan: RunPlan) -> None:
        """Prepare network, optimizer and data.

        Args:
            plan: The run.

        Raises:
            DriveMoeError: If something does not fit.
        """
        settings = plan.settings
        torch.set_num_threads(settings.run.threads)
        self._plan, self._settings = plan, settings
        self._accelerator = make_accelerator(settings)
        start = make_start(settings, plan.data.shards, initial=plan.initial, eyes=plan.eyes, seed=plan.seed)
        self._manifest = start.manifest
        self._told_otherwise = told_otherwise(start, settings.data)
        model = start.model.train()
        model.joint_model.checkpointing = settings.network.gradient_checkpointing
        model.vision_tower.set_checkpointing(enabled=settings.network.gradient_checkpointing)
        if settings.network.lora_rank:
            add_adapters(model, settings.network.lora_rank)
        if settings.run.compile:
            model.vision_tower.compile(dynamic=False)
            model.joint_model.prefill = torch.compile(model.joint_model.prefill, dynamic=False)  # type: ignore[method-assign]
        if self._accelerator.distributed_type == DistributedType.FSDP:
            prepare_for_sharding(model)
        self._stages = plan_stages(settings, plan.data.shards)
        optimizer = make_optimizer(model, settings.optimizer)
        self._learner, self._optimizer = self._accelerator.prepare(Learner(model), optimizer)
        self._validator = self._make_validator()
        self._scores: dict[str, float] = {}
        self._skipped: set[str] = set()
        self._progress = Progress(stage=0, step=0)
        self._saved_s = time.monotonic()
        # Last, so that a command that cannot work leaves nothing behind.
        self._check_stages()
        self._claim_folder()

    @property
    def is_main(self) -> bool:
        """Whether this process is the one that writes."""
        return bool(self._accelerator.is_main_process)

    def run(self) -> None:
        """Go through the stages that are left."""
        plan, main = self._plan, self.is_main
        if plan.resume:
            self._progress = plan.folder.load_state(self._read_state) or self._progress
        resumed_at = self._steps_before(self._progress.stage) + self._progress.step if plan.resume else None
        with Curves(plan.folder, enabled=main, resumed_at=resumed_at) as self._curves:
            for sentence in plan.data.problems:
                self._curves.say(f"left out: {sentence}")
            if self._told_otherwise:
                self._curves.say(self._told_otherwise)
            for stage in self._stages:
                if stage.number >= self._progress.stage:
                    self._run_stage(stage)
            if not self._scores:  # resumed behind the last step
                self._score()
            self._export(plan.folder.final)

    def _run_stage(self, stage: Stage) -> None:
        if self._progress.stage != stage.number:
            # The release trains its stages as two runs, so that no moment of the first lives on.
            self._optimizer.state.clear()
            self._progress = Progress(stage.number, 0)
        done = self._progress.step
        self._curves.stage(stage.number, stage.steps, done)
        batches = iter(self._load(stage, done))
        sums: dict[str, Any] = defaultdict(float)
        since_s, counted = time.monotonic(), 0
        for step in range(done, stage.steps):
            set_rate(self._optimizer, learning_rate(stage, step))
            terms = self._step(stage, step, batches)
            self._progress = Progress(stage.number, step + 1, self._progress.best)
            for name, value in terms.items():
                sums[name] = sums[name] + value
            counted += 1
            self._curves.advance()
            if (step + 1) % self._settings.run.log_every == 0 or step + 1 == stage.steps:
                self._log(stage, self._means(sums, counted), since_s, counted)
                sums.clear()
                since_s, counted = time.monotonic(), 0
            self._look_after(stage, step + 1)

    def _step(self, stage: Stage, step: int, batches: Any) -> dict[str, Any]:  # noqa: ANN401  (the loader's iterator)
        """Take one step; returns the terms of the loss, on the device."""
        parts = self._settings.optimizer.accumulate
        terms: dict[str, Any] = defaultdict(float)
        for part in range(parts):
            loaded: Loaded = next(batches)
            self._count_skipped(loaded.skipped)
            batch = to_device(loaded.batch, self._accelerator.device)
            # Dropout and the draw of views depend on the step alone, so that resuming repeats them.
            torch.manual_seed(self._draw_seed(stage.number, step * parts + part))
            is_last = part == parts - 1
            with self._accelerator.autocast():
                if is_last:
                    result: StepResult = self._learner(batch, stage)
                    self._accelerator.backward(result.total / parts)
                else:
                    with self._accelerator.no_sync(self._learner):
                        result = self._learner(batch, stage)
                        self._accelerator.backward(result.total / parts)
            for name, value in result.terms.items():
                terms[name] = terms[name] + value / parts
        self._accelerator.clip_grad_norm_(self._learner.parameters(), self._settings.optimizer.clip)
        self._optimizer.step()
        self._optimizer.zero_grad()
        return terms

    def _means(self, sums: dict[str, Any], steps: int) -> dict[str, float]:
        """Return the means over steps and processes."""
        own = torch.stack([torch.as_tensor(value, device=self._accelerator.device) for value in sums.values()])
        means: list[float] = (self._accelerator.reduce(own, reduction="mean") / steps).tolist()
        return dict(zip(sums, means, strict=True))

    def _log(self, stage: Stage, means: dict[str, float], since_s: float, steps: int) -> None:
        if not np.isfinite(means["total"]):
            msg = (
                f"The loss of stage {stage.number} is {means['total']} at step {self._progress.step}; "
                "take a lower rate, and look at the samples."
            )
            raise PolicyError(msg)
        samples = steps * self._settings.optimizer.batch_size
        means["samples/s"] = samples / max(1e-9, time.monotonic() - since_s)
        means["rate"] = learning_rate(stage, self._progress.step - 1)
        means["skipped samples"] = float(len(self._skipped))
        self._curves.point("training", stage.number, self._steps_before(stage.number) + self._progress.step, means)

    def _look_after(self, stage: Stage, step: int) -> None:
        """Validate and save where it is time for it."""
        run = self._settings.run
        is_end = step == stage.steps
        if is_end or step % run.validate_every == 0:
            self._score()
        overdue = False
        if step % run.log_every == 0:
            overdue = agreed(time.monotonic() - self._saved_s > 60.0 * run.save_minutes)
        if overdue or is_end or step % run.save_every == 0:
            self._save_state()

    def _score(self) -> None:
        if self._validator is None:
            return
        self._scores = self._validator.score(self._learner, self._accelerator)
        stage, step = self._progress.stage, self._progress.step
        self._curves.point("validation", stage, self._steps_before(stage) + step, self._scores)
        best = self._progress.best
        if best is None or self._scores[SCORE] < best:
            self._progress = Progress(stage, step, self._scores[SCORE])
            self._export(self._plan.folder.best)

    def _export(self, folder: pathlib.Path) -> None:
        tensors = self._accelerator.get_state_dict(self._learner)
        if not self._accelerator.is_main_process:
            return
        plain = {name.removeprefix("network."): tensor for name, tensor in tensors.items()}
        came = {"stage": str(self._progress.stage), "step": str(self._progress.step)}
        damaged = {"damaged samples": str(len(self._skipped))} if self._skipped else {}
        facts = {**self._plan.facts, **came, **damaged, **describe_scores(self._scores)}
        export(folder, plain, self._manifest, facts, lora_rank=self._settings.network.lora_rank)

    def _save_state(self) -> None:
        name = f"{self._progress.stage}-{self._progress.step:09d}"
        main = self._accelerator.is_main_process
        self._plan.folder.save_state(name, self._progress, self._write_state, main=main)
        self._accelerator.wait_for_everyone()
        self._saved_s = time.monotonic()

    def _write_state(self, folder: pathlib.Path) -> None:
        self._accelerator.wait_for_everyone()
        # Plain torch files: safetensors drops one of the two names of a shared weight.
        self._accelerator.save_state(str(folder), safe_serialization=False)
        self._accelerator.wait_for_everyone()

    def _read_state(self, folder: pathlib.Path) -> None:
        self._accelerator.load_state(str(folder))

    def _load(self, stage: Stage, done: int) -> Any:  # noqa: ANN401  (torch's loader does not know what it collates)
        plan, accelerator, parts = self._plan, self._accelerator, self._settings.optimizer.accumulate
        how = Preparation(
            manifest=self._manifest,
            seed=(plan.seed, stage.number),
            all_views=stage.view_source == "router",
            augment=self._settings.data.augment,
            flow_draws=self._settings.optimizer.flow_draws,
            wrap_heading=WRAP_HEADING,
        )
        dataset = ShardDataset(plan.data.shards, how)
        order = SampleOrder(dataset.weights(stage.settings.change_weight), (plan.seed, stage.number))
        batch = self._settings.optimizer.batch_size // parts
        part = (accelerator.process_index, accelerator.num_processes)
        sampler = StepSampler(order, batch, range(done * parts, stage.steps * parts), part)
        return make_loader(dataset, sampler, self._manifest, self._settings.data.workers)

    def _make_validator(self) -> Validator | None:
        if self._plan.validation is None:
            return None
        run, batch = self._settings.run, self._settings.optimizer.batch_size
        return Validator(
            self._plan.validation.shards, self._manifest, samples=run.validation_samples, batch=min(batch, 64)
        )

    def _check_stages(self) -> None:
        if not self._stages:
            msg = "Both stages have no samples to train on; set stage1.samples or stage2.samples above zero."
            raise ParameterError(msg)
        self._load(self._stages[0], 0)

    def _claim_folder(self) -> None:
        """Begin the run's folder in the first process; every process ends where that fails."""
        plan, problem = self._plan, None
        if self._accelerator.is_main_process:
            facts: dict[str, object] = {**plan.facts, "settings": plan.settings.to_yaml()}
            try:
                if plan.resume:
                    plan.folder.check_same(facts)
                else:
                    plan.folder.begin(facts)
            except (OutputError, ParameterError) as error:
                problem = error
        raise_in_all(problem)

    def _count_skipped(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            if sentence not in self._skipped:
                self._skipped.add(sentence)
                if len(self._skipped) <= NAMED_SAMPLES:
                    self._curves.say(f"skipped: {sentence}")

    def _steps_before(self, stage: int) -> int:
        return sum(earlier.steps for earlier in self._stages if earlier.number < stage)

    def _draw_seed(self, stage: int, part: int) -> int:
        entropy = [self._plan.seed, stage, part, self._accelerator.process_index]
        return int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0] >> 1)
