"""Bringing a view to what a connection's snapshot holds: rows that came, then rows that went."""

# ruff: noqa: S608 - names of tables are constants of ours; values are always bound

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.driver import Connection
from fashion_plugin.store.index.moment import Moment
from fashion_plugin.store.index.view import View
from fashion_plugin.store.vectors import Generation

__all__ = ["advanced", "begun", "behind", "follows", "renamed"]


def begun(generation: Generation, now: Moment) -> View:
    """An empty view that can be advanced: what goes from now on is in the log."""
    return replace(View.empty(generation), removed=now.removed, epoch=now.epoch)


def follows(now: Moment, view: View) -> bool:
    """Whether a snapshot is the view's own state or a later one of the same database."""
    return (
        now.generation is not None
        and now.generation.pk == view.generation.pk
        and now.generation.info == view.generation.info
        and now.last >= view.last
        and now.removed >= view.removed
        and now.epoch >= view.epoch
        and now.changes >= view.changes
    )


def renamed(view: View, now: Moment) -> View:
    """The view with the name that its vectors' table has now: a vacuum changes it, and nothing else."""
    if now.generation is None or now.generation.table == view.generation.table:
        return view
    return replace(view, generation=now.generation)


def behind(now: Moment, view: View) -> int:
    """How many embeddings at most came and went since the view."""
    return now.last - view.last + now.removed - view.removed


def advanced(connection: Connection, view: View, now: Moment, rows: int) -> View:
    """The view with up to so many newer rows; when these are all, it is that of the snapshot."""
    # The table's name may have changed: vacuum copies the vectors into a new one.
    generation = now.generation or view.generation
    view = replace(view, generation=generation, _allowed={})
    found = connection.execute(
        f"SELECT e.id, v.vector FROM embeddings e CROSS JOIN {generation.table} v ON v.rowid = e.id "
        "WHERE e.generation = ? AND e.id > ? ORDER BY e.id LIMIT ?",
        (generation.pk, view.last, rows),
    ).fetchall()
    if found:
        ids = np.array([row[0] for row in found], dtype=np.int64)
        vectors = np.frombuffer(b"".join([row[1] for row in found]), dtype="<f4").reshape(len(found), -1)
        view = replace(view, flat=view.flat.added(ids, vectors.astype(np.float32, copy=False)))
    if len(found) == rows:
        return replace(view, last=int(found[-1][0]))
    if view.epoch != now.epoch:
        view = _only(view, _ids(connection, "SELECT id FROM embeddings WHERE generation = ?", generation.pk))
    elif view.removed != now.removed:
        log = "SELECT embedding FROM removed_embeddings WHERE position > ?"
        view = _without(view, _ids(connection, log, view.removed))
    return replace(view, last=now.last, removed=now.removed, epoch=now.epoch, changes=now.changes)


def _ids(connection: Connection, sql: str, parameter: int) -> NDArray[np.int64]:
    return np.fromiter((row[0] for row in connection.execute(sql, (parameter,))), dtype=np.int64)


def _without(view: View, ids: NDArray[np.int64]) -> View:
    """Without the embeddings of these ids."""
    view = replace(view, flat=view.flat.without(ids))
    if view.lists is None or not len(rows := view.lists.rows(ids)):
        return view
    dead = np.zeros(len(view.lists), np.bool_) if view.dead is None else view.dead.copy()
    dead[rows] = True
    return replace(view, dead=dead)


def _only(view: View, ids: NDArray[np.int64]) -> View:
    """Without the embeddings of all other ids: the log of those that went was cut."""
    held = np.concatenate(list(view.ids()))
    return _without(view, np.setdiff1d(held, ids))
