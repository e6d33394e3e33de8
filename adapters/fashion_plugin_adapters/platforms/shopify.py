"""A Shopify product: the REST resource that webhooks carry, and the storefront's products.json."""

from collections.abc import Mapping
from typing import Any

from fashion_plugin.catalog import Money, Product, RemoteImage, Variant
from fashion_plugin_adapters.platforms.shop import Shop
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

__all__ = ["cheapest", "is_sellable", "shopify_product"]


def shopify_product(body: Mapping[str, Any], shop: Shop) -> Product:
    """Read a REST product (webhooks) or a storefront product (products.json).

    A price is the lowest of the variants'. A product is searchable when it is active (or says nothing of
    it) and published.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = identifier(body.get("id"), "a Shopify product")
    photos = _photos(body, f"product {key}")
    names = [text(option.get("name")) for option in objects(body.get("options"), "options")]
    variants = tuple(_variant(one, names, photos, shop) for one in objects(body.get("variants"), "variants"))
    price, list_price = cheapest(variants)
    handle = text(body.get("handle"))
    category = body.get("category")
    named = category.get("full_name") or category.get("name") if isinstance(category, Mapping) else ""
    return Product(
        id=shop.id(key),
        title=text(body.get("title")),
        images=[photo for photo, _ in photos.values()],
        url=shop.link(f"products/{handle}") if handle else "",
        price=price,
        list_price=list_price,
        category=first(body.get("product_type"), named),
        brand=text(body.get("vendor")),
        colour=common_colour(variant.options for variant in variants),
        tags=_tags(body.get("tags")),
        in_stock=any(variant.in_stock for variant in variants) if variants else True,
        searchable=_published(body),
        description=plain_text(body.get("body_html")),
        variants=variants,
        attributes={"handle": handle} if handle else None,
    )


def cheapest(variants: tuple[Variant, ...]) -> tuple[Money | None, Money | None]:
    """Price and list price of the variant that costs least, those in stock first."""
    priced = [variant for variant in variants if variant.price is not None]
    priced = [variant for variant in priced if variant.in_stock] or priced
    best = min(priced, key=lambda variant: variant.price.amount if variant.price else 0, default=None)
    return (best.price, best.list_price) if best else (None, None)


def is_sellable(quantity: object, *, tracked: bool, oversell: bool) -> bool:
    """Whether something can be bought: not counted, sold beyond the count, or more than none left."""
    if not tracked or oversell:
        return True
    return isinstance(quantity, int) and quantity > 0


def _photos(body: Mapping[str, Any], of: str) -> dict[str, tuple[RemoteImage, frozenset[str]]]:
    """Images by id, in order of position, each with the ids of the variants that it shows."""
    listed = objects(body.get("images"), "images")
    if not listed and isinstance(body.get("image"), Mapping):
        listed = [mapping(body["image"], "image")]
    listed.sort(key=lambda one: one["position"] if isinstance(one.get("position"), int) else 0)
    photos = {}
    for one in listed:
        photo = image(one.get("src"), one.get("alt"), of=of)
        if photo is not None:
            shown = frozenset(text(one_id) for one_id in sequence(one.get("variant_ids"), "variant_ids"))
            photos[text(one.get("id")) or photo.url] = (photo, shown)
    return photos


def _variant(
    body: Mapping[str, Any],
    names: list[str],
    photos: Mapping[str, tuple[RemoteImage, frozenset[str]]],
    shop: Shop,
) -> Variant:
    key = identifier(body.get("id"), "a Shopify variant")
    choices = {name: text(body.get(f"option{place}")) for place, name in enumerate(names, start=1) if name}
    price, list_price = prices(
        money(body.get("price"), shop.currency), money(body.get("compare_at_price"), shop.currency)
    )
    own = text(body.get("image_id"))
    featured = body.get("featured_image")
    if not own and isinstance(featured, Mapping):
        own = text(featured.get("id"))
    available = body.get("available")  # products.json says this in place of counts
    return Variant(
        id=key,
        title=text(body.get("title")),
        sku=text(body.get("sku")),
        price=price,
        list_price=list_price,
        in_stock=available
        if isinstance(available, bool)
        else is_sellable(
            body.get("inventory_quantity"),
            tracked=bool(body.get("inventory_management", "shopify")) and "inventory_quantity" in body,
            oversell=body.get("inventory_policy") == "continue",
        ),
        # "Title: Default Title" is how Shopify writes that there is nothing to choose.
        options={
            name: value
            for name, value in choices.items()
            if value and (name, value) != ("Title", "Default Title")
        },
        images=[photo for photo_id, (photo, shown) in photos.items() if own == photo_id or key in shown],
    )


def _tags(value: object) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else [text(tag) for tag in sequence(value, "tags")]
    return [part.strip() for part in parts if part.strip()]


def _published(body: Mapping[str, Any]) -> bool:
    active = text(body.get("status")).lower() in ("", "active")
    return active and bool(body.get("published_at", True))
