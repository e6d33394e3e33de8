"""The job queue in SQLite: events in, leases out, failures put off."""

# ruff: noqa: S608 - conditions are constants of ours; values are always bound

import json
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from fashion_plugin.catalog import CatalogEvent, Receipt
from fashion_plugin.catalog.jobs import Job, JobState, JobStats
from fashion_plugin.store.base import GenerationInfo, ProductRecord
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.finishing import finish
from fashion_plugin.store.inbox import Inbox
from fashion_plugin.store.payload import read_product
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.queue import Claim, Policy, Settled
from fashion_plugin.store.standing_back import StandingBack
from fashion_plugin.store.wishes import recheck

__all__ = ["SQLiteJobs"]

_MICRO = 1_000_000
_BUDGET = 0.002  # seconds after which a transaction takes no further product
_LET_IN = 0.001
_RECHECKED = 8  # products in one transaction
_SUSPECT_ATTEMPTS = 3
_KEPT_SECONDS = 30 * 86_400
_TOMBSTONE_SECONDS = 180 * 86_400
_LONGEST_ERROR = 2000

_FREE = "(owner IS NULL OR leased_until <= :now)"
_NEXT = f"FROM jobs WHERE failed = 0 AND due <= :now AND {_FREE} ORDER BY bulk, due, product_id LIMIT :limit"
_CLAIM = (
    "UPDATE jobs SET owner = :owner, leased_until = :until, attempts = attempts + 1 "
    f"WHERE product_id IN (SELECT product_id {_NEXT}) RETURNING wanted, attempts"
)
_STATE = f"CASE WHEN failed THEN 'failed' WHEN {_FREE} THEN 'waiting' ELSE 'running' END"
_RETRY = (
    "UPDATE jobs SET failed = 0, attempts = 0, due = :now, error = '', owner = NULL, leased_until = 0 WHERE "
)


class SQLiteJobs:
    """A `JobQueue` in a store's database.

    What workers write is not waited for until it is on the disk: after a power cut the jobs are there again
    with what they had not done.

    Args:
        pool: the database.
        policy: how patient jobs are.
        forget: is told the photos (sha256) that nothing shows any more.
        now: gives seconds since 1970.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        policy: Policy | None = None,
        forget: Callable[[Sequence[str]], None] = lambda photos: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.policy = policy or Policy()
        self._pool = pool
        self._forget = forget
        self._now = now
        self._inbox = Inbox(pool, forget=forget, now=now)
        self._standing_back = StandingBack(pool)

    def submit(
        self, events: Sequence[CatalogEvent], *, bulk: bool = False, dry_run: bool = False
    ) -> tuple[Receipt, ...]:
        """Take events in order, each durable with its job when this returns; see `Inbox.submit`."""
        return self._inbox.submit(events, bulk=bulk, dry_run=dry_run)

    def new_owner(self) -> str:
        """A name that no other worker has."""
        return uuid.uuid4().hex

    def claim(self, owner: str, limit: int) -> list[Claim]:
        """Take the lease of jobs that are due, webhooks' before bulk, the longest due first.

        A job that was begun several times and never ended comes alone: it may be what brings workers down.
        """
        now = self._time()
        with self._pool.read() as connection:
            found = connection.execute(f"SELECT attempts {_NEXT}", {"now": now, "limit": limit}).fetchall()
        if not found:
            return []
        self._standing_back.look()
        sound = next((at for at, row in enumerate(found) if row[0] >= _SUSPECT_ATTEMPTS), len(found))
        with self._pool.write(durable=False) as connection:
            rows = connection.execute(
                _CLAIM, {"owner": owner, "until": self._lease(), "now": now, "limit": max(1, sound)}
            ).fetchall()
        return [Claim(read_product(wanted), attempts) for wanted, attempts in rows]

    def renew(self, owner: str) -> None:
        """Go on holding the leases of this worker."""
        with self._pool.write(durable=False) as connection:
            connection.execute("UPDATE jobs SET leased_until = ? WHERE owner = ?", (self._lease(), owner))

    def release(self, owner: str) -> None:
        """Give back what this worker has not finished, as if it had not been tried."""
        with self._pool.write(durable=False) as connection:
            connection.execute(
                "UPDATE jobs SET owner = NULL, leased_until = 0, attempts = max(0, attempts - 1) "
                "WHERE owner = ?",
                (owner,),
            )

    def complete(self, records: Sequence[ProductRecord], space: GenerationInfo) -> Sequence[Settled]:
        """Store what became of products' images, unless a product went meanwhile; see `finish`."""
        self._standing_back.wait()
        queue = deque(records)
        settled: deque[Settled] = deque()
        while queue:
            gone: list[str] = []
            with self._pool.write(durable=False) as connection:
                start = time.monotonic()
                done = []
                while queue and time.monotonic() - start < _BUDGET:
                    record = queue.popleft()
                    end = finish(connection, record, space, self._pool.name)
                    done.append(self._settle(connection, record.product.id, end.settled, end.error))
                    gone += end.gone
            settled.extend(done)
            if gone:
                self._forget(gone)
            if queue:
                # The lock goes to whoever asks first, and this thread would be it again: let webhooks in.
                time.sleep(_LET_IN)
        return tuple(settled)

    def fail(self, product_id: str, error: str) -> Settled:
        """Note that a job could not be done; it is tried again later or given up."""
        with self._pool.write(durable=False) as connection:
            return self._settle(connection, product_id, Settled.RETRY, error)

    def wait_seconds(self) -> float | None:
        """Seconds until a job is due, 0 if one is, None if none waits."""
        with self._pool.read() as connection:
            row = connection.execute(
                "SELECT min(max(due, CASE WHEN owner IS NULL THEN 0 ELSE leased_until END)) "
                "FROM jobs WHERE failed = 0"
            ).fetchone()
        return None if row[0] is None else max(0.0, (row[0] - self._time()) / _MICRO)

    def list(self, state: JobState | None = None, *, limit: int = 1000) -> list[Job]:
        """Jobs, the oldest first."""
        where = f"{_STATE} = :state" if state else "1"
        with self._pool.read() as connection:
            rows = connection.execute(
                f"SELECT product_id, {_STATE}, attempts, since, due, error, bulk FROM jobs "
                f"WHERE {where} ORDER BY since, product_id LIMIT :limit",
                {"now": self._time(), "state": str(state or ""), "limit": limit},
            ).fetchall()
        return [
            Job(product_id, JobState(name), attempts, _moment(since), _moment(due), error, bool(bulk))
            for product_id, name, attempts, since, due, error, bulk in rows
        ]

    def stats(self) -> JobStats:
        """How many jobs stand where."""
        now = self._time()
        with self._pool.read() as connection:
            states = dict(
                connection.execute(
                    f"SELECT {_STATE}, count(*) FROM jobs GROUP BY 1",
                    {"now": now},
                ).fetchall()
            )
            oldest = connection.execute("SELECT min(since) FROM jobs WHERE failed = 0").fetchone()[0]
            events = dict(connection.execute("SELECT state, count FROM event_counts").fetchall())
        return JobStats(
            waiting=states.get("waiting", 0),
            running=states.get("running", 0),
            failed=states.get("failed", 0),
            oldest_seconds=max(0.0, (now - oldest) / _MICRO) if oldest is not None else 0.0,
            taken=events.get("taken", 0),
            duplicates=events.get("duplicate", 0),
            stale=events.get("stale", 0),
        )

    def retry(self, ids: Sequence[str] | None = None) -> int:
        """Try these jobs (or all that were given up) again now; returns how many there were."""
        chosen = "failed = 1" if ids is None else "product_id IN (SELECT value FROM json_each(:ids))"
        return self._change(_RETRY + chosen, ids)

    def drop(self, ids: Sequence[str]) -> int:
        """Forget these jobs, leaving their products as they are; returns how many there were."""
        return self._change("DELETE FROM jobs WHERE product_id IN (SELECT value FROM json_each(:ids))", ids)

    def recheck(self) -> None:
        """Look again at the photos of every product, for those whose address stayed when they changed."""
        after: str | None = ""
        while after is not None:
            with self._pool.write(durable=False) as connection:
                after = recheck(connection, after, _RECHECKED, self._time())
            time.sleep(_LET_IN)

    def purge(self) -> int:
        """Forget embeddings of products removed a month ago, and tombstones of half a year."""
        now = self._time()
        old = "(SELECT product_id FROM product_events WHERE removed = 1 AND received < ?)"
        with self._pool.write() as connection:
            kept = connection.execute(
                f"DELETE FROM removed_images WHERE product_id IN {old}",
                (now - _KEPT_SECONDS * _MICRO,),
            ).rowcount
            connection.execute(
                "DELETE FROM product_events WHERE removed = 1 AND received < ?",
                (now - _TOMBSTONE_SECONDS * _MICRO,),
            )
        return int(kept)

    def _settle(self, connection: Connection, id: str, settled: Settled, error: str) -> Settled:
        if settled in (Settled.DONE, Settled.GONE):
            connection.execute("DELETE FROM jobs WHERE product_id = ?", (id,))
            return settled
        job = connection.execute("SELECT attempts FROM jobs WHERE product_id = ?", (id,)).fetchone()
        if job is None:
            return Settled.GONE
        given_up = settled is Settled.RETRY and job[0] >= self.policy.attempts
        pause = self.policy.wait(job[0]) if settled is Settled.RETRY else 0.0
        connection.execute(
            "UPDATE jobs SET owner = NULL, leased_until = 0, failed = ?, due = ?, error = ? "
            "WHERE product_id = ?",
            (int(given_up), self._time() + int(pause * _MICRO), error[:_LONGEST_ERROR], id),
        )
        return Settled.FAILED if given_up else settled

    def _change(self, statement: str, ids: Sequence[str] | None) -> int:
        values: dict[str, Any] = {"now": self._time(), "ids": json.dumps(list(ids or ()))}
        with self._pool.write() as connection:
            return int(connection.execute(statement, values).rowcount)

    def _time(self) -> int:
        return int(self._now() * _MICRO)

    def _lease(self) -> int:
        return self._time() + int(self.policy.lease * _MICRO)


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / _MICRO, UTC)
