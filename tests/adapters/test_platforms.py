"""Recorded payloads against the products they stand for."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from fashion_plugin import Money, Product
from fashion_plugin.errors import InvalidPrice, InvalidProduct
from fashion_plugin_adapters.platforms import (
    Shop,
    bigcommerce_product,
    own_product,
    product_fields,
    saleor_product,
    shopify_product,
    shopware_product,
    square_product,
    woocommerce_product,
)
from fashion_plugin_adapters.platforms.values import exact_json, moment, money, plain_text

SHOP = Shop("EUR", "https://shop.example")
EURO = {"b7d2554b0ce847cd82f3ac9bd1c0dfca": "EUR"}
NAMES = {"brands": {"36": "Levar"}, "categories": {"23": "Shop", "24": "Shop > Jackets"}}


def square(body: Any) -> Product:
    return square_product(body["objects"][0], SHOP, {one["id"]: one for one in body["related_objects"]})


CASES: list[tuple[str, str, Callable[[Any], Product]]] = [
    ("shopify/products_create.json", "shopify", lambda body: shopify_product(body, SHOP)),
    ("shopify/products_update_draft.json", "shopify_draft", lambda body: shopify_product(body, SHOP)),
    ("woocommerce/product_created.json", "woocommerce", lambda body: woocommerce_product(body, SHOP)),
    (
        "woocommerce/product_updated_private.json",
        "woocommerce_private",
        lambda body: woocommerce_product(body, SHOP),
    ),
    (
        "woocommerce/product_variable.json",
        "woocommerce_variable",
        lambda body: woocommerce_product(body["product"], SHOP, body["variations"]),
    ),
    ("bigcommerce/product.json", "bigcommerce", lambda body: bigcommerce_product(body, SHOP, **NAMES)),
    ("standard/product_updated.json", "standard", lambda body: own_product(body["data"], SHOP)),
    ("saleor/product_updated.json", "saleor", lambda body: saleor_product(body["product"], SHOP)),
    (
        "shopware/product.json",
        "shopware",
        lambda body: shopware_product(body["product"], SHOP, children=body["children"], currencies=EURO),
    ),
    ("square/search.json", "square", square),
]


@pytest.mark.parametrize(("payload", "expected", "read"), CASES, ids=[case[1] for case in CASES])
def test_recorded_payload_gives_the_expected_product(
    golden: Any, payload: str, expected: str, read: Callable[[Any], Product]
) -> None:
    assert product_fields(read(golden.json(payload))) == golden.expected(expected)


@pytest.mark.parametrize("name", [case[1] for case in CASES])
def test_own_form_survives_a_round_trip(golden: Any, name: str) -> None:
    fields = golden.expected(name)
    assert product_fields(own_product(fields, Shop())) == fields


READERS: list[Callable[[Any], Product]] = [
    lambda body: shopify_product(body, SHOP),
    lambda body: woocommerce_product(body, SHOP),
    lambda body: bigcommerce_product(body, SHOP),
    lambda body: own_product(body, SHOP),
    lambda body: saleor_product(body, SHOP),
    lambda body: shopware_product(body, SHOP),
    lambda body: square_product(body, SHOP),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, {"id": {}}, {"id": True}, {"id": [1]}])
def test_product_without_an_id_is_refused(read: Callable[[Any], Product], body: Any) -> None:
    with pytest.raises(InvalidProduct, match="id"):
        read(body)


@pytest.mark.parametrize("read", READERS)
def test_product_with_an_id_alone_is_taken(read: Callable[[Any], Product]) -> None:
    product = read({"id": 7})
    assert (product.id, product.images, product.variants) == ("7", (), ())


@pytest.mark.parametrize(
    "url",
    ["/etc/passwd", "file:///etc/passwd", "ftp://a.example/x.jpg", "C:\\x.jpg", "javascript:1", "../x.jpg"],
)
def test_image_that_is_no_web_address_is_left_out(url: str, caplog: pytest.LogCaptureFixture) -> None:
    product = own_product({"id": "a", "images": [url, "https://cdn.example/a.jpg"]}, SHOP)
    assert [ref.source for ref in product.images] == ["https://cdn.example/a.jpg"]
    assert "no http or https URL" in caplog.text


def test_image_without_a_scheme_is_fetched_by_https() -> None:
    (image,) = own_product({"id": "a", "images": "//cdn.example/a b.jpg"}, SHOP).images
    assert image.source == "https://cdn.example/a%20b.jpg"


def test_bare_prices_are_left_out_where_no_currency_is_known(golden: Any) -> None:
    product = shopify_product(golden.json("shopify/products_create.json"), Shop())
    assert product.price is None
    assert all(variant.price is None for variant in product.variants)


def test_namespace_goes_before_the_id() -> None:
    assert shopify_product({"id": 7}, Shop(namespace="de:")).id == "de:7"


def test_shopify_product_is_hidden_unless_active_and_published() -> None:
    def shown(**fields: object) -> bool:
        return shopify_product({"id": 1, **fields}, SHOP).searchable

    assert shown()
    assert shown(status="active", published_at="2026-01-01T00:00:00Z")
    assert not shown(status="archived", published_at="2026-01-01T00:00:00Z")
    assert not shown(status="draft")
    assert not shown(status="active", published_at=None)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("19.99", "19.99"),
        (19.99, "19.99"),
        (Decimal("0.1"), "0.1"),
        (20, "20"),
        ("1,299.00", "1299.00"),
        ("12,5", "12.5"),
        ("8.264462809917", "8.26"),
        (Decimal("8.264462809917355"), "8.26"),
        ("1,008.2644628", "1008.26"),
        ("0.123456", "0.123456"),
    ],
)
def test_amounts_of_every_kind_are_exact(amount: object, expected: str) -> None:
    assert money(amount, "EUR") == Money(Decimal(expected), "EUR")


@pytest.mark.parametrize("amount", ["abc", "-5", [], True, "1.2.3", "9" * 30])
def test_amount_that_is_none_is_refused(amount: object) -> None:
    with pytest.raises(InvalidPrice):
        money(amount, "EUR")


def test_json_numbers_stay_exact() -> None:
    assert exact_json(b'{"price": 0.1}') == {"price": Decimal("0.1")}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-02T09:13:02+01:00", "2026-03-02T08:13:02+00:00"),
        ("2026-03-02T09:13:02", "2026-03-02T09:13:02+00:00"),
        ("2026-03-02T09:13:02Z", "2026-03-02T09:13:02+00:00"),
        (1771077131, "2026-02-14T13:52:11+00:00"),
    ],
)
def test_times_are_read_with_their_zone(value: object, expected: str) -> None:
    read = moment(value)
    assert read is not None
    assert read.astimezone(moment("2026-01-01T00:00:00Z").tzinfo).isoformat() == expected  # type: ignore[union-attr]


@pytest.mark.parametrize("value", ["", "yesterday", None, {}, 10**30, True])
def test_time_that_is_none_is_nothing(value: object) -> None:
    assert moment(value) is None


def test_html_becomes_words() -> None:
    html = "<p>A<br>b &amp; c</p><style>p{}</style><ul><li>d</li></ul><script>x</script>e<unclosed"
    assert plain_text(html).startswith("A\nb & c\nd\ne")
    assert len(plain_text("<p>word</p>" * 50_000)) <= 20_000
