"""A Shopware 6 product as the Admin API's search answers it, with associations included."""

from collections.abc import Mapping, Sequence
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

__all__ = ["SHOPWARE_ASSOCIATIONS", "shopware_product"]

SHOPWARE_ASSOCIATIONS: dict[str, Any] = {
    "cover": {},
    "media": {},
    "manufacturer": {},
    "categories": {},
    "tags": {},
    "visibilities": {},
    "seoUrls": {},
    "options": {"associations": {"group": {}}},
    "properties": {"associations": {"group": {}}},
}
"""What a search must include with a product."""

_SEARCH_ONLY_BY_LINK = 10
# ProductVisibilityDefinition: 10 by link only, 20 in the search, 30 everywhere.


def shopware_product(
    body: Mapping[str, Any],
    shop: Shop,
    *,
    children: Sequence[Mapping[str, Any]] = (),
    currencies: Mapping[str, str] | None = None,
) -> Product:
    """Read a product; ``children`` are its variants, ``currencies`` maps currency ids to ISO codes.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = identifier(body.get("id"), "a Shopware product")
    known = currencies or {}
    variants = tuple(_variant(one, body, shop, known) for one in children)
    price, list_price = _prices(body, shop, known)
    if price is None:
        price, list_price = cheapest(variants)
    shown = [ref for variant in variants for ref in variant.images if isinstance(ref, RemoteImage)]
    stocked = any(variant.in_stock for variant in variants) if variants else _in_stock(body, {})
    return Product(
        id=shop.id(key),
        title=_named(body),
        images=[*_photos(body), *shown],
        url=_address(body, shop, key),
        price=price,
        list_price=list_price,
        category=_category(body),
        brand=_named(_of(body, "manufacturer")),
        colour=common_colour([variant.options for variant in variants] or [_values(body, "properties")]),
        tags=[_named(one) for one in objects(body.get("tags"), "tags")],
        in_stock=stocked,
        searchable=body.get("active") is not False and _listed(body),
        description=plain_text(_translated(body, "description")),
        variants=variants,
        attributes={"number": text(body.get("productNumber"))} if body.get("productNumber") else None,
    )


def _variant(
    body: Mapping[str, Any], parent: Mapping[str, Any], shop: Shop, currencies: Mapping[str, str]
) -> Variant:
    choices = _values(body, "options")
    price, list_price = _prices(body if body.get("price") else parent, shop, currencies)
    return Variant(
        id=identifier(body.get("id"), "a Shopware variant"),
        title=_named(body) or " / ".join(choices.values()),
        sku=text(body.get("productNumber")),
        price=price,
        list_price=list_price,
        # A variant that says nothing of itself inherits from its parent.
        in_stock=(body.get("active") is not False) and _in_stock(body, parent),
        options=choices,
        images=_photos(body),
    )


def _prices(body: Mapping[str, Any], shop: Shop, currencies: Mapping[str, str]) -> tuple[Any, Any]:
    listed = objects(body.get("price"), "price")
    for one in listed:
        currency = currencies.get(text(one.get("currencyId")), "" if currencies else shop.currency)
        if currency and currency == (shop.currency or currency):
            before: Money | None = money(_of(one, "listPrice").get("gross"), currency)
            return prices(money(one.get("gross"), currency), before)
    return None, None


def _photos(body: Mapping[str, Any]) -> list[RemoteImage]:
    """The cover first, then the others in order of position."""
    listed = objects(body.get("media"), "media")
    listed.sort(key=lambda one: one["position"] if isinstance(one.get("position"), int) else 0)
    cover = _of(body, "cover")
    found = []
    for one in [cover, *listed]:
        medium = _of(one, "media")
        found.append(
            image(medium.get("url"), _translated(medium, "alt"), of=f"product {text(body.get('id'))}")
        )
    return [photo for photo in dict.fromkeys(found) if photo is not None]


def _address(body: Mapping[str, Any], shop: Shop, key: str) -> str:
    for one in objects(body.get("seoUrls"), "seoUrls"):
        if one.get("isCanonical") is True and text(one.get("seoPathInfo")):
            return shop.link(text(one.get("seoPathInfo")))
    return shop.link(f"detail/{key}")


def _category(body: Mapping[str, Any]) -> str:
    paths = []
    for one in objects(body.get("categories"), "categories"):
        crumbs = one.get("breadcrumb") or _of(one, "translated").get("breadcrumb")
        names = [text(name) for name in crumbs] if isinstance(crumbs, list) else [_named(one)]
        paths.append(" > ".join(name for name in names[1:] or names if name))  # the first is the root
    return max(paths, key=len, default="")


def _values(body: Mapping[str, Any], field: str) -> dict[str, str]:
    listed = objects(body.get(field), field)
    found = {_named(_of(one, "group")): _named(one) for one in listed}
    return {name: value for name, value in found.items() if name and value}


def _in_stock(body: Mapping[str, Any], parent: Mapping[str, Any]) -> bool:
    closeout = body.get("isCloseout")
    if closeout is None:
        closeout = parent.get("isCloseout")
    if closeout is not True:
        return True
    stock = body.get("availableStock", body.get("stock"))
    return isinstance(stock, int) and stock > 0


def _listed(body: Mapping[str, Any]) -> bool:
    visible = objects(body.get("visibilities"), "visibilities")
    return not visible or any(
        isinstance(one.get("visibility"), int) and one["visibility"] > _SEARCH_ONLY_BY_LINK for one in visible
    )


def _named(body: Mapping[str, Any]) -> str:
    return _translated(body, "name")


def _translated(body: Mapping[str, Any], field: str) -> str:
    return first(_of(body, "translated").get(field), body.get(field))


def _of(body: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = body.get(field)
    # PHP writes an empty map as an empty list.
    return {} if value is None or value == [] else mapping(value, field)
