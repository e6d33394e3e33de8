from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.catalog import (
    LocalImage,
    Money,
    Product,
    ProductRemoved,
    ProductUpserted,
    RemoteImage,
    Variant,
)
from fashion_plugin.catalog.jsonable import product_from_json, product_to_json
from fashion_plugin.errors import InvalidPrice, InvalidProduct


def test_product_takes_paths_urls_and_references() -> None:
    product = Product(
        "1", images=("a.jpg", Path("b.jpg"), "https://shop.example/c.jpg", LocalImage(Path("d")))
    )
    assert [type(image) for image in product.images] == [LocalImage, LocalImage, RemoteImage, LocalImage]


def test_one_image_need_not_be_in_a_list_and_a_repeated_one_counts_once() -> None:
    assert Product("1", images="a.jpg").images == (LocalImage(Path("a.jpg")),)
    assert len(Product("1", images=["a.jpg", "b.jpg", "a.jpg"]).images) == 2


def test_product_is_frozen_and_can_be_replaced() -> None:
    product = Product("1", title="Coat", price="129.00 EUR")
    with pytest.raises(FrozenInstanceError):
        product.title = "Hat"  # type: ignore[misc]
    assert replace(product, title="Hat").price == Money.parse("129.00 EUR")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id": ""}, InvalidProduct),
        ({"id": None}, InvalidProduct),
        ({"id": "x" * 256}, InvalidProduct),
        ({"id": "1", "title": 3}, InvalidProduct),
        ({"id": "1", "price": "abc"}, InvalidPrice),
        ({"id": "1", "price": 12.5}, InvalidPrice),
        ({"id": "1", "images": 7}, InvalidProduct),
        ({"id": "1", "images": ["a\0.jpg"]}, InvalidProduct),
        ({"id": "1", "images": [""]}, InvalidProduct),
        ({"id": "1", "tags": "summer"}, InvalidProduct),
        ({"id": "1", "in_stock": "yes"}, InvalidProduct),
        ({"id": "1", "variants": [Variant("s"), Variant("s")]}, InvalidProduct),
        ({"id": "1", "variants": ["s"]}, InvalidProduct),
        ({"id": "1", "attributes": ["x"]}, InvalidProduct),
    ],
)
def test_wrong_field_is_refused(fields: dict[str, Any], expected: type[Exception]) -> None:
    with pytest.raises(expected):
        Product(**fields)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://shop.example/a.jpg", "https://", "http://[::1", "a.jpg"]
)
def test_remote_image_is_http_with_a_host(url: str) -> None:
    with pytest.raises(InvalidProduct):
        RemoteImage(url)


def test_text_that_cannot_be_stored_is_mended() -> None:
    assert Product("1", title="a\0b\ud800").title == "ab?"


def test_event_needs_a_time_with_a_zone() -> None:
    assert ProductRemoved("1", datetime.now(UTC)).product_id == "1"
    with pytest.raises(InvalidProduct):
        ProductUpserted(Product("1"), datetime.now())


def test_product_survives_json() -> None:
    product = Product(
        "1",
        title="Coat",
        images=[RemoteImage("https://shop.example/a.jpg", alt="front"), "https://shop.example/b.jpg"],
        price="129.00 EUR",
        list_price="159.00 EUR",
        category="Women > Coats",
        tags=("wool",),
        in_stock=False,
        searchable=False,
        variants=[
            Variant("s", options={"Size": "S"}, price="129.00 EUR", images="https://shop.example/b.jpg")
        ],
        attributes={"material": "wool"},
    )
    assert product_from_json(product_to_json(product)) == product


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"id": "1", "colour_name": "red"},
        {"id": "1", "images": ["/etc/passwd"]},
        {"id": "1", "images": ["file:///etc/passwd"]},
        {"id": "1", "images": {"url": 1}},
        {"id": "1", "price": 12.5},
        {"id": "1", "variants": [{"title": "S"}]},
        {"id": "1", "tags": "summer"},
    ],
)
def test_json_that_is_no_product_is_refused(value: object) -> None:
    with pytest.raises(InvalidProduct):
        product_from_json(value)
