"""From a photo's pixels or a stored product to the nearest products: what the façade's searches stand on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.answering import FACET_DEPTH, check_facets, check_limit, count_facets, to_match
from fashion_plugin.catalog import Filters, Garment, Look, Product, Results
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import NotAvailable
from fashion_plugin.looks.completing import complete_outfit
from fashion_plugin.looks.matching import match_garments
from fashion_plugin.looks.parser import GarmentParser
from fashion_plugin.looks.plain import crop_box, is_plain_background
from fashion_plugin.looks.shop import ShopLooks, main_vector
from fashion_plugin.looks.subject import Subjects, coloured
from fashion_plugin.stages import stage
from fashion_plugin.store.base import Hit, VectorStore
from fashion_plugin.store.filters import fits
from fashion_plugin.store.seen import colour_names
from fashion_plugin.wording import by_text, by_text_and_photo

__all__ = ["Searcher"]

_SAME: Final = 0.03
"""Whole photos within this cosine distance are one photo, in another file or size."""


class Searcher:
    """Answers questions about one store with one encoder; `parser` None means no garments are found."""

    def __init__(self, store: VectorStore, encoder: Encoder, parser: GarmentParser | None = None) -> None:
        self._store = store
        self._encoder = encoder
        self._parser = parser
        self._subjects = Subjects(parser) if parser else None
        self.looks = ShopLooks(store)

    def photo(
        self,
        pixels: NDArray[np.uint8],
        limit: int,
        filters: Filters | None,
        facets: Sequence[str],
        garment: Garment | None = None,
        text: str | None = None,
    ) -> Results:
        """The products nearest to a photo, uint8 RGB (H, W, 3), or to its main garment if somebody wears it.

        `garment` is what the photo was cut out as: then it is searched as it is. A catalogue photo finds
        itself by its whole-photo embedding, whatever garment was searched for.
        """
        parts = [pixels]
        if garment is None and self._parser and self._subjects and not is_plain_background(pixels):
            with stage("parse"):
                subject = self._subjects.choose(pixels, self._parser.parse(pixels))
            garment = subject.garment
            parts += [] if subject.crop is None else [subject.crop]
        with stage("encode"):
            whole, *crops = self._encoder.encode(parts)
        return self._near([*crops, whole], limit, filters, facets, garment, text)

    def warm_up(self) -> None:
        """Load the networks, make ready what the store searches in, and learn the categories' labels."""
        grey = np.full((64, 64, 3), 128, np.uint8)
        vector = self._encoder.encode([grey, grey])[0]
        if self._parser is not None:
            self._parser.parse(grey)
        if self._store.generation() is not None:
            self._store.nearest(vector, limit=1)
            self.looks.by_category()

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
        """The products nearest to a stored one by what its first image is about, itself left out."""
        vectors = self._store.vectors(product.id)
        if not vectors:
            return Results((), total=0)
        others = (filters or Filters()).excluding(product.id)
        return self._near([main_vector(vectors)], limit, others, facets, text=text)

    def look(self, pixels: NDArray[np.uint8], limit: int, filters: Filters | None) -> Look:
        """The garments of a photo, each with its nearest products; the whole photo's where it has none.

        Raises:
            NotAvailable: there is no garment parser.
        """
        limit = check_limit(limit)
        garments = self.garments(pixels)
        if not garments:
            with stage("encode"):
                vectors = self._encoder.encode([pixels])
            return Look((), self._near([vectors[0]], limit, filters, ()).matches)
        with stage("encode"):
            vectors = self._encoder.encode([crop_box(pixels, garment.box) for garment in garments])

        def nearest(vector: NDArray[np.float32], depth: int, wanted: Sequence[str]) -> Sequence[Hit]:
            among = self.looks.narrowed(filters or Filters(), wanted)
            return self._store.nearest(vector, limit=depth, filters=among)

        empty = self._store.generation() is None
        labels = [garment.label for garment in garments]
        with stage("search"):
            told = self.looks.labels()
            rows = [[] for _ in labels] if empty else match_garments(labels, vectors, nearest, limit, told)
        return Look(
            tuple(
                replace(garment, matches=tuple(to_match(hit) for hit in row))
                for garment, row in zip(garments, rows, strict=True)
            )
        )

    def garments(self, pixels: NDArray[np.uint8]) -> Sequence[Garment]:
        """The garments of a photo, uint8 RGB (H, W, 3), the surest first, with the names of their colours.

        Raises:
            NotAvailable: there is no garment parser.
        """
        if self._parser is None:
            raise NotAvailable("this shop was opened without a garment parser: use search(box=…)")
        with stage("parse"):
            return coloured(pixels, self._parser.parse(pixels))

    def complete(self, product: Product, limit: int, filters: Filters | None) -> Results:
        """Products that go with a stored one, each with its reasons: those of the shop's own looks first."""
        limit = check_limit(limit)
        vectors = self._store.vectors(product.id)
        if not vectors:
            return Results((), total=0)
        vector = main_vector(vectors)

        def nearest(wanted: Filters, depth: int) -> Sequence[Hit]:
            return self._store.nearest(vector, limit=depth, filters=wanted)

        curated = self._store.looks.worn_with(product.id)
        seen = [image.seen for image in self._store.known([product.id])[product.id].images.values()]
        found = complete_outfit(
            product,
            self.looks.by_category(),
            nearest,
            limit,
            filters=filters,
            label_of=self.looks.labels(),
            colours=next((one.colours for one in seen if one), ()),
            curated=curated,
            shown=self._findable(list(curated), filters or Filters()),
        )
        return Results(tuple(found), total=len(found))

    def _findable(self, ids: Sequence[str], filters: Filters) -> list[Hit]:
        """Those of some products that a search may find, each by its first image."""
        hits = []
        for known in self._store.known(ids).values():
            product = known.product
            seen = [image.seen.colours for image in known.images.values() if image.seen]
            names = [name for colours in seen for name in colour_names(colours)]
            if product.searchable and product.images and fits(product, filters, names):
                hits.append(Hit(product, 1.0, product.images[0], None, seen[0] if seen else ()))
        return hits

    def _near(
        self,
        vectors: Sequence[NDArray[np.float32]],
        limit: int,
        filters: Filters | None,
        facets: Sequence[str],
        garment: Garment | None = None,
        text: str | None = None,
    ) -> Results:
        """The products nearest to the first vector; with a second, those that show its very photo too."""
        limit = check_limit(limit)
        check_facets(facets)
        if self._store.generation() is None:
            return Results((), total=0, garment=garment)
        depth = max(limit, FACET_DEPTH) if facets else limit

        def nearest(depth: int, wanted: Filters | None) -> Sequence[Hit]:
            return _nearest(self._store, vectors, depth, wanted)

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


def _nearest(
    store: VectorStore, vectors: Sequence[NDArray[np.float32]], depth: int, filters: Filters | None
) -> Sequence[Hit]:
    """The hits of the first vector, and with a second of those products that show its very photo."""
    hits = store.nearest(vectors[0], limit=depth, filters=filters)
    if len(vectors) == 1:
        return hits
    # One is looked up first: most photos are of no product, and many take longer.
    if not any(hit.distance <= _SAME for hit in store.nearest(vectors[1], limit=1, filters=filters)):
        return hits
    same = [hit for hit in store.nearest(vectors[1], limit=depth, filters=filters) if hit.distance <= _SAME]
    best = {hit.product.id: hit for hit in hits}
    for hit in same:
        if hit.product.id not in best or hit.distance < best[hit.product.id].distance:
            best[hit.product.id] = hit
    return sorted(best.values(), key=lambda hit: (hit.distance, hit.product.id))[:depth]
