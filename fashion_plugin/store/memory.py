"""A store in plain Python and NumPy: the shortest thing that keeps the contract.

It is what the SQLite store is compared with in tests, and a start for those who write a store of their own.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Filters, ImageRef, Page, Product, Stats
from fashion_plugin.errors import StoreError
from fashion_plugin.store.base import (
    GenerationInfo,
    Hit,
    ImageRecord,
    KnownImage,
    KnownProduct,
    ProductRecord,
    PutResult,
    StoredVector,
    TextHits,
    region_order,
)
from fashion_plugin.store.filters import fits
from fashion_plugin.store.lookbook import MemoryLookBook
from fashion_plugin.store.memory_generations import MemoryGenerations, Within
from fashion_plugin.store.planning import prepare
from fashion_plugin.store.rows import product_row, tag_rows, variant_row
from fashion_plugin.store.seen import Seen, colour_names
from fashion_plugin.store.text_index import product_words
from fashion_plugin.store.text_memory import find_words
from fashion_plugin.store.vectors import checked, require_same

__all__ = ["MemoryStore"]


@dataclass(frozen=True, slots=True)
class _Image:
    ref: ImageRef
    photo: str | None = None
    etag: str = ""
    last_modified: str = ""
    error: str = ""
    regions: tuple[str, ...] = ()
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    product: Product
    images: Mapping[str, _Image]

    def face(self) -> object:
        """What makes a product another one; notes on downloads do not."""
        product = self.product
        return (
            product_row(product),
            tag_rows(product),
            [(variant_row(v), [ref.source for ref in v.images]) for v in product.variants],
            [ref.source for ref in product.images],
            [(i.ref.source, i.ref.alt, i.photo, sorted(i.regions), i.seen) for i in self.images.values()],
        )

    def fits(self, filters: Filters) -> bool:
        """Whether the product satisfies filters."""
        shown = [colour_names(image.seen.colours) for image in self.images.values() if image.seen]
        return fits(self.product, filters, [name for names in shown for name in names])


class MemoryStore:
    """A `VectorStore` that lives in this process and compares with every vector."""

    photos = None

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._space: GenerationInfo | None = None
        self._entries: dict[str, _Entry] = {}
        self._vectors: dict[str, dict[str, NDArray[np.float32]]] = {}
        self.generations = MemoryGenerations(self)
        self.looks = MemoryLookBook()

    def close(self) -> None:
        """There is nothing to release."""

    def generation(self) -> GenerationInfo | None:
        """See `VectorStore.generation`."""
        return self._space

    def open_generation(self, wanted: GenerationInfo) -> None:
        """See `VectorStore.open_generation`."""
        if self._space is not None:
            require_same(self._space, wanted, "this store")
        self._space = wanted

    def within(self, space: GenerationInfo) -> "MemoryStore":
        """See `VectorStore.within`."""
        return cast(MemoryStore, Within(self, space))

    def known(self, ids: Sequence[str]) -> Mapping[str, KnownProduct]:
        """See `VectorStore.known`."""
        with self._lock:
            return {
                name: KnownProduct(
                    entry.product,
                    {
                        source: KnownImage(
                            source, i.photo, i.etag, i.last_modified, i.error, i.regions, i.seen
                        )
                        for source, i in entry.images.items()
                    },
                )
                for name in ids
                if (entry := self._entries.get(name))
            }

    def embedded(self, photos: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """See `VectorStore.embedded`."""
        with self._lock:
            return {photo: frozenset(self._vectors[photo]) for photo in photos if photo in self._vectors}

    def put(self, records: Sequence[ProductRecord]) -> PutResult:
        """See `VectorStore.put`."""
        outcomes: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "missing": []}
        with self._lock:
            for record in records:
                prepare(record, self._space)
            for record in records:
                name = record.product.id
                before = self._entries.get(name)
                after = self._entry(record, before)
                self._entries[name] = after
                if before is not None:
                    self.generations.relinked(name, before.images, after.images)
                self._drop_orphans()
                if before is None:
                    outcomes["added"].append(name)
                else:
                    outcomes["unchanged" if before.face() == after.face() else "updated"].append(name)
                asked = {image.ref.source: image.regions for image in record.images}
                if any(
                    image.photo and (not image.regions or not {*asked.get(source, ())} <= {*image.regions})
                    for source, image in after.images.items()
                ):
                    outcomes["missing"].append(name)
        return PutResult(**{what: tuple(names) for what, names in outcomes.items()})

    def remove(self, ids: Sequence[str]) -> int:
        """See `VectorStore.remove`."""
        with self._lock:
            gone = [self._entries.pop(name) for name in dict.fromkeys(ids) if name in self._entries]
            self._drop_orphans()
        return len(gone)

    def nearest(
        self, vector: NDArray[np.float32], *, limit: int, filters: Filters | None = None
    ) -> Sequence[Hit]:
        """See `VectorStore.nearest`."""
        with self._lock:
            if self._space is None:
                return []
            checked(vector, self._space.dim, "the query vector")
            hits = [self._hit(entry, vector) for entry in self._found(filters)]
        return sorted(hits, key=lambda hit: (hit.distance, hit.product.id))[: max(0, limit)]

    def find(self, text: str, *, limit: int, filters: Filters | None = None) -> TextHits:
        """See `VectorStore.find`."""
        with self._lock:
            texts = {name: product_words(entry.product) for name, entry in self._entries.items()}
            page = self.products(limit=len(texts) + 1, filters=filters or Filters())
        return find_words(text, texts, (product.id for product in page.products), limit=limit)

    def count(self, filters: Filters | None = None) -> int:
        """See `VectorStore.count`."""
        with self._lock:
            return len(self._found(filters))

    def categories(self) -> list[str]:
        """See `VectorStore.categories`."""
        with self._lock:
            return sorted({entry.product.category for entry in self._found(None)} - {""})

    def product(self, id: str) -> Product | None:
        """See `VectorStore.product`."""
        entry = self._entries.get(id)
        return entry.product if entry else None

    def owners(self, variants: Sequence[str]) -> Mapping[str, str]:
        """See `VectorStore.owners`."""
        with self._lock:
            wanted, entries = set(variants), sorted(self._entries.items(), reverse=True)
            return {v.id: name for name, entry in entries for v in entry.product.variants if v.id in wanted}

    def products(self, *, limit: int, cursor: str | None = None, filters: Filters | None = None) -> Page:
        """See `VectorStore.products`."""
        with self._lock:
            names = sorted(name for name in self._entries if cursor is None or name > cursor)
            entries = [self._entries[name] for name in names]
        if filters is not None:
            entries = [one for one in entries if one.product.searchable and one.fits(filters)]
        products = [entry.product for entry in entries]
        return Page(tuple(products[:limit]), products[limit - 1].id if len(products) > limit else None)

    def vectors(self, id: str) -> Sequence[StoredVector]:
        """See `VectorStore.vectors`."""
        with self._lock:
            entry = self._entries.get(id)
            return [vector for _, vector in self._of(entry)] if entry else []

    def iter_vectors(self) -> Iterator[tuple[str, StoredVector]]:
        """See `VectorStore.iter_vectors`."""
        for name in sorted(self._entries):
            for vector in self.vectors(name):
                yield name, vector

    def stats(self) -> Stats:
        """See `VectorStore.stats`."""
        with self._lock:
            entries = list(self._entries.values())
            images = [image for entry in entries for image in entry.images.values()]
            space = self._space or GenerationInfo("", "", 0)
            return Stats(
                products=len(entries),
                searchable=sum(entry.product.searchable for entry in entries),
                images=sum(len(entry.product.images) for entry in entries),
                failed_images=sum(bool(image.error) for image in images),
                embeddings=sum(map(len, self._vectors.values())),
                encoder=space.encoder,
                fingerprint=space.fingerprint,
                dim=space.dim,
                database_bytes=0,
                photos_bytes=0,
                path=":memory:",
                generations=tuple(self.generations.list()),
            )

    def vacuum(self) -> int:
        """There is nothing to give back."""
        return 0

    def verify(self) -> Sequence[str]:
        """There is nothing that could disagree."""
        return []

    def backup(self, path: Path) -> None:
        """This store cannot.

        Raises:
            StoreError: always.
        """
        raise StoreError(f"a store in memory cannot be copied to {path}: use SQLiteStore")

    def _entry(self, record: ProductRecord, before: _Entry | None) -> _Entry:
        refs = {ref.source: ref for ref in record.product.images}
        for variant in record.product.variants:
            refs |= {ref.source: ref for ref in variant.images if ref.source not in refs}
        given = {image.ref.source: image for image in record.images}
        known = before.images if before else {}
        return _Entry(
            record.product,
            {
                source: self._image(given.get(source, ImageRecord(ref, None)), ref, known.get(source))
                for source, ref in refs.items()
            },
        )

    def _image(self, given: ImageRecord, ref: ImageRef, before: _Image | None) -> _Image:
        photo, etag, last_modified, error = given.photo, given.etag, given.last_modified, given.error
        if before is not None and photo is None:
            photo, etag, last_modified = before.photo, before.etag, before.last_modified
            error = error or before.error
        seen = given.seen or (before.seen if before and before.photo == photo else None)
        if photo is None:
            return _Image(ref, None, etag, last_modified, error, (), seen)
        there = self._vectors.setdefault(photo, {})
        had = before.regions if before and before.photo == photo else ()
        wanted = given.regions or {*had, *given.vectors} or there.keys()
        for region, vector in given.vectors.items():
            if region in wanted:
                there.setdefault(region, vector)
        regions = sorted((r for r in wanted if r in there), key=region_order)
        return _Image(ref, photo, etag, last_modified, error, tuple(regions), seen)

    def _drop_orphans(self) -> None:
        shown = [image for entry in self._entries.values() for image in entry.images.values()]
        used = {(image.photo, region) for image in shown for region in image.regions}
        kept = {
            photo: {region: vector for region, vector in regions.items() if (photo, region) in used}
            for photo, regions in self._vectors.items()
        }
        self._vectors = {photo: regions for photo, regions in kept.items() if regions}
        self.generations.prune()

    def _of(self, entry: _Entry) -> Iterator[tuple[ImageRef, StoredVector]]:
        for source, image in entry.images.items():
            for region in image.regions:
                vector = self._vectors[image.photo or ""][region]
                yield image.ref, StoredVector(source, region, vector)

    def _found(self, filters: Filters | None) -> list[_Entry]:
        return [
            entry
            for entry in self._entries.values()
            if entry.product.searchable
            and (filters is None or entry.fits(filters))
            and any(image.regions for image in entry.images.values())
        ]

    def _hit(self, entry: _Entry, query: NDArray[np.float32]) -> Hit:
        distance, ref = min(
            ((_distance(query, stored.vector), ref) for ref, stored in self._of(entry)),
            key=lambda found: found[0],
        )
        variant = next((v for v in entry.product.variants if ref in v.images), None)
        seen = entry.images[ref.source].seen
        return Hit(entry.product, distance, ref, variant, seen.colours if seen else ())


def _distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    cosine = float(a64 @ b64) / float(np.linalg.norm(a64) * np.linalg.norm(b64))
    return min(2.0, max(0.0, 1.0 - cosine))
