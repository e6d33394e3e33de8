"""How answers would change with another generation: catalogue photos asked in both."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fashion_plugin.answering import to_match
from fashion_plugin.catalog import Filters, Match, Product
from fashion_plugin.errors import GenerationError
from fashion_plugin.store.base import GenerationInfo, VectorStore

__all__ = ["Compared", "Comparison", "compare"]

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Compared:
    """One product's photo as a question: what is found now, and what would be found then."""

    product: Product
    now: tuple[Match, ...]
    then: tuple[Match, ...]

    @property
    def overlap(self) -> float:
        """Which share of what is found now would be found then."""
        ids = {match.product.id for match in self.now}
        return len(ids & {match.product.id for match in self.then}) / max(1, len(ids))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Questions asked in both generations, those whose answers change most first; ``depth`` is their k."""

    questions: tuple[Compared, ...]
    depth: int

    @property
    def mean(self) -> float:
        """The mean overlap."""
        return float(np.mean([one.overlap for one in self.questions])) if self.questions else 0.0

    @property
    def same_first(self) -> float:
        """Which share of the questions has the same best answer."""
        same = [
            one.now[:1] and one.then[:1] and _first(one.now) == _first(one.then) for one in self.questions
        ]
        return float(np.mean([bool(each) for each in same])) if same else 0.0

    def quantile(self, share: float) -> float:
        """The overlap that this share of the questions stays below."""
        return float(np.quantile([one.overlap for one in self.questions], share)) if self.questions else 0.0


def compare(
    store: VectorStore, then: GenerationInfo, count: int, *, depth: int = 10, seed: int = 0
) -> Comparison:
    """Ask the first photos of sampled products in the live generation and in another one.

    The product itself is left out of its answers.

    Raises:
        GenerationError: there is no live generation, or none of the other's vector space.
    """
    live = store.generation()
    if live is None:
        raise GenerationError("there is nothing to compare with: the database has no embeddings yet")
    views = [store.generations.view(space) for space in (live, then)]
    questions: list[Compared] = []
    for product in _sampled(store, 2 * count, seed):
        vectors = [view.vectors(product.id) for view in views]
        if len(questions) == count:
            break
        if not all(vectors):
            continue
        filters = Filters(exclude=(product.id,))
        found = [
            tuple(to_match(hit) for hit in view.nearest(rows[0].vector, limit=depth, filters=filters))
            for view, rows in zip(views, vectors, strict=True)
        ]
        questions.append(Compared(product, found[0], found[1]))
    return Comparison(tuple(sorted(questions, key=lambda one: one.overlap)), depth)


def _sampled(store: VectorStore, count: int, seed: int) -> Iterator[Product]:
    """Some of all searchable products, each as likely as another."""
    chosen: list[Product] = []
    choice = random.Random(seed)  # noqa: S311 - a sample, not a secret
    seen, cursor = 0, None
    while True:
        page = store.products(limit=_PAGE, cursor=cursor, filters=Filters())
        for product in page.products:
            seen += 1
            if len(chosen) < count:
                chosen.append(product)
            elif (place := choice.randrange(seen)) < count:
                chosen[place] = product
        cursor = page.cursor
        if cursor is None:
            break
    choice.shuffle(chosen)
    yield from chosen


def _first(matches: tuple[Match, ...]) -> str:
    return matches[0].product.id
