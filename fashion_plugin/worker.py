"""The worker: takes jobs from the queue, has their images embedded, and says what became of them.

Several workers, in threads, processes or both, share one queue: a job's lease keeps the others off, a
worker that dies loses it after a minute, and a job that was begun but not ended is begun again.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from fashion_plugin.catalog import Product, Progress
from fashion_plugin.catalog.jobs import WorkReport
from fashion_plugin.errors import EncoderMismatch
from fashion_plugin.indexing import Indexer
from fashion_plugin.store.base import GenerationInfo, KnownProduct, ProductRecord, PutResult, VectorStore
from fashion_plugin.store.queue import Claim, JobQueue, Settled

__all__ = ["Worker"]

_log = logging.getLogger("fashion_plugin.worker")

_BATCH = 64  # jobs under one lease: their photos fill the encoder's batches
_POLL_SECONDS = 0.2  # how soon an event of another process is seen
_PURGE_SECONDS = 3600.0


class _Stopped(Exception):
    """Ends a batch under way because the worker is to stop."""


@dataclass(slots=True)
class _Tally:
    """What this worker has done so far."""

    done: int = 0
    retried: int = 0
    failed: int = 0
    encoded: int = 0
    start: float = field(default_factory=time.monotonic)

    def note(self, settled: Settled) -> None:
        self.done += settled in (Settled.DONE, Settled.GONE)
        self.retried += settled is Settled.RETRY
        self.failed += settled is Settled.FAILED

    def report(self) -> WorkReport:
        return WorkReport(self.done, self.retried, self.failed, self.encoded, time.monotonic() - self.start)


class Worker:
    """Does the jobs of a store; one instance works in one thread.

    Args:
        store: where the products are.
        queue: where the jobs are.
        space: the vector space of the encoder.
        make_indexer: makes what embeds, over the store that it is given.
        wake: set when an event was taken in this process; None polls only.
        batch: jobs taken at once.
        after: told the ids of the products of a batch when it is done.
    """

    def __init__(
        self,
        store: VectorStore,
        queue: JobQueue,
        space: GenerationInfo,
        make_indexer: Callable[[VectorStore], Indexer],
        *,
        wake: threading.Event | None = None,
        batch: int = _BATCH,
        after: Callable[[Sequence[str]], None] = lambda ids: None,
    ) -> None:
        self._store = store
        self._queue = queue
        self._space = space
        self._make_indexer = make_indexer
        self._wake = wake or threading.Event()
        self._batch = batch
        self._after = after

    def run(self, *, until_idle: bool = False, stop: threading.Event | None = None) -> WorkReport:
        """Work until told to stop, or until no job is due.

        A batch that is under way when ``stop`` is set is ended early; what it has not finished is given
        back.

        Raises:
            EncoderMismatch: the database has come to hold another encoder's embeddings.
        """
        stop = stop or threading.Event()
        owner = self._queue.new_owner()
        tally = _Tally()
        purge_at = time.monotonic()
        try:
            while not stop.is_set():
                self._wake.clear()
                claims = self._queue.claim(owner, self._batch)
                if claims:
                    with self._holding(owner):
                        self._work(claims, tally, stop)
                        if not stop.is_set():
                            self._after([claim.product.id for claim in claims])
                    continue
                if until_idle:
                    break
                if time.monotonic() >= purge_at:
                    self._queue.purge()
                    purge_at = time.monotonic() + _PURGE_SECONDS
                self._wake.wait(_POLL_SECONDS)
        finally:
            self._queue.release(owner)
        return tally.report()

    def _work(self, claims: Sequence[Claim], tally: _Tally, stop: threading.Event) -> None:
        """Do some jobs together; where that fails as a whole, one by one, to find which one it is."""
        finisher = _Finisher(self._store, self._queue, self._space, claims, tally)

        def check(progress: Progress) -> None:
            if stop.is_set():
                raise _Stopped

        try:
            indexer = self._make_indexer(cast(VectorStore, finisher))
            report = indexer.run([claim.product for claim in claims], check)
            tally.encoded += report.encoded
        except (_Stopped, EncoderMismatch) as error:
            if isinstance(error, EncoderMismatch):
                raise
            return
        except Exception as error:
            left = list(finisher.pending.values())
            if len(claims) > 1:
                for claim in left:
                    if not stop.is_set():
                        self._work([claim], tally, stop)
                return
            _log.exception("the job of product %s failed", claims[0].product.id)
            for claim in left:
                tally.note(self._queue.fail(claim.product.id, f"{type(error).__name__}: {error}"))
            return
        for claim in finisher.pending.values():
            self._close(claim, tally)

    def _close(self, claim: Claim, tally: _Tally) -> None:
        """End a job that indexing passed over: its product is not there any more, or it could not be read."""
        if self._store.product(claim.product.id) is None:
            self._queue.drop([claim.product.id])
            tally.note(Settled.GONE)
        else:
            tally.note(self._queue.fail(claim.product.id, "the product could not be indexed"))

    @contextmanager
    def _holding(self, owner: str) -> Iterator[None]:
        """Renew the leases while a batch is under way."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(self._queue.policy.lease / 3):
                try:
                    self._queue.renew(owner)
                except Exception:
                    _log.exception("the leases could not be renewed")

        beat = threading.Thread(target=renew, name="fashion-heartbeat", daemon=True)
        beat.start()
        try:
            yield
        finally:
            over.set()
            beat.join()


class _Finisher:
    """The store as indexing sees it here: what it puts ends jobs, and is checked against newer events."""

    def __init__(
        self,
        store: VectorStore,
        queue: JobQueue,
        space: GenerationInfo,
        claims: Sequence[Claim],
        tally: _Tally,
    ) -> None:
        self.pending = {claim.product.id: claim for claim in claims}
        self._store = store
        self._queue = queue
        self._space = space
        self._tally = tally

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def known(self, ids: Sequence[str]) -> Mapping[str, KnownProduct]:
        """What is stored of these products."""
        return self._store.known(ids)

    def put(self, records: Sequence[ProductRecord]) -> PutResult:
        """End the jobs of these products."""
        ends = self._queue.complete(records, self._space)
        for record, settled in zip(records, ends, strict=True):
            product: Product = record.product
            self.pending.pop(product.id, None)
            self._tally.note(settled)
            if settled in (Settled.RETRY, Settled.FAILED):
                errors = "; ".join(image.error for image in record.images if image.error)
                _log.warning("product %s: %s (%s)", product.id, errors[:500], settled)
        return PutResult((), tuple(record.product.id for record in records), ())
