"""Search by text, alone and together with a photo or a product, as a user types it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fashion_plugin import FashionPlugin, Filters, Product
from fashion_plugin.errors import InvalidFilters, InvalidInput
from fashion_plugin.testing import FakeEncoder

SHADES = {"red": (220, 30, 40), "rose": (225, 60, 80), "wine": (120, 10, 30), "blue": (30, 40, 210)}


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    for name, shade in SHADES.items():
        Image.new("RGB", (40, 60), shade).save(tmp_path / f"{name}.png")
    return {name: tmp_path / f"{name}.png" for name in SHADES}


@pytest.fixture
def shop(tmp_path: Path, photos: dict[str, Path]) -> Iterator[FashionPlugin]:
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as shop:
        shop.index(
            Product(
                f"{name} {kind}",
                title=f"{name} {kind}",
                images=photos[name],
                category=f"{kind}s",
                in_stock=name != "rose",
                price=f"{10 * number + 10} EUR",
            )
            for number, name in enumerate(SHADES)
            for kind in ("coat", "hat")
        )
        yield shop


def ids(results: Any) -> list[str]:
    return [match.product.id for match in results]


def test_text_alone_finds_what_it_names(shop: FashionPlugin) -> None:
    results = shop.search(text="RED coats", facets=["category"])
    assert ids(results) == ["red coat"]
    assert (results[0].score, results.total) == (1, 1)
    assert results[0].image == results[0].product.images[0]
    assert results.facets == {"category": {"coats": 1}}
    assert ids(shop.search(text="hats", filters=Filters(in_stock=True, max_price=20))) == ["red hat"]
    assert ids(shop.search(text="umbrella")) == []


def test_text_and_photo_put_what_is_named_first_and_the_nearest_of_it_foremost(
    shop: FashionPlugin, photos: dict[str, Path]
) -> None:
    found = shop.search(photos["red"], text="hat", limit=8)
    assert ids(found)[:4] == ["red hat", "rose hat", "wine hat", "blue hat"]
    assert sorted(ids(found)[4:]) == ["blue coat", "red coat", "rose coat", "wine coat"]
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert 0.98 < scores[0] <= 1
    assert scores[4] < 0.55
    assert ids(shop.search(photos["blue"], text="hat", filters=Filters(max_price=30), limit=3)) == [
        "wine hat",
        "red hat",
        "rose hat",
    ]


def test_shorter_answers_are_the_beginning_of_longer_ones(
    shop: FashionPlugin, photos: dict[str, Path]
) -> None:
    everything = ids(shop.search(photos["wine"], text="rose coat"))
    assert [ids(shop.search(photos["wine"], text="rose coat", limit=n)) for n in (1, 3, 5)] == [
        everything[:n] for n in (1, 3, 5)
    ]


def test_text_that_names_nothing_leaves_the_photo(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    found = shop.search(photos["red"], text="umbrella", limit=3)
    assert ids(found) == ids(shop.search(photos["red"], limit=3))
    assert found[0].score == pytest.approx(0.5)


def test_like_a_product_but_as_the_text_says(shop: FashionPlugin) -> None:
    assert ids(shop.similar("red coat", text="blue", limit=2)) == ["blue coat", "blue hat"]
    assert "red coat" not in ids(shop.similar("red coat", text="red coat"))


def test_box_goes_with_text_too(shop: FashionPlugin, tmp_path: Path) -> None:
    picture = Image.new("RGB", (200, 200), SHADES["blue"])
    picture.paste(SHADES["red"], (0, 0, 100, 200))
    picture.save(tmp_path / "both.png")
    found = shop.search(tmp_path / "both.png", text="coat", box=(0, 0, 0.5, 1), limit=1)
    assert ids(found) == ["red coat"]
    assert found.garment is not None


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"text": ""},
        {"text": " \n"},
        {"text": 5},
        {"text": "a" * 1001},
        {"box": (0, 0, 1, 1), "text": "a"},
    ],
)
def test_nothing_to_look_for_is_refused(shop: FashionPlugin, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"text|photo"):
        shop.search(**options)


def test_only_named_products_may_be_found(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    among = Filters(ids=["blue coat", "wine hat", "nobody"])
    assert ids(shop.search(photos["red"], filters=among)) == ["wine hat", "blue coat"]
    assert ids(shop.search(text="coat", filters=among)) == ["blue coat"]
    with pytest.raises(InvalidFilters):
        Filters(ids=[""])
