"""Whether a database is whole: asked of SQLite, and of what must agree in our own tables."""

from collections.abc import Iterator

import numpy as np

from fashion_plugin.errors import StoreError
from fashion_plugin.store import vectors
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.pool import Pool

# ruff: noqa: S608 - names of tables are our own; values are always bound

__all__ = ["verify"]

_SHOWN = 3
_TOLERANCE = 1e-2
_ROWS_AT_ONCE = 1024

_CHECKS = (
    (
        "images have a photo but no embedding: index their products again",
        "SELECT p.id || ' ' || i.source FROM images i JOIN products p ON p.pk = i.product "
        "WHERE i.photo IS NOT NULL AND NOT EXISTS (SELECT 1 FROM image_embeddings m "
        "JOIN embeddings e ON e.id = m.embedding WHERE m.image = i.pk AND e.generation = :live)",
    ),
    (
        "images are found by the embedding of another photo: index their products again",
        "SELECT p.id || ' ' || i.source FROM image_embeddings m JOIN images i ON i.pk = m.image "
        "JOIN products p ON p.pk = i.product JOIN embeddings e ON e.id = m.embedding "
        "WHERE e.photo IS NOT i.photo OR m.product <> i.product",
    ),
    (
        "embeddings belong to no image: run vacuum",
        "SELECT e.id FROM embeddings e "
        "WHERE NOT EXISTS (SELECT 1 FROM image_embeddings m WHERE m.embedding = e.id)",
    ),
    (
        "photos are shown by no image: run vacuum",
        "SELECT h.sha256 FROM photos h WHERE NOT EXISTS (SELECT 1 FROM images i WHERE i.photo = h.pk)",
    ),
    (
        "products are counted wrongly as found or not: run vacuum",
        "SELECT p.id FROM products p WHERE p.found <> EXISTS (SELECT 1 FROM image_embeddings m "
        "JOIN embeddings e ON e.id = m.embedding WHERE m.product = p.pk AND e.generation = :live)",
    ),
    (
        "products are missing in the text index: run vacuum",
        "SELECT p.id FROM products p WHERE p.pk NOT IN (SELECT rowid FROM product_text)",
    ),
    (
        "rows of the text index belong to no product: run vacuum",
        "SELECT rowid FROM product_text WHERE rowid NOT IN (SELECT pk FROM products)",
    ),
)


def verify(pool: Pool) -> list[str]:
    """What is wrong, in sentences."""
    problems: list[str] = []
    try:
        with pool.read() as connection:
            for problem in _problems(connection):
                problems.append(problem)
    except StoreError as error:
        problems.append(str(error))
    return problems


def _problems(connection: Connection) -> Iterator[str]:
    for (message,) in connection.execute("PRAGMA integrity_check(10)"):
        if message != "ok":
            yield f"the file is damaged ({message}): restore a backup"
    for table, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} refers to one that is not there: restore a backup"
    live = vectors.live(connection)
    for what, sql in _CHECKS:
        rows = connection.execute(sql, {"live": live.pk if live else None}).fetchall()
        yield from _found(what, [row[0] for row in rows])
    for generation in vectors.every(connection):
        yield from _vectors(connection, generation)


def _vectors(connection: Connection, generation: vectors.Generation) -> Iterator[str]:
    listed = {
        row[0]
        for row in connection.execute("SELECT id FROM embeddings WHERE generation = ?", (generation.pk,))
    }
    stored: set[int] = set()
    bad: list[int] = []
    rows = connection.execute(f"SELECT rowid, vector FROM {generation.table}")
    while some := rows.fetchmany(_ROWS_AT_ONCE):
        stored.update(row[0] for row in some)
        block = np.frombuffer(b"".join(row[1] for row in some), dtype="<f4").reshape(len(some), -1)
        lengths = np.linalg.norm(block.astype(np.float64), axis=1)
        bad += [row[0] for row, wrong in zip(some, ~(abs(lengths - 1) <= _TOLERANCE), strict=True) if wrong]
    again = "run vacuum, then index their products again"
    yield from _found(f"embeddings of {generation.info.encoder} have no vector: {again}", listed - stored)
    yield from _found(
        f"vectors of {generation.info.encoder} belong to no embedding: run vacuum", stored - listed
    )
    yield from _found(f"vectors of {generation.info.encoder} are not of unit length: {again}", bad)


def _found(what: str, rows: "list[object] | list[int] | set[int]") -> Iterator[str]:
    if rows:
        names = ", ".join(map(str, list(rows)[:_SHOWN])) + (", …" if len(rows) > _SHOWN else "")
        yield f"{len(rows)} {what} ({names})"
