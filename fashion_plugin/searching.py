"""From a photo's pixels or a stored product to the nearest products: what the façade's searches stand on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.answering import FACET_DEPTH, check_facets, check_limit, count_facets, to_match
from fashion_plugin.catalog import Filters, Garment, Look, Product, Results
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import NotAvailable
from fashion_plugin.looks.completing import complete_outfit
from fashion_plugin.looks.matching import match_garments
from fashion_plugin.looks.parser import GarmentParser
from fashion_plugin.looks.plain import crop_box
from fashion_plugin.stages import stage
from fashion_plugin.store.base import Hit, VectorStore
from fashion_plugin.wording import by_text, by_text_and_photo

__all__ = ["Searcher"]


class Searcher:
    """Answers questions about one store with one encoder; `parser` None means no garments are found."""

    def __init__(self, store: VectorStore, encoder: Encoder, parser: GarmentParser | None = None) -> None:
        self._store = store
        self._encoder = encoder
        self._parser = parser

    def photo(
        self,
        pixels: NDArray[np.uint8],
        limit: int,
        filters: Filters | None,
        facets: Sequence[str],
        garment: Garment | None = None,
        text: str | None = None,
    ) -> Results:
        """The products nearest to a photo, uint8 RGB (H, W, 3); `garment` is what it was cut out as."""
        return self._near(self._embed(pixels), limit, filters, facets, garment, text)

    def text(self, text: str, limit: int, filters: Filters | None, facets: Sequence[str]) -> Results:
        """The products that a text names."""
        return by_text(self._store, text, limit, filters, facets)

    def similar(
        self,
        product: Product,
        limit: int,
        filters: Filters | None,
        facets: Sequence[str],
        text: str | None = None,
    ) -> Results:
        """The products nearest to a stored one by its first image, itself left out."""
        vectors = self._store.vectors(product.id)
        if not vectors:
            return Results((), total=0)
        others = (filters or Filters()).excluding(product.id)
        return self._near(vectors[0].vector, limit, others, facets, text=text)

    def look(self, pixels: NDArray[np.uint8], limit: int, filters: Filters | None) -> Look:
        """The garments of a photo, each with its nearest products; the whole photo's where it has none.

        Raises:
            NotAvailable: there is no garment parser.
        """
        limit = check_limit(limit)
        garments = self.garments(pixels)
        if not garments:
            return Look((), self._near(self._embed(pixels), limit, filters, ()).matches)
        with stage("encode"):
            vectors = self._encoder.encode([crop_box(pixels, garment.box) for garment in garments])

        def nearest(vector: NDArray[np.float32], depth: int) -> Sequence[Hit]:
            return self._store.nearest(vector, limit=depth, filters=filters)

        empty = self._store.generation() is None
        labels = [garment.label for garment in garments]
        with stage("search"):
            rows = [[] for _ in labels] if empty else match_garments(labels, vectors, nearest, limit)
        return Look(
            tuple(
                replace(garment, matches=tuple(to_match(hit) for hit in row))
                for garment, row in zip(garments, rows, strict=True)
            )
        )

    def garments(self, pixels: NDArray[np.uint8]) -> Sequence[Garment]:
        """The garments of a photo, uint8 RGB (H, W, 3), the surest first.

        Raises:
            NotAvailable: there is no garment parser.
        """
        if self._parser is None:
            raise NotAvailable("this shop was opened without a garment parser: use search(box=…)")
        with stage("parse"):
            return self._parser.parse(pixels)

    def complete(self, product: Product, limit: int, filters: Filters | None) -> Results:
        """Products of other kinds that go with a stored one, each with its reasons."""
        limit = check_limit(limit)
        vectors = self._store.vectors(product.id)
        if not vectors:
            return Results((), total=0)

        def nearest(wanted: Filters, depth: int) -> Sequence[Hit]:
            return self._store.nearest(vectors[0].vector, limit=depth, filters=wanted)

        found = complete_outfit(product, self._store.categories(), nearest, limit, filters=filters)
        return Results(tuple(found), total=len(found))

    def _embed(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        with stage("encode"):
            vector: NDArray[np.float32] = self._encoder.encode([image])[0]
        return vector

    def _near(
        self,
        vector: NDArray[np.float32],
        limit: int,
        filters: Filters | None,
        facets: Sequence[str],
        garment: Garment | None = None,
        text: str | None = None,
    ) -> Results:
        limit = check_limit(limit)
        check_facets(facets)
        if self._store.generation() is None:
            return Results((), total=0, garment=garment)
        depth = max(limit, FACET_DEPTH) if facets else limit

        def nearest(depth: int, wanted: Filters | None) -> Sequence[Hit]:
            return self._store.nearest(vector, limit=depth, filters=wanted)

        with stage("search"):
            if text is None:
                matches = [to_match(hit) for hit in nearest(depth, filters)]
            else:
                matches = by_text_and_photo(self._store, text, nearest, depth, filters)
            total = self._store.count(filters)
        return Results(
            matches=tuple(matches[:limit]),
            total=total,
            facets=count_facets(matches, facets),
            garment=garment,
        )
