"""The recipe of the encoder that ships, on a handful of drawn photos."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.encoders.loading import load_encoder
from fashion_plugin.errors import TrainingError

pytest.importorskip("keras")

from fashion_plugin.training.recipe import Recipe, Run
from fashion_plugin.training.recipe_data import read_photos

pytestmark = pytest.mark.train

TINY = Recipe(epochs=1, size=32, last_size=32, last_share=0.0, serving=32, batch=8, head_epochs=2)
COLOURS = {"Red": (190, 30, 40), "Blue": (30, 50, 180)}


def drawn(path: Path, colour: tuple[int, int, int], tall: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = np.full((64, 48, 3), 255, np.uint8)
    inside = np.s_[8:58, 16:32] if tall else np.s_[20:44, 6:42]
    shade = rng.integers(-25, 25, pixels[inside].shape)
    pixels[inside] = np.clip(np.array(colour) + shade, 0, 255)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data sets as their tables describe them: 24 photos each, the half of them validation."""
    folder = tmp_path / "data"
    tables = {
        "clothing": ("id", "sender", "label", "kids", "split"),
        "fashion-products": ("id", "article_type", "colour", "split"),
    }
    for source, columns in tables.items():
        (folder / source).mkdir(parents=True)
        with (folder / f"{source}.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, columns, extrasaction="ignore")
            table.writeheader()
            for number in range(24):
                tall, colour = number % 2 == 0, list(COLOURS)[number // 2 % 2]
                drawn(folder / source / f"{number}.jpg", COLOURS[colour], tall, number)
                kinds = {
                    "label": "Dress" if tall else "Shorts",
                    "article_type": "Dresses" if tall else "Tshirts",
                }
                row = {"id": number, "sender": number % 7, "kids": False, "colour": colour, **kinds}
                table.writerow(row | {"split": "validation" if number >= 12 else "train"})
    street(folder)
    return folder


def street(folder: Path) -> None:
    """Street photos on which a garment in the middle is labelled, and what is too small or no garment."""
    (folder / "street").mkdir()
    with (folder / "street.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("photo", "label", "x0", "y0", "x1", "y1", "area", "split"))
        for number in range(24):
            tall = number % 2 == 0
            drawn(folder / "street" / f"{number:04}.jpg", COLOURS["Blue"], tall, 100 + number)
            split = "validation" if number >= 12 else "train"
            box = (0.33, 0.12, 0.67, 0.91) if tall else (0.12, 0.31, 0.88, 0.69)
            table.writerow((f"{number:04}", "dress" if tall else "t-shirt", *box, 0.25, split))
            table.writerow((f"{number:04}", "hair", *box, 0.25, split))
            table.writerow((f"{number:04}", "belt", 0.4, 0.5, 0.42, 0.52, 0.0004, split))


@pytest.mark.filterwarnings("default")  # TensorFlow's own, from its converter
def test_recipe_trains_exports_and_measures_an_encoder_that_a_shop_opens(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    figures = Run(data, out, TINY, None, [])()
    asked = {"clothing P@1", "clothing P@10", "type P@10", "type and colour P@10", "street garment P@10"}
    assert asked <= set(figures)
    assert json.loads((out / "figures.json").read_text()) == figures
    photo = data / "clothing" / "3.jpg"
    with FashionPlugin.open(tmp_path / "shop.db", encoder=out / "fashion.tflite") as shop:
        shop.index([Product(id="shorts", images=(str(photo),))])
        (match,) = shop.search(photo)
    assert match.score > 0.999
    assert load_encoder(out / "fashion.tflite").dim == 512


@pytest.mark.filterwarnings("default")  # TensorFlow's own, from its converter
def test_recipe_does_without_a_set_that_is_left_out(data: Path, tmp_path: Path) -> None:
    (data / "fashion-products.csv").unlink()
    (data / "street.csv").unlink()
    figures = Run(data, tmp_path / "out", TINY, None, ["fashion-products", "street"])()
    assert set(figures) == {"clothing P@1", "clothing P@10"}
    assert load_encoder(tmp_path / "out" / "fashion.tflite").dim == 512


def test_recipe_names_what_the_data_lack(data: Path, tmp_path: Path) -> None:
    (data / "clothing" / "5.jpg").unlink()
    with pytest.raises(TrainingError, match=r"1 photos are missing.*5\.jpg"):
        Run(data, tmp_path / "out", TINY, None, [])
    (data / "fashion-products.csv").unlink()
    with pytest.raises(TrainingError, match="--leave-out fashion-products"):
        Run(data, tmp_path / "out", TINY, None, ["clothing"])


def test_recipe_cuts_the_garments_of_street_photos(data: Path) -> None:
    photos = [photo for photo in read_photos(data) if photo.source == "street"]
    assert [(photo.kind, photo.garment) for photo in photos[:2]] == [
        ("Dresses", "Dress"),
        ("Tshirts", "T-Shirt"),
    ]
    assert len(photos) == 24  # neither hair nor a belt of five pixels
    assert photos[0].named == "fashion-products/Dresses"
    height, width = photos[0].pixels().shape[:2]
    assert (height, width) == (60, 26)  # the box of 51 x 16 pixels and a margin of .08 of its longer side


def test_recipe_leaves_a_kind_open_that_a_street_label_does_not_tell(data: Path) -> None:
    table = data / "street.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",dress,", ",boots,"), encoding="utf-8")
    boots = next(photo for photo in read_photos(data) if photo.source == "street")
    assert (boots.kind, boots.named, boots.garment) == ("", "", "Shoes")
