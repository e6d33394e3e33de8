"""Products as rows of the database, and back; nothing here runs a query."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from fashion_plugin.catalog import ImageRef, LocalImage, Money, Product, RemoteImage, Variant
from fashion_plugin.store.keys import category_key, key

__all__ = [
    "PRODUCT_COLUMNS",
    "VARIANT_COLUMNS",
    "Row",
    "image_of",
    "image_row",
    "product_of",
    "product_row",
    "tag_rows",
    "text",
    "variant_of",
    "variant_row",
]

Row: TypeAlias = tuple[Any, ...]

_PRICES = ("price_micros", "price_currency", "list_price_micros", "list_price_currency")
PRODUCT_COLUMNS = (
    *("id", "title", "url", "description", *_PRICES, "in_stock", "searchable", "attributes"),
    *("category", "brand", "colour", "category_key", "brand_key", "colour_key"),
)
VARIANT_COLUMNS = ("id", "title", "sku", *_PRICES, "in_stock", "options")


def product_row(product: Product) -> Row:
    """The values of `PRODUCT_COLUMNS`."""
    return (
        product.id,
        product.title,
        product.url,
        product.description,
        *_money_columns(product.price),
        *_money_columns(product.list_price),
        int(product.in_stock),
        int(product.searchable),
        _pairs(product.attributes),
        product.category,
        product.brand,
        product.colour,
        category_key(product.category),
        key(product.brand),
        key(product.colour),
    )


def product_of(
    row: Row, images: Sequence[ImageRef], tags: Sequence[str], variants: Sequence[Variant]
) -> Product:
    """The product of a row of `PRODUCT_COLUMNS` and of what hangs on it."""
    return Product(
        id=row[0],
        title=row[1],
        url=row[2],
        description=row[3],
        price=_money(row[4], row[5]),
        list_price=_money(row[6], row[7]),
        in_stock=bool(row[8]),
        searchable=bool(row[9]),
        attributes=json.loads(row[10]),
        category=row[11],
        brand=row[12],
        colour=row[13],
        images=images,
        tags=tags,
        variants=variants,
    )


def variant_row(variant: Variant) -> Row:
    """The values of `VARIANT_COLUMNS`."""
    return (
        variant.id,
        variant.title,
        variant.sku,
        *_money_columns(variant.price),
        *_money_columns(variant.list_price),
        int(variant.in_stock),
        _pairs(variant.options),
    )


def variant_of(row: Row, images: Sequence[ImageRef]) -> Variant:
    """The variant of a row of `VARIANT_COLUMNS`."""
    return Variant(
        id=row[0],
        title=row[1],
        sku=row[2],
        price=_money(row[3], row[4]),
        list_price=_money(row[5], row[6]),
        in_stock=bool(row[7]),
        options=json.loads(row[8]),
        images=images,
    )


def tag_rows(product: Product) -> tuple[Row, ...]:
    """Tag and key of each of a product's tags, in order."""
    return tuple((tag, key(tag)) for tag in product.tags)


def image_row(ref: ImageRef) -> tuple[str, str, str]:
    """Kind, source and alternative text of an image."""
    alt = text(ref.alt)
    if isinstance(ref, RemoteImage):
        return "remote", ref.url, alt
    try:
        ref.source.encode("utf-8")
    except UnicodeEncodeError:  # a file name that is not UTF-8, which Linux allows
        return "local-bytes", quote(os.fsencode(ref.path)), alt
    return "local", ref.source, alt


def image_of(kind: str, source: str, alt: str) -> ImageRef:
    """The image of a row."""
    if kind == "remote":
        return RemoteImage(source, alt)
    path = os.fsdecode(unquote_to_bytes(source)) if kind == "local-bytes" else source
    return LocalImage(Path(path), alt)


def text(value: str) -> str:
    """Text that can be stored: what is not valid Unicode becomes a question mark."""
    return value.encode("utf-8", "replace").decode("utf-8")


def _pairs(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))


def _money_columns(money: Money | None) -> tuple[int | None, str | None]:
    return (None, None) if money is None else (money.micros, money.currency)


def _money(micros: int | None, currency: str | None) -> Money | None:
    return None if micros is None or currency is None else Money.from_micros(micros, currency)
