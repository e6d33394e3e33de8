"""Searching among one kind of garment: which of a shop's categories mean it, and its products first."""

from collections.abc import Mapping
from dataclasses import replace

from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Filters, Match
from fashion_plugin.looks.labels import EITHER

__all__ = ["of_kind", "similar_first_of_kind"]


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


def similar_first_of_kind(shop: FashionPlugin, product_id: str, limit: int) -> list[Match]:
    """Products like one of the shop's: the nearest of its kind of garment, then the nearest of any kind.

    Beside a bag with a check stand other bags, whatever else in the shop has that check.

    Raises:
        ProductNotFound: there is no product of that id.
    """
    labels = shop.looks.by_category()
    kind = labels.get(shop.product(product_id).category)
    kin: list[Match] = []
    if kind:
        meant = tuple(category for category, label in labels.items() if category and label == kind)
        kin += shop.similar(product_id, limit=limit, filters=Filters(category=meant))
    if len(kin) < limit:
        there = {match.product.id for match in kin}
        kin += [m for m in shop.similar(product_id, limit=limit) if m.product.id not in there]
    return kin[:limit]
