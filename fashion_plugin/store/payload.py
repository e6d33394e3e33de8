"""A product as one JSON text: what a job carries, and what tells two events apart."""

import json
from hashlib import sha256

from fashion_plugin.catalog import ImageRef, Product
from fashion_plugin.store.rows import (
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    image_of,
    image_row,
    product_of,
    product_row,
    variant_of,
    variant_row,
)

__all__ = ["digest", "read_product", "write_product_text"]


def write_product_text(product: Product) -> str:
    """The product as JSON; equal products give equal text."""
    value = {
        "product": dict(zip(PRODUCT_COLUMNS, product_row(product), strict=True)),
        "tags": product.tags,
        "images": [image_row(ref) for ref in product.images],
        "variants": [
            {
                "variant": dict(zip(VARIANT_COLUMNS, variant_row(variant), strict=True)),
                "images": [image_row(ref) for ref in variant.images],
            }
            for variant in product.variants
        ],
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_product(text: str) -> Product:
    """The product of such a text."""
    value = json.loads(text)
    variants = [
        variant_of(tuple(one["variant"][name] for name in VARIANT_COLUMNS), _images(one["images"]))
        for one in value["variants"]
    ]
    row = tuple(value["product"][name] for name in PRODUCT_COLUMNS)
    return product_of(row, _images(value["images"]), value["tags"], variants)


def digest(text: str) -> bytes:
    """The sha256 of a text."""
    return sha256(text.encode()).digest()


def _images(rows: list[list[str]]) -> list[ImageRef]:
    return [image_of(*row) for row in rows]
