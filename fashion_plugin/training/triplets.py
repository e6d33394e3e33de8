"""Triplets of query, positive and negative, built from a manifest: seeded, and addressable by position.

The triplet at a position follows from the manifest, the seed and the position alone. So a run that was
stopped goes on with the very triplets it would have seen, and two runs can be compared.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import TrainingError
from fashion_plugin.training.manifest import Item

__all__ = ["NegativeKind", "Triplet", "TripletSampler", "View"]

NegativeKind = Literal["in-class", "out-of-class"]

_ORDER, _CHOICE, _VIEW = 1, 2, 3  # streams of random numbers that must not repeat one another
_HARD_SHARE = 0.5  # of in-class negatives, where hard ones are known: only hard ones collapse a network


@dataclass(frozen=True, slots=True)
class View:
    """A photo as it is (``made`` is None), or a synthetic view made of it from a seed."""

    item: int
    made: int | None = None


@dataclass(frozen=True, slots=True)
class Triplet:
    """A query, a positive of the same product and a negative of another one.

    ``kind`` says whether the negative is of the query's category. ``synthetic`` is True where the product has
    one photo only, so that the query is a view made of the positive.
    """

    query: View
    positive: View
    negative: View
    kind: NegativeKind
    synthetic: bool
    hard: bool = False


class TripletSampler:
    """All triplets of some photos: ``len(sampler)`` of them are one epoch, in which each photo queries once.

    Args:
        items: the photos, of the train split alone.
        in_class: share of negatives of the query's own category, 0 to 1; met exactly over an epoch as far
            as every category has two products.
        seed: what all choices follow from.
        synthetic: whether a product with one photo gets a made view as its query; else it only serves as
            a negative.
        hard: by item, the items that a trained encoder takes for it (`mining.hard_negatives`); half of the
            in-class negatives come from there.

    Raises:
        TrainingError: no triplet can be built: one product only, one category with out-of-class negatives
            wanted, or one photo per product without synthetic views.
    """

    def __init__(
        self,
        items: Sequence[Item],
        *,
        in_class: float = 0.7,
        seed: int = 0,
        synthetic: bool = True,
        hard: Mapping[int, Sequence[int]] | None = None,
    ) -> None:
        if not 0.0 <= in_class <= 1.0:
            raise TrainingError(f"the share of in-class negatives is between 0 and 1, not {in_class}")
        products: dict[str, list[int]] = defaultdict(list)
        categories: dict[str, list[int]] = defaultdict(list)
        for index, item in enumerate(items):
            products[item.product_id].append(index)
            categories[item.category].append(index)
        _check(items, products, categories, in_class, synthetic)
        self.items, self.in_class, self.seed = items, in_class, seed
        self.hard: Mapping[int, Sequence[int]] = hard or {}
        self._by_product = dict(products)
        self._by_category = {name: np.array(own) for name, own in categories.items()}
        self._queries = np.array(
            [i for i, item in enumerate(items) if synthetic or len(products[item.product_id]) > 1]
        )
        self._epoch: tuple[int, NDArray[np.int64]] = (-1, self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def __iter__(self) -> Iterator[Triplet]:
        """One epoch."""
        return (self.triplet(position) for position in range(len(self)))

    @property
    def synthetic_share(self) -> float:
        """The share of an epoch's triplets whose query is a made view."""
        singles = sum(len(self._by_product[self.items[index].product_id]) == 1 for index in self._queries)
        return singles / len(self)

    def triplet(self, position: int) -> Triplet:
        """The triplet at a position; positions count on from one epoch to the next."""
        epoch, place = divmod(position, len(self))
        query = int(self._order(epoch)[place])
        rng = np.random.default_rng((self.seed, _CHOICE, position))
        positive = self._positive(query, rng)
        # Spread evenly: exactly this share of the places up to any one is in-class.
        wants_in_class = int((place + 1) * self.in_class + 1e-9) > int(place * self.in_class + 1e-9)
        negative, kind, hard = self._negative(query, wants_in_class, rng)
        made = None if positive is not None else int(rng.integers(2**31))
        return Triplet(
            query=View(query, made),
            positive=View(query if positive is None else positive),
            negative=View(negative),
            kind=kind,
            synthetic=positive is None,
            hard=hard,
        )

    def view_seed(self, position: int, role: int) -> tuple[int, ...]:
        """What the augmentation of one image of a triplet is seeded with."""
        return (self.seed, _VIEW, position, role)

    def _order(self, epoch: int) -> NDArray[np.int64]:
        known, order = self._epoch
        if known != epoch:
            order = np.random.default_rng((self.seed, _ORDER, epoch)).permutation(self._queries)
            self._epoch = (epoch, order)
        return order

    def _positive(self, query: int, rng: np.random.Generator) -> int | None:
        item = self.items[query]
        others = [index for index in self._by_product[item.product_id] if index != query]
        # A shopper's photo should find the shop's, and the shop's photo be found by a shopper's.
        across = [index for index in others if self.items[index].domain != item.domain]
        choice = across or others
        return choice[int(rng.integers(len(choice)))] if choice else None

    def _negative(
        self, query: int, in_class: bool, rng: np.random.Generator
    ) -> tuple[int, NegativeKind, bool]:
        own = self._by_category[self.items[query].category]
        if in_class:
            hard = [index for index in self.hard.get(query, ()) if self._differs(index, query)]
            if hard and rng.random() < _HARD_SHARE:
                return hard[int(rng.integers(len(hard)))], "in-class", True
            if (found := self._draw(own, query, rng)) is not None:
                return found, "in-class", False
        elsewhere = _Without(len(self.items), own)
        if (found := self._draw(elsewhere, query, rng)) is not None:
            return found, "out-of-class", False
        # The query's category has every other product.
        found = self._draw(own, query, rng)
        if found is None:  # pragma: no cover - _check refuses a manifest of one product
            raise TrainingError(f"there is no negative for {self.items[query].image}")
        return found, "in-class", False

    def _draw(
        self, among: "NDArray[np.int64] | _Without", query: int, rng: np.random.Generator
    ) -> int | None:
        for _ in range(8 if len(among) else 0):
            index = int(among[int(rng.integers(len(among)))])
            if self._differs(index, query):
                return index
        others = [int(index) for index in among if self._differs(int(index), query)]
        return others[int(rng.integers(len(others)))] if others else None

    def _differs(self, index: int, query: int) -> bool:
        return self.items[index].product_id != self.items[query].product_id


class _Without(Sequence[int]):
    """The numbers below n that are not in a sorted array: the k-th is found without listing them."""

    def __init__(self, n: int, left_out: NDArray[np.int64]) -> None:
        self._n, self._left_out = n, left_out
        self._before = left_out - np.arange(len(left_out))

    def __len__(self) -> int:
        return self._n - len(self._left_out)

    def __getitem__(self, k: Any) -> Any:
        if not 0 <= k < len(self):
            raise IndexError(k)
        return int(k + np.searchsorted(self._before, k, side="right"))


def _check(
    items: Sequence[Item],
    products: Mapping[str, Sequence[int]],
    categories: Mapping[str, Sequence[int]],
    in_class: float,
    synthetic: bool,
) -> None:
    if len(products) < 2:
        raise TrainingError(
            f"{len(items)} photos of {len(products)} products: triplets need at least two products in the "
            "train split"
        )
    if len(categories) == 1 and in_class < 1.0:
        name = next(iter(categories))
        raise TrainingError(
            f"all {len(products)} products are in one category ({name or 'none is named'}): there are no "
            "out-of-class negatives. Name categories in the manifest, or train with --in-class 1"
        )
    if not synthetic and max(len(own) for own in products.values()) < 2:
        raise TrainingError(
            f"each of the {len(products)} products has one photo, so there are no positives. Add photos, or "
            "allow positives made of the photo itself (leave out --no-synthetic)"
        )
