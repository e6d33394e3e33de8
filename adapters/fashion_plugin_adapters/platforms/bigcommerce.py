"""A BigCommerce product: the V3 catalogue resource with its variants and images included."""

from collections.abc import Mapping
from typing import Any

from fashion_plugin.catalog import Product, RemoteImage, Variant
from fashion_plugin_adapters.platforms.shop import Shop
from fashion_plugin_adapters.platforms.shopify import cheapest, is_sellable
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

__all__ = ["bigcommerce_product"]


def bigcommerce_product(
    body: Mapping[str, Any],
    shop: Shop,
    *,
    brands: Mapping[str, str] | None = None,
    categories: Mapping[str, str] | None = None,
) -> Product:
    """Read a product; ``brands`` and ``categories`` map ids to names, which the product leaves out.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = identifier(body.get("id"), "a BigCommerce product")
    tracking = text(body.get("inventory_tracking"))
    own = _prices(body, shop, now="calculated_price")
    variants = tuple(
        _variant(one, body, shop, tracked=tracking == "variant")
        for one in objects(body.get("variants"), "variants")
    )
    cheap = (
        cheapest(variants)
        if any(one.get("price") for one in objects(body.get("variants"), "variants"))
        else own
    )
    price, list_price = own if own[0] is not None else cheap
    known = categories or {}
    names = [known.get(text(one), "") for one in sequence(body.get("categories"), "categories")]
    link = body.get("custom_url")
    address = text(link.get("url")) if isinstance(link, Mapping) else ""
    sold = text(body.get("availability")) != "disabled"
    stocked = (
        any(variant.in_stock for variant in variants)
        if tracking == "variant" and variants
        else is_sellable(body.get("inventory_level"), tracked=tracking == "product", oversell=False)
    )
    return Product(
        id=shop.id(key),
        title=text(body.get("name")),
        images=_photos(body, f"product {key}", variants),
        url=shop.link(address),
        price=price,
        list_price=list_price,
        category=max((name for name in names if name), key=len, default=""),
        brand=(brands or {}).get(text(body.get("brand_id")), ""),
        colour=common_colour(variant.options for variant in variants),
        tags=[tag.strip() for tag in text(body.get("search_keywords")).split(",") if tag.strip()],
        in_stock=sold and stocked,
        searchable=body.get("is_visible") is not False,
        description=plain_text(body.get("description")),
        variants=variants,
        attributes={"sku": text(body.get("sku"))} if text(body.get("sku")) else None,
    )


def _prices(body: Mapping[str, Any], shop: Shop, *, now: str) -> tuple[Any, Any]:
    regular = money(body.get("price"), shop.currency)
    # Zero stands for "no sale price" and "no retail price".
    sale = money(body.get("sale_price") or None, shop.currency)
    current = money(body.get(now), shop.currency) if now in body else None
    retail = money(body.get("retail_price") or None, shop.currency)
    paid = current if current is not None else sale if sale is not None else regular
    before = [one for one in (regular, retail) if one is not None]
    return prices(paid, max(before, key=lambda one: one.amount, default=None))


def _variant(body: Mapping[str, Any], product: Mapping[str, Any], shop: Shop, *, tracked: bool) -> Variant:
    values = objects(body.get("option_values"), "option_values")
    choices = {text(one.get("option_display_name")): text(one.get("label")) for one in values}
    inherited = {
        **{name: product.get(name) for name in ("price", "sale_price", "retail_price")},
        **{
            name: body[name]
            for name in ("price", "sale_price", "retail_price", "calculated_price")
            if body.get(name) is not None
        },
    }
    price, list_price = _prices(inherited, shop, now="calculated_price")
    shown = image(body.get("image_url"))
    return Variant(
        id=identifier(body.get("id"), "a BigCommerce variant"),
        title=" / ".join(value for value in choices.values() if value),
        sku=text(body.get("sku")),
        price=price,
        list_price=list_price,
        in_stock=body.get("purchasing_disabled") is not True
        and is_sellable(body.get("inventory_level"), tracked=tracked, oversell=False),
        options={name: value for name, value in choices.items() if name and value},
        images=[shown] if shown else [],
    )


def _photos(body: Mapping[str, Any], of: str, variants: tuple[Variant, ...]) -> list[RemoteImage]:
    listed = objects(body.get("images"), "images")
    listed.sort(key=lambda one: one["sort_order"] if isinstance(one.get("sort_order"), int) else 0)
    listed.sort(key=lambda one: one.get("is_thumbnail") is not True)  # the main picture first
    found = [
        image(
            first(one.get("url_zoom"), one.get("url_standard"), one.get("image_url")),
            one.get("description"),
            of=of,
        )
        for one in listed
    ]
    own = [ref for variant in variants for ref in variant.images if isinstance(ref, RemoteImage)]
    return [photo for photo in found if photo] + own
