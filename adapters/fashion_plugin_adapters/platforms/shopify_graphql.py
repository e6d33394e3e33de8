"""A Shopify product as the Admin GraphQL API answers it, and the query that asks for it."""

from collections.abc import Mapping
from typing import Any

from fashion_plugin.catalog import Product, RemoteImage, Variant
from fashion_plugin.errors import InvalidProduct
from fashion_plugin_adapters.platforms.shop import Shop
from fashion_plugin_adapters.platforms.shopify import cheapest
from fashion_plugin_adapters.platforms.values import (
    common_colour,
    first,
    identifier,
    image,
    mapping,
    money,
    objects,
    plain_text,
    prices,
    sequence,
    text,
)

__all__ = ["PRODUCT_FIELDS", "VARIANT_FIELDS", "shopify_graphql_product"]

VARIANT_FIELDS = """
id title sku price compareAtPrice availableForSale
selectedOptions { name value }
media(first: 5) { nodes { id } }
"""

PRODUCT_FIELDS = """
id title handle vendor productType tags status publishedAt updatedAt descriptionHtml onlineStoreUrl
category { fullName }
priceRangeV2 { minVariantPrice { currencyCode } }
media(first: 50) { nodes { id alt ... on MediaImage { image { url } } } }
"""
"""What is asked of a product; its variants are asked for beside it, page by page."""


def shopify_graphql_product(
    node: Mapping[str, Any], shop: Shop, variants: list[Mapping[str, Any]] | None = None
) -> Product:
    """Read a product node; ``variants`` are its variants' nodes where they came in pages of their own.

    Ids are the numbers at the end of the global ids, the same that webhooks carry.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = _number(node.get("id"))
    photos: dict[str, RemoteImage] = {}
    for medium in _nodes(node.get("media")):
        photo = image(_of(medium, "image").get("url"), medium.get("alt"), of=f"product {key}")
        if photo is not None:
            photos[text(medium.get("id"))] = photo
    currency = first(_of(_of(node, "priceRangeV2"), "minVariantPrice").get("currencyCode"), shop.currency)
    listed = variants if variants is not None else _nodes(node.get("variants"))
    read = tuple(_variant(one, photos, currency) for one in listed)
    price, list_price = cheapest(read)
    handle = text(node.get("handle"))
    return Product(
        id=shop.id(key),
        title=text(node.get("title")),
        images=tuple(photos.values()),
        url=first(node.get("onlineStoreUrl")) or (shop.link(f"products/{handle}") if handle else ""),
        price=price,
        list_price=list_price,
        category=first(node.get("productType"), _of(node, "category").get("fullName")),
        brand=text(node.get("vendor")),
        colour=common_colour(variant.options for variant in read),
        tags=[text(tag) for tag in sequence(node.get("tags"), "tags")],
        in_stock=any(variant.in_stock for variant in read) if read else True,
        searchable=text(node.get("status")).upper() in ("", "ACTIVE") and bool(node.get("publishedAt", True)),
        description=plain_text(node.get("descriptionHtml")),
        variants=read,
        attributes={"handle": handle} if handle else None,
    )


def _variant(node: Mapping[str, Any], photos: Mapping[str, RemoteImage], currency: str) -> Variant:
    price, list_price = prices(
        money(node.get("price"), currency), money(node.get("compareAtPrice"), currency)
    )
    choices = {
        text(option.get("name")): text(option.get("value"))
        for option in objects(node.get("selectedOptions"), "selectedOptions")
    }
    shown = [photos.get(text(medium.get("id"))) for medium in _nodes(node.get("media"))]
    return Variant(
        id=_number(node.get("id")),
        title=text(node.get("title")),
        sku=text(node.get("sku")),
        price=price,
        list_price=list_price,
        in_stock=node.get("availableForSale") is not False,
        options={
            name: value
            for name, value in choices.items()
            if value and (name, value) != ("Title", "Default Title")
        },
        images=[photo for photo in shown if photo is not None],
    )


def _number(gid: object) -> str:
    number = identifier(gid, "a Shopify product").rpartition("/")[2]
    if not number:
        raise InvalidProduct(f"not a Shopify global id: {str(gid)[:80]!r}")
    return number


def _of(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = node.get(name)
    return {} if value is None else mapping(value, name)


def _nodes(connection: object) -> list[Mapping[str, Any]]:
    if connection is None:
        return []
    found = mapping(connection, "a connection")
    if "nodes" in found:
        return objects(found["nodes"], "nodes")
    return [mapping(edge.get("node"), "a node") for edge in objects(found.get("edges"), "edges")]
