"""A run that tunes an encoder: its folder, ``run.json``, the encoder's file, and figures."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders import LiteRTEncoder, load_encoder
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.encoders.bundle import with_projection
from fashion_plugin.errors import TrainingError, WeightsError
from fashion_plugin.training.baselines import imagenet_features
from fashion_plugin.training.checkpoint import safe_write, write_json
from fashion_plugin.training.evaluate import Evaluator
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.report import evaluation_json
from fashion_plugin.training.run import RUN, RunResult, circumstances, judge, now
from fashion_plugin.training.tuning import MOST, VIEWS, tune

__all__ = ["tune_run"]

_SIZE = 224


def tune_run(
    encoder: Encoder,
    source: str,
    manifest: Manifest,
    folder: Path,
    *,
    scenes: Sequence[NDArray[np.uint8]] = (),
    seed: int = 0,
    imagenet: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> RunResult:
    """Tune an encoder on a manifest's train split, and judge it on the validation split.

    ``source`` is how `load_encoder` finds the encoder. The file written is ``encoder.tflite``, complete in
    itself, where the encoder runs in LiteRT, else ``encoder.npz``, which needs the original beside it.

    Raises:
        TrainingError: the folder holds a run or cannot be written, or there are fewer than two products.
        WeightsError: the encoder is tuned already, or cannot be found again.
        InvalidSource: a photo cannot be read.
    """
    if (folder / RUN).exists():
        raise TrainingError(f"{folder} holds a run already: choose another folder (--out)")
    if not isinstance(encoder, LiteRTEncoder) and not source:
        raise WeightsError(f"the encoder {encoder.name!r} cannot be found again: give a preset or a file")
    record = {
        "status": "running",
        "settings": {
            "network": {"kind": "linear", "encoder": encoder.name, "fingerprint": encoder.fingerprint},
            "views": VIEWS,
            "most": MOST,
            "seed": seed,
        },
        **circumstances(manifest, scenes),
    }
    train, kept_apart = manifest.split("train"), manifest.split("validation")
    name = f"{encoder.name}-{folder.resolve().name}"
    photos = Photos(train, _SIZE, memory=0)
    projection = tune(
        encoder, photos, source=source, name=name, scenes=scenes, seed=seed, on_progress=on_progress
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{folder} cannot be made: {error.strerror or error}") from error
    content = projection.to_bytes()
    target = folder / "encoder.npz"
    if isinstance(encoder, LiteRTEncoder):
        target, content = folder / "encoder.tflite", with_projection(encoder.path, content)
    with safe_write(target) as file:
        file.write(content)
    tuned = load_encoder(target)
    evaluation = None
    if len({item.product_id for item in kept_apart.items}) > 1:
        evaluator = Evaluator(kept_apart, size=_SIZE)
        evaluation = judge(evaluator, [tuned, encoder], imagenet_features(imagenet))
    record |= {
        "status": "finished",
        "finished": now(),
        "encoder": target.name,
        "fingerprint": tuned.fingerprint,
        "evaluation": evaluation_json(evaluation) if evaluation else None,
    }
    write_json(folder / RUN, record)
    return RunResult(folder, target, 0, evaluation)
