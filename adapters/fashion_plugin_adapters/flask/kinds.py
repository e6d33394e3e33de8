"""Searching among one kind of garment: which of a shop's categories mean it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from fashion_plugin.catalog import Filters, Product
from fashion_plugin.looks.labels import COMPATIBLE, GarmentLabels

__all__ = ["of_kind"]


def of_kind(kind: str, filters: Filters | None, categories: Sequence[str]) -> Filters | None:
    """The same filters, for the categories that mean a kind of garment.

    None where none of the shop's categories does, or where the filters name categories already: then the
    kind narrows nothing.
    """
    asked = filters or Filters()
    if asked.category:
        return None
    meant = [category for category in categories if _label(category) in COMPATIBLE[kind]]
    return replace(asked, category=tuple(meant)) if meant else None


@lru_cache(maxsize=4096)
def _label(category: str) -> str | None:
    return GarmentLabels()(Product("category", category=category)) if category else None
