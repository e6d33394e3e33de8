"""Our own JSON form of a product: what the JSONL feed and the Standard Webhooks adapter carry."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fashion_plugin.catalog import Money, Product, RemoteImage, Variant
from fashion_plugin.errors import InvalidProduct
from fashion_plugin_adapters.platforms.shop import Shop
from fashion_plugin_adapters.platforms.values import (
    identifier,
    image,
    mapping,
    money,
    objects,
    sequence,
    text,
)

__all__ = ["own_product", "product_fields"]


def own_product(body: Mapping[str, Any], shop: Shop) -> Product:
    """Read a product whose keys are the field names of `Product`.

    A price is ``"129.00 EUR"``, ``{"amount": "129.00", "currency": "EUR"}`` or a bare amount in the
    shop's currency. ``images`` are URLs, or objects with ``url`` and ``alt``.

    Raises:
        InvalidProduct: it has no id, or a field of the wrong kind.
    """
    key = identifier(body.get("id"), "a product")
    variants = [_variant(one, shop) for one in objects(body.get("variants"), "variants")]
    return Product(
        id=shop.id(key),
        title=text(body.get("title")),
        images=_photos(body.get("images"), f"product {key}"),
        url=shop.link(text(body.get("url"))),
        price=_price(body.get("price"), shop),
        list_price=_price(body.get("list_price"), shop),
        category=text(body.get("category")),
        brand=text(body.get("brand")),
        colour=text(body.get("colour", body.get("color"))),
        tags=[text(tag) for tag in sequence(body.get("tags"), "tags")],
        in_stock=_flag(body, "in_stock"),
        searchable=_flag(body, "searchable"),
        description=text(body.get("description")),
        variants=variants,
        attributes=_strings(body.get("attributes"), "attributes"),
    )


def product_fields(product: Product) -> dict[str, Any]:
    """The JSON form of a product; empty fields are left out. Local images are left out too."""
    fields: dict[str, Any] = {
        "id": product.id,
        "title": product.title,
        "images": [_image_fields(ref) for ref in product.images if isinstance(ref, RemoteImage)],
        "url": product.url,
        "price": _price_text(product.price),
        "list_price": _price_text(product.list_price),
        "category": product.category,
        "brand": product.brand,
        "colour": product.colour,
        "tags": list(product.tags),
        "description": product.description,
        "variants": [_variant_fields(variant) for variant in product.variants],
        "attributes": dict(product.attributes),
    }
    flags = {"in_stock": product.in_stock, "searchable": product.searchable}
    return {**{name: value for name, value in fields.items() if value}, **flags}


def _variant(body: Mapping[str, Any], shop: Shop) -> Variant:
    return Variant(
        id=identifier(body.get("id"), "a variant"),
        title=text(body.get("title")),
        sku=text(body.get("sku")),
        price=_price(body.get("price"), shop),
        list_price=_price(body.get("list_price"), shop),
        in_stock=_flag(body, "in_stock"),
        options=_strings(body.get("options"), "options"),
        images=_photos(body.get("images"), "a variant"),
    )


def _variant_fields(variant: Variant) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": variant.id,
        "title": variant.title,
        "sku": variant.sku,
        "price": _price_text(variant.price),
        "list_price": _price_text(variant.list_price),
        "options": dict(variant.options),
        "images": [_image_fields(ref) for ref in variant.images if isinstance(ref, RemoteImage)],
    }
    return {**{name: value for name, value in fields.items() if value}, "in_stock": variant.in_stock}


def _photos(value: object, of: str) -> list[RemoteImage]:
    listed = [value] if isinstance(value, str) else sequence(value, "images")
    found = []
    for one in listed:
        if not isinstance(one, str | Mapping):
            raise InvalidProduct(
                f"{of}: an image must be a URL or an object with one, not {type(one).__name__}"
            )
        url, alt = (one, "") if isinstance(one, str) else (one.get("url"), one.get("alt"))
        found.append(image(url, alt, of=of))
    return [photo for photo in found if photo is not None]


def _image_fields(ref: RemoteImage) -> dict[str, str] | str:
    return {"url": ref.url, "alt": ref.alt} if ref.alt else ref.url


def _price(value: object, shop: Shop) -> Money | None:
    if value is None or value == "":
        return None
    if isinstance(value, Mapping):
        return money(value.get("amount"), text(value.get("currency")) or shop.currency)
    if isinstance(value, str) and any(character.isalpha() for character in value):
        return Money.parse(value)
    return money(value, shop.currency)


def _price_text(price: Money | None) -> str:
    return str(price) if price is not None else ""


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, True)
    if isinstance(value, bool):
        return value
    raise InvalidProduct(f"{name} must be true or false, not {str(value)[:40]!r}")


def _strings(value: object, what: str) -> dict[str, str]:
    if value is None:
        return {}
    found = {}
    for name, one in mapping(value, what).items():
        if isinstance(one, bool) or not isinstance(one, str | int | Decimal):
            raise InvalidProduct(f"{what}: {name!r} must be text, not {type(one).__name__}")
        found[name] = str(one)
    return found
