"""Answers as JSON, with image links that a browser can follow."""

from collections.abc import Callable, Sequence
from typing import Any

from fashion_plugin.catalog import Garment, ImageRef, LocalImage, Match, Product, Results
from fashion_plugin.catalog.jsonable import garment_to_json, match_to_json, product_to_json

__all__ = ["ImageLinks", "LocalLink"]

LocalLink = Callable[[str, int], str]
"""The URL of a product's local image: the product's id, and the number of the image among all of it."""


class ImageLinks:
    """Writes products and matches with a URL for every image; a path of this machine never leaves it."""

    def __init__(self, local_link: LocalLink) -> None:
        self._local_link = local_link

    def product(self, product: Product) -> dict[str, Any]:
        """A product as JSON."""
        return self._linked(product_to_json(product), product)

    def match(self, match: Match) -> dict[str, Any]:
        """A match as JSON: product, score, image, variant."""
        answer = match_to_json(match)
        answer["product"] = self._linked(answer["product"], match.product)
        answer["image"] = self._link(match.product, match.image) if match.image else None
        return answer

    def garment(self, garment: Garment) -> dict[str, Any]:
        """A garment as JSON: label, box, score, colours, matches."""
        return {
            **garment_to_json(garment),
            "matches": [self.match(match) for match in garment.matches],
        }

    def garment_box(self, garment: Garment) -> dict[str, Any]:
        """A garment as JSON without its matches."""
        answer = garment_to_json(garment)
        del answer["matches"]
        return answer

    def results(self, results: Results, score_floor: float) -> dict[str, Any]:
        """A search's answer; ``nothing_close`` says that even the best match is not near."""
        return {
            "matches": self.matches(results.matches),
            "total": results.total,
            "facets": {name: dict(counts) for name, counts in results.facets.items()},
            "nothing_close": not results.matches or results.matches[0].score < score_floor,
        }

    def matches(self, matches: Sequence[Match]) -> list[dict[str, Any]]:
        """Matches as JSON."""
        return [self.match(match) for match in matches]

    def _linked(self, answer: dict[str, Any], product: Product) -> dict[str, Any]:
        if product.images:
            answer["images"] = [self._link(product, image) for image in product.images]
        shown = {variant.id: variant.images for variant in product.variants if variant.images}
        for variant in answer.get("variants", ()):
            if variant["id"] in shown:
                variant["images"] = [self._link(product, image) for image in shown[variant["id"]]]
        return answer

    def _link(self, product: Product, image: ImageRef) -> str:
        if not isinstance(image, LocalImage):
            return image.source
        sources = [known.source for known in product.images]
        if image.source not in sources:
            return ""
        return self._local_link(product.id, sources.index(image.source))
