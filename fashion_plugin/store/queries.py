"""What else is asked of the catalogue: pages, counts, what is known, vectors."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from fashion_plugin.catalog import Filters, Page, Product
from fashion_plugin.store.base import KnownImage, KnownProduct, StoredVector, region_order
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.filters import condition
from fashion_plugin.store.reading import by_id, by_key, regions
from fashion_plugin.store.rows import image_of
from fashion_plugin.store.seen import read_seen
from fashion_plugin.store.vectors import Generation

Place: TypeAlias = tuple[str, int, int, str]
"""A product's id, an image's position, 0 for the whole photo else 1, and a region."""

__all__ = ["categories", "embedded", "known", "owners", "page", "product", "vector_page", "vectors"]


def known(
    connection: Connection, ids: Sequence[str], generation: Generation | None
) -> Mapping[str, KnownProduct]:
    """See `VectorStore.known`."""
    products = by_id(connection, ids)
    keys = [stored.pk for stored in products.values()]
    linked = regions(connection, keys, generation.pk) if generation else {}
    return {
        product_id: KnownProduct(
            stored.product(),
            {
                image.ref.source: KnownImage(
                    image.ref.source,
                    image.photo,
                    image.etag,
                    image.last_modified,
                    image.error,
                    tuple(sorted(linked.get(image.pk, ()), key=region_order)),
                    read_seen(image.seen),
                )
                for image in stored.images
            },
        )
        for product_id, stored in products.items()
    }


def embedded(
    connection: Connection, photos: Sequence[str], generation: Generation | None
) -> Mapping[str, frozenset[str]]:
    """See `VectorStore.embedded`."""
    if generation is None:
        return {}
    found: dict[str, set[str]] = {}
    for sha256, region in connection.execute(
        "SELECT h.sha256, e.region FROM photos h JOIN embeddings e ON e.photo = h.pk "
        "WHERE h.sha256 IN (SELECT value FROM json_each(?)) AND e.generation = ?",
        (json.dumps(list(photos)), generation.pk),
    ):
        found.setdefault(sha256, set()).add(region)
    return {sha256: frozenset(names) for sha256, names in found.items()}


def categories(connection: Connection) -> list[str]:
    """See `VectorStore.categories`."""
    rows = connection.execute(
        "SELECT DISTINCT category FROM products "
        "WHERE searchable = 1 AND found = 1 AND category <> '' ORDER BY category"
    )
    return [category for (category,) in rows]


def product(connection: Connection, id: str) -> Product | None:
    """See `VectorStore.product`."""
    stored = by_id(connection, [id]).get(id)
    return stored.product() if stored else None


def owners(connection: Connection, variants: Sequence[str]) -> dict[str, str]:
    """See `VectorStore.owners`."""
    rows = connection.execute(
        "SELECT v.id, MIN(p.id) FROM variants v JOIN products p ON p.pk = v.product "
        "WHERE v.id IN (SELECT value FROM json_each(?)) GROUP BY v.id",
        (json.dumps(list(variants)),),
    )
    return dict(rows.fetchall())


def page(connection: Connection, limit: int, cursor: str | None, filters: Filters | None) -> Page:
    """See `VectorStore.products`; the cursor is the last id of the page before."""
    if limit < 1:
        return Page((), cursor)
    wanted = condition(filters, hidden=filters is not None)
    rows = connection.execute(
        f"SELECT p.pk, p.id FROM products p WHERE p.id > ? AND {wanted.sql or '1'} ORDER BY p.id LIMIT ?",
        (cursor or "", *wanted.parameters, limit + 1),
    ).fetchall()
    found = by_key(connection, [pk for pk, _ in rows[:limit]])
    return Page(
        tuple(found[pk].product() for pk, _ in rows[:limit]),
        rows[limit - 1][1] if len(rows) > limit else None,
    )


def vectors(connection: Connection, id: str, generation: Generation | None) -> list[StoredVector]:
    """See `VectorStore.vectors`."""
    if generation is None:
        return []
    rows = connection.execute(
        "SELECT i.kind, i.source, e.region, v.vector FROM products p JOIN images i ON i.product = p.pk "
        "JOIN image_embeddings m ON m.image = i.pk JOIN embeddings e ON e.id = m.embedding "
        f"JOIN {generation.table} v ON v.rowid = e.id "
        "WHERE p.id = ? AND e.generation = ? ORDER BY i.position, e.region <> 'whole', e.region",
        (id, generation.pk),
    )
    return [_vector(*row) for row in rows]


def vector_page(
    connection: Connection, after: Place, generation: Generation, size: int
) -> Iterator[tuple[Place, StoredVector]]:
    """Some embeddings in order of product, image and region, each with the place after it."""
    rows = connection.execute(
        "SELECT p.id, i.position, e.region <> 'whole', e.region, i.kind, i.source, v.vector FROM products p "
        "JOIN images i ON i.product = p.pk JOIN image_embeddings m ON m.image = i.pk "
        f"JOIN embeddings e ON e.id = m.embedding JOIN {generation.table} v ON v.rowid = e.id "
        "WHERE p.id >= ? AND (p.id, i.position, e.region <> 'whole', e.region) > (?, ?, ?, ?) "
        "AND e.generation = ? ORDER BY p.id, i.position, e.region <> 'whole', e.region LIMIT ?",
        (after[0], *after, generation.pk, size),
    ).fetchall()
    for product_id, position, part, region, kind, source, vector in rows:
        yield (product_id, position, part, region), _vector(kind, source, region, vector)


def _vector(kind: str, source: str, region: str, vector: bytes) -> StoredVector:
    return StoredVector(image_of(kind, source, "").source, region, np.frombuffer(vector, dtype="<f4"))
