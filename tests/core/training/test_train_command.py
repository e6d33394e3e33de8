"""From photos to a served encoder, on the command line: train, export, open, search, fine-tune."""

from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

pytest.importorskip("keras")
from fashion_plugin import FashionPlugin, Product
from fashion_plugin.encoders import load_encoder
from fashion_plugin.errors import TrainingError
from fashion_plugin.training import train_command
from fashion_plugin.training.commands import COMMANDS
from fashion_plugin.training.evaluate import Evaluation, Scores
from fashion_plugin.training.manifest import Manifest, write_manifest
from fashion_plugin.training.metrics import Figure
from fashion_plugin.training.run import RunResult

pytestmark = pytest.mark.train

Draw = Callable[..., Manifest]
QUICK = ("--backbone", "tiny", "--weights", "none", "--batch", 4, "--stage", "1:1e-3:1e-3")


def run(*arguments: object) -> Result:
    group = click.Group(commands={command.name or "": command for command in COMMANDS})
    return CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)


def _products(manifest: Manifest) -> list[Product]:
    images: dict[str, list[str]] = {}
    for item in manifest.items:
        images.setdefault(item.product_id, []).append(item.image)
    return [Product(id=name, images=own, category=name.split("-")[0]) for name, own in images.items()]


def test_siamese_network_is_trained_exported_opened_and_searched(catalogue: Draw, tmp_path: Path) -> None:
    manifest = catalogue(views=2)
    write_manifest(manifest.items, tmp_path / "photos.csv")
    photos = ("--manifest", tmp_path / "photos.csv")
    out = tmp_path / "run"
    result = run(
        "train", *photos, "--out", out, "--network", "siamese", "--size", 64, "--loss", "triplet=1", *QUICK
    )
    assert result.exit_code == 0
    assert "trained (4096-d)" in result.output
    assert "colour histogram (512-d)" in result.output
    encoder = tmp_path / "siamese.tflite"
    result = run("export", out, *photos, "--out", encoder, "--count", 24)
    assert result.exit_code == 0
    assert "4096 dimensions" in result.output
    with FashionPlugin.open(tmp_path / "shop.db", encoder=encoder) as shop:
        report = shop.index(_products(manifest))
        assert report.added == 12
        assert shop.stats().dim == 4096
        assert shop.stats().embeddings == 24
        # The very photo comes first, with a score of 1.
        match = shop.search(manifest.items[5].image, limit=3)[0]
        assert match.product.id == manifest.items[5].product_id
        assert match.score == pytest.approx(1.0, abs=1e-3)
    # The Keras file itself opens too, and answers the same up to the export's precision.
    with FashionPlugin.open(tmp_path / "keras.db", encoder=out / "network.keras") as shop:
        original = shop.encode([manifest.items[0].image])
    # So does the run's folder, under its own name.
    by_folder = load_encoder(out)
    assert by_folder.name == "run"
    assert by_folder.fingerprint == load_encoder(out / "network.keras").fingerprint
    with FashionPlugin.open(tmp_path / "shop.db", encoder=encoder) as shop:
        assert float(np.vdot(original, shop.encode([manifest.items[0].image]))) > 0.99


def test_train_refuses_to_overwrite_and_resumes_a_finished_run(catalogue: Draw, tmp_path: Path) -> None:
    write_manifest(catalogue(views=1).items, tmp_path / "photos.csv")
    arguments = ("train", "--manifest", tmp_path / "photos.csv", "--out", tmp_path / "run", "--size", 32)
    result = run(*arguments, "--dim", 8, *QUICK)
    assert "100% of the queries are synthetic" in result.output
    with pytest.raises(TrainingError, match="holds a run already"):
        run(*arguments, "--dim", 8, *QUICK)
    network = (tmp_path / "run" / "network.keras").read_bytes()
    assert run(*arguments, "--resume").exit_code == 0
    assert (tmp_path / "run" / "network.keras").read_bytes() == network


def test_catalogue_trains_on_its_own_photos_and_is_offered_the_network(
    catalogue: Draw, tmp_path: Path
) -> None:
    manifest = catalogue(views=2)
    db, out = tmp_path / "shop.db", tmp_path / "run"
    for item in manifest.items:
        # One picture twice for each product: any network finds it, so no trained one is worse.
        Image.open(item.image.replace("-1.png", "-0.png")).save(item.image)
    with FashionPlugin.open(db) as shop:
        shop.index(_products(manifest))
        before = shop.stats()
    result = run("train", "--db", db, "--network", "head", "--out", out, "--size", 32, "--dim", 8, *QUICK)
    assert result.exit_code == 0
    assert "fashion (" in result.output
    assert f"fashion-plugin reembed --db {db} --encoder {out / 'encoder.tflite'}" in result.stderr
    with FashionPlugin.open(db) as shop:
        # Only the shop owner puts it in place.
        assert shop.stats().fingerprint == before.fingerprint
    with FashionPlugin.open(tmp_path / "other.db", encoder=out / "encoder.tflite") as shop:
        assert shop.encode([manifest.items[0].image]).shape == (1, 8)


def test_worse_network_does_not_replace_the_live_encoder(catalogue: Draw, tmp_path: Path) -> None:
    figure = Figure(0.5, 0.4, 0.6, 6)
    scores = [
        Scores(name, 8, 1.0, {"category P@10": figure}, per_query=(rank,) * 6)
        for name, rank in (("trained", 0.5), ("fashion", 1.0))
    ]
    evaluation = Evaluation("shop.db", 6, 3, 6, "", False, tuple(scores))
    result = RunResult(tmp_path, tmp_path / "network.keras", 1, evaluation)
    with pytest.raises(TrainingError, match="the live encoder 'fashion' stays"):
        train_command._offer(result, catalogue(views=2), tmp_path / "shop.db")
    assert not (tmp_path / "encoder.tflite").exists()
