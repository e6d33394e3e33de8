"""Evaluation without TensorFlow: questions, figures, baselines and reports."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fashion_plugin.encoders.base import l2_normalise
from fashion_plugin.errors import InvalidInput, TrainingError, WeightsError
from fashion_plugin.testing import FakeEncoder
from fashion_plugin.training.baselines import ColourHistogram, imagenet_features
from fashion_plugin.training.evaluate import Evaluator
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.report import evaluation_json, evaluation_table, write_report

Draw = Callable[..., Manifest]


class Blind(FakeEncoder):
    """Sees nothing: every photo has the same embedding."""

    def encode(self, images: object) -> np.ndarray:
        return l2_normalise(np.ones((len(images), self.dim), dtype=np.float32))  # type: ignore[arg-type]


def test_other_photos_of_the_product_are_found(catalogue: Draw) -> None:
    evaluator = Evaluator(catalogue(views=3))
    scores = evaluator.score(FakeEncoder())
    assert not evaluator.synthetic
    # The shapes are drawn exactly alike, only moved, so that their mean colours are equal.
    assert scores.figures["recall@1"].value == 1.0
    assert scores.figures["MRR"].value == 1.0
    assert scores.figures["triplets out-of-class"].value > 0.9
    assert not scores.worst


def test_blind_encoder_does_no_better_than_chance(catalogue: Draw) -> None:
    scores = Evaluator(catalogue(views=2)).score(Blind())
    assert scores.figures["recall@1"].value < 0.2
    assert scores.figures["category P@10"].value < 0.5
    # Equal distances tell nothing apart.
    assert scores.figures["triplets in-class"].value == 0.0


def test_shoppers_photos_ask_of_the_shops(catalogue: Draw) -> None:
    manifest = catalogue(views=2, wild=True)
    evaluator = Evaluator(manifest)
    assert "shopper" in evaluator.protocol
    scores = evaluator.score(FakeEncoder())
    assert scores.figures["recall@1"].n == 12
    for case in scores.best:
        assert manifest.items[case.query.item].domain == "wild"
        assert all(manifest.items[number].domain == "catalog" for number in case.results)


def test_single_photos_are_asked_for_by_synthetic_views(catalogue: Draw) -> None:
    evaluator = Evaluator(catalogue(views=1))
    evaluation = evaluator.evaluation([evaluator.score(ColourHistogram())])
    assert evaluation.synthetic
    assert "synthetic" in evaluation.protocol
    assert all(case.query.made is not None for case in evaluation.scores[0].best)


def test_category_and_colour_are_counted_without_the_querys_own_product(catalogue: Draw) -> None:
    scores = Evaluator(catalogue(views=2)).score(FakeEncoder())
    # Nothing else has both the shape and the colour of a product, so that figure cannot be asked for.
    assert "category + colour P@10" not in scores.figures
    # 3 other products of the category with 2 photos each: at most 6 of the first 10.
    assert scores.figures["category P@10"].value <= 0.6


def test_same_seed_asks_the_same_questions(catalogue: Draw) -> None:
    manifest = catalogue(views=1)
    first, again = (Evaluator(manifest, seed=4).score(ColourHistogram()) for _ in range(2))
    assert first.figures == again.figures
    assert first.per_query == again.per_query


def test_categories_with_few_queries_are_not_listed(catalogue: Draw) -> None:
    manifest = catalogue(views=2)
    rare = tuple(replace(i, category="rare") if i.product_id == "bag-red" else i for i in manifest.items)
    scores = Evaluator(Manifest(rare)).score(FakeEncoder())
    assert set(scores.by_category) == {"bag", "hat", "shoe"}


def test_one_product_cannot_be_evaluated_on(catalogue: Draw) -> None:
    manifest = catalogue(views=2)
    with pytest.raises(TrainingError, match="at least two products"):
        Evaluator(Manifest(manifest.items[:2]))


def test_histogram_tells_colours_apart_and_ignores_white() -> None:
    red, blue = np.full((2, 50, 40, 3), 255, dtype=np.uint8)
    red[15:35, 12:28], blue[15:35, 12:28] = (200, 30, 30), (30, 30, 200)
    large = np.full((500, 400, 3), (200, 30, 30), dtype=np.uint8)
    rows = ColourHistogram().encode([red, blue, large, np.full((4, 4, 3), 255, np.uint8)])
    assert rows.shape == (4, 512)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert rows[0] @ rows[1] < 0.5 < rows[0] @ rows[2]


def test_absent_imagenet_weights_are_a_note_and_named_ones_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert "not at hand" in str(imagenet_features())
    with pytest.raises(WeightsError, match="no ImageNet weights"):
        imagenet_features(tmp_path / "none.h5")


def test_reports_show_queries_and_what_they_found(catalogue: Draw, tmp_path: Path) -> None:
    evaluator = Evaluator(catalogue(views=2))
    evaluation = evaluator.evaluation(
        [evaluator.score(FakeEncoder()), evaluator.score(Blind(name="<blind>"))], ["a note"]
    )
    write_report(evaluation, evaluator.photos, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert page.count("<img class='query'") == sum(len(s.best) + len(s.worst) for s in evaluation.scores) > 6
    assert "&lt;blind&gt;" in page
    assert "<blind>" not in page
    assert "a note" in page
    write_report(evaluation, evaluator.photos, tmp_path / "report.png")
    with Image.open(tmp_path / "report.png") as picture:
        assert picture.width >= 900
    with pytest.raises(InvalidInput, match=r"\.html page or a \.png"):
        write_report(evaluation, evaluator.photos, tmp_path / "report.pdf")


def test_table_and_json_hold_every_figure(catalogue: Draw) -> None:
    evaluator = Evaluator(catalogue(views=2))
    evaluation = evaluator.evaluation([evaluator.score(FakeEncoder()), evaluator.score(ColourHistogram())])
    header, *rows = evaluation_table(evaluation)
    assert header == ("", "fake (8-d)", "colour histogram (512-d)")
    assert {"recall@1", "recall@5", "recall@20", "mAP", "MRR"} < {row[0] for row in rows}
    values = json.loads(json.dumps(evaluation_json(evaluation)))
    assert values["scores"][0]["figures"]["recall@1"]["value"] == 1.0
    assert values["products"] == 12
