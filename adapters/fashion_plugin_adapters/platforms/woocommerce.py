"""A WooCommerce product: the REST resource of version 3, with its variations where they were fetched."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fashion_plugin.catalog import Product, RemoteImage, Variant
from fashion_plugin_adapters.platforms.shop import Shop
from fashion_plugin_adapters.platforms.shopify import cheapest
from fashion_plugin_adapters.platforms.values import (
    common_colour,
    first,
    identifier,
    image,
    money,
    objects,
    plain_text,
    prices,
    sequence,
    text,
)

__all__ = ["woocommerce_product"]


def woocommerce_product(
    body: Mapping[str, Any], shop: Shop, variations: Sequence[Mapping[str, Any]] = ()
) -> Product:
    """Read a product; ``variations`` are its variations' own resources.

    Hidden and catalogue-only products are not searchable, as in the shop's own search.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = identifier(body.get("id"), "a WooCommerce product")
    photos = [
        image(one.get("src"), one.get("alt"), of=f"product {key}")
        for one in objects(body.get("images"), "images")
    ]
    variants = tuple(_variant(one, shop) for one in variations if _visible(one))
    price, list_price = _prices(body, shop)
    if price is None:
        price, list_price = cheapest(variants)
    choices = [variant.options for variant in variants] or [_fixed(body)]
    return Product(
        id=shop.id(key),
        title=text(body.get("name")),
        images=[photo for photo in photos if photo] + _extra(variants),
        url=text(body.get("permalink")) or shop.link(f"?p={key}"),
        price=price,
        list_price=list_price,
        category=_category(body),
        brand=next((text(brand.get("name")) for brand in objects(body.get("brands"), "brands")), ""),
        colour=common_colour(choices),
        tags=[text(tag.get("name")) for tag in objects(body.get("tags"), "tags")],
        in_stock=_in_stock(body),
        searchable=_visible(body) and text(body.get("catalog_visibility")) in ("", "visible", "search"),
        description=plain_text(first(body.get("description"), body.get("short_description"))),
        variants=variants,
        attributes={"sku": text(body.get("sku"))} if text(body.get("sku")) else None,
    )


def _variant(body: Mapping[str, Any], shop: Shop) -> Variant:
    price, list_price = _prices(body, shop)
    chosen = {
        text(one.get("name")): text(one.get("option"))
        for one in objects(body.get("attributes"), "attributes")
    }
    photo = body.get("image")
    shown = image(photo.get("src"), photo.get("alt")) if isinstance(photo, Mapping) else None
    return Variant(
        id=identifier(body.get("id"), "a WooCommerce variation"),
        title=" / ".join(value for value in chosen.values() if value),
        sku=text(body.get("sku")),
        price=price,
        list_price=list_price,
        in_stock=_in_stock(body),
        options={name: value for name, value in chosen.items() if name and value},
        images=[shown] if shown else [],
    )


def _extra(variants: tuple[Variant, ...]) -> list[RemoteImage]:
    """Images that only a variation shows."""
    return [ref for variant in variants for ref in variant.images if isinstance(ref, RemoteImage)]


def _prices(body: Mapping[str, Any], shop: Shop) -> tuple[Any, Any]:
    regular = money(body.get("regular_price"), shop.currency)
    now = money(body.get("price"), shop.currency)
    if now is None and body.get("on_sale") is True:
        now = money(body.get("sale_price"), shop.currency)
    return prices(now, regular)


def _category(body: Mapping[str, Any]) -> str:
    listed = objects(body.get("categories"), "categories")
    return next((text(one.get("name")) for one in listed if text(one.get("slug")) != "uncategorized"), "")


def _fixed(body: Mapping[str, Any]) -> dict[str, str]:
    """Attributes with a single value: they hold for the whole product."""
    found = {}
    for one in objects(body.get("attributes"), "attributes"):
        values = sequence(one.get("options"), "options")
        if len(values) == 1:
            found[text(one.get("name"))] = text(values[0])
    return found


def _in_stock(body: Mapping[str, Any]) -> bool:
    status = text(body.get("stock_status"))
    if status:
        return status in ("instock", "onbackorder")
    quantity = body.get("stock_quantity")
    return not isinstance(quantity, int | Decimal) or quantity > 0


def _visible(body: Mapping[str, Any]) -> bool:
    return text(body.get("status")) in ("", "publish")
