"""A product as the Universal Commerce Protocol writes it (schemas of 2026-08-25)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fashion_plugin.catalog import ImageRef, Match, Money, Product, Variant
from fashion_plugin_adapters.chat.links import Links
from fashion_plugin_adapters.chat.plain import plain_text

__all__ = ["options_of", "ucp_product"]

JSON = dict[str, Any]


def ucp_product(
    product: Product,
    links: Links,
    *,
    match: Match | None = None,
    variants: Sequence[Variant] | None = None,
    inputs: Mapping[str, Sequence[JSON]] | None = None,
) -> JSON | None:
    """A product as JSON; None when it has no price, which the protocol asks of every variant.

    A product without variants is its own only one. ``match`` puts the variant and the photo that matched
    first and tells score and reasons; ``variants`` are those to write, all of them if None; ``inputs`` maps
    a variant's id to the identifiers that it was looked up by.
    """
    shown = list(product.variants if variants is None else variants) or [Variant(product.id, product.title)]
    if match and match.variant in shown:
        shown.remove(match.variant)
        shown.insert(0, match.variant)
    rows = [row for variant in shown if (row := _variant(product, variant, links)) is not None]
    if not rows:
        return None
    for row in rows:
        if inputs and inputs.get(row["id"]):
            row["inputs"] = list(inputs[row["id"]])
    first = match.image if match else None
    answer: JSON = {
        "id": product.id,
        "title": plain_text(product.title) or product.id,
        "description": {"plain": plain_text(product.description, 2000)},
        "url": links.page(product),
        "categories": [{"value": product.category, "taxonomy": "merchant"}] if product.category else [],
        "price_range": _range(row["price"] for row in rows),
        "list_price_range": _range(row["list_price"] for row in rows if "list_price" in row),
        "media": _media(product, product.images, links, first),
        "options": options_of(product),
        "tags": [plain_text(tag) for tag in product.tags],
        "variants": rows,
        "metadata": _metadata(product, match),
    }
    return {name: value for name, value in answer.items() if value}


def options_of(product: Product) -> list[JSON]:
    """The options of a product's variants, each with its values in the order of the variants."""
    values: dict[str, dict[str, None]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            values.setdefault(name, {})[value] = None
    return [
        {"name": name, "values": [{"label": label} for label in labels]} for name, labels in values.items()
    ]


def _variant(product: Product, variant: Variant, links: Links) -> JSON | None:
    price = variant.price or product.price
    if price is None:
        return None
    title = plain_text(variant.title or product.title) or variant.id
    # A product that is not sold at all has no variant to sell.
    available = variant.in_stock and (bool(product.variants) or product.in_stock)
    listed = variant.list_price or product.list_price
    answer: JSON = {
        "id": variant.id,
        "sku": variant.sku,
        "title": title,
        "description": {"plain": title},
        "price": _price(price),
        "list_price": _price(listed) if listed and listed.currency == price.currency else None,
        "availability": {"available": available, "status": "in_stock" if available else "out_of_stock"},
        "options": [{"name": name, "label": label} for name, label in variant.options.items()],
        "media": _media(product, variant.images, links, None),
    }
    return {name: value for name, value in answer.items() if value}


def _price(money: Money) -> JSON:
    return {"amount": money.minor_units, "currency": money.currency}


def _range(prices: Iterable[JSON]) -> JSON | None:
    known = list(prices)
    if not known:
        return None
    same = [price for price in known if price["currency"] == known[0]["currency"]]
    return {
        "min": min(same, key=lambda price: int(price["amount"])),
        "max": max(same, key=lambda price: int(price["amount"])),
    }


def _media(product: Product, images: Sequence[ImageRef], links: Links, first: ImageRef | None) -> list[JSON]:
    ordered = sorted(images, key=lambda image: image != first)
    alt = plain_text(product.title)
    rows = [
        {"type": "image", "url": url, "alt_text": plain_text(image.alt) or alt}
        for image in ordered
        if (url := links.image(product, image))
    ]
    return [{name: value for name, value in row.items() if value} for row in rows]


def _metadata(product: Product, match: Match | None) -> JSON:
    facts: JSON = {"brand": plain_text(product.brand), "colour": plain_text(product.colour)}
    if match is not None:
        facts |= {"score": round(match.score, 4), "reasons": list(match.reasons)}
    return {name: value for name, value in facts.items() if value or name == "score"}
