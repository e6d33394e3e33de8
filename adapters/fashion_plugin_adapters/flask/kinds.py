"""Searching among one kind of garment: which of a shop's categories mean it."""

from collections.abc import Mapping
from dataclasses import replace

from fashion_plugin.catalog import Filters
from fashion_plugin.looks.labels import EITHER

__all__ = ["of_kind"]


def of_kind(kind: str, filters: Filters | None, labels: Mapping[str, str | None]) -> Filters | None:
    """The same filters, for the categories that mean a kind of garment, or one that is taken for it.

    `labels` tells what each category of the shop means. None where none means the kind, or where the filters
    name categories already: then the kind narrows nothing.
    """
    asked = filters or Filters()
    if asked.category:
        return None
    wanted = EITHER.get(kind, (kind,))
    meant = [category for category, label in labels.items() if category and label in wanted]
    return replace(asked, category=tuple(meant)) if meant else None
