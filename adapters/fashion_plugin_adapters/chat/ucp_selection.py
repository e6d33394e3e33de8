"""Choosing among a product's variants by the options that a shopper has picked so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fashion_plugin.catalog import Product, Variant
from fashion_plugin_adapters.chat.ucp_product import options_of

__all__ = ["Choice", "choose"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The variants that fit a selection, the one to show first; the selection that holds; the options."""

    featured: Variant
    variants: tuple[Variant, ...]
    selected: Mapping[str, str]
    options: list[dict[str, Any]]


def choose(
    product: Product,
    selected: Mapping[str, str],
    preferences: Sequence[str],
    *,
    featured: Variant | None = None,
) -> Choice:
    """The variants that fit; where none does, selections are given up, the least preferred first.

    Each value of each option says whether a variant with it and the other selections exists, and whether one
    is in stock.
    """
    variants = product.variants or (Variant(product.id, product.title, in_stock=product.in_stock),)
    holding = dict(selected)
    # Those that are not named among the preferences go first, then from the end of the list.
    order = [name for name in reversed(holding) if name not in preferences]
    order += [name for name in reversed(preferences) if name in holding]
    while holding and not _fitting(variants, holding):
        del holding[order.pop(0)]
    fitting = _fitting(variants, holding)
    first = featured or next((one for one in fitting if one.in_stock), fitting[0])
    shown = (first, *(one for one in fitting if one.id != first.id))
    effective = holding or dict(first.options)
    return Choice(first, shown, effective, _signals(product, variants, effective))


def _fitting(variants: Sequence[Variant], selected: Mapping[str, str]) -> list[Variant]:
    return [one for one in variants if all(one.options.get(n) == v for n, v in selected.items())]


def _signals(
    product: Product, variants: Sequence[Variant], selected: Mapping[str, str]
) -> list[dict[str, Any]]:
    options = options_of(product)
    for option in options:
        others = {name: label for name, label in selected.items() if name != option["name"]}
        for value in option["values"]:
            with_it = _fitting(variants, {**others, option["name"]: value["label"]})
            value |= {"available": any(one.in_stock for one in with_it), "exists": bool(with_it)}
    return options
