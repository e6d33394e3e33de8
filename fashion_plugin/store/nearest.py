"""The nearest products to a vector: vec0 finds embeddings, this makes products of them."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from fashion_plugin.catalog import Filters
from fashion_plugin.store.base import Hit
from fashion_plugin.store.counts import Counts
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.filters import Condition, condition
from fashion_plugin.store.index.view import View
from fashion_plugin.store.proposals import proposed
from fashion_plugin.store.reading import StoredProduct, by_key
from fashion_plugin.store.seen import read_seen
from fashion_plugin.store.vectors import Generation

__all__ = ["nearest"]

_MOST = 4096
"""The largest k that vec0 takes."""

_SLACK = 4
"""Rows asked for beyond the limit, so that a second image of a product rarely costs a second search."""

_BROAD = 0.3
_CHEAP = 64
"""Up to this k, a search takes about as long as with the smallest."""

_ANY = Condition("", ())
_ALLOWED = "SELECT m.embedding FROM products p JOIN image_embeddings m ON m.product = p.pk WHERE {where}"
_SHOWN = """
    SELECT m.embedding, p.id, p.pk, i.pk, i.position
    FROM image_embeddings m
    JOIN products p ON p.pk = m.product
    JOIN images i ON i.pk = m.image
    WHERE m.embedding IN (SELECT value FROM json_each(?)) AND {where}
"""

_Ranked: TypeAlias = list[tuple[int, float]]


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    """How near a product is by one of its images; the order is that of the answer."""

    distance: float
    id: str
    position: int
    product: int
    image: int


def nearest(
    connection: Connection,
    generation: Generation,
    vector: bytes,
    *,
    limit: int,
    filters: Filters | None,
    counts: Counts,
    view: View | None = None,
) -> list[Hit]:
    """The nearest products, best first, equal distances in order of id; see `VectorStore.nearest`.

    The rows come from the index where a view of it is given, else from vec0. More are asked for until enough
    products are found and the last of them is strictly nearer than any row that may be missing: rows at one
    distance come in no particular order.

    Raises:
        Damaged: the index is not as it was written.
    """
    some = connection.execute("SELECT EXISTS (SELECT 1 FROM products WHERE searchable = 0)").fetchone()[0]
    hidden = bool(some)
    wanted = condition(filters, hidden=hidden)
    shown = condition(filters, hidden=hidden, few=True)
    found: list[_Found] = []
    share = counts.share(connection, filters) if wanted.sql else 1.0
    k = limit + _SLACK
    if view is None:
        rows = _wider(connection, generation, vector, wanted, k, share)
    else:
        rows = proposed(connection, view, vector, k=k, filters=filters, hidden=hidden, share=share)
    for ranked, beyond in rows:
        found = _products(connection, ranked, shown)
        if beyond == math.inf or (len(found) >= limit and found[limit - 1].distance < beyond):
            break
    products = by_key(connection, [row.product for row in found[:limit]])
    return [_hit(products[row.product], row) for row in found[:limit]]


def _wider(
    connection: Connection, generation: Generation, vector: bytes, wanted: Condition, k: int, share: float
) -> Iterator[tuple[_Ranked, float]]:
    """Ever more of the nearest embeddings, and the distance below which none is missing."""
    if wanted.sql and (among := _among_all(k, share)):
        ranked = _search(connection, generation, vector, _ANY, among)
        yield ranked, _beyond(ranked, among)
    while k <= _MOST:
        ranked = _search(connection, generation, vector, wanted, k)
        yield ranked, _beyond(ranked, k)
        k = _MOST if k < _MOST < 4 * k else 4 * k
    ranked = _scan(connection, generation, vector, wanted)
    while k < len(ranked):
        yield ranked[:k], ranked[k - 1][1]
        k *= 4
    yield ranked, math.inf


def _beyond(ranked: _Ranked, k: int) -> float:
    return ranked[-1][1] if len(ranked) == k else math.inf


def _among_all(k: int, share: float) -> int:
    """How many of the nearest of all to look through, where that is likely to hold k that fit; else 0.

    Listing what a broad condition allows costs more than the search itself (14k products, 75 % allowed: 5 ms
    beside 6 ms); dropping what it does not allow from a few more rows costs next to nothing.
    """
    among = int(k / share) + 1 if share >= _BROAD else 0
    return among if among <= min(_MOST, max(_CHEAP, int(1.1 * k) + 1)) else 0


def _search(
    connection: Connection, generation: Generation, vector: bytes, wanted: Condition, k: int
) -> _Ranked:
    sql = f"SELECT rowid, distance FROM {generation.table} WHERE vector MATCH ? AND k = ?"
    parameters: list[Any] = [vector, k]
    if wanted.sql:
        sql += f" AND rowid IN ({_ALLOWED.format(where=wanted.sql)})"
        parameters += wanted.parameters
    return connection.execute(sql, parameters).fetchall()


def _scan(connection: Connection, generation: Generation, vector: bytes, wanted: Condition) -> _Ranked:
    """Every embedding that is allowed, for what vec0's search is too narrow for."""
    sql = f"SELECT rowid, vec_distance_cosine(vector, ?) AS distance FROM {generation.table}"
    parameters: list[Any] = [vector]
    if wanted.sql:
        sql += f" WHERE rowid IN ({_ALLOWED.format(where=wanted.sql)})"
        parameters += wanted.parameters
    return connection.execute(f"{sql} ORDER BY distance", parameters).fetchall()


def _products(connection: Connection, ranked: _Ranked, wanted: Condition) -> list[_Found]:
    """The products that these embeddings show, each once, by its nearest image."""
    distances = dict(ranked)
    # Conditions are asked of the products too: one photo may be shown by one that fits and one that does not.
    rows = connection.execute(
        _SHOWN.format(where=wanted.sql or "1"), (json.dumps(list(distances)), *wanted.parameters)
    )
    best: dict[int, _Found] = {}
    for embedding, product_id, product, image, position in rows:
        found = _Found(distances[embedding], product_id, position, product, image)
        if product not in best or found < best[product]:
            best[product] = found
    return sorted(best.values())


def _hit(stored: StoredProduct, found: _Found) -> Hit:
    product = stored.product()
    image = next(image for image in stored.images if image.pk == found.image)
    variant = next((variant for variant in product.variants if image.ref in variant.images), None)
    seen = read_seen(image.seen)
    colours = seen.colours if seen else ()
    return Hit(product, min(2.0, max(0.0, found.distance)), image.ref, variant, colours)
