"""Answering a photo: decode it once, keep it in memory, search it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin import FashionPlugin, RemoteImage
from fashion_plugin.catalog import Garment
from fashion_plugin.errors import InvalidRequest, NotAvailable
from fashion_plugin.looks.plain import widen
from fashion_plugin.looks.subject import worn
from fashion_plugin.stages import watching
from fashion_plugin_adapters.flask.answers import ImageLinks
from fashion_plugin_adapters.flask.kinds import of_kind
from fashion_plugin_adapters.flask.metrics import Metrics
from fashion_plugin_adapters.flask.questions import Question
from fashion_plugin_adapters.query_photos import Gate, QueryPhotos

__all__ = ["Searches"]

_WHOLE = (0.0, 0.0, 1.0, 1.0)
# Pixels of the long side: the widget sends 1024, and a box over a quarter of that still fills an encoder.
_SIDE = 1024


class Searches:
    """The searches of one blueprint."""

    def __init__(self, shop: FashionPlugin, photos: QueryPhotos, gate: Gate, metrics: Metrics) -> None:
        self._shop = shop
        self._photos = photos
        self._gate = gate
        self._metrics = metrics
        self._floor = float(getattr(shop.encoder, "score_floor", 0.0))

    def search(self, question: Question, links: ImageLinks) -> dict[str, Any]:
        """The products nearest to what is asked for."""
        with watching(self._metrics.stage):
            if question.kind == "product":
                return self._similar(question, links)
            with self._gate.enter():
                return self._nearest(question, links)

    def look(self, question: Question, links: ImageLinks) -> dict[str, Any]:
        """The garments of a photo, each with its nearest products."""
        if question.kind == "product" or question.box or question.facets or question.garments:
            raise InvalidRequest("a look takes a photo, a limit and filters")
        with watching(self._metrics.stage), self._gate.enter():
            query_id, pixels = self._pixels(question)
            found = self._shop.shop_the_look(pixels, limit=question.limit, filters=question.filters)
        return {
            "query_id": query_id,
            "garments": [links.garment(garment) for garment in found.garments],
            "matches": links.matches(found.matches),
        }

    def _similar(self, question: Question, links: ImageLinks) -> dict[str, Any]:
        if question.box or question.garments or question.garment:
            raise InvalidRequest("a box and garments go with a photo, not with a product_id")
        found = self._shop.similar(
            question.name, limit=question.limit, filters=question.filters, facets=question.facets
        )
        return links.results(found, self._floor)

    def _nearest(self, question: Question, links: ImageLinks) -> dict[str, Any]:
        query_id, pixels = self._pixels(question)
        box, label = question.box, question.garment
        seen: dict[str, Any] = {}
        if question.garments:
            garments, main = self._garments(pixels)
            seen["garments"] = [links.garment_box(garment) for garment in garments]
            if box is None:
                box, label = (main.box, label or main.label) if main else (_WHOLE, label)
        narrowed = of_kind(label, question.filters, self._shop.looks.by_category()) if label else None
        found = self._shop.search(
            pixels,
            box=box,
            limit=question.limit,
            filters=question.filters if narrowed is None else narrowed,
            facets=question.facets,
        )
        searched = found.garment.box if found.garment is not None else _WHOLE
        return {
            "query_id": query_id,
            "box": None if searched == _WHOLE else [round(edge, 4) for edge in searched],
            "garment": label if narrowed is not None else None,
            **seen,
            **links.results(found, self._floor),
        }

    def _garments(self, pixels: NDArray[np.uint8]) -> tuple[Sequence[Garment], Garment | None]:
        """The garments of a photo, none without a parser, and the one it is about where somebody is dressed.

        Their boxes have the margin that they are searched with.
        """
        height, width = pixels.shape[:2]
        try:
            found = self._shop.garments(pixels)
        except NotAvailable:
            return (), None
        main = worn(pixels, found)
        framed = [replace(garment, box=widen(garment.box, width, height)) for garment in found]
        boxes = {garment.box: wide for garment, wide in zip(found, framed, strict=True)}
        return framed, None if main is None else boxes[main.box]

    def _pixels(self, question: Question) -> tuple[str, NDArray[np.uint8]]:
        if question.kind == "query":
            return question.name, self._photos.get(question.name)
        photo = RemoteImage(question.name) if question.kind == "url" else question.photo
        pixels = self._shop.load(photo, min_side=_SIDE)
        return self._photos.keep(pixels), pixels
