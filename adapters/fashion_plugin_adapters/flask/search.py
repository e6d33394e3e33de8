"""Answering a photo: decode it once, keep it in memory, search it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin import FashionPlugin, RemoteImage
from fashion_plugin.errors import InvalidRequest
from fashion_plugin.images import load_image
from fashion_plugin_adapters.flask.answers import ImageLinks
from fashion_plugin_adapters.flask.metrics import Metrics
from fashion_plugin_adapters.flask.photos import Gate, QueryPhotos
from fashion_plugin_adapters.flask.questions import Question

__all__ = ["Searches"]

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
        conditions: dict[str, Any] = {
            "limit": question.limit,
            "filters": question.filters,
            "facets": question.facets,
        }
        with self._metrics.time("search"):
            if question.kind == "product":
                if question.box is not None:
                    raise InvalidRequest("a box goes with a photo, not with a product_id")
                found = self._shop.similar(question.name, **conditions)
                return links.results(found, self._floor)
            with self._gate.enter():
                query_id, pixels = self._pixels(question)
                found = self._shop.search(pixels, box=question.box, **conditions)
        return {"query_id": query_id, **links.results(found, self._floor)}

    def look(self, question: Question, links: ImageLinks) -> dict[str, Any]:
        """The garments of a photo, each with its nearest products."""
        if question.kind == "product" or question.box is not None or question.facets:
            raise InvalidRequest("a look takes a photo, a limit and filters")
        with self._metrics.time("look"), self._gate.enter():
            query_id, pixels = self._pixels(question)
            found = self._shop.shop_the_look(pixels, limit=question.limit, filters=question.filters)
        return {
            "query_id": query_id,
            "garments": [links.garment(garment) for garment in found.garments],
            "matches": links.matches(found.matches),
        }

    def _pixels(self, question: Question) -> tuple[str, NDArray[np.uint8]]:
        if question.kind == "query":
            return question.name, self._photos.get(question.name)
        with self._metrics.time("decode"):
            if question.kind == "url":
                pixels = self._shop.load(RemoteImage(question.name), min_side=_SIDE)
            else:
                pixels = load_image(question.photo, min_side=_SIDE)
        return self._photos.keep(pixels), pixels
