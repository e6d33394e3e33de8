"""Runs: exact resume after a kill, stages, divergence, a full disk, and what may not start."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras")
from fashion_plugin.errors import TrainingError, WeightsError
from fashion_plugin.training import run as runs
from fashion_plugin.training.backbones import build_network
from fashion_plugin.training.checkpoint import load_arrays, save_arrays
from fashion_plugin.training.manifest import Manifest, read_manifest, write_manifest
from fashion_plugin.training.settings import NetworkSettings, Stage, TrainSettings
from fashion_plugin.training.trainer import CHECKPOINT, NETWORK, Trainer

pytestmark = pytest.mark.train

Draw = Callable[..., Manifest]
TINY = NetworkSettings(backbone="tiny", size=32, dim=8, weights="none", dropout=0.2)
SETTINGS = TrainSettings(
    network=TINY,
    stages=(Stage(1, 1e-3, 0.0), Stage(2, 1e-3, 1e-4)),
    batch=4,
    mine_every=1,
    checkpoint_steps=2,
)

KILLED = """
import os, signal, sys
from pathlib import Path
from fashion_plugin.training import run as runs
from fashion_plugin.training.manifest import read_manifest
from fashion_plugin.training.settings import TrainSettings
from fashion_plugin.training.trainer import Trainer
import json

settings = TrainSettings.from_json(json.loads(sys.argv[3]))
steps = 0

def count(trainer):
    train = trainer.learner.train_on_batch
    def counted(*args, **kwargs):
        global steps
        steps += 1
        if steps == int(sys.argv[4]):
            os.kill(os.getpid(), signal.SIGKILL)
        return train(*args, **kwargs)
    trainer.learner.train_on_batch = counted

runs.train(settings, read_manifest(Path(sys.argv[1])), Path(sys.argv[2]), on_start=count)
"""


def _weights(folder: Path) -> list[np.ndarray]:
    arrays, _ = load_arrays(folder / CHECKPOINT)
    return arrays


def test_killed_run_resumes_to_the_very_weights_of_one_that_was_not(catalogue: Draw, tmp_path: Path) -> None:
    manifest_path = tmp_path / "manifest.csv"
    write_manifest(catalogue(views=2).items, manifest_path)
    manifest = read_manifest(manifest_path)
    runs.train(SETTINGS, manifest, tmp_path / "whole")
    # 5 steps an epoch: the 9th is in the second epoch, after a change of stage and a mining.
    arguments = [str(manifest_path), str(tmp_path / "killed"), json.dumps(SETTINGS.to_json()), "9"]
    child = subprocess.run([sys.executable, "-c", KILLED, *arguments], capture_output=True, check=False)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    _, meta = load_arrays(tmp_path / "killed" / CHECKPOINT)
    assert 5 <= meta["step"] < 9
    result = runs.train(None, manifest, tmp_path / "killed", resume=True)
    whole, resumed = _weights(tmp_path / "whole"), _weights(tmp_path / "killed")
    assert len(whole) == len(resumed) > 20
    assert all(np.array_equal(a, b) for a, b in zip(whole, resumed, strict=True))
    histories = [runs.read_run(tmp_path / name)["history"] for name in ("whole", "killed")]
    assert histories[0] == histories[1]
    assert result.evaluation is not None


def test_run_folder_says_everything_that_made_it(catalogue: Draw, tmp_path: Path) -> None:
    manifest = catalogue(views=2)
    seen: list[Any] = []
    settings = replace(SETTINGS, stages=(Stage(1, 1e-3, 1e-4),), mine_every=0)
    result = runs.train(settings, manifest, tmp_path / "run", on_progress=seen.append)
    record = runs.read_run(tmp_path / "run")
    assert TrainSettings.from_json(record["settings"]) == settings
    assert record["status"] == "finished"
    assert record["manifest"]["digest"] == manifest.digest
    assert {"keras", "numpy", "fashion-plugin"} <= set(record["packages"])
    assert record["evaluation"]["scores"][0]["encoder"] == "trained"
    assert (tmp_path / "run" / "curves.png").stat().st_size > 1000
    assert seen[-1].step == seen[-1].steps == 5
    assert seen[-1].images_per_second > 0
    assert result.best_epoch == 1
    with pytest.raises(TrainingError, match="--resume"):
        runs.train(settings, manifest, tmp_path / "run")


def test_frozen_backbone_stays_and_a_slow_one_moves_slowly(catalogue: Draw, tmp_path: Path) -> None:
    manifest = catalogue(views=2)
    moved = {}
    for rate in (0.0, 1e-5):
        settings = replace(
            SETTINGS, stages=(Stage(1, 1e-3, rate),), mine_every=0, warm_up=0.0, weight_decay=0.0
        )
        trainer = Trainer(settings, manifest, tmp_path / f"run{rate}")
        network = trainer.learner.network
        kernels = {name: network.get_layer(name) for name in ("embedding",)}
        kernels["backbone"] = next(layer for layer in network.layers if layer.name.startswith("conv"))
        before = {name: layer.get_weights()[0].copy() for name, layer in kernels.items()}
        trainer.run()
        moved[rate] = {
            name: float(np.abs(layer.get_weights()[0] - before[name]).max())
            for name, layer in kernels.items()
        }
    assert moved[0.0]["backbone"] == 0.0
    # Adam moves a weight by at most about its rate a step; 5 steps.
    assert 0.0 < moved[1e-5]["backbone"] < 8e-5
    assert moved[0.0]["embedding"] > 5e-4
    assert moved[1e-5]["embedding"] > 5e-4


def test_divergence_is_an_error_and_the_last_good_checkpoint_stays(catalogue: Draw, tmp_path: Path) -> None:
    def spoil(trainer: Trainer) -> None:
        train = trainer.learner.train_on_batch

        def spoiled(*args: Any, **kwargs: Any) -> Any:
            logs = train(*args, **kwargs)
            return {**logs, "loss": float("nan")} if trainer.state.step == 3 else logs

        trainer.learner.train_on_batch = spoiled

    with pytest.raises(TrainingError, match=r"loss of step 3 is nan.*good state is kept"):
        runs.train(SETTINGS, catalogue(views=2), tmp_path / "run", on_start=spoil)
    arrays, meta = load_arrays(tmp_path / "run" / CHECKPOINT)
    assert meta["step"] == 2
    assert all(np.isfinite(array).all() for array in arrays)
    record = runs.read_run(tmp_path / "run")
    assert record["status"] == "stopped"
    assert "nan" in record["error"]


def test_rate_that_is_far_too_high_diverges_with_a_clear_error(catalogue: Draw, tmp_path: Path) -> None:
    settings = replace(SETTINGS, stages=(Stage(1, 1e38, 1e38),), warm_up=0.0)
    with pytest.raises(TrainingError, match="diverged"):
        runs.train(settings, catalogue(views=2), tmp_path / "run")
    assert not (tmp_path / "run" / CHECKPOINT).exists()


def test_full_disk_leaves_the_checkpoint_that_was_there(
    catalogue: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = catalogue(views=2)
    trainer = Trainer(SETTINGS, manifest, tmp_path / "run")
    syncs = []

    def full(descriptor: int) -> None:
        syncs.append(descriptor)
        if len(syncs) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainingError, match=r"disk is full: checkpoint\.npz"):
        trainer.run()
    _, meta = load_arrays(tmp_path / "run" / CHECKPOINT)
    assert meta["step"] == 2
    assert [path.name for path in (tmp_path / "run").iterdir()] == [CHECKPOINT]


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_trains_and_answers_in_float32(
    catalogue: Draw, tmp_path: Path, precision: Any
) -> None:
    settings = replace(SETTINGS, precision=precision, stages=(Stage(1, 1e-3, 1e-3),), mine_every=0)
    trainer = Trainer(settings, catalogue(views=2), tmp_path / "run")
    outcome = trainer.run()
    assert {layer.compute_dtype for layer in trainer.learner.network.layers} == {precision[6:], "float32"}
    assert str(trainer.learner.network.output.dtype) == "float32"
    assert all(np.isfinite(row["loss"]) for row in outcome["history"] if "loss" in row)


def test_resume_needs_the_same_photos_and_a_run(catalogue: Draw, tmp_path: Path) -> None:
    manifest = catalogue(views=2)
    with pytest.raises(TrainingError, match="holds no run"):
        runs.train(None, manifest, tmp_path / "run", resume=True)
    runs.train(replace(SETTINGS, stages=(Stage(1, 1e-3, 0.0),)), manifest, tmp_path / "run")
    with pytest.raises(TrainingError, match="not those that the run"):
        runs.train(None, Manifest(manifest.items[2:]), tmp_path / "run", resume=True)
    with pytest.raises(TrainingError, match="other --scenes"):
        runs.train(None, manifest, tmp_path / "run", resume=True, scenes=[np.zeros((8, 8, 3), np.uint8)])
    (tmp_path / "run" / CHECKPOINT).write_bytes(b"PK damaged")
    with pytest.raises(TrainingError, match="is damaged"):
        runs.train(None, manifest, tmp_path / "run", resume=True)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    build_network(TINY).network.save(tmp_path / "other.keras")
    build_network(TINY).network.save_weights(tmp_path / "other.weights.h5")
    (tmp_path / "garbage.weights.h5").write_bytes(b"not weights")
    for name, problem in {
        "other.keras": "is another network",
        "other.weights.h5": "holds no weights of this network",
        "garbage.weights.h5": "holds no weights of this network",
        "absent.h5": "there are no weights",
    }.items():
        wanted = NetworkSettings(backbone="mobilenet_v2", width=0.35, size=32, weights=str(tmp_path / name))
        with pytest.raises(WeightsError, match=problem):
            build_network(wanted)


def test_run_that_could_not_start_leaves_its_folder_free(catalogue: Draw, tmp_path: Path) -> None:
    wrong = replace(SETTINGS, network=replace(TINY, weights=str(tmp_path / "absent.h5")))
    for _ in range(2):
        with pytest.raises(WeightsError, match="there are no weights"):
            runs.train(wrong, catalogue(views=2), tmp_path / "run")


def test_training_goes_on_from_another_runs_network(tmp_path: Path) -> None:
    first = build_network(TINY).network
    first.save(tmp_path / NETWORK)
    again = build_network(replace(TINY, weights=str(tmp_path / NETWORK))).network
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(
    ("application", "mode"),
    [("MobileNet", "tf"), ("DenseNet121", "torch"), ("MobileNetV3Small", "raw"), ("ResNet101", "caffe")],
)
def test_any_application_is_a_backbone_with_the_input_of_its_own_weights(application: str, mode: str) -> None:
    import sys

    import keras

    network = NetworkSettings(backbone=application, size=32, dim=8, weights="none")
    built = build_network(network).network
    photo = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype(np.float32)
    prepare = sys.modules[getattr(keras.applications, application).__module__].preprocess_input
    layers = {layer.name: layer for layer in built.layers}
    got = layers["preprocess"](photo / 127.5 - 1) if mode != "tf" else photo / 127.5 - 1
    np.testing.assert_allclose(np.asarray(got), prepare(photo.copy()), atol=1e-3)
    assert built.output_shape == (None, 8)


def test_half_precision_scales_its_loss_so_that_small_gradients_count(
    catalogue: Draw, tmp_path: Path
) -> None:
    import keras

    settings = replace(SETTINGS, precision="mixed_float16", stages=(Stage(2, 1e-3, 1e-3),))
    manifest = catalogue()
    result = runs.train(settings, manifest, tmp_path / "run")
    trainer = Trainer(settings, manifest, tmp_path / "run")
    trainer.run(resume=True)
    assert isinstance(trainer.learner.optimizer, keras.optimizers.LossScaleOptimizer)
    # The inner optimizer's steps were not all skipped, and the loss is told unscaled.
    assert int(trainer.learner.optimizer.inner_optimizer.iterations) > 0
    losses = [row["loss"] for row in runs.read_run(result.folder)["history"] if "loss" in row]
    assert losses
    assert max(losses) < 100


def test_history_has_the_losses_of_parts_of_an_epoch(catalogue: Draw, tmp_path: Path) -> None:
    settings = replace(SETTINGS, batch=2, checkpoint_steps=0, mine_every=0)
    runs.train(settings, catalogue(), tmp_path / "run")
    rows = [row for row in runs.read_run(tmp_path / "run")["history"] if "loss" in row]
    assert [row["step"] for row in rows] == list(range(1, 28))
    assert {row["epoch"] for row in rows} == {1, 2, 3}


def test_checkpoint_of_another_version_is_refused(catalogue: Draw, tmp_path: Path) -> None:
    manifest = catalogue()
    runs.train(replace(SETTINGS, stages=(Stage(1, 1e-3, 1e-3),)), manifest, tmp_path / "run")
    arrays, meta = load_arrays(tmp_path / "run" / CHECKPOINT)
    save_arrays(tmp_path / "run" / CHECKPOINT, arrays, {**meta, "mood": "good"})
    with pytest.raises(TrainingError, match="another version of this package"):
        runs.train(None, manifest, tmp_path / "run", resume=True)


def test_unknown_backbone_layer_and_loss_are_named() -> None:
    with pytest.raises(TrainingError, match="no backbone 'vgg17'"):
        build_network(replace(TINY, backbone="vgg17"))
    with pytest.raises(TrainingError, match="losses are"):
        TrainSettings(losses={"center": 1.0})


@pytest.mark.parametrize(
    ("backend", "problem"), [("nonsense", "no such backend"), ("jax", "pip install jax")]
)
def test_backend_that_is_not_there_is_named(backend: str, problem: str) -> None:
    program = (
        "from fashion_plugin.training.backbones import load_keras\n"
        "from fashion_plugin.errors import TrainingError\n"
        "try:\n    load_keras()\nexcept TrainingError as error:\n    print(error)\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=True,
    )
    assert problem in child.stdout
