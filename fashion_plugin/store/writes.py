"""Storing and removing products, in transactions that are short and hold each product whole."""

import json
import time
from collections import deque
from collections.abc import Sequence

from fashion_plugin.store.base import GenerationInfo, ProductRecord, PutResult
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.planning import Wanted, prepare
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.product_writer import Snapshot, drop_orphans, write_product
from fashion_plugin.store.vectors import Generation, live, require_same

__all__ = ["put", "remove"]

_BATCH = 64
_BUDGET = 0.002
"""Seconds after which a writing transaction takes no further product: others are waiting for the lock."""


def put(
    pool: Pool, records: Sequence[ProductRecord], space: GenerationInfo | None
) -> tuple[PutResult, tuple[str, ...]]:
    """Store products; see `VectorStore.put`. ``space`` is that of the records' vectors, if it was named.

    Returns the photos (sha256) that nothing shows any more as well. Rows are compared before the lock is
    asked for: a product that is unchanged never takes it.
    """
    with pool.read() as connection:
        generation = _generation(connection, space, pool.name)
    queue = deque(prepare(record, generation.info if generation else None) for record in records)
    gone: list[str] = []
    outcomes: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "missing": []}
    while queue:
        batch = _batch(queue)
        with pool.read() as connection:
            generation = _generation(connection, space, pool.name)
            snapshot = Snapshot(connection, [wanted.id for wanted in batch], generation)
        todo = deque(wanted for wanted in batch if not snapshot.holds(wanted))
        waiting = {wanted.id for wanted in todo}
        outcomes["unchanged"] += [wanted.id for wanted in batch if wanted.id not in waiting]
        while todo:
            with pool.write() as connection:
                start = time.monotonic()
                generation = _generation(connection, space, pool.name)
                if changes(connection) != snapshot.version or generation != snapshot.generation:
                    snapshot = Snapshot(connection, [wanted.id for wanted in todo], generation)
                while todo and time.monotonic() - start < _BUDGET:
                    wanted = todo.popleft()
                    outcome = write_product(connection, wanted, snapshot)
                    outcomes[outcome.name].append(wanted.id)
                    if outcome.missing:
                        outcomes["missing"].append(wanted.id)
                    gone += outcome.gone
                snapshot.version = bump(connection)
    return PutResult(**{name: tuple(ids) for name, ids in outcomes.items()}), tuple(gone)


def remove(pool: Pool, ids: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """Delete products; returns how many there were, and the photos (sha256) that nothing shows any more."""
    queue = deque(dict.fromkeys(ids))
    count = 0
    gone: list[str] = []
    while queue:
        with pool.write() as connection:
            start = time.monotonic()
            before = count
            while queue and time.monotonic() - start < _BUDGET:
                some = json.dumps([queue.popleft() for _ in range(min(8, len(queue)))])
                photos = connection.execute(
                    "SELECT DISTINCT i.photo FROM images i JOIN products p ON p.pk = i.product "
                    "WHERE i.photo IS NOT NULL AND p.id IN (SELECT value FROM json_each(?))",
                    (some,),
                ).fetchall()
                count += connection.execute(
                    "DELETE FROM products WHERE id IN (SELECT value FROM json_each(?))", (some,)
                ).rowcount
                gone += drop_orphans(connection, {row[0] for row in photos})
            if count > before:
                bump(connection)
    return count, tuple(gone)


def bump(connection: Connection) -> int:
    """Count a transaction that changed products or embeddings; returns the new count."""
    changed = connection.execute("UPDATE state SET changes = changes + 1 RETURNING changes").fetchone()
    return int(changed[0])


def changes(connection: Connection) -> int:
    """How many transactions have changed products or embeddings."""
    return int(connection.execute("SELECT changes FROM state").fetchone()[0])


def _generation(connection: Connection, space: GenerationInfo | None, name: str) -> Generation | None:
    generation = live(connection)
    if generation and space:  # another process may have changed the encoder meanwhile
        require_same(generation.info, space, name)
    return generation


def _batch(queue: deque[Wanted]) -> list[Wanted]:
    """Take products off the queue, none twice: a second record of one sees what the first has written."""
    batch: dict[str, Wanted] = {}
    while queue and len(batch) < _BATCH and queue[0].id not in batch:
        wanted = queue.popleft()
        batch[wanted.id] = wanted
    return list(batch.values())
