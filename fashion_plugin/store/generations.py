"""The generations of a database: made, filled, made live and dropped."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from fashion_plugin.catalog import GenerationStats, Product
from fashion_plugin.errors import GenerationError
from fashion_plugin.store import vectors
from fashion_plugin.store.base import GenerationInfo, VectorStore
from fashion_plugin.store.beside import Beside, require
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.leases import is_dead
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.reading import by_id
from fashion_plugin.store.vectors import Generation

__all__ = ["LEASE_SECONDS", "RECOUNT", "SQLiteGenerations", "generation_stats"]

LEASE_SECONDS = 60.0
_NAMED = 20  # products that stand in the way of a switch
_DROPPED = 200  # embeddings in one transaction
_LET_IN = 0.001

_LACKS = (
    "i.photo IS NOT NULL AND NOT EXISTS (SELECT 1 FROM image_embeddings m "
    "JOIN embeddings e ON e.id = m.embedding WHERE m.image = i.pk AND e.generation = :generation)"
)
_PENDING = (
    f"SELECT DISTINCT p.id FROM products p JOIN images i ON i.product = p.pk WHERE {_LACKS} "
    "AND p.id {which} ORDER BY p.id LIMIT :limit"
)

RECOUNT = """
    UPDATE products SET found = NOT found WHERE found <> EXISTS (
        SELECT 1 FROM image_embeddings m JOIN embeddings e ON e.id = m.embedding
        WHERE m.product = products.pk AND e.generation = ?
    )
"""


class SQLiteGenerations:
    """`Generations` in a store's database; ``now`` gives seconds since 1970."""

    def __init__(self, pool: Pool, store: object, *, now: Callable[[], float] = time.time) -> None:
        self._pool = pool
        self._store = store
        self._now = now

    def list(self) -> list[GenerationStats]:
        """Every generation, the live one first, then those that came into their state last."""
        with self._pool.read() as connection:
            return generation_stats(connection, self._micros())

    def find(self, fingerprint: str) -> GenerationInfo | None:
        """The vector space of this fingerprint, None if the database has none."""
        with self._pool.read() as connection:
            found = vectors.find(connection, fingerprint)
        return found.info if found else None

    def beside(self) -> Sequence[GenerationInfo]:
        """The vector spaces that are not live."""
        with self._pool.read() as connection:
            return [one.info for one in vectors.every(connection) if one.state != "live"]

    def begin(self, wanted: GenerationInfo, owner: str) -> None:
        """Make a generation beside the live one, or go on with it; see `Generations.begin`."""
        with self._pool.write() as connection:
            found = vectors.find(connection, wanted.fingerprint)
            if found is not None and found.state == "live":
                raise GenerationError(f"{self._pool.name}: {_named(found)} is live already")
            if found is None:
                self._refuse_another(connection, wanted)
                vectors.create(connection, wanted, "building")
                found = require(connection, wanted, self._pool.name)
            self._lease(connection, found, owner)
            if wanted.source:
                connection.execute(
                    "UPDATE generations SET encoder = ?, source = ? WHERE pk = ?",
                    (wanted.encoder, wanted.source, found.pk),
                )

    def renew(self, owner: str) -> bool:
        """Go on holding the lease; False when it was taken away."""
        with self._pool.write(durable=False) as connection:
            until = self._micros() + int(LEASE_SECONDS * 1_000_000)
            return bool(
                connection.execute(
                    "UPDATE generations SET leased_until = ? WHERE owner = ?", (until, owner)
                ).rowcount
            )

    def release(self, owner: str) -> None:
        """Give the lease back."""
        with self._pool.write(durable=False) as connection:
            connection.execute(
                "UPDATE generations SET owner = NULL, leased_until = 0 WHERE owner = ?", (owner,)
            )

    def pause(self) -> int:
        """Take every lease away, which ends the work under way; returns how many there were."""
        with self._pool.write() as connection:
            return int(
                connection.execute(
                    "UPDATE generations SET owner = NULL, leased_until = 0 WHERE owner IS NOT NULL"
                ).rowcount
            )

    def pending(
        self, space: GenerationInfo, *, limit: int, after: str = "", ids: Sequence[str] | None = None
    ) -> Sequence[Product]:
        """Products with an image whose photo has no embedding in this generation, in order of id."""
        which = "> :after" if ids is None else "IN (SELECT value FROM json_each(:ids))"
        with self._pool.read() as connection:
            generation = require(connection, space, self._pool.name)
            rows = connection.execute(
                _PENDING.format(which=which),
                {
                    "generation": generation.pk,
                    "after": after,
                    "ids": json.dumps(list(ids or ())),
                    "limit": limit,
                },
            ).fetchall()
            found = by_id(connection, [row[0] for row in rows])
            return [found[row[0]].product() for row in rows]

    def progress(self, space: GenerationInfo) -> tuple[int, int]:
        """How many images with a photo have an embedding in this generation, and how many there are."""
        with self._pool.read() as connection:
            generation = require(connection, space, self._pool.name)
            total = int(
                connection.execute("SELECT count(*) FROM images WHERE photo IS NOT NULL").fetchone()[0]
            )
            return total - _missing(connection, generation.pk), total

    def view(self, space: GenerationInfo) -> VectorStore:
        """The store as it would be with this generation live; see `Generations.view`."""
        return cast(VectorStore, Beside(self._store, self._pool, space))

    def switch(self, space: GenerationInfo, *, without: Sequence[str] = ()) -> Sequence[str]:
        """Make a generation the live one, in one transaction; see `Generations.switch`."""
        with self._pool.write() as connection:
            wanted = require(connection, space, self._pool.name)
            live = vectors.live(connection)
            if live is not None and live.pk == wanted.pk:
                return ()
            lacking = connection.execute(
                _PENDING.format(which="NOT IN (SELECT value FROM json_each(:ids))"),
                {"generation": wanted.pk, "ids": json.dumps(list(without)), "limit": _NAMED},
            ).fetchall()
            if lacking:
                return tuple(row[0] for row in lacking)
            # Who goes back leaves a generation that may be taken again; who goes on leaves one to go back to.
            left = "building" if wanted.state == "retired" else "retired"
            change = "UPDATE generations SET state = ?, since = ? WHERE pk = ?"
            if live is not None:
                connection.execute(change, (left, self._micros(), live.pk))
            connection.execute(change, ("live", self._micros(), wanted.pk))
            connection.execute(RECOUNT, (wanted.pk,))
            # A copy of the vectors elsewhere is of another space now: it starts anew.
            connection.execute("UPDATE state SET changes = changes + 1, epoch = epoch + 1")
        return ()

    def drop(self, space: GenerationInfo) -> int:
        """Delete a generation with its embeddings, in short transactions; see `Generations.drop`."""
        owner = f"drop/{time.monotonic_ns()}"
        with self._pool.write() as connection:
            doomed = require(connection, space, self._pool.name)
            if doomed.state == "live":
                raise GenerationError(
                    f"{self._pool.name}: {_named(doomed)} is live: switch to another one before dropping it"
                )
            self._lease(connection, doomed, owner)
        count, last = 0, 0
        while True:
            with self._pool.write(durable=False) as connection:
                ids = [
                    row[0]
                    for row in connection.execute(
                        "SELECT id FROM embeddings WHERE id > ? AND generation = ? ORDER BY id LIMIT ?",
                        (last, doomed.pk, _DROPPED),
                    )
                ]
                if not ids:
                    break
                last = ids[-1]
                for statement in (
                    "DELETE FROM image_embeddings WHERE embedding IN (SELECT value FROM json_each(?))",
                    "DELETE FROM embeddings WHERE id IN (SELECT value FROM json_each(?))",
                ):
                    connection.execute(statement, (json.dumps(ids),))
            count += len(ids)
            time.sleep(_LET_IN)
        with self._pool.write() as connection:
            doomed = require(connection, space, self._pool.name)  # a vacuum renames its table
            left = "SELECT id FROM embeddings WHERE generation = ?"
            connection.execute(f"DELETE FROM image_embeddings WHERE embedding IN ({left})", (doomed.pk,))
            connection.execute("DELETE FROM embeddings WHERE generation = ?", (doomed.pk,))
            connection.execute(f"DROP TABLE {doomed.table}")
            connection.execute("DELETE FROM generations WHERE pk = ?", (doomed.pk,))
        return count

    def _refuse_another(self, connection: Connection, wanted: GenerationInfo) -> None:
        """One at a time: a generation that was begun is ended or dropped before the next."""
        for other in vectors.every(connection):
            if other.state == "building":
                raise GenerationError(
                    f"{self._pool.name}: {_named(other)} is being built already: go on with it, switch to "
                    f"it, or drop it with  fashion-plugin reembed --drop {other.info.fingerprint[:12]}  "
                    f"before {wanted.encoder!r} ({wanted.fingerprint[:12]}) is begun; an encoder whose file "
                    "changed is another one"
                )

    def _lease(self, connection: Connection, generation: Generation, owner: str) -> None:
        held, until = connection.execute(
            "SELECT owner, leased_until FROM generations WHERE pk = ?", (generation.pk,)
        ).fetchone()
        now = self._micros()
        if held and held != owner and until > now and not is_dead(held):
            raise GenerationError(
                f"{self._pool.name}: somebody is at work on {_named(generation)} already: let it end, or "
                "stop it with  fashion-plugin reembed --pause"
            )
        connection.execute(
            "UPDATE generations SET owner = ?, leased_until = ? WHERE pk = ?",
            (owner, now + int(LEASE_SECONDS * 1_000_000), generation.pk),
        )

    def _micros(self) -> int:
        return int(self._now() * 1_000_000)


def generation_stats(connection: Connection, now: int) -> "list[GenerationStats]":
    """What each generation holds; ``now`` is in microseconds since 1970."""
    rows = connection.execute(
        "SELECT pk, encoder, fingerprint, dim, state, source, owner, leased_until FROM generations "
        "ORDER BY state <> 'live', since DESC, pk DESC"
    ).fetchall()
    found: list[GenerationStats] = []
    for pk, encoder, fingerprint, dim, state, source, owner, until in rows:
        found.append(
            GenerationStats(
                encoder,
                fingerprint,
                dim,
                state,
                embeddings=_count(connection, pk),
                missing=_missing(connection, pk),
                working=bool(owner) and until > now and not is_dead(owner),
                source=source,
            )
        )
    return found


def _count(connection: Connection, generation: int) -> int:
    counted: Any = connection.execute("SELECT count(*) FROM embeddings WHERE generation = ?", (generation,))
    return int(counted.fetchone()[0])


def _missing(connection: Connection, generation: int) -> int:
    counted = connection.execute(
        f"SELECT count(*) FROM images i WHERE {_LACKS}", {"generation": generation}
    ).fetchone()
    return int(counted[0])


def _named(generation: Generation) -> str:
    return f"the generation of {generation.info.encoder!r} ({generation.info.fingerprint[:12]})"
