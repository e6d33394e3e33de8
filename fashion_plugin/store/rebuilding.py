"""New vec0 tables in place of old ones, which keep the space of what was deleted; others read and write on.

Vectors are copied a few at a time, in a transaction of their own. None ever changes under its id, and ids are
not used twice: so the copy catches up at the end with what was added and removed meanwhile, and takes the old
table's place in that transaction. The database's ``user_version`` counts vacuums, so that two of them do not
work on it at once.
"""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import time

from fashion_plugin.errors import StoreError
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.vectors import Generation, create_table, every

__all__ = ["rebuild"]

_BUDGET = 0.002  # seconds of copying in one transaction: others wait for the lock
_LET_IN = 0.001
_AT_ONCE = 16


def rebuild(pool: Pool) -> None:
    """Copy the vectors of every generation into new tables.

    Raises:
        StoreError: another vacuum is at work on the same database.
    """
    with pool.write() as connection:
        turn = _turn(connection) + 1
        connection.execute(f"PRAGMA user_version = {turn}")
        _drop_leftovers(connection)
        generations = every(connection)
    for generation in generations:
        _rebuild(pool, generation, turn)


def _rebuild(pool: Pool, generation: Generation, turn: int) -> None:
    name = f"vectors_{generation.pk}"
    fresh = f"{name}_rebuilt" if generation.table == name else name
    with pool.write() as connection:
        if not _stands(connection, generation, turn, pool.name):
            return
        create_table(connection, fresh, generation.info.dim)
        start = _removed_up_to(connection)
    last: int | None = 0
    while last is not None:
        with pool.write(durable=False) as connection:
            if not _stands(connection, generation, turn, pool.name):
                connection.execute(f"DROP TABLE {fresh}")
                return
            last = _copy(connection, generation, fresh, last, time.monotonic() + _BUDGET)
            if last is None:
                for (gone,) in connection.execute(
                    "SELECT embedding FROM removed_embeddings WHERE position > ?", (start,)
                ).fetchall():
                    connection.execute(f"DELETE FROM {fresh} WHERE rowid = ?", (gone,))
                connection.execute("UPDATE generations SET vectors = ? WHERE pk = ?", (fresh, generation.pk))
                connection.execute(f"DROP TABLE {generation.table}")
        time.sleep(_LET_IN)


def _copy(connection: Connection, generation: Generation, fresh: str, last: int, until: float) -> int | None:
    """Copy vectors after an id until a time; returns the last id, None when none is left."""
    while True:
        ids = connection.execute(
            "SELECT id FROM embeddings WHERE generation = ? AND id > ? ORDER BY id LIMIT ?",
            (generation.pk, last, _AT_ONCE),
        ).fetchall()
        connection.executemany(
            f"INSERT INTO {fresh} (rowid, vector) "
            f"SELECT rowid, vector FROM {generation.table} WHERE rowid = ?",
            ids,
        )
        if len(ids) < _AT_ONCE:
            return None
        last = int(ids[-1][0])
        if time.monotonic() > until:
            return last


def _drop_leftovers(connection: Connection) -> None:
    """Delete tables that a vacuum which was killed has left."""
    used = {generation.table for generation in every(connection)}
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE vectors%'"
    ).fetchall():
        if name not in used:
            connection.execute(f"DROP TABLE {name}")


def _stands(connection: Connection, generation: Generation, turn: int, name: str) -> bool:
    """Whether the generation has not been dropped meanwhile.

    Raises:
        StoreError: another vacuum has begun.
    """
    if _turn(connection) != turn:
        raise StoreError(f"{name}: another vacuum has begun; this one leaves the work to it")
    row = connection.execute("SELECT vectors FROM generations WHERE pk = ?", (generation.pk,)).fetchone()
    return bool(row) and row[0] == generation.table


def _removed_up_to(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(position), 0) FROM removed_embeddings").fetchone()[0])


def _turn(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
