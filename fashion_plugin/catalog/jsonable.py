"""Products, matches and looks as plain JSON values, and products read back from them."""

from collections.abc import Mapping
from typing import Any

from fashion_plugin.catalog.images import ImageRef, RemoteImage
from fashion_plugin.catalog.money import Money
from fashion_plugin.catalog.products import Product, Variant
from fashion_plugin.catalog.results import Garment, Match
from fashion_plugin.errors import InvalidPrice, InvalidProduct

__all__ = ["garment_to_json", "match_to_json", "money_from_json", "product_from_json", "product_to_json"]

JSON = dict[str, Any]


def product_to_json(product: Product) -> JSON:
    """A product as a JSON object; fields that are empty are left out, apart from ``in_stock``."""
    plain: JSON = {
        "id": product.id,
        "title": product.title,
        "url": product.url,
        "images": [_image(image) for image in product.images],
        **_prices(product),
        "category": product.category,
        "brand": product.brand,
        "colour": product.colour,
        "tags": list(product.tags),
        "description": product.description,
        "variants": [_variant(variant) for variant in product.variants],
        "attributes": dict(product.attributes),
    }
    result = {name: value for name, value in plain.items() if value}
    if not product.searchable:
        result["searchable"] = False
    return result | {"in_stock": product.in_stock}


def match_to_json(match: Match) -> JSON:
    """A match as ``{product, score, image, variant, colours, reasons}``.

    The score has four decimals, the variant is named by its id.
    """
    result: JSON = {"product": product_to_json(match.product), "score": round(match.score, 4)}
    result["image"] = match.image.source if match.image else None
    if match.variant:
        result["variant"] = match.variant.id
    if match.colours:
        result["colours"] = list(match.colours)
    if match.reasons:
        result["reasons"] = list(match.reasons)
    return result


def garment_to_json(garment: Garment) -> JSON:
    """A garment as ``{label, box, score, colours, matches}``; its mask stays here."""
    return {
        "label": garment.label,
        "box": [round(edge, 4) for edge in garment.box],
        "score": round(garment.score, 4),
        "colours": list(garment.colours),
        "matches": [match_to_json(match) for match in garment.matches],
    }


def product_from_json(value: object) -> Product:
    """Read a product from a JSON object as `product_to_json` writes it.

    Images are http or https URLs, or ``{"url": …, "alt": …}``: a path is refused, since whoever wrote the
    JSON may not be the one whose files would be read.

    Raises:
        InvalidProduct: a field is missing, unknown or of the wrong type.
    """
    if not isinstance(value, Mapping):
        raise InvalidProduct(f"a product must be a JSON object, not {type(value).__name__}")
    fields = dict(value)
    if unknown := sorted(set(fields) - _PRODUCT_FIELDS):
        names = ", ".join(map(str, unknown))
        raise InvalidProduct(f"product {fields.get('id')!r:.80}: unknown fields {names}")
    if fields.get("id") is None:
        raise InvalidProduct("a product has no id")
    fields["images"] = _images(fields.get("images", ()))
    fields["variants"] = [_variant_from(item) for item in _list(fields.get("variants", ()), "variants")]
    fields["tags"] = _list(fields.get("tags", ()), "tags")
    _read_prices(fields)
    return Product(**fields)


def money_from_json(value: object) -> Money | None:
    """Read a price: ``"129.00 EUR"``, ``{"amount": "129.00", "currency": "EUR"}`` or null."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Money.parse(value)
    if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
        return Money.of(value["amount"], value["currency"])
    raise InvalidPrice(f'a price must be "129.00 EUR" or {{"amount", "currency"}}, not {value!r:.80}')


_PRODUCT_FIELDS = frozenset(Product.__dataclass_fields__)
_VARIANT_FIELDS = frozenset(Variant.__dataclass_fields__)


def _prices(item: Product | Variant) -> JSON:
    pairs = {"price": item.price, "list_price": item.list_price}
    return {name: str(price) for name, price in pairs.items() if price is not None}


def _image(image: ImageRef) -> str | JSON:
    return {"url": image.source, "alt": image.alt} if image.alt else image.source


def _variant(variant: Variant) -> JSON:
    plain: JSON = {
        "id": variant.id,
        "title": variant.title,
        "sku": variant.sku,
        **_prices(variant),
        "options": dict(variant.options),
        "images": [image.source for image in variant.images],
    }
    return {name: value for name, value in plain.items() if value} | {"in_stock": variant.in_stock}


def _variant_from(value: object) -> Variant:
    if not isinstance(value, Mapping):
        raise InvalidProduct(f"a variant must be a JSON object, not {type(value).__name__}")
    fields = dict(value)
    if unknown := sorted(set(fields) - _VARIANT_FIELDS):
        names = ", ".join(map(str, unknown))
        raise InvalidProduct(f"variant {fields.get('id')!r:.80}: unknown fields {names}")
    if fields.get("id") is None:
        raise InvalidProduct("a variant has no id")
    fields["images"] = _images(fields.get("images", ()))
    _read_prices(fields)
    return Variant(**fields)


def _read_prices(fields: JSON) -> None:
    for name in ("price", "list_price"):
        if name in fields:
            fields[name] = money_from_json(fields[name])


def _images(values: object) -> list[RemoteImage]:
    images = []
    for value in _list([values] if isinstance(values, str) else values, "images"):
        if isinstance(value, Mapping) and isinstance(value.get("url"), str):
            images.append(RemoteImage(value["url"], alt=str(value.get("alt") or "")))
        elif isinstance(value, str):
            images.append(RemoteImage(value))
        else:
            raise InvalidProduct(f"an image must be a URL, not {value!r:.80}")
    return images


def _list(values: object, what: str) -> list[Any]:
    if not isinstance(values, list | tuple):
        raise InvalidProduct(f"{what} must be a list, not {type(values).__name__}")
    return list(values)
