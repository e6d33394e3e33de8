"""What a shop knows of looks: its own ones, and which garment each of its categories stands for."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Filters, Product
from fashion_plugin.errors import InvalidInput
from fashion_plugin.looks.curated import CuratedLook
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.labels import GarmentLabels, LabelOf
from fashion_plugin.looks.prototypes import PrototypeLabels, shipped_prototypes
from fashion_plugin.store.base import WHOLE, GenerationInfo, StoredVector, VectorStore

__all__ = ["ShopLooks", "main_vector"]

_FOR_EACH: Final = 24
"""Products looked at of each category."""

_MOST: Final = 400
"""Categories looked at: enough for any shop, few enough for a second of work."""

_REMEMBERED: Final = 100_000
"""Products whose look is remembered."""


@dataclass(frozen=True, slots=True)
class _State:
    """What the labels were made of: they hold as long as this is the same."""

    space: GenerationInfo | None
    categories: tuple[str, ...]
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Mapping:
    """Labels of products, and of the categories by themselves."""

    state: _State
    labels: GarmentLabels
    categories: Mapping[str, str | None]
    prototypes: PrototypeLabels | None
    guesses: dict[tuple[str, int], str | None] = field(default_factory=dict)


class ShopLooks:
    """A shop's own looks, and its mapping from products to garment labels, kept until the catalogue changes.

    A category's label is what the merchant says, else what its words tell, else what is learned from what its
    products look like: mean embeddings of the categories whose label is known, and those that ship for the
    encoder, are compared with them. A product that no word and no category tells of is judged by its photo.
    """

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._made: _Mapping | None = None

    def all(self) -> list[CuratedLook]:
        """The shop's own looks, which `complete_the_look` suggests first."""
        return [CuratedLook(products, photo) for photo, products in self._store.looks.all()]

    def replace(self, looks: Iterable[CuratedLook]) -> None:
        """Keep these looks in place of those that were there (`read_curated_looks` reads a file of them)."""
        self._store.looks.replace((look.photo, look.products) for look in looks)

    def set_labels(self, labels: Mapping[str, str | None]) -> None:
        """Say which garment label categories stand for, "" for none; None leaves it to words and photos.

        Raises:
            InvalidInput: there is no such label.
        """
        for category, label in labels.items():
            if label and label not in GARMENT_LABELS:
                raise InvalidInput(
                    f"{label!r:.40} for {category!r:.80} is no garment label: choose from "
                    f"{', '.join(GARMENT_LABELS)}, or an empty one for what is no garment"
                )
        self._store.looks.set_labels(labels)

    def told(self) -> GarmentLabels:
        """What the merchant's labels and words tell, without what is learned."""
        return GarmentLabels(self._store.looks.labels())

    def labels(self) -> LabelOf:
        """The mapping for the catalogue as it is now: by words, by categories, else by a product's photo."""
        current = self._current()

        def label_of(product: Product) -> str | None:
            label = current.labels(product)
            if label is not None or current.prototypes is None:
                return label
            key = (product.id, hash(product.images))
            if key not in current.guesses:
                if len(current.guesses) >= _REMEMBERED:
                    current.guesses.clear()
                vectors = self._store.vectors(product.id)
                current.guesses[key] = current.prototypes(main_vector(vectors)) if vectors else None
            return current.guesses.get(key)

        return label_of

    def by_category(self) -> Mapping[str, str | None]:
        """The label of each category of the catalogue; "" for no garment, None where nothing tells."""
        return dict(self._current().categories)

    def narrowed(self, filters: Filters, labels: Sequence[str]) -> Filters:
        """The same filters for the categories whose products may be of these labels.

        Filters that name categories stay as they are, and so do those of a catalogue with products that are
        in none.
        """
        categories = self._current().categories
        names = [name for name, label in categories.items() if label is None or label in labels]
        if filters.category or len(names) in (0, len(categories)):
            return filters
        everything = self._store.count(Filters(category=categories)) == self._store.count()
        return filters.within(names) if everything else filters

    def _current(self) -> "_Mapping":
        state = _State(
            self._store.generation(),
            tuple(self._store.categories()),
            tuple(sorted(self._store.looks.labels().items())),
        )
        with self._lock:
            if self._made is None or self._made.state != state:
                self._made = self._learn(state)
            return self._made

    def _learn(self, state: _State) -> _Mapping:
        labels = GarmentLabels(dict(state.said))
        told = {name: labels(Product("category", category=name)) for name in state.categories}
        if state.space is None:
            return _Mapping(state, labels, told, None)
        prototypes = shipped_prototypes(state.space.fingerprint)
        unknown = [name for name, label in told.items() if label is None]
        if unknown:
            known = [name for name in state.categories if name not in unknown]
            examples = self._sample(known[:_MOST]) + self._sample(unknown[:_MOST])
            named = [
                (vector, label, product.category)
                for product, vector in examples
                if (label := labels(product)) is not None
            ]
            if named:
                vectors, names, kinds = zip(*named, strict=True)
                prototypes = PrototypeLabels.of(np.stack(vectors), names, kinds).joined(prototypes)
            if prototypes is not None:
                guesses = {product.id: prototypes(vector) for product, vector in examples}
                labels = labels.learn(
                    (product for product, _ in examples), lambda product: guesses[product.id]
                )
                told |= {name: labels(Product("category", category=name)) for name in unknown}
        return _Mapping(state, labels, told, prototypes)

    def _sample(self, categories: Sequence[str]) -> list[tuple[Product, NDArray[np.float32]]]:
        """Some products of each category, with the embedding of what their first image is about."""
        found = []
        for category in categories:
            page = self._store.products(limit=_FOR_EACH, filters=Filters(category=category))
            for product in page.products:
                vectors = self._store.vectors(product.id)
                if vectors:
                    found.append((product, main_vector(vectors)))
        return found


def main_vector(vectors: Sequence[StoredVector]) -> NDArray[np.float32]:
    """The embedding of what a product's first image is about: its garment, or the whole photo."""
    first = [stored for stored in vectors if stored.source == vectors[0].source]
    return next((stored.vector for stored in first if stored.region != WHOLE), first[0].vector)
