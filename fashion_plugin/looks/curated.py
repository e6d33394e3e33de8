"""The merchant's own looks: photos and the products they show, read from CSV or JSON."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fashion_plugin.catalog import Failure
from fashion_plugin.errors import InvalidSource

__all__ = ["CuratedLook", "read_curated_looks"]


@dataclass(frozen=True, slots=True)
class CuratedLook:
    """A photo (path or URL, may be empty) and the ids of the products worn in it."""

    products: tuple[str, ...]
    photo: str = ""


def read_curated_looks(path: Path) -> tuple[list[CuratedLook], list[Failure]]:
    """Read looks from a CSV (columns photo, products: ids separated by `|`) or JSON file (a list of objects).

    Returns the looks, and what was wrong with those entries that are none.

    Raises:
        InvalidSource: the file cannot be read, or is no such list.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows: Sequence[Any] = (
            json.loads(text) if path.suffix == ".json" else list(csv.DictReader(text.splitlines()))
        )
    except (OSError, ValueError, csv.Error) as error:
        raise InvalidSource(f"the looks in {path} cannot be read: {error}") from error
    if not isinstance(rows, list):
        raise InvalidSource(
            f'{path} must hold a list of looks, such as [{{"photo": …, "products": ["sku-1", "sku-2"]}}]'
        )
    looks: list[CuratedLook] = []
    failures: list[Failure] = []
    for number, row in enumerate(rows, start=1):
        read = _look(row)
        if isinstance(read, CuratedLook):
            looks.append(read)
        else:
            failures.append(Failure("", str(path), f"look {number} {read}"))
    return looks, failures


def _look(row: Any) -> CuratedLook | str:
    """The look of an entry, or what is wrong with it."""
    products = row.get("products") if isinstance(row, dict) else None
    if isinstance(products, str):
        products = products.split("|")
    if not isinstance(products, list) or not all(isinstance(item, str) for item in products):
        return "needs `products`: a list of product ids, or ids joined by |"
    ids = tuple(dict.fromkeys(item.strip() for item in products if item.strip()))
    if len(ids) < 2:
        return "needs two products or more: a look is what is worn together"
    photo = row.get("photo")
    return CuratedLook(ids, photo.strip() if isinstance(photo, str) else "")
