"""Filters as conditions of a query on products, and the same said of one product."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from fashion_plugin.catalog import Filters, Money, Product
from fashion_plugin.colour import COLOURS
from fashion_plugin.store.keys import SEPARATOR, category_key, key

__all__ = ["LISTED", "Condition", "condition", "fits"]

_NAMED = f"({', '.join(repr(name) for name in COLOURS)})"

LISTED = "(SELECT value FROM json_each(?))"
"""The names of a JSON list, as one parameter."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression over ``p``, a row of products, with its parameters; empty when everything fits."""

    sql: str
    parameters: tuple[Any, ...]


def condition(filters: Filters | None, *, hidden: bool, few: bool = False) -> Condition:
    """What filters ask of a product; with ``hidden``, that it is searchable as well.

    With ``few`` it is quick for a handful of products, else for finding all that there are: a list of those
    with a tag takes long to make where many have it.
    """
    parts: list[tuple[str, tuple[Any, ...]]] = []
    if hidden:
        parts.append(("p.searchable", ()))
    if filters:
        parts += _parts(filters, "EXISTS" if few else "IN")
    return Condition(
        " AND ".join(sql for sql, _ in parts),
        tuple(value for _, values in parts for value in values),
    )


def _parts(filters: Filters, how: Literal["IN", "EXISTS"]) -> Iterable[tuple[str, tuple[Any, ...]]]:
    if filters.category:
        yield _categories(filters.category)
    if filters.brand:
        yield f"p.brand_key IN {LISTED}", (_list(map(key, filters.brand)),)
    if filters.colour:
        yield _colours(filters.colour, how)
    for tag in filters.tags:
        yield _related("product_tags", "tag_key = ?", how), (key(tag),)
    if filters.min_price is not None:
        yield _price(filters.min_price, ">=", math.ceil)
    if filters.max_price is not None:
        yield _price(filters.max_price, "<=", math.floor)
    if filters.in_stock is not None:
        yield "p.in_stock = ?", (int(filters.in_stock),)
    if filters.ids:
        yield f"p.id IN {LISTED}", (_list(filters.ids),)
    if filters.exclude:
        yield f"p.id NOT IN {LISTED}", (_list(filters.exclude),)


def _colours(names: tuple[str, ...], how: Literal["IN", "EXISTS"]) -> tuple[str, tuple[Any, ...]]:
    """The shop's own word; where that names no colour known here, what was measured in the photos."""
    own, measured = _list(map(key, names)), _measured(names)
    if not measured:
        return f"p.colour_key IN {LISTED}", (own,)
    found = _related("image_colours", f"colour IN {LISTED}", how)
    return f"(p.colour_key IN {LISTED} OR p.colour_key NOT IN {_NAMED} AND {found})", (
        own,
        _list(measured),
    )


def _related(table: str, asked: str, how: Literal["IN", "EXISTS"]) -> str:
    """That a product has such a row in a table."""
    # The names of tables are constants of ours.
    if how == "IN":
        return f"p.pk IN (SELECT product FROM {table} WHERE {asked})"  # noqa: S608
    return f"EXISTS (SELECT 1 FROM {table} r WHERE r.product = p.pk AND r.{asked})"  # noqa: S608


def _measured(names: Iterable[str]) -> list[str]:
    """Those of the names that are given to measured colours."""
    keys = (key(name).replace("gray", "grey") for name in names)
    return [name for name in keys if name in COLOURS]


def _categories(paths: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    keys = [key for key in map(category_key, paths) if key]
    if not keys:
        return "0", ()
    one = "p.category_key = ? OR p.category_key >= ? AND p.category_key < ?"
    # What lies below a category starts with its key and the separator: a range of the index.
    ends = ((key, key + SEPARATOR, key + SEPARATOR[:-1] + "!") for key in keys)
    return f"({' OR '.join([one] * len(keys))})", tuple(value for end in ends for value in end)


def _price(bound: Money | Decimal, sign: str, whole: Any) -> tuple[str, tuple[Any, ...]]:
    amount = bound.amount if isinstance(bound, Money) else bound
    compared = f"p.price_micros {sign} ?"
    micros = whole(amount * 1_000_000)
    if isinstance(bound, Money):
        return f"p.price_currency = ? AND {compared}", (bound.currency, micros)
    return compared, (micros,)


def _list(names: Iterable[str]) -> str:
    return json.dumps(list(names))


def fits(product: Product, filters: Filters, measured: Iterable[str] = ()) -> bool:
    """Whether a product satisfies filters, told without a database.

    ``measured`` are the names of the colours that its images show.
    """
    tags = {key(tag) for tag in product.tags}
    return (
        (not filters.category or any(_below(product.category, path) for path in filters.category))
        and (not filters.brand or key(product.brand) in map(key, filters.brand))
        and (not filters.colour or _is_coloured(product, filters.colour, measured))
        and all(key(tag) in tags for tag in filters.tags)
        and _within(product.price, filters.min_price, filters.max_price)
        and filters.in_stock in (None, product.in_stock)
        and (not filters.ids or product.id in filters.ids)
        and product.id not in filters.exclude
    )


def _is_coloured(product: Product, names: tuple[str, ...], measured: Iterable[str]) -> bool:
    own = key(product.colour)
    if own in map(key, names) or own in COLOURS:
        return own in map(key, names)
    return not set(_measured(names)).isdisjoint(measured)


def _below(category: str, path: str) -> bool:
    wanted = category_key(path).split(SEPARATOR)
    return category_key(category).split(SEPARATOR)[: len(wanted)] == wanted != [""]


def _within(price: Money | None, low: Money | Decimal | None, high: Money | Decimal | None) -> bool:
    for bound, sign in ((low, 1), (high, -1)):
        if bound is None:
            continue
        if price is None or (isinstance(bound, Money) and bound.currency != price.currency):
            return False
        amount = bound.amount if isinstance(bound, Money) else bound
        if sign * (price.amount - amount) < 0:
            return False
    return True
