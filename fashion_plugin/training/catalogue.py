"""A shop's own catalogue as training data: its products' photos, some products held out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fashion_plugin.catalog import LocalImage, Product
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import TrainingError
from fashion_plugin.store import SQLiteStore
from fashion_plugin.training.evaluate import Scores
from fashion_plugin.training.manifest import Item, Manifest, held_out
from fashion_plugin.training.metrics import Figure, paired_difference

__all__ = ["HELD_OUT", "Comparison", "catalogue_manifest", "check_live", "compare", "live_source"]

HELD_OUT: Final = 0.2
"""The share of products that training does not see, and by which the result is judged."""

_PAGE = 500
_LEAST_PRODUCTS = 4
_CATEGORY_LOSS = 0.01


class _Photos(Mapping[str, bytes]):
    """A catalogue's photos by source: the file where it is still there, else the small copy kept of it."""

    def __init__(self, store: SQLiteStore, hashes: Mapping[str, str]) -> None:
        self._store, self._hashes = store, hashes

    def __getitem__(self, source: str) -> bytes:
        path = Path(source)
        if path.is_file():
            return path.read_bytes()
        kept = self._store.photos.get(self._hashes[source]) if self._store.photos else None
        if kept is None:
            raise KeyError(source)
        return kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._hashes)

    def __len__(self) -> int:
        return len(self._hashes)


def catalogue_manifest(store: SQLiteStore, *, share: float = HELD_OUT) -> Manifest:
    """The photos of a catalogue that can be had, with ``share`` of the products as its validation split.

    A photo is read from its file, or from the small copy kept beside the database; photos with neither are
    left out. Keep the store open while the manifest is used.

    Raises:
        TrainingError: fewer than four products have a photo that can be had.
    """
    items, hashes = [], {}
    cursor: str | None = None
    while True:
        page = store.products(limit=_PAGE, cursor=cursor)
        known = store.known([product.id for product in page.products])
        for product in page.products:
            for ref in product.images:
                image = known[product.id].images.get(ref.source)
                photo = image.photo if image else None
                there = isinstance(ref, LocalImage) and ref.path.is_file()
                kept = bool(photo and store.photos and store.photos.get(photo) is not None)
                if there or kept:
                    hashes[ref.source] = photo or ""
                    items.append(_item(product, ref.source, share))
        cursor = page.cursor
        if cursor is None:
            break
    items = _both_sides(items)
    products = len({item.product_id for item in items})
    if products < _LEAST_PRODUCTS:
        raise TrainingError(
            f"{store.path}: {products} products have a photo that can be read; at least {_LEAST_PRODUCTS} "
            "are needed. Photos are read from their files, or from the copies that indexing keeps"
        )
    return Manifest(tuple(items), store.path, _Photos(store, hashes))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A trained network against the live encoder on the held-out products, query by query.

    ``difference`` is of the reciprocal rank of the same product, ``category`` of the category's precision at
    10 (None where no categories are named): above 0 the new one is better.
    """

    difference: Figure
    category: Figure | None

    @property
    def worse(self) -> bool:
        """Whether the new one may not replace the live one.

        It may not where the mean reciprocal rank fell, nor where the category's precision fell by more than
        0.01.
        """
        lost = self.category is not None and self.category.value < -_CATEGORY_LOSS
        return self.difference.value < 0 or lost

    def __str__(self) -> str:
        parts = [("MRR", self.difference), ("category P@10", self.category)]
        return ", ".join(
            f"{name} {figure.value:+.3f} [{figure.low:+.3f}, {figure.high:+.3f}] on {figure.n} photos"
            for name, figure in parts
            if figure is not None
        )


def compare(new: Scores, live: Scores, groups: list[int]) -> Comparison:
    """Compare what an evaluator found of two encoders; ``groups`` are the queries' products."""
    difference = paired_difference(new.per_query, live.per_query, groups)
    category = paired_difference(new.per_photo, live.per_photo) if new.per_photo else None
    return Comparison(difference, category)


def live_source(store: SQLiteStore) -> str:
    """What loads the encoder whose embeddings the catalogue holds: a path, else its name.

    Raises:
        TrainingError: it holds none yet.
    """
    space = store.generation()
    if space is None:
        raise TrainingError(f"{store.path} has no products yet: index some first")
    return space.source or space.encoder


def check_live(store: SQLiteStore, encoder: Encoder) -> None:
    """Make sure that an encoder is the one whose embeddings the catalogue holds.

    Raises:
        TrainingError: it is another one.
    """
    space = store.generation()
    if space is not None and space.fingerprint != encoder.fingerprint:
        raise TrainingError(
            f"{store.path} holds embeddings of {space.encoder!r} ({space.fingerprint[:12]}), not of "
            f"{encoder.name!r}: name the live encoder with --encoder"
        )


def _item(product: Product, source: str, share: float) -> Item:
    return Item(
        image=source,
        product_id=product.id,
        category=product.category,
        colour=product.colour,
        split="validation" if held_out(product.id, share) else "train",
    )


def _both_sides(items: list[Item]) -> list[Item]:
    """Hold out at least two products of a small catalogue, whatever their hashes."""
    products = sorted({item.product_id for item in items})
    out = {item.product_id for item in items if item.split == "validation"}
    for product in products:
        if len(out) >= 2 or len(products) < _LEAST_PRODUCTS:
            break
        out.add(product)
    for product in sorted(out):
        if len(products) - len(out) >= 2:
            break
        out.discard(product)
    return [
        Item(i.image, i.product_id, i.category, i.colour, i.domain, "validation")
        if i.product_id in out
        else Item(i.image, i.product_id, i.category, i.colour, i.domain, "train")
        for i in items
    ]
