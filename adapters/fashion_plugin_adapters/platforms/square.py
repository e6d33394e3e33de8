"""A Square catalogue item with the objects that belong to it."""

from collections.abc import Mapping
from typing import Any

from fashion_plugin.catalog import Money, Product, RemoteImage, Variant
from fashion_plugin.errors import InvalidPrice
from fashion_plugin_adapters.platforms.shop import Shop
from fashion_plugin_adapters.platforms.shopify import cheapest
from fashion_plugin_adapters.platforms.values import (
    common_colour,
    first,
    identifier,
    image,
    mapping,
    objects,
    plain_text,
    sequence,
    text,
)

__all__ = ["square_product"]


def square_product(
    body: Mapping[str, Any], shop: Shop, related: Mapping[str, Mapping[str, Any]] | None = None
) -> Product:
    """Read a catalogue object of type ITEM; ``related`` maps ids to its images, categories and options.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = identifier(body.get("id"), "a Square item")
    known = related or {}
    item = _of(body, "item_data")
    variants = tuple(_variant(one, known) for one in objects(item.get("variations"), "variations"))
    price, _ = cheapest(variants)
    shown = [ref for variant in variants for ref in variant.images if isinstance(ref, RemoteImage)]
    listed = objects(item.get("categories"), "categories")
    category = first(item.get("category_id"), *(one.get("id") for one in listed))
    return Product(
        id=shop.id(key),
        title=text(item.get("name")),
        images=[*_photos(item, known), *shown],
        url=text(item.get("ecom_uri")),
        price=price,
        category=text(_of(known.get(category, {}), "category_data").get("name")),
        colour=common_colour(variant.options for variant in variants),
        in_stock=any(variant.in_stock for variant in variants) if variants else True,
        searchable=body.get("is_deleted") is not True and item.get("is_archived") is not True,
        description=plain_text(first(item.get("description_plaintext"), item.get("description_html"))),
        variants=variants,
    )


def _variant(body: Mapping[str, Any], related: Mapping[str, Mapping[str, Any]]) -> Variant:
    data = _of(body, "item_variation_data")
    choices = {}
    for one in objects(data.get("item_option_values"), "item_option_values"):
        option = _of(related.get(text(one.get("item_option_id")), {}), "item_option_data")
        value = _of(related.get(text(one.get("item_option_value_id")), {}), "item_option_value_data")
        choices[text(option.get("name"))] = text(value.get("name"))
    overrides = objects(data.get("location_overrides"), "location_overrides")
    return Variant(
        id=identifier(body.get("id"), "a Square variation"),
        title=text(data.get("name")),
        sku=text(data.get("sku")),
        price=_money(data.get("price_money")),
        in_stock=data.get("sellable") is not False
        and not (overrides and all(one.get("sold_out") is True for one in overrides)),
        options={name: value for name, value in choices.items() if name and value},
        images=_photos(data, related),
    )


def _money(value: object) -> Money | None:
    if value is None:
        return None
    price = mapping(value, "price_money")
    amount = price.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise InvalidPrice(f"a Square amount is a whole number, not {str(amount)[:40]!r}")
    return Money.from_minor_units(amount, text(price.get("currency")))


def _photos(data: Mapping[str, Any], related: Mapping[str, Mapping[str, Any]]) -> list[RemoteImage]:
    found = []
    for key in sequence(data.get("image_ids"), "image_ids"):
        one = _of(related.get(text(key), {}), "image_data")
        found.append(image(one.get("url"), one.get("caption")))
    return [photo for photo in found if photo is not None]


def _of(body: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = body.get(field)
    return {} if value is None else mapping(value, field)
