"""One run from settings to a network: its folder, ``run.json``, curves, and figures beside baselines."""

import hashlib
import json
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import FashionPluginError, TrainingError
from fashion_plugin.training.backbones import file_digest, load_keras
from fashion_plugin.training.baselines import ColourHistogram, imagenet_features
from fashion_plugin.training.checkpoint import write_json
from fashion_plugin.training.curves import draw_curves
from fashion_plugin.training.encoder import NetworkEncoder
from fashion_plugin.training.evaluate import Evaluation, Evaluator
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.report import evaluation_json
from fashion_plugin.training.settings import TrainSettings
from fashion_plugin.training.trainer import CHECKPOINT, NETWORK, RunProgress, Trainer

__all__ = ["RUN", "RunResult", "circumstances", "judge", "now", "read_run", "train"]

RUN: Final = "run.json"
_PACKAGES: Final = ("fashion-plugin", "keras", "tensorflow", "torch", "jax", "numpy", "pillow")


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run left: its folder, the network in it, and its figures (None without photos kept apart)."""

    folder: Path
    network: Path
    best_epoch: int
    evaluation: Evaluation | None


def train(
    settings: TrainSettings | None,
    manifest: Manifest,
    folder: Path,
    *,
    resume: bool = False,
    scenes: Sequence[NDArray[np.uint8]] = (),
    imagenet: Path | None = None,
    live: Encoder | None = None,
    on_start: Callable[[Trainer], None] | None = None,
    on_progress: Callable[[RunProgress], None] | None = None,
) -> RunResult:
    """Train a network in a folder, or go on with the run that is there.

    Args:
        settings: how; None with ``resume``, where the folder's own settings hold.
        manifest: the photos, of both splits.
        folder: a new or empty one, unless ``resume``.
        resume: go on from the last checkpoint.
        scenes: photos to put behind garments in made views.
        imagenet: weights for the ImageNet baseline.
        live: an encoder to compare the result with.
        on_start: called with the trainer before the first step.
        on_progress: called every two seconds or so.

    Raises:
        TrainingError: the run cannot start or go on; what it saved before is kept.
        WeightsError: the starting weights are missing, damaged or of another network.
        InvalidSource: a photo cannot be read.
    """
    record = _begin(settings, manifest, folder, scenes, resume=resume)
    settings = TrainSettings.from_json(record["settings"])
    try:
        trainer = Trainer(settings, manifest, folder, scenes=scenes, on_progress=on_progress)
        write_json(folder / RUN, record)
        if on_start:
            on_start(trainer)
        outcome = trainer.run(resume=resume and (folder / CHECKPOINT).is_file())
        network = folder / NETWORK
        draw_curves(outcome["history"], folder / "curves.png")
        evaluation = _judge_network(network, manifest, settings, imagenet=imagenet, live=live)
    except (FashionPluginError, KeyboardInterrupt) as error:
        record |= {"status": "stopped", "error": str(error) or type(error).__name__}
        if (folder / RUN).is_file():  # else nothing has begun, and the folder is free for another try
            write_json(folder / RUN, record)
        raise
    record |= {
        "status": "finished",
        "finished": now(),
        "best_epoch": outcome["best_epoch"],
        "network_sha256": file_digest(network),
        "history": outcome["history"],
        "evaluation": evaluation_json(evaluation) if evaluation else None,
    }
    record.pop("error", None)
    write_json(folder / RUN, record)
    return RunResult(folder, network, outcome["best_epoch"], evaluation)


def read_run(folder: Path) -> dict[str, Any]:
    """What ``run.json`` of a folder says.

    Raises:
        TrainingError: the folder holds no run, or the file is damaged.
    """
    try:
        values = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TrainingError(f"{folder} holds no run ({RUN} is not there)") from error
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder / RUN} cannot be read: {error}") from error
    if not isinstance(values, dict) or "settings" not in values:
        raise TrainingError(f"{folder / RUN} is not a run's record")
    return values


def judge(evaluator: Evaluator, encoders: Sequence[Encoder], features: Encoder | str) -> Evaluation:
    """Score encoders beside the baselines, on what the evaluator asks.

    ``features`` are ImageNet's, or why there are none here (`imagenet_features`).
    """
    notes = [features] if isinstance(features, str) else []
    baselines = [ColourHistogram(), *([] if isinstance(features, str) else [features])]
    return evaluator.evaluation([evaluator.score(encoder) for encoder in (*encoders, *baselines)], notes)


def _begin(
    settings: TrainSettings | None,
    manifest: Manifest,
    folder: Path,
    scenes: Sequence[NDArray[np.uint8]],
    *,
    resume: bool,
) -> dict[str, Any]:
    if resume:
        record = read_run(folder)
        if record["manifest"]["digest"] != manifest.digest:
            raise TrainingError(
                f"the photos are not those that the run in {folder} began with: go on with the same "
                "manifest, or start another run from its network (--weights)"
            )
        if record["scenes"] != _scenes_digest(scenes):
            raise TrainingError(
                f"the run in {folder} began with other --scenes: give the same folder, or none"
            )
        return record | {"status": "running", "resumed": [*record.get("resumed", []), now()]}
    if settings is None:
        raise TrainingError("a new run needs settings")
    if (folder / CHECKPOINT).exists() or (folder / RUN).exists():
        raise TrainingError(
            f"{folder} holds a run already: go on with it (--resume), or choose another folder (--out)"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{folder} cannot be made: {error.strerror or error}") from error
    weights = Path(settings.network.weights)
    return {
        "status": "running",
        "settings": settings.to_json(),
        "weights_sha256": file_digest(weights) if weights.is_file() else None,
        "backend": load_keras().backend.backend(),
        **circumstances(manifest, scenes),
    }


def circumstances(manifest: Manifest, scenes: Sequence[NDArray[np.uint8]]) -> dict[str, Any]:
    """What made a run besides its settings: the command, photos, versions, machine and time."""
    train_photos, kept_apart = manifest.split("train"), manifest.split("validation")
    return {
        "started": now(),
        "command": sys.argv,
        "folder": str(Path.cwd()),
        "manifest": {
            "name": manifest.name,
            "digest": manifest.digest,
            "train": len(train_photos),
            "validation": len(kept_apart),
            "products": len({item.product_id for item in manifest.items}),
        },
        "scenes": _scenes_digest(scenes),
        "packages": _versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def _judge_network(
    network: Path,
    manifest: Manifest,
    settings: TrainSettings,
    *,
    imagenet: Path | None,
    live: Encoder | None,
) -> Evaluation | None:
    kept_apart = manifest.split("validation")
    if len({item.product_id for item in kept_apart.items}) < 2:
        return None
    import fashion_plugin.encoders.networks  # noqa: F401 - registers its layers with Keras

    trained = load_keras().models.load_model(network, compile=False)
    evaluator = Evaluator(kept_apart, size=settings.network.size)
    encoders: list[Encoder] = [NetworkEncoder(trained, "trained"), *([live] if live else [])]
    return judge(evaluator, encoders, imagenet_features(imagenet))


def _scenes_digest(scenes: Sequence[NDArray[np.uint8]]) -> str:
    digest = hashlib.sha256()
    for scene in scenes:
        digest.update(str(scene.shape).encode() + scene.tobytes())
    return digest.hexdigest() if scenes else ""


def _versions() -> Mapping[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def now() -> str:
    """The time, to the second (UTC)."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
