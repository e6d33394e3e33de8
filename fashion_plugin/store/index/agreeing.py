"""Whether a view holds what the database holds."""

# ruff: noqa: S608 - names of tables are constants of ours; values are always bound

import json
from collections.abc import Iterator

import numpy as np

from fashion_plugin.store.driver import Connection
from fashion_plugin.store.index.grouping import unit_rows
from fashion_plugin.store.index.lists import Damaged
from fashion_plugin.store.index.view import View

__all__ = ["disagreements"]

_SAMPLE = 256
_TOLERANCE = 1e-3


def disagreements(connection: Connection, view: View) -> Iterator[str]:
    """What differs between a view and the snapshot that it was brought to, in sentences."""
    generation, lists = view.generation, view.lists
    if lists is not None:
        damaged = [number for number in range(len(lists.centres)) if not _sound(view, number)]
        if damaged:
            yield f"{len(damaged)} lists of the search index are damaged: {_remedy(view)}"
            return
    rows = connection.execute("SELECT id FROM embeddings WHERE generation = ?", (generation.pk,))
    stored = np.fromiter((row[0] for row in rows), np.int64)
    held = np.concatenate(list(view.alive()))
    for what, ids in (("lacks", np.setdiff1d(stored, held)), ("has too many", np.setdiff1d(held, stored))):
        if len(ids):
            yield f"the search index {what}: {len(ids)} embeddings ({ids[0]}, …): {_remedy(view)}"
    both = np.intersect1d(stored, held)
    some = np.random.default_rng().choice(both, min(_SAMPLE, len(both)), replace=False)
    found = connection.execute(
        f"SELECT v.rowid, v.vector FROM json_each(?) j CROSS JOIN {generation.table} v ON v.rowid = j.value",
        (json.dumps(some.tolist()),),
    )
    for embedding, data in found:
        vector = unit_rows(np.frombuffer(data, "<f4").astype(np.float32)[None])[0]
        if not np.allclose(vector, view.vector(embedding), atol=_TOLERANCE):
            yield f"the search index has another vector for embedding {embedding}: {_remedy(view)}"


def _sound(view: View, number: int) -> bool:
    assert view.lists is not None  # noqa: S101 - asked for by the caller
    view.lists.checked[:, number : number + 1] = False
    try:
        view.lists.check_heads(np.array([number]))
        view.lists.check_rests(np.array([number]))
    except Damaged:
        return False
    return True


def _remedy(view: View) -> str:
    name = view.lists.name if view.lists else ""
    return f"delete the file that ends in -index-{name}" if name else "open the database again"
