"""A tiny network on drawn street photos: the run resumes exactly, workers agree, and the export runs."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

keras = pytest.importorskip("keras")
from fashion_plugin.looks.frames import FRAMES  # noqa: E402
from fashion_plugin.looks.parser import LiteRTGarmentParser, ParserWeights  # noqa: E402
from fashion_plugin.training.parser_data import load_street, random_view, training_batches  # noqa: E402
from fashion_plugin.training.parser_export import export_parser  # noqa: E402
from fashion_plugin.training.parser_losses import PixelLoss, PresenceLoss  # noqa: E402
from fashion_plugin.training.parser_network import parser_network, with_size  # noqa: E402
from fashion_plugin.training.parser_products import load_products  # noqa: E402
from fashion_plugin.training.parser_train import Feed, ParserRecipe, train_parser  # noqa: E402

pytestmark = [
    pytest.mark.train,
    # TensorFlow's variables lack the copy argument that NumPy 2 asks __array__ for.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

LABELS = ["null", "blouse", "jeans", "necklace"]
TINY = ParserRecipe(size=(64, 64), epochs=2, batch=3, pasted=0.5, width=16, frozen_blocks=16, dropout=0.0)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("street")
    (folder / "street").mkdir()
    (folder / "street_labels.json").write_text(json.dumps(LABELS))
    rng = np.random.default_rng(0)
    with (folder / "street.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["photo", "label", "x0", "y0", "x1", "y1", "area", "split"])
        for number in range(12):
            mask = np.zeros((96, 64), np.uint8)
            mask[20:50, 16:48] = 1
            mask[50:90, 20:44] = 2
            photo = np.array([[90, 90, 90], [200, 30, 40], [30, 40, 120], [0, 0, 0]], np.uint8)[mask]
            photo = photo + rng.integers(0, 20, photo.shape, dtype=np.uint8)
            Image.fromarray(photo).save(folder / "street" / f"{number}.jpg")
            Image.fromarray(mask).save(folder / "street" / f"{number}.png")
            split = "train" if number < 8 else "validation"
            rows.writerow([number, "blouse", 0.25, 20 / 96, 0.75, 50 / 96, 960 / 6144, split])
            rows.writerow([number, "jeans", 20 / 64, 50 / 96, 44 / 64, 90 / 96, 960 / 6144, split])
    return folder


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("products")
    (folder / "fashion-products").mkdir()
    photo = np.full((80, 60, 3), 255, np.uint8)
    photo[20:60, 15:45] = (150, 60, 30)
    with (folder / "fashion-products.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "article_type", "split"])
        for number, kind in enumerate(["Handbags", "Shirts", "Jeans"]):
            Image.fromarray(photo).save(folder / "fashion-products" / f"{number}.jpg")
            rows.writerow([number, kind, "train"])
    return folder


def weights(path: Path) -> list[np.ndarray]:
    network = parser_network((64, 64), width=TINY.width)
    network.load_weights(path)
    return [np.asarray(weight) for weight in network.weights]


def test_photos_are_split_once_and_carry_classes_and_boxes(street: Path) -> None:
    names = [
        {photo.name for photo in load_street(street, split)} for split in ("train", "tuning", "validation")
    ]
    assert sum(map(len, names)) == len(set.union(*names)) == 12
    photo = load_street(street, "validation")[0]
    assert [box.group for box in photo.boxes] == ["top", "bottom"]
    assert set(np.unique(photo.classes)) == {0, 1, 4}


def test_a_view_shows_the_same_place_in_photo_and_classes(street: Path) -> None:
    photo = load_street(street, "validation")[0]
    for seed in range(20):
        view, classes = random_view(photo, (64, 64), np.random.default_rng(seed))
        assert view.shape == (64, 64, 3)
        assert classes.shape == (16, 16)
        centres = view[2::4, 2::4].astype(int)
        red = centres[..., 0] - centres[..., 2]
        if (classes == 1).any() and (classes == 4).any() and np.ptp(red) > 40:
            assert red[classes == 1].mean() > red[classes == 4].mean()


def test_the_same_epoch_gives_the_same_batches(street: Path) -> None:
    photos = load_street(street, "train")
    first = list(training_batches(photos, (64, 64), 2, (1, 0)))
    again = list(training_batches(photos, (64, 64), 2, (1, 0)))
    later = list(training_batches(photos, (64, 64), 2, (1, 1)))
    assert all((a[0] == b[0]).all() for a, b in zip(first, again, strict=True))
    assert any((a[0] != b[0]).any() for a, b in zip(first, later, strict=True))


def test_a_pixel_is_learnt_as_one_of_those_it_may_be() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(1, 1, 3, 16)).astype(np.float32)
    probability = np.exp(logits[0, 0]) / np.exp(logits[0, 0]).sum(axis=-1, keepdims=True)
    possible = np.zeros((1, 1, 3, 16), np.float32)
    possible[0, 0, 0, 2] = possible[0, 0, 1, [2, 5]] = possible[0, 0, 2] = 1
    class_weights = np.linspace(0.5, 2, 16, dtype=np.float32)
    labelled = -class_weights[2] * np.log(probability[0, 2])
    either = -np.log(probability[1, 2] + probability[1, 5])
    loss = float(PixelLoss(class_weights, dice=0.0)(possible, logits))
    assert loss == pytest.approx((labelled + either + 0) / 3, rel=1e-5)
    overlap = 1 - 2 * probability[0, 2] / (probability[0, 2] + 1 + 1)
    assert float(PixelLoss(class_weights, dice=1.0)(possible, logits)) == pytest.approx(
        loss + overlap, rel=1e-5
    )


def test_what_is_not_known_to_be_worn_is_not_learnt() -> None:
    logits = np.array([[0.3, -2.0, 5.0]], np.float32)
    loss = float(PresenceLoss()(np.array([[1, 0, -1]], np.float32), logits))
    assert loss == pytest.approx((np.log1p(np.exp(-0.3)) + np.log1p(np.exp(-2.0))) / 2, rel=1e-5)
    assert float(PresenceLoss()(np.full((1, 3), -1, np.float32), logits)) == 0


@pytest.mark.parametrize("with_products", [False, True], ids=["street", "street and products"])
def test_a_stopped_run_goes_on_as_if_it_had_not_been(
    street: Path, products: Path, tmp_path: Path, with_products: bool
) -> None:
    more = products if with_products else None
    keras.utils.set_random_seed(0)
    network = parser_network((64, 64), width=TINY.width)
    network.save_weights(tmp_path / "start.weights.h5")
    whole = train_parser(street, tmp_path / "whole", TINY, start=tmp_path / "start.weights.h5", products=more)
    for path in (tmp_path / "whole").glob("epoch-2-*"):
        path.unlink()
    resumed = train_parser(
        street, tmp_path / "whole", TINY, start=tmp_path / "start.weights.h5", products=more
    )
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(weights(whole), weights(resumed), strict=True))


def test_product_photos_change_what_is_learnt(street: Path, products: Path, tmp_path: Path) -> None:
    feeds = [Feed(load_street(street, "train"), more, TINY) for more in ([], load_products(products))]
    (plain, *_), (mixed, *_) = (list(feed.batches(0, 0)) for feed in feeds)
    assert len(plain[0]) == TINY.batch
    assert len(mixed[0]) == len(mixed[1]["pixels"]) == len(mixed[1]["present"]) == TINY.batch + 1
    assert (mixed[1]["present"][: TINY.batch] >= 0).all()


def test_another_size_shares_the_weights() -> None:
    network = parser_network((64, 64), width=TINY.width)
    wide = with_size(network, (64, 128))
    assert wide.output["pixels"].shape == (None, 16, 32, 16)
    assert {id(weight) for weight in wide.weights} == {id(weight) for weight in network.weights}


def test_an_exported_parser_answers_as_the_network_does(tmp_path: Path) -> None:
    network = parser_network(width=TINY.width)
    network.save_weights(tmp_path / "tiny.weights.h5")
    path = tmp_path / "tiny.tflite"
    digest = export_parser(tmp_path / "tiny.weights.h5", path, width=TINY.width)
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    parser = LiteRTGarmentParser(ParserWeights(path.name, digest), path=path, flip=False)
    image = np.random.default_rng(0).integers(0, 256, (*FRAMES["portrait"], 3), dtype=np.uint8)
    pixels, present = parser.probabilities(image)
    answer = network(image[None].astype(np.float32) / 127.5 - 1, training=False)
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(answer["pixels"], axis=-1))[0]
    assert np.abs(pixels - expected).max() < 0.02
    assert present.shape == (11,)
