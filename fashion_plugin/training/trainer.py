"""The trainer: stages, checkpoints, exact resume, and a network that only gets better on photos kept apart.

A batch follows from its step, the optimizer's state and every variable are in the checkpoint, and operations
run in a fixed order. So a run that was killed and resumed ends with the same weights as one that was not.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import TrainingError
from fashion_plugin.training.backbones import (
    Built,
    build_network,
    frozen_layers,
    load_keras,
    make_repeatable,
)
from fashion_plugin.training.checkpoint import load_arrays, safe_write, save_arrays, write_json
from fashion_plugin.training.encoder import NetworkEncoder
from fashion_plugin.training.evaluate import Evaluator
from fashion_plugin.training.feed import Feed
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.mining import embed, hard_negatives
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.settings import TrainSettings
from fashion_plugin.training.triplets import TripletSampler

__all__ = ["CHECKPOINT", "NETWORK", "RunProgress", "Trainer"]

CHECKPOINT: Final = "checkpoint.npz"
NETWORK: Final = "network.keras"
_HARD: Final = "hard-negatives.json"
_REPORT_EVERY = 2.0  # seconds between calls of on_progress
_SAVE_EVERY = 300.0  # seconds between checkpoints, on a machine where steps are slow
_ROWS = 20  # of losses in an epoch's history
_CHOSEN_BY: Final = ("MRR", "category P@10", "category + colour P@10")


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where a run stands: steps done of all, the last loss, images per second, seconds still to go."""

    step: int
    steps: int
    epoch: int
    epochs: int
    loss: float
    images_per_second: float
    seconds_left: float


@dataclass
class _State:
    """What a checkpoint says besides the arrays."""

    step: int = 0
    stage: int = 0
    best: float = -1.0
    best_epoch: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


class Trainer:
    """Trains one network on a manifest's train split, in a folder that holds all of the run.

    Args:
        settings: what to train and how.
        manifest: photos of both splits; without a validation split the last network is the one kept.
        folder: where checkpoints and the network go.
        scenes: photos to put behind garments in made views.
        on_progress: called every two seconds or so; an exception stops the run, which can be resumed.

    Raises:
        TrainingError: the photos or the settings cannot be trained on, or Keras has no backend that works.
        WeightsError: the starting weights are missing, damaged or of another network.
    """

    def __init__(
        self,
        settings: TrainSettings,
        manifest: Manifest,
        folder: Path,
        *,
        scenes: Sequence[NDArray[np.uint8]] = (),
        on_progress: Callable[[RunProgress], None] | None = None,
    ) -> None:
        self.settings, self.folder = settings, folder
        self._on_progress = on_progress
        train, kept_apart = manifest.split("train"), manifest.split("validation")
        size = settings.network.size
        self._photos = Photos(train, size)
        self._sampler = TripletSampler(
            train.items, in_class=settings.in_class, seed=settings.seed, synthetic=settings.synthetic
        )
        self._feed = Feed(self._sampler, self._photos, settings.batch, scenes=scenes)
        several = len({item.product_id for item in kept_apart.items}) > 1
        self._evaluator = Evaluator(kept_apart, size=size, queries=500, triplets=500) if several else None
        self._keras = load_keras()
        make_repeatable(self._keras, settings.seed)
        self._built = self._build()
        from fashion_plugin.training.learner import Learner

        self.learner: Any = Learner(self._built.network, settings, self._feed.labels.classes)
        self.learner.build((None, size, size, 3))
        self.state = _State()
        self._row = max(1, self._feed.steps // _ROWS)

    @property
    def synthetic_share(self) -> float:
        """The share of queries that are made views."""
        return self._sampler.synthetic_share

    @property
    def steps(self) -> int:
        """The steps of the whole run."""
        return self.settings.epochs * self._feed.steps

    def run(self, *, resume: bool = False) -> Mapping[str, Any]:
        """Train to the end, from the last checkpoint if ``resume``; returns the history and the best epoch.

        Raises:
            TrainingError: the loss is no number, the disk is full, or the checkpoint does not fit.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._start_stage(0)
        if resume:
            self._restore()
        elif self._evaluator and not self.state.history:
            self._evaluate(0)
        while self.state.step < self.steps:
            self._epoch(self.state.step // self._feed.steps)
        if not self._evaluator or self.state.best_epoch == 0:
            # Nothing to choose by, or nothing gained: the network as it ended is what was trained.
            self._keep_network()
        return {"best_epoch": self.state.best_epoch, "history": self.state.history}

    def _epoch(self, epoch: int) -> None:
        stage = self.settings.stage_of(epoch)
        if stage != self.state.stage:
            self._start_stage(stage)
        self._load_or_mine(epoch)
        stop = (epoch + 1) * self._feed.steps
        first, told, saved = self.state.step, 0.0, self.state.step
        began = saved_at = time.perf_counter()
        sums: dict[str, list[float]] = {}
        for step, batch in self._feed.batches(self.state.step, stop):
            self.learner.reset_metrics()
            logs = self.learner.train_on_batch(batch.images, dict(batch.labels), return_dict=True)
            values = {name: float(value) for name, value in logs.items()}
            self._check(values["loss"], step)
            for name, value in values.items():
                sums.setdefault(name, []).append(value)
            self.state.step = step + 1
            now = time.perf_counter()
            if step == first and step + 1 < stop:
                # The first step of a stage compiles the network: it says nothing of the rate.
                began = now
            elif self._on_progress and (now - told > _REPORT_EVERY or step + 1 == stop):
                told = now
                rate = max(1, step - first) / (now - began)
                self._on_progress(self._progress(epoch, values["loss"], rate))
            due = self.settings.checkpoint_steps
            late = now - saved_at > _SAVE_EVERY or step + 1 - saved >= due
            save = bool(due) and late and step + 1 < stop
            if save or (step + 1) % self._row == 0 or step + 1 == stop:
                self._record(epoch, sums)
                sums = {}
            if save:
                saved, saved_at = step + 1, now
                self._save()
        if self._evaluator:
            self._evaluate(epoch + 1)
        self._save()

    def _check(self, loss: float, step: int) -> None:
        if np.isfinite(loss):
            return
        kept = self.folder / CHECKPOINT
        where = f"An earlier, good state is kept in {kept}" if kept.is_file() else "Nothing was saved yet"
        raise TrainingError(
            f"the loss of step {step} is {loss}: training has diverged. {where}. Start again with lower "
            "rates (--stage), or with --precision float32 if it was mixed"
        )

    def _progress(self, epoch: int, loss: float, steps_per_second: float) -> RunProgress:
        return RunProgress(
            step=self.state.step,
            steps=self.steps,
            epoch=epoch + 1,
            epochs=self.settings.epochs,
            loss=loss,
            images_per_second=3 * self.settings.batch * steps_per_second,
            seconds_left=(self.steps - self.state.step) / steps_per_second,
        )

    def _record(self, epoch: int, values: Mapping[str, Sequence[float]]) -> None:
        row = {name: round(float(np.mean(own)), 6) for name, own in values.items()}
        self.state.history.append({"epoch": epoch + 1, "step": self.state.step, **row})

    def _evaluate(self, epoch: int) -> None:
        assert self._evaluator is not None  # noqa: S101 - for the type checker
        scores = self._evaluator.score(NetworkEncoder(self._built.network), intervals=False)
        figures = {name: round(figure.value, 6) for name, figure in scores.figures.items()}
        self.state.history.append({"epoch": epoch, "step": self.state.step, **figures})
        value = float(np.mean([figures[name] for name in _CHOSEN_BY if name in figures]))
        if epoch and value > self.state.best:
            self.state.best, self.state.best_epoch = value, epoch
            self._keep_network()

    def _keep_network(self) -> None:
        path = self.folder / NETWORK
        draft = self.folder / f".{NETWORK.removesuffix('.keras')}.draft.keras"
        try:
            self._built.network.save(draft)
            with safe_write(path) as file:
                file.write(draft.read_bytes())
        except OSError as error:
            raise TrainingError(f"the network cannot be written to {path}: {error}") from error
        finally:
            draft.unlink(missing_ok=True)

    # Stages and checkpoints

    def _build(self) -> Built:
        policy = self._keras.config.dtype_policy()
        self._keras.config.set_dtype_policy(self.settings.precision)
        try:
            return build_network(self.settings.network)
        finally:
            self._keras.config.set_dtype_policy(policy)

    def _start_stage(self, number: int) -> None:
        frozen = frozen_layers(self._built.backbone, self.settings.network.frozen_below)
        stage = self.settings.stages[number]
        self.learner.prepare(stage, stage.epochs * self._feed.steps, self._built.backbone, frozen)
        self.state.stage = number

    def _variables(self) -> list[Any]:
        return [*self.learner.variables, *self.learner.optimizer.variables]

    def _save(self) -> None:
        arrays = [np.asarray(self._keras.ops.convert_to_numpy(variable)) for variable in self._variables()]
        if not all(np.isfinite(array).all() for array in arrays if array.dtype.kind == "f"):
            raise TrainingError(
                f"weights are no numbers any more at step {self.state.step}: training has diverged. The last "
                f"good state is kept in {self.folder / CHECKPOINT}; start again with lower rates (--stage)"
            )
        meta = {**vars(self.state), "backend": self._keras.backend.backend(), "steps": self.steps}
        save_arrays(self.folder / CHECKPOINT, arrays, meta)

    def _restore(self) -> None:
        arrays, meta = load_arrays(self.folder / CHECKPOINT)
        backend = self._keras.backend.backend()
        if meta.pop("backend") != backend or meta.pop("steps") != self.steps:
            raise TrainingError(
                f"the run in {self.folder} was made with another backend than {backend}, or with other "
                "photos: go on with the same KERAS_BACKEND and manifest"
            )
        if meta["stage"] != self.state.stage:
            self._start_stage(meta["stage"])
        try:
            self.state = _State(**meta)
        except TypeError as error:
            raise TrainingError(
                f"the checkpoint in {self.folder} is of another version of this package: start again from "
                f"{NETWORK} (--weights)"
            ) from error
        variables = self._variables()
        if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
            raise TrainingError(
                f"the checkpoint in {self.folder} is of another network or version of Keras: start again"
            )
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)

    def _load_or_mine(self, epoch: int) -> None:
        every = self.settings.mine_every
        if not every or epoch < every:
            return
        path = self.folder / _HARD
        begun = epoch - epoch % every
        if self.state.step > begun * self._feed.steps and path.is_file():
            known = json.loads(path.read_text())
            if known["epoch"] == begun:
                self._sampler.hard = {int(number): own for number, own in known["hard"].items()}
                return
        if epoch == begun:
            hard = self._mine()
            write_json(path, {"epoch": begun, "hard": {str(number): own for number, own in hard.items()}})
            self._sampler.hard = hard

    def _mine(self) -> dict[int, tuple[int, ...]]:
        from fashion_plugin.store import SQLiteStore
        from fashion_plugin.store.base import GenerationInfo

        encoder = NetworkEncoder(self._built.network)
        space = GenerationInfo(encoder.name, encoder.fingerprint, encoder.dim)
        store = SQLiteStore.open(":memory:")
        try:
            vectors, seed = embed(encoder, self._photos), self.settings.seed + self.state.step
            return hard_negatives(vectors, self._sampler.items, store, space=space, seed=seed)
        finally:
            store.close()
