"""Tuning: a linear map on an encoder's embeddings, fitted on a shop's photos, without TensorFlow."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.cli import cli
from fashion_plugin.encoders import Encoder, load_encoder
from fashion_plugin.encoders.bundle import projection_of, with_projection
from fashion_plugin.encoders.litert import WEIGHTS
from fashion_plugin.encoders.presets import DEFAULT, PRESETS
from fashion_plugin.encoders.whitening import WhitenedEncoder
from fashion_plugin.errors import TrainingError, WeightsError
from fashion_plugin.testing import check_encoder
from fashion_plugin.training.augment import STRONG, made_view
from fashion_plugin.training.baselines import ColourHistogram
from fashion_plugin.training.commands import COMMANDS
from fashion_plugin.training.manifest import Manifest, write_manifest
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.tuning import tune
from fashion_plugin.training.tuning_run import tune_run

Draw = Callable[..., Manifest]


def run(*arguments: object) -> Result:
    group = click.Group(commands={command.name or "": command for command in COMMANDS})
    return CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)


def _spread(encoder: Encoder, photos: Photos) -> float:
    """How far a photo's views lie apart, beside how far photos do: smaller is better."""
    views = [
        encoder.encode([made_view(photos[n], photos.size, (91, n, v), how=STRONG) for v in range(6)])
        for n in range(len(photos.manifest))
    ]
    middles = np.stack([own.mean(axis=0) for own in views])
    within = np.mean([np.square(own - own.mean(axis=0)).sum(axis=1).mean() for own in views])
    return float(within / np.square(middles - middles.mean(axis=0)).sum(axis=1).mean())


def test_views_of_a_photo_come_nearer_to_one_another_than_they_were(catalogue: Draw) -> None:
    manifest = catalogue(views=1)
    live = load_encoder()
    photos = Photos(manifest.split("train"), 224)
    told: list[tuple[int, int]] = []
    projection = tune(
        live, photos, source="fashion", name="ours", on_progress=lambda *done: told.append(done)
    )
    tuned = WhitenedEncoder(live, projection)
    # Judged on products that it was not fitted on.
    apart = Photos(manifest.split("validation"), 224)
    assert _spread(tuned, apart) < 0.95 * _spread(live, apart)
    assert told[-1] == (9, 9)
    check_encoder(tuned, tolerance=1e-3)
    again = tune(live, photos, source="fashion", name="ours")
    np.testing.assert_array_equal(again.matrix, projection.matrix)
    assert 0.0 < tuned.score_floor < 1.0


def test_photos_of_one_product_cannot_be_tuned_on(catalogue: Draw) -> None:
    items = [item for item in catalogue(views=2).items if item.product_id == "bag-red"]
    with pytest.raises(TrainingError, match="at least two products"):
        tune(ColourHistogram(), Photos(Manifest(tuple(items)), 64), source="x", name="x")


def test_a_shop_tunes_its_encoder_and_is_searched_with_it(catalogue: Draw, tmp_path: Path) -> None:
    manifest = catalogue(views=2)
    db, out = tmp_path / "shop.db", tmp_path / "tuned"
    images: dict[str, list[str]] = {}
    for item in manifest.items:
        images.setdefault(item.product_id, []).append(item.image)
    with FashionPlugin.open(db) as shop:
        shop.index(Product(id=name, images=own, category=name.split("-")[0]) for name, own in images.items())
        before = shop.stats().fingerprint
    result = run("train", "--db", db, "--out", out)
    assert result.exit_code == 0
    assert "fashion-tuned (512-d)" in result.output
    assert f"fashion-plugin reembed --db {db} --encoder {out / 'encoder.tflite'}" in result.stderr
    record = json.loads((out / "run.json").read_text())
    assert record["status"] == "finished"
    assert record["settings"]["network"]["kind"] == "linear"
    with FashionPlugin.open(db) as shop:
        # Only the shop owner puts it in place.
        assert shop.stats().fingerprint == before
    command = ["reembed", "--db", str(db), "--encoder", str(out / "encoder.tflite"), "--switch"]
    assert CliRunner().invoke(cli, command, catch_exceptions=False).exit_code == 0
    with FashionPlugin.open(db, encoder=out / "encoder.tflite") as shop:
        assert shop.stats().fingerprint != before
        match = shop.search(manifest.items[5].image, limit=1)[0]
        assert match.product.id == manifest.items[5].product_id
        assert match.score == pytest.approx(1.0, abs=1e-3)
    # The catalogue knows where its encoder's file is: nothing needs to be named.
    assert "fashion-tuned (512-d)" in run("evaluate", "--db", db).output
    with pytest.raises(TrainingError, match="holds a run already"):
        run("train", "--db", db, "--out", out)


def test_a_tuned_file_stands_alone_and_is_tuned_once(tmp_path: Path, catalogue: Draw) -> None:
    original = tmp_path / "own.tflite"
    shutil.copy(WEIGHTS / PRESETS[DEFAULT].file, original)
    result = tune_run(load_encoder(original), str(original), catalogue(views=1), tmp_path / "tuned")
    images = [np.full((30, 20, 3), 90, np.uint8)]
    original.unlink()
    tuned = load_encoder(result.network)
    assert tuned.name == "fashion-tuned"
    assert not np.allclose(tuned.encode(images), load_encoder().encode(images), atol=1e-3)
    content = projection_of(result.network)
    assert content is not None
    with pytest.raises(WeightsError, match="a projection already"):
        with_projection(result.network, content)
    damaged = result.network.read_bytes().replace(b"mean.npy", b"moan.npy")
    result.network.write_bytes(damaged)
    with pytest.raises(WeightsError, match="damaged"):
        load_encoder(result.network)


def test_another_runtimes_encoder_is_tuned_into_a_file_beside_it(catalogue: Draw, tmp_path: Path) -> None:
    write_manifest(catalogue(views=2).items, tmp_path / "photos.csv")

    class Mean:
        name, fingerprint, dim = "mean", "0" * 64, 3

        def encode(self, images: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
            rows = np.array([image.reshape(-1, 3).mean(axis=0) for image in images], dtype=np.float32)
            return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    with pytest.raises(WeightsError, match="cannot be found again"):
        tune_run(Mean(), "", catalogue(views=2), tmp_path / "tuned")
