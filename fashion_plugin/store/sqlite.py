"""The store in one SQLite file, with sqlite-vec for the vectors."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Filters, Page, Product, Stats
from fashion_plugin.errors import StoreError
from fashion_plugin.store import health, queries, text_search, vectors, writes
from fashion_plugin.store.base import (
    GenerationInfo,
    Hit,
    KnownProduct,
    ProductRecord,
    PutResult,
    StoredVector,
    TextHits,
)
from fashion_plugin.store.counts import Counts
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.generations import SQLiteGenerations
from fashion_plugin.store.index import IndexMode, IndexSettings, SearchIndex, settings_of
from fashion_plugin.store.index.lists import Damaged
from fashion_plugin.store.jobs import SQLiteJobs
from fashion_plugin.store.lookbook import SQLiteLookBook
from fashion_plugin.store.migrations import migrate
from fashion_plugin.store.nearest import nearest
from fashion_plugin.store.opening import open_pool
from fashion_plugin.store.photos import SQLitePhotos, photos_path
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.vectors import Generation
from fashion_plugin.store.verify import verify

__all__ = ["SQLiteStore"]

_VECTORS_AT_ONCE = 512


class SQLiteStore:
    """A `VectorStore` in one SQLite file; made by `SQLiteStore.open`, usable from every thread."""

    def __init__(
        self, pool: Pool, photos: SQLitePhotos | None = None, index: SearchIndex | None = None
    ) -> None:
        self._pool = pool
        self._photos = photos
        self._index = index
        self._space: GenerationInfo | None = None
        self._counts = Counts()
        self._jobs = SQLiteJobs(pool, forget=self._forget)
        self._generations = SQLiteGenerations(pool, self)
        self._looks = SQLiteLookBook(pool)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        busy_timeout: float = 10.0,
        keep_photos: bool = True,
        read_only: bool = False,
        index: IndexMode | IndexSettings = "auto",
    ) -> Self:
        """Open a database, or create it; ``":memory:"`` gives one that lives as long as the store.

        ``busy_timeout`` is how many seconds to wait for another writer; ``keep_photos`` keeps small copies of
        product photos in a file beside the database. ``index`` says what finds the nearest embeddings:
        ``"sqlite"`` reads all of them from the database each time, ``"memory"`` keeps a copy of them,
        ``"auto"`` does from `IndexSettings.smallest` on.

        Raises:
            InvalidInput: there is no such ``index``.
            StoreError: the path cannot hold a database, or holds another one; the subclass says which.
        """
        settings = settings_of(index)
        pool = open_pool(path, patience=busy_timeout, read_only=read_only)
        try:
            migrate(pool)
        except BaseException:
            pool.close()
            raise
        photos = SQLitePhotos(photos_path(pool.name), patience=busy_timeout, read_only=read_only)
        search_index = SearchIndex(pool, settings) if settings else None
        return cls(pool, photos if keep_photos else None, search_index)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; calling twice is fine."""
        if self._index is not None:
            self._index.close()
        if self._photos is not None:
            self._photos.close()
        self._pool.close()

    @property
    def path(self) -> str:
        """The database file, or ``":memory:"``."""
        return self._pool.name

    @property
    def index(self) -> SearchIndex | None:
        """The index that finds the nearest embeddings, None when opened without."""
        return self._index

    @property
    def jobs(self) -> SQLiteJobs:
        """The queue of catalogue events and of what they leave to be embedded."""
        return self._jobs

    @property
    def looks(self) -> SQLiteLookBook:
        """The merchant's own looks and category labels."""
        return self._looks

    @property
    def generations(self) -> SQLiteGenerations:
        """The vector spaces beside the live one."""
        return self._generations

    @property
    def photos(self) -> SQLitePhotos | None:
        """Small copies of product photos, kept beside the database; None when opened without."""
        return self._photos

    def generation(self) -> GenerationInfo | None:
        """The live vector space, None before the first."""
        with self._pool.read() as connection:
            generation = vectors.live(connection)
        return generation.info if generation else None

    def within(self, space: GenerationInfo) -> Self:
        """The same store for one vector space; see `VectorStore.within`."""
        view = copy(self)
        view._space = space
        return view

    def open_generation(self, wanted: GenerationInfo) -> None:
        """Make the wanted vector space the live one if there is none yet; what is put must be of it.

        Raises:
            EncoderMismatch: the live one has another fingerprint or dimension.
        """
        with self._pool.read() as connection:
            generation = vectors.live(connection)
        if generation is None:
            with self._pool.write() as connection:
                generation = vectors.live(connection)
                if generation is None:
                    vectors.create(connection, wanted)
        if generation is not None:
            vectors.require_same(generation.info, wanted, self.path)
            if wanted.source and (wanted.encoder, wanted.source) != (
                generation.info.encoder,
                generation.info.source,
            ):
                with self._pool.write() as connection:
                    connection.execute(
                        "UPDATE generations SET encoder = ?, source = ? WHERE fingerprint = ?",
                        (wanted.encoder, wanted.source, wanted.fingerprint),
                    )
        self._space = wanted

    def known(self, ids: Sequence[str]) -> Mapping[str, KnownProduct]:
        """What is stored of these products; ids that are not are left out."""
        with self._pool.read() as connection:
            return queries.known(connection, ids, self._live(connection))

    def embedded(self, photos: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """The regions of these photos (sha256) that have a vector in the live generation."""
        with self._pool.read() as connection:
            return queries.embedded(connection, photos, self._live(connection))

    def put(self, records: Sequence[ProductRecord]) -> PutResult:
        """Store products whole, each in one transaction; see `VectorStore.put`.

        Raises:
            InvalidInput: a vector that cannot be stored; then nothing was.
            EncoderMismatch: the live vector space is not the one that was opened any more.
        """
        result, gone = writes.put(self._pool, records, self._space)
        self._forget(gone)
        return result

    def remove(self, ids: Sequence[str]) -> int:
        """Delete products and what only they used; returns how many there were."""
        count, gone = writes.remove(self._pool, ids)
        self._forget(gone)
        return count

    def nearest(
        self, vector: NDArray[np.float32], *, limit: int, filters: Filters | None = None
    ) -> Sequence[Hit]:
        """The nearest products; see `VectorStore.nearest`.

        Raises:
            InvalidInput: the vector has another dtype, shape or length.
            EncoderMismatch: the live vector space is not the one that was opened any more.
        """
        with self._pool.read() as connection:
            view = self._index.view(connection) if self._index else None
            generation = self._live(connection)
            if generation is None or limit < 1:
                return []
            query = vectors.checked(vector, generation.info.dim, "the query vector")
            counts = self._counts
            ask = partial(nearest, connection, generation, query, limit=limit, filters=filters, counts=counts)
            try:
                return ask(view=view)
            except Damaged:
                if self._index is not None and view is not None:
                    self._index.discard(view)
                return ask()

    def find(self, text: str, *, limit: int, filters: Filters | None = None) -> TextHits:
        """The products whose texts have the words of a text, best first; see `VectorStore.find`."""
        with self._pool.read() as connection:
            return text_search.find(connection, text, limit=limit, filters=filters)

    def count(self, filters: Filters | None = None) -> int:
        """How many searchable products with an embedding satisfy the filters."""
        with self._pool.read() as connection:
            return self._counts.count(connection, filters)

    def categories(self) -> Sequence[str]:
        """The categories of the searchable products with an embedding, in order of name."""
        with self._pool.read() as connection:
            return self._counts.categories(connection)

    def product(self, id: str) -> Product | None:
        """One product, None if there is none of that id."""
        with self._pool.read() as connection:
            return queries.product(connection, id)

    def owners(self, variants: Sequence[str]) -> Mapping[str, str]:
        """The products that have variants of these ids, by the variant's id; the first where several have."""
        with self._pool.read() as connection:
            return queries.owners(connection, variants)

    def products(self, *, limit: int, cursor: str | None = None, filters: Filters | None = None) -> Page:
        """Products in order of id, hidden ones too unless filters are given."""
        with self._pool.read() as connection:
            return queries.page(connection, limit, cursor, filters)

    def vectors(self, id: str) -> Sequence[StoredVector]:
        """The embeddings of a product's images, in the order of its images, the whole photo's first."""
        with self._pool.read() as connection:
            return queries.vectors(connection, id, self._live(connection))

    def iter_vectors(self) -> Iterator[tuple[str, StoredVector]]:
        """Every embedding of the live generation, with its product's id, in order of id.

        Raises:
            EncoderMismatch: another generation has become the live one meanwhile.
        """
        place = ("", -1, 0, "")
        first: GenerationInfo | None = None
        while True:
            with self._pool.read() as connection:
                generation = self._live(connection)
                if generation is None:
                    return
                first = first or generation.info
                vectors.require_same(generation.info, first, self.path)
                rows = list(queries.vector_page(connection, place, generation, _VECTORS_AT_ONCE))
            for (product_id, *_), vector in rows:
                yield product_id, vector
            if len(rows) < _VECTORS_AT_ONCE:
                return
            place = rows[-1][0]

    def stats(self) -> Stats:
        """Counts and sizes."""
        stats = health.stats(self._pool, self._photos.size() if self._photos else 0)
        return replace(stats, index=self._index.stats()) if self._index else stats

    def vacuum(self) -> int:
        """Give the space of deleted products back to the disk; returns the bytes freed."""
        freed = health.vacuum(self._pool)
        if self._photos is not None:
            with suppress(StoreError):  # a convenience: the catalogue is whole without it
                freed += self._photos.prune(health.photos(self._pool))
        return freed

    def verify(self) -> Sequence[str]:
        """What is wrong with the database, in sentences; empty when all is well."""
        return [*verify(self._pool), *(self._index.problems() if self._index else ())]

    def backup(self, path: Path) -> None:
        """Write a consistent copy of the database, also while others write, and of the photos beside it.

        A copy ``copy.db`` has its photos in ``copy.photos.db``.

        Raises:
            StoreError: there is a file at the path already, or it cannot be written.
        """
        path = Path(path)
        photos = Path(photos_path(path)) if self._photos is not None and self._photos.there else None
        for target in filter(None, (path, photos)):
            health.check_target(target)
        health.backup(self._pool, path)
        # After the database: the copies of photos that it has been given meanwhile are no harm.
        if self._photos is not None and photos is not None:
            self._photos.backup(photos)

    def _live(self, connection: Connection) -> Generation | None:
        """The live generation, which must be of the vector space that was opened, if one was."""
        generation = vectors.live(connection)
        if generation is not None and self._space is not None:
            vectors.require_same(generation.info, self._space, self.path)
        return generation

    def _forget(self, photos: Sequence[str]) -> None:
        if photos and self._photos is not None:
            with suppress(StoreError):  # what stays is forgotten by the next vacuum
                self._photos.delete(photos)
