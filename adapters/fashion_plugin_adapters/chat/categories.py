"""The shop's categories as assistants speak of them: listed briefly, and found by a part of their path."""

from collections.abc import Sequence
from dataclasses import replace

from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Filters, Money
from fashion_plugin.store.keys import SEPARATOR, category_key
from fashion_plugin.store.text_words import words

__all__ = ["briefly", "meant", "nothing_fits", "with_categories"]

_MOST = 80
_SUGGESTED = 20


def briefly(known: Sequence[str], most: int = _MOST) -> list[str]:
    """The categories, or, where there are too many, the beginnings of their paths down to where they fit."""
    paths = [category.split(">") for category in known]
    for depth in range(max(map(len, paths), default=0), 0, -1):
        listed = list(dict.fromkeys(">".join(path[:depth]).strip() for path in paths))
        if len(listed) <= most:
            return listed
    return [*listed[:most], "…"] if paths else []


def meant(names: Sequence[str], known: Sequence[str]) -> tuple[list[str], list[str]]:
    """The categories that some names mean, and those names that mean none.

    A name is a whole path, its beginning, or a part further down, in singular or plural: "dress" finds
    "Women > Dresses". What means none is among the categories too, so that nothing fits it.
    """
    found: list[str] = []
    unknown: list[str] = []
    for name in names:
        wanted = category_key(name)
        if any(f"{category_key(one)}{SEPARATOR}".startswith(f"{wanted}{SEPARATOR}") for one in known):
            found.append(name)
            continue
        below = [path for one in known if (path := _down_to(one, words(name)))]
        found += below or [name]
        unknown += [] if below else [name]
    return list(dict.fromkeys(found)), unknown


def with_categories(shop: FashionPlugin, filters: Filters) -> Filters:
    """The same conditions with the categories that their names mean."""
    if not filters.category:
        return filters
    return replace(filters, category=tuple(meant(filters.category, shop.store.categories())[0]))


def _down_to(category: str, wanted: list[str]) -> str:
    """The path down to the part that has these words; empty where none has."""
    parts = category.split(">")
    depth = next((at for at, part in enumerate(parts, 1) if words(part) == wanted), 0) if wanted else 0
    return ">".join(parts[:depth]).strip()


def nothing_fits(shop: FashionPlugin, filters: Filters) -> str:
    """What to tell or to try where nothing satisfies some conditions."""
    if filters in (Filters(), Filters(min_price=0)):
        return "Nothing in this shop fits: try other words, or fewer."
    told = ["Nothing fits: widen the price, the category or the colour."]
    known = shop.store.categories() if filters.category else ()
    if unknown := meant(filters.category, known)[1] if known else ():
        listed = ", ".join(briefly(known, _SUGGESTED))
        told.append(f"This shop has no category {', '.join(unknown)}; it has: {listed}")
    asked = {bound.currency for bound in (filters.min_price, filters.max_price) if isinstance(bound, Money)}
    page = shop.products(limit=1, filters=Filters(min_price=0)) if asked else None
    price = page.products[0].price if page and page.products else None
    if price and price.currency not in asked:
        told.append(f"Prices of this shop are in {price.currency}.")
    return " ".join(told)
