"""The nearest embeddings by the index: it proposes ids, and the database says how far they are."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import json
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from fashion_plugin.catalog import Filters
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.filters import condition
from fashion_plugin.store.index.scan import Scan
from fashion_plugin.store.index.view import Allowed, View

__all__ = ["proposed"]

_BROAD = 0.3
"""From this share of products on, what a filter drops is dropped from a few more rows; below it is listed."""

_ROUNDING = 1e-5
"""How far the index's distances may be from the database's: both are sums of float32."""

_ALLOWED = "SELECT m.embedding FROM products p JOIN image_embeddings m ON m.product = p.pk WHERE {where}"


def proposed(
    connection: Connection,
    view: View,
    vector: bytes,
    *,
    k: int,
    filters: Filters | None,
    hidden: bool,
    share: float,
) -> Iterator[tuple[list[tuple[int, float]], float]]:
    """Ever more of the nearest embeddings, and a distance below which none is missing.

    Embeddings are id and distance, nearest first. ``share`` of the products satisfies the filters.

    Raises:
        Damaged: the index is not as it was written.
    """
    query = np.frombuffer(vector, dtype="<f4").astype(np.float32)
    query /= np.sqrt(query @ query)
    allowed = None
    if share < _BROAD:
        allowed = _allowed(connection, view, filters, hidden)
    else:
        k = int(k / share) + 1
    if filters is not None:
        k += len(filters.exclude)
    scan = Scan(view, query, allowed)
    scan.widen()
    while True:
        ids, lowest = scan.best(k)
        ranked = _ranked(connection, view, vector, ids.tolist())
        everything = len(ids) == scan.count
        complete = everything and scan.complete
        yield ranked, math.inf if complete else 1.0 - lowest - _ROUNDING
        if complete:
            return
        if everything:
            scan.widen()
        k *= 4


def _allowed(connection: Connection, view: View, filters: Filters | None, hidden: bool) -> Allowed:
    """The rows that the filters let through; products excluded by id are dropped later, they vary."""
    wanted = condition(replace(filters, exclude=()) if filters else None, hidden=hidden)
    kept = view.kept(wanted)
    if kept is not None:
        return kept
    rows = connection.execute(_ALLOWED.format(where=wanted.sql or "1"), wanted.parameters)
    return view.keep(wanted, np.fromiter((row[0] for row in rows), dtype=np.int64))


def _ranked(connection: Connection, view: View, vector: bytes, ids: list[int]) -> list[tuple[int, float]]:
    # A join in this order is one look-up for each id; as a condition it would be a scan.
    return connection.execute(
        "SELECT v.rowid, vec_distance_cosine(v.vector, ?) AS distance "
        f"FROM json_each(?) j CROSS JOIN {view.generation.table} v ON v.rowid = j.value ORDER BY distance",
        (vector, json.dumps(ids)),
    ).fetchall()
