"""Complete the look: products of other kinds that go with one of the catalogue."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from fashion_plugin.catalog import Filters, Match, Product
from fashion_plugin.colour import COLOURS
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.labels import GarmentLabels
from fashion_plugin.looks.outfit import Piece, complete
from fashion_plugin.looks.worn_together import affinity
from fashion_plugin.store.base import Hit

__all__ = ["NearestWithin", "complete_outfit"]

NearestWithin: TypeAlias = Callable[[Filters, int], Sequence[Hit]]
"""The products nearest in style that satisfy the filters, at most that many."""

_FOR_EACH: Final = 24
"""Candidates of each label: the nearest in style, of which harmony picks."""


def complete_outfit(
    product: Product,
    categories: Sequence[str],
    nearest: NearestWithin,
    limit: int,
    *,
    filters: Filters | None = None,
    label_of: GarmentLabels | None = None,
) -> list[Match]:
    """The products that go best with one, of other garment labels, each with its reasons.

    For every label that is worn with the product's, the nearest in style of the categories that mean it are
    candidates; `complete` ranks them. A match's score is how well it goes, not how alike it looks. Empty
    where nothing tells what kind of garment the product is.
    """
    told = label_of or GarmentLabels()
    own = told(product)
    if not own:
        return []
    hits: dict[str, tuple[str, Hit]] = {}
    for wanted in _searches(own, categories, filters or Filters(), told):
        for hit in nearest(wanted.excluding(product.id), _FOR_EACH):
            if label := told(hit.product):
                hits.setdefault(hit.product.id, (label, hit))
    pieces = [Piece(key, label, _colours(hit.product)) for key, (label, hit) in hits.items()]
    suggestions = complete(Piece(product.id, own, _colours(product)), pieces, limit=limit)
    found = [(suggestion, hits[suggestion.id][1]) for suggestion in suggestions]
    return [
        Match(hit.product, suggestion.score, hit.image, hit.variant, suggestion.reasons)
        for suggestion, hit in found
    ]


def _searches(own: str, categories: Sequence[str], filters: Filters, told: GarmentLabels) -> list[Filters]:
    """One search for each label worn with the product's; one for all where categories tell nothing."""
    if filters.category:
        return [filters]
    named = {category: told(Product("category", category=category)) for category in categories}
    by_label = {
        label: [category for category, meant in named.items() if meant == label]
        for label in GARMENT_LABELS
        if affinity(own, label) > 0
    }
    searches = [filters.within(found) for found in by_label.values() if found]
    return searches or [filters]


def _colours(product: Product) -> tuple[tuple[int, int, int], ...]:
    """The colour that the shop names, as sRGB, where it is one that has a name here."""
    examples = COLOURS.get(product.colour.casefold())
    if not examples:
        return ()
    value = int(examples[0].removeprefix("#"), 16)
    return ((value >> 16, value >> 8 & 255, value & 255),)
