"""Product photos as training data: what is read, what their type tells, and bags set on street views."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fashion_plugin.looks.groups import GARMENT_LABELS, PIXEL_CLASSES
from fashion_plugin.training.parser_data import StreetPhoto
from fashion_plugin.training.parser_products import (
    ProductPhoto,
    load_products,
    paste_bag,
    product_batch,
)

COLOUR = (30, 60, 160)
SIZE = (96, 64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fashion-products").mkdir()
    packshot = np.full((80, 60, 3), 255, np.uint8)
    packshot[20:60, 15:45] = COLOUR
    cluttered = np.random.default_rng(0).integers(0, 256, (80, 60, 3), dtype=np.uint8)
    rows = [
        ("1", "Handbags", "train", packshot),
        ("2", "Handbags", "train", packshot),
        ("3", "Tshirts", "train", packshot),
        ("4", "Perfume and Body Mist", "train", packshot),
        ("5", "Dresses", "validation", packshot),
        ("6", "Skirts", "train", cluttered),
    ]
    with (tmp_path / "fashion-products.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "article_type", "split"])
        for name, kind, split, image in rows:
            table.writerow([name, kind, split])
            Image.fromarray(image).save(tmp_path / "fashion-products" / f"{name}.jpg", quality=95)
    return tmp_path


def product(label: str) -> ProductPhoto:
    image = np.full((80, 60, 3), 255, np.uint8)
    before = np.zeros((80, 60), np.uint8)
    before[20:60, 15:45] = 1
    image[before > 0] = COLOUR
    return ProductPhoto(label, StreetPhoto(label, image, before, ()))


def scene() -> StreetPhoto:
    return StreetPhoto(
        "scene", np.full((96, 64, 3), (200, 120, 40), np.uint8), np.zeros((96, 64), np.uint8), ()
    )


def index(name: str) -> int:
    return PIXEL_CLASSES.index(name)


def test_garments_on_white_of_the_training_part_are_read(folder: Path) -> None:
    products = load_products(folder)
    assert [(one.photo.name, one.label) for one in products] == [("1", "bag"), ("2", "bag"), ("3", "top")]
    before = products[0].photo.classes
    assert before[25:55, 20:40].all()
    assert not before[:15].any()
    assert len(load_products(folder, most=1)) == 2


@pytest.mark.parametrize("label", ["shoes", "top", "dress"])
def test_a_view_says_what_its_pixels_may_be(label: str) -> None:
    images, known = product_batch([product(label)], [scene()], SIZE, 12, np.random.default_rng(0))
    assert images.shape == (12, *SIZE, 3)
    assert known["pixels"].shape == (12, 24, 16, len(PIXEL_CLASSES))
    foreground = known["pixels"][..., index("background")] == 0
    assert 0.02 < foreground.mean() < 0.9
    assert (known["pixels"][~foreground].sum(axis=-1) == 1).all()  # white, scene and padding: nothing worn
    possible = known["pixels"][foreground]
    assert (possible[:, index(label)] == 1).all()
    if label == "shoes":
        assert (possible.sum(axis=-1) == 1).all()
    else:
        assert (possible[:, index("dress" if label == "top" else "top")] == 0).all()
        assert (possible[:, index("skin")] == 1).all()
    present = known["present"]
    assert (present[:, GARMENT_LABELS.index(label)] == 1).all()
    assert (present[:, GARMENT_LABELS.index("bag")] == (0 if label == "shoes" else -1)).all()


def test_some_products_stand_before_a_street_scene() -> None:
    images, known = product_batch([product("bag")], [scene()], SIZE, 40, np.random.default_rng(1))
    corners = images[:, 40:56, 24:40].reshape(40, -1, 3).mean(axis=1)  # the middle: the product itself
    assert (corners[:, 2] > corners[:, 0]).mean() > 0.8
    around = known["pixels"][..., 0] == 1
    orange = [
        (image[2::4, 2::4][where][:, 0] - image[2::4, 2::4][where][:, 2]).max()
        for image, where in zip(images, around, strict=True)
    ]
    assert 0.4 < (np.array(orange) > 0.5).mean() < 0.95


def test_a_bag_is_set_before_somebody_with_its_pixels() -> None:
    view = np.full((96, 64, 3), 128, np.uint8)
    classes = np.zeros((24, 16), np.uint8)
    classes[4:20, 6:10] = index("dress")
    sizes, inside, outside = [], [], []
    for seed in range(20):
        changed, labels = paste_bag(view, classes, [product("bag")], np.random.default_rng(seed))
        bag = labels == index("bag")
        blue = changed[2::4, 2::4, 2].astype(int) - changed[2::4, 2::4, 0]
        inside.append(blue[bag])
        outside.append(blue[~bag])
        assert (labels[~bag] == classes[~bag]).all()
        sizes.append(bag.sum())
    assert (np.concatenate(inside) > 40).mean() > 0.9
    assert (np.concatenate(outside) > 90).mean() < 0.02
    assert max(sizes) >= 2 * min(sizes) > 0
    assert (view == 128).all()


def test_a_view_of_nobody_gets_no_bag() -> None:
    view, classes = np.full((96, 64, 3), 128, np.uint8), np.zeros((24, 16), np.uint8)
    changed, labels = paste_bag(view, classes, [product("bag")], np.random.default_rng(0))
    assert (changed == view).all()
    assert not labels.any()
