"""Shop the look over a real store; encoder and parser are predictable."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin import FashionPlugin, Filters, Product
from fashion_plugin.catalog import Garment
from fashion_plugin.errors import ImageError, InvalidInput, ProductNotFound
from fashion_plugin.testing import FakeEncoder

RED, BLUE, GREEN = (220, 30, 40), (30, 40, 210), (20, 170, 60)


class HalvesParser:
    """Sees a top in the upper half and trousers in the lower half of any photo that is not one colour."""

    fingerprint = "halves"

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        if (image == image[0, 0]).all():
            return []
        return [Garment("top", (0, 0, 1, 0.45), 0.9), Garment("bottom", (0, 0.55, 1, 1), 0.8)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[FashionPlugin]:
    with FashionPlugin.open(tmp_path / "s.db", encoder=FakeEncoder(), parser=HalvesParser()) as shop:
        yield shop


@pytest.fixture
def outfit(tmp_path: Path) -> Path:
    picture = Image.new("RGB", (100, 200), RED)
    picture.paste(BLUE, (0, 100, 100, 200))
    picture.save(tmp_path / "outfit.png")
    return tmp_path / "outfit.png"


def fill(shop: FashionPlugin, folder: Path, **products: tuple[tuple[int, int, int], str]) -> None:
    def product(name: str, colour: tuple[int, int, int], category: str) -> Product:
        Image.new("RGB", (50, 50), colour).save(folder / f"{name}.png")
        return Product(name, title=name, images=folder / f"{name}.png", category=category)

    shop.index([product(name, colour, category) for name, (colour, category) in products.items()])


def found(shop: FashionPlugin, photo: Path, **arguments: object) -> dict[str, list[str]]:
    look = shop.shop_the_look(photo, **arguments)  # type: ignore[arg-type]
    return {item.label: [match.product.id for match in item.matches] for item in look.garments}


def test_each_garment_gets_products_of_its_kind(shop: FashionPlugin, outfit: Path, tmp_path: Path) -> None:
    fill(
        shop,
        tmp_path,
        red_shirt=(RED, "Shirts"),
        red_jeans=(RED, "Jeans"),
        blue_shirt=(BLUE, "Shirts"),
        blue_jeans=(BLUE, "Women > Jeans"),
        red_bag=(RED, "Bags"),
    )
    assert found(shop, outfit) == {
        "top": ["red_shirt", "blue_shirt"],
        "bottom": ["blue_jeans", "red_jeans"],
    }
    assert found(shop, outfit, limit=1) == {"top": ["red_shirt"], "bottom": ["blue_jeans"]}
    assert found(shop, outfit, filters=Filters(exclude="red_shirt"), limit=1)["top"] == ["blue_shirt"]


def test_odd_category_names_give_each_product_once(shop: FashionPlugin, outfit: Path, tmp_path: Path) -> None:
    fill(shop, tmp_path, a=(RED, "Xyzzy"), b=(BLUE, "Qwert"), c=(GREEN, ""))
    rows = found(shop, outfit)
    assert rows["top"][0] == "a"
    assert rows["bottom"][0] == "b"
    everything = rows["top"] + rows["bottom"]
    assert len(everything) == len(set(everything))


def test_an_empty_catalogue_still_names_the_garments(shop: FashionPlugin, outfit: Path) -> None:
    assert found(shop, outfit) == {"top": [], "bottom": []}


def test_a_photo_without_garments_is_searched_as_a_whole(shop: FashionPlugin, tmp_path: Path) -> None:
    fill(shop, tmp_path, red_shirt=(RED, "Shirts"), blue_jeans=(BLUE, "Jeans"))
    look = shop.shop_the_look(tmp_path / "blue_jeans.png")
    assert look.garments == ()
    assert [match.product.id for match in look.matches] == ["blue_jeans", "red_shirt"]


def test_completing_a_look_suggests_other_kinds_and_says_why(shop: FashionPlugin, tmp_path: Path) -> None:
    fill(
        shop,
        tmp_path,
        blue_shirt=(BLUE, "Women > Shirts"),
        red_shirt=(RED, "Women > Shirts"),
        jeans=(BLUE, "Women > Jeans"),
        boots=(RED, "Boots"),
        bag=(GREEN, "Bags"),
        sofa=(BLUE, "Furniture"),
    )
    results = shop.complete_the_look("blue_shirt")
    assert {match.product.id for match in results} == {"jeans", "boots", "bag"}
    assert all(match.reasons and 0 <= match.score <= 1 for match in results)
    (only,) = shop.complete_the_look("blue_shirt", filters=Filters(category="Bags"))
    assert only.product.id == "bag"
    assert len(shop.complete_the_look("sofa")) == 0
    with pytest.raises(ProductNotFound):
        shop.complete_the_look("nope")


def test_wrong_input_is_refused(shop: FashionPlugin, outfit: Path) -> None:
    with pytest.raises(InvalidInput):
        shop.shop_the_look(outfit, limit=0)
    with pytest.raises(ImageError):
        shop.shop_the_look(b"hello")


def test_a_look_is_completed_for_the_same_people(shop: FashionPlugin, tmp_path: Path) -> None:
    fill(
        shop,
        tmp_path,
        shirt=(BLUE, "Women > Shirts"),
        jeans=(BLUE, "Men > Jeans"),
        skirt=(RED, "Women > Skirts"),
        bag=(GREEN, "Bags"),
    )
    assert {match.product.id for match in shop.complete_the_look("shirt")} == {"skirt", "bag"}
