"""What an evaluation asks of an encoder: queries, the gallery they are asked of, and triplets."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.training.manifest import Item
from fashion_plugin.training.triplets import Triplet, TripletSampler, View

__all__ = ["even_triplets", "numbered", "questions"]


def numbered(names: Sequence[str]) -> NDArray[np.int64]:
    """A whole number for each name, equal for equal names."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def questions(
    items: Sequence[Item], rng: np.random.Generator, most: int
) -> tuple[bool, tuple[View, ...], NDArray[np.int64], str]:
    """Who asks and who is asked: whether queries are made views, the queries, the gallery, and a sentence.

    Shoppers' photos ask of the shop's where there are both, else every photo of a product that has several
    asks of all the others; where none has, a made view asks for its own photo. At most ``most`` ask.
    """
    by_product: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        by_product[item.product_id].append(number)
    several = [own for own in by_product.values() if len(own) > 1]
    everything = np.arange(len(items))
    if not several:
        queries = rng.permutation(everything)[:most]
        views = tuple(View(int(n), int(rng.integers(2**31))) for n in np.sort(queries))
        return True, views, everything, "a made view of each photo (synthetic) finds that photo among all"
    catalog = np.array([n for n, item in enumerate(items) if item.domain == "catalog"], dtype=np.int64)
    shop = {items[n].product_id for n in catalog}
    wild = [n for own in several for n in own if items[n].domain == "wild" and items[n].product_id in shop]
    if wild:
        chosen = np.sort(rng.permutation(wild)[:most])
        sentence = "each shopper's photo finds the same product among the shop's photos"
        return False, tuple(View(int(n)) for n in chosen), catalog, sentence
    chosen = np.sort(rng.permutation([n for own in several for n in own])[:most])
    sentence = "each photo of a product with several finds another of them among all photos but itself"
    return False, tuple(View(int(n)) for n in chosen), everything, sentence


def even_triplets(items: Sequence[Item], most: int, seed: int) -> tuple[Triplet, ...]:
    """Triplets to be told apart, half of them in-class; all of them where there is one category only."""
    one_category = len({item.category for item in items}) == 1
    sampler = TripletSampler(items, in_class=1.0 if one_category else 0.5, seed=seed)
    return tuple(sampler.triplet(position) for position in range(min(most, len(sampler))))
