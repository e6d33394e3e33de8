"""Search by text, alone or together with a photo."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from fashion_plugin.answering import FACET_DEPTH, check_facets, check_limit, count_facets, to_match
from fashion_plugin.catalog import Filters, Match, Results
from fashion_plugin.errors import InvalidInput
from fashion_plugin.stages import stage
from fashion_plugin.store.base import Hit, VectorStore

__all__ = ["LONGEST_TEXT", "by_text", "by_text_and_photo", "check_text"]

LONGEST_TEXT: Final = 1000
"""The most characters that a text to search for may have."""

_K: Final = 60
"""Of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009, found 60 to serve everywhere."""

_TEXT_DEPTH: Final = 1000
_PHOTO_DEPTH: Final = 100
"""Products near a photo that take part, and as many of those that have the words."""

Near = Callable[[int, Filters | None], Sequence[Hit]]
"""The products nearest to a photo: how many, of which."""


def check_text(text: str) -> str:
    """The same text, if it can be searched for.

    Raises:
        InvalidInput: it is empty, too long or no text.
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("the text to search for is empty: name what is wanted, such as 'red summer dress'")
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(
            f"the text to search for has {len(text)} characters; at most {LONGEST_TEXT} are read: "
            "name what is wanted in a few words"
        )
    return text


def by_text(
    store: VectorStore, text: str, limit: int, filters: Filters | None, facets: Sequence[str]
) -> Results:
    """The products whose texts have the words of a text; ``total`` counts all of them.

    A match's score is the share of the words that the product has, see `VectorStore.find`.
    """
    limit = check_limit(limit)
    check_facets(facets)
    depth = max(limit, FACET_DEPTH) if facets else limit
    with stage("search"):
        found = store.find(check_text(text), limit=depth, filters=filters)
        known = store.known([hit.id for hit in found.hits])
    matches = [
        Match(product, hit.score, product.images[0] if product.images else None)
        for hit in found.hits
        if hit.id in known and (product := known[hit.id].product)
    ]
    return Results(tuple(matches[:limit]), found.total, count_facets(matches, facets))


def by_text_and_photo(
    store: VectorStore, text: str, near: Near, limit: int, filters: Filters | None
) -> list[Match]:
    """The products that are both near a photo and named by a text, then those that are only near.

    Reciprocal rank fusion: a product's score is the sum of 1 / (60 + rank) over both lists, as a share of
    what the first of both would have. Products that the text names equally well share their rank, so that
    a text such as "red" puts all that is red first, the nearest of it foremost.
    """
    named = {
        hit.id: hit.score for hit in store.find(check_text(text), limit=_TEXT_DEPTH, filters=filters).hits
    }
    ranks = {score: rank for rank, score in reversed(list(enumerate(named.values(), 1)))}
    depth = max(limit, _PHOTO_DEPTH)
    hits = {hit.product.id: hit for hit in near(depth, filters)}
    if named:
        hits |= {hit.product.id: hit for hit in near(depth, replace(filters or Filters(), ids=tuple(named)))}
    scored = []
    for rank, hit in enumerate(sorted(hits.values(), key=lambda hit: (hit.distance, hit.product.id)), 1):
        score = 1 / (_K + rank)
        if hit.product.id in named:
            score += 1 / (_K + ranks[named[hit.product.id]])
        scored.append((-score * (_K + 1) / 2, hit.product.id, hit))
    matches = []
    for score, _, hit in sorted(scored, key=lambda one: one[:2])[:limit]:
        match = to_match(hit)
        matches.append(replace(match, score=-score))
    return matches
