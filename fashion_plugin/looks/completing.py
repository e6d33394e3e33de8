"""Complete the look: products of other kinds that go with one of the catalogue."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from fashion_plugin.catalog import Filters, Match, Product
from fashion_plugin.colour import COLOURS, Colour
from fashion_plugin.looks.audience import go_together
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.labels import GarmentLabels, LabelOf
from fashion_plugin.looks.outfit import Piece, complete
from fashion_plugin.looks.worn_together import affinity
from fashion_plugin.store.base import Hit
from fashion_plugin.store.seen import colour_names

__all__ = ["NearestWithin", "complete_outfit"]

NearestWithin: TypeAlias = Callable[[Filters, int], Sequence[Hit]]
"""The products nearest in style that satisfy the filters, at most that many."""

_FOR_EACH: Final = 48
"""Candidates of each label: the nearest in style, of which harmony picks those for the same people."""

_DEEPEST: Final = 1000
"""Products looked through where no category tells which are of another kind."""


def complete_outfit(
    product: Product,
    categories: Mapping[str, str | None],
    nearest: NearestWithin,
    limit: int,
    *,
    filters: Filters | None = None,
    label_of: LabelOf | None = None,
    colours: Sequence[Colour] = (),
    curated: Mapping[str, int] | None = None,
    shown: Sequence[Hit] = (),
) -> list[Match]:
    """The products that go best with one, each with its reasons.

    For every label that is worn with the product's, the nearest in style of the categories that mean it are
    candidates, but for those made for other people; `complete` ranks them. A match's score is how well it
    goes, not how alike it looks. ``colours`` are those measured in the product's photo. ``curated`` counts
    the merchant's looks that show the product with each other one, and ``shown`` are those others that may be
    found: they come first, whatever they are. ``categories`` maps the shop's to labels. Empty where nothing
    tells what kind of garment the product is, and no look shows it.
    """
    told = label_of or GarmentLabels()
    own = told(product) or ""
    hits: dict[str, tuple[str, Hit]] = {hit.product.id: (told(hit.product) or "", hit) for hit in shown}
    for wanted, depth in _searches(own, categories, filters or Filters()) if own else ():
        for hit in nearest(wanted.excluding(product.id), depth):
            if (label := told(hit.product)) and go_together(product, hit.product):
                hits[hit.product.id] = (label, hit)
    pieces = [_piece(key, label, hit) for key, (label, hit) in hits.items()]
    suggestions = complete(
        Piece(product.id, own, _colours(product, colours)), pieces, limit=limit, curated=curated
    )
    found = [(suggestion, hits[suggestion.id][1]) for suggestion in suggestions]
    return [
        Match(
            hit.product,
            suggestion.score,
            hit.image,
            hit.variant,
            suggestion.reasons,
            colour_names(hit.colours),
        )
        for suggestion, hit in found
    ]


def _piece(key: str, label: str, hit: Hit) -> Piece:
    return Piece(key, label, _colours(hit.product, hit.colours), closeness=1.0 - hit.distance)


def _searches(own: str, categories: Mapping[str, str | None], filters: Filters) -> list[tuple[Filters, int]]:
    """One search for each label worn with the product's, and its depth; one deep one where no category tells.

    The nearest of all are of the product's own kind, and what goes with it stands far below them.
    """
    by_label = {
        label: [category for category, meant in categories.items() if meant == label]
        for label in GARMENT_LABELS
        if affinity(own, label) > 0
    }
    searches = [(filters.within(found), _FOR_EACH) for found in by_label.values() if found]
    return searches if searches and not filters.category else [(filters, _DEEPEST)]


def _colours(product: Product, measured: Sequence[Colour]) -> tuple[tuple[int, int, int], ...]:
    """The colour that the shop names, as sRGB, where it is one that has a name here; else those measured."""
    examples = COLOURS.get(product.colour.casefold())
    if not examples:
        return tuple(colour.rgb for colour in measured)
    value = int(examples[0].removeprefix("#"), 16)
    return ((value >> 16, value >> 8 & 255, value & 255),)
