"""A Saleor product as `SALEOR_SUBSCRIPTION` selects it."""

import json
from collections.abc import Mapping
from typing import Any

from fashion_plugin.catalog import Money, Product, RemoteImage, Variant
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
    text,
)

__all__ = ["SALEOR_SUBSCRIPTION", "saleor_product"]

_PRODUCT = """
id name slug updatedAt description isAvailable
category { name ancestors(first: 10) { edges { node { name } } } }
productType { name }
collections { name }
media { id url alt type }
channelListings { isPublished }
attributes { attribute { name } values { name } }
variants {
  id name sku quantityAvailable trackInventory
  pricing { price { gross { amount currency } } priceUndiscounted { gross { amount currency } } }
  attributes { attribute { name } values { name } }
  media { id url alt }
}
"""

SALEOR_SUBSCRIPTION = f"""
subscription($channel: String!) {{
  event {{
    issuedAt
    ... on ProductCreated {{ product(channel: $channel) {{ {_PRODUCT} }} }}
    ... on ProductUpdated {{ product(channel: $channel) {{ {_PRODUCT} }} }}
    ... on ProductDeleted {{ product {{ id updatedAt }} }}
  }}
}}
"""
"""The subscription query to give the webhook; put the channel's slug in place of ``$channel``."""


def saleor_product(body: Mapping[str, Any], shop: Shop) -> Product:
    """Read the product of a subscription's payload.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = identifier(body.get("id"), "a Saleor product")
    photos: dict[str, RemoteImage] = {}
    for one in objects(body.get("media"), "media"):
        photo = image(one.get("url"), one.get("alt"), of=f"product {key}")
        if photo is not None and text(one.get("type")).upper() in ("", "IMAGE"):
            photos[first(one.get("id"), photo.url)] = photo
    variants = tuple(_variant(one, photos, shop) for one in objects(body.get("variants"), "variants"))
    price, list_price = cheapest(variants)
    slug = text(body.get("slug"))
    listings = objects(body.get("channelListings"), "channelListings")
    choices = [variant.options for variant in variants]
    return Product(
        id=shop.id(key),
        title=text(body.get("name")),
        images=tuple(photos.values()),
        url=shop.link(f"products/{slug}") if slug else "",
        price=price,
        list_price=list_price,
        category=_category(body),
        colour=common_colour(choices) or common_colour([_chosen(body)]),
        tags=[text(one.get("name")) for one in objects(body.get("collections"), "collections")],
        in_stock=any(variant.in_stock for variant in variants) if variants else True,
        searchable=any(one.get("isPublished") is True for one in listings) if listings else True,
        description=_description(body.get("description")),
        variants=variants,
        attributes={"slug": slug} if slug else None,
    )


def _variant(body: Mapping[str, Any], photos: Mapping[str, RemoteImage], shop: Shop) -> Variant:
    pricing = _of(body, "pricing")
    price, list_price = prices(
        _gross(pricing.get("price"), shop), _gross(pricing.get("priceUndiscounted"), shop)
    )
    quantity = body.get("quantityAvailable")
    shown = [photos.get(text(one.get("id"))) for one in objects(body.get("media"), "media")]
    return Variant(
        id=identifier(body.get("id"), "a Saleor variant"),
        title=text(body.get("name")),
        sku=text(body.get("sku")),
        price=price,
        list_price=list_price,
        in_stock=body.get("trackInventory") is False or not isinstance(quantity, int) or quantity > 0,
        options=_chosen(body),
        images=[photo for photo in shown if photo is not None],
    )


def _gross(value: object, shop: Shop) -> Money | None:
    gross = _of(mapping(value, "a price"), "gross") if value is not None else {}
    return money(gross.get("amount"), first(gross.get("currency"), shop.currency))


def _chosen(body: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for one in objects(body.get("attributes"), "attributes"):
        values = [text(value.get("name")) for value in objects(one.get("values"), "values")]
        name = text(_of(one, "attribute").get("name"))
        if name and values:
            found[name] = ", ".join(value for value in values if value)
    return found


def _category(body: Mapping[str, Any]) -> str:
    category = _of(body, "category")
    edges = objects(_of(category, "ancestors").get("edges"), "edges")
    path = [text(_of(edge, "node").get("name")) for edge in edges] + [text(category.get("name"))]
    return " > ".join(name for name in path if name) or text(_of(body, "productType").get("name"))


def _description(value: object) -> str:
    """Saleor writes descriptions as Editor.js blocks in a JSON string."""
    source = text(value)
    if not source.startswith("{"):
        return plain_text(source)
    try:
        blocks = json.loads(source).get("blocks", [])
        words = [block["data"].get("text", "") for block in blocks]
    except (ValueError, AttributeError, KeyError, TypeError):
        return ""
    return plain_text("<br>".join(text(word) for word in words))


def _of(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = node.get(name)
    return {} if value is None else mapping(value, name)
