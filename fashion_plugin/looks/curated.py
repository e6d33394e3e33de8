"""The merchant's own looks: photos and the products they show, read from CSV or JSON."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fashion_plugin.errors import InvalidSource

__all__ = ["CuratedLook", "read_curated_looks", "worn_with"]


@dataclass(frozen=True, slots=True)
class CuratedLook:
    """A photo (path or URL, may be empty) and the ids of the products worn in it."""

    products: tuple[str, ...]
    photo: str = ""


def read_curated_looks(path: Path) -> list[CuratedLook]:
    """Read looks from a CSV (columns photo, products: ids separated by `|`) or JSON file (a list of objects).

    Raises:
        InvalidSource: the file cannot be read, or an entry names no product.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows: Sequence[Any] = (
            json.loads(text) if path.suffix == ".json" else list(csv.DictReader(text.splitlines()))
        )
    except (OSError, ValueError) as error:
        raise InvalidSource(f"the looks in {path} cannot be read: {error}") from error
    if not isinstance(rows, list):
        raise InvalidSource(
            f'{path} must hold a list of looks, such as [{{"photo": …, "products": ["sku-1"]}}]'
        )
    return [_look(row, number, path) for number, row in enumerate(rows, start=1)]


def _look(row: Any, number: int, path: Path) -> CuratedLook:
    products = row.get("products") if isinstance(row, dict) else None
    if isinstance(products, str):
        products = products.split("|")
    if not isinstance(products, list) or not all(isinstance(item, str) for item in products):
        raise InvalidSource(
            f"look {number} of {path} needs `products`: a list of product ids, or ids joined by |"
        )
    ids = tuple(dict.fromkeys(item.strip() for item in products if item.strip()))
    if not ids:
        raise InvalidSource(f"look {number} of {path} names no product")
    photo = row.get("photo")
    return CuratedLook(ids, photo.strip() if isinstance(photo, str) else "")


def worn_with(looks: Iterable[CuratedLook], product_id: str) -> Counter[str]:
    """How many looks show a product together with each other one."""
    counts: Counter[str] = Counter()
    for look in looks:
        if product_id in look.products:
            counts.update(item for item in look.products if item != product_id)
    return counts
