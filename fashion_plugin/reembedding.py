"""Another encoder without an outage: build its generation beside the live one, compare, switch, go back.

Search goes on all the while, in the live generation alone. What was done stays after a kill, and the same
call goes on with it. Photos come from the small copies that are kept of them; where there is none, from the
image's file or URL.
"""

import logging
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Failure, OnProgress, Product, Progress
from fashion_plugin.download import Downloader
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import DatabaseFull, GenerationError, StoreError
from fashion_plugin.looks.subject import Looking
from fashion_plugin.mirroring import filler
from fashion_plugin.store.base import GenerationInfo, VectorStore
from fashion_plugin.store.leases import new_owner

__all__ = ["ReembedReport", "Reembedding"]

_log = logging.getLogger("fashion_plugin.generations")

_PAGE = 256  # products asked for at once
_TRIES = 3  # of a product that neither fails nor is done: it changes while it is embedded
_BEAT_SECONDS = 5.0
_SWITCHES = 50  # tries to find a moment in which nothing is lacking
_ROW_BYTES = 400  # of an embedding beside its vector
_SPARE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class ReembedReport:
    """What a run did: images embedded so far and in all, photos encoded by this run, what failed.

    ``complete`` when nothing is lacking but what failed; ``paused`` when the run was told to stop.
    """

    done: int
    total: int
    encoded: int
    seconds: float
    paused: bool
    failures: tuple[Failure, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every image that could be had is embedded."""
        return not self.paused


class Reembedding:
    """The way from the live generation to another encoder's.

    Args:
        store: the whole store.
        encoder: that of the other generation; None where it cannot be had, which still may do to go back.
        space: the vector space of what it embeds.
        downloader: fetches images of which no copy is kept.
        workers: threads that decode and threads that encode; None takes one each per core.
        looking: how photos are looked at before they are embedded, None as a whole.
    """

    def __init__(
        self,
        store: VectorStore,
        encoder: Encoder | None,
        space: GenerationInfo,
        downloader: Downloader,
        *,
        workers: int | None = None,
        looking: Looking | None = None,
    ) -> None:
        self._store = store
        self.encoder = encoder
        self.space = space
        self._downloader = downloader
        self._workers = workers
        self._looking = looking

    def build(
        self,
        *,
        rate: float | None = None,
        gentle: bool = False,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> ReembedReport:
        """Embed what this generation lacks, beginning it where there is none; goes on where it was.

        Args:
            rate: photos a second at most.
            gentle: take half of one core at most.
            on_progress: called after each batch, with images as ``done`` and ``total``.
            stop: set it to end soon; the same call goes on later.

        Raises:
            GenerationError: this generation is live, or somebody else is at work on it.
            DatabaseFull: there is not enough space for it.
            EncoderError: the encoder cannot be used.
        """
        owner, start = new_owner(), time.monotonic()
        generations = self._store.generations
        generations.begin(self.space, owner)
        try:
            self._check_space()
            with self._holding(owner, stop or threading.Event()) as ended:
                encoded, failures = self._catch_up(rate, gentle, on_progress, ended)
                paused = ended.is_set()
        finally:
            with suppress(StoreError):  # a full disk: the lease ends by itself
                generations.release(owner)
        done, total = generations.progress(self.space)
        return ReembedReport(done, total, encoded, time.monotonic() - start, paused, tuple(failures.values()))

    def switch(self, *, without_missing: bool = False, on_progress: OnProgress | None = None) -> None:
        """Make this generation the live one, after it has caught up with what came meanwhile.

        The one that was live is kept, and goes on getting what is new where its encoder can be had.

        Args:
            without_missing: switch although photos cannot be had; their products are not found any more,
                until they are indexed again.
            on_progress: called after each batch of what is caught up.

        Raises:
            GenerationError: there is no such generation, or it lacks products.
        """
        failures: dict[str, Failure] = {}
        for _ in range(_SWITCHES):
            # In the transaction it is told whether something came since: then once more.
            lacking = self._store.generations.switch(
                self.space, without=tuple(failures) if without_missing else ()
            )
            if not lacking:
                return
            if not without_missing and failures.keys() >= set(lacking):
                break
            _, failures = self._catch_up(None, False, on_progress, threading.Event())
        if not failures:
            raise GenerationError(
                "the catalogue changes faster than the generation catches up: stop the workers for a moment, "
                "or switch later"
            )
        shown = "; ".join(
            f"{failure.product_id}: {failure.message}" for failure in list(failures.values())[:3]
        )
        raise GenerationError(
            f"{len(failures)} products lack embeddings of {self.space.encoder!r} and would not be found any "
            f"more ({shown}): mend their images and index them again, or switch without them "
            "(--without-missing)"
        )

    def _catch_up(
        self, rate: float | None, gentle: bool, on_progress: OnProgress | None, ended: threading.Event
    ) -> tuple[int, dict[str, Failure]]:
        """Pass over what is lacking until nothing is that can be had; photos encoded, and what failed."""
        tried: Counter[str] = Counter()
        failures: dict[str, Failure] = {}
        encoded, first = 0, True
        while not ended.is_set():
            if self.encoder is None:
                return 0, self._without_encoder()
            passed = _Pass(self._store, self.space, failures, _Pace(rate, ended), None if first else tried)
            done, total = self._store.generations.progress(self.space)
            report = None if on_progress is None else _shown(on_progress, done, total, encoded, len(failures))
            encoder = _Gently(self.encoder) if gentle else self.encoder
            run = filler(
                self._store.generations.view(self.space),
                encoder,
                self._downloader,
                workers=1 if gentle else self._workers,
                looking=self._looking,
            ).run(passed, report)
            encoded += run.encoded
            for failure in run.failures:
                failures.setdefault(failure.product_id, failure)
            if not passed.handed_out:
                break
            first = False
        return encoded, failures

    def _without_encoder(self) -> dict[str, Failure]:
        lacking = self._store.generations.pending(self.space, limit=_PAGE)
        message = f"the encoder {self.space.encoder!r} cannot be loaded here"
        return {product.id: Failure(product.id, "", message) for product in lacking}

    def _check_space(self) -> None:
        """Refuse to begin what the disk cannot hold.

        Raises:
            DatabaseFull: too little is free.
        """
        path = getattr(self._store, "path", ":memory:")
        if not Path(path).exists():
            return
        done, total = self._store.generations.progress(self.space)
        needed = (total - done) * (4 * self.space.dim + _ROW_BYTES) + _SPARE_BYTES
        free = shutil.disk_usage(Path(path).parent).free
        if free < needed:
            raise DatabaseFull(
                f"another generation in {path} takes about {needed / 1e6:.0f} MB, and only "
                f"{free / 1e6:.0f} MB are free: make room, or drop a generation that is not needed with  "
                "fashion-plugin reembed --drop"
            )

    @contextmanager
    def _holding(self, owner: str, stop: threading.Event) -> Iterator[threading.Event]:
        """Renew the lease meanwhile; the event is set by whoever stops the work or takes the lease away."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(_BEAT_SECONDS if not stop.is_set() else 0.1):
                try:
                    if not self._store.generations.renew(owner):
                        stop.set()
                except StoreError:
                    _log.exception("the lease of a generation could not be renewed")

        beat = threading.Thread(target=renew, name="fashion-heartbeat", daemon=True)
        beat.start()
        try:
            yield stop
        finally:
            over.set()
            beat.join()


class _Pass:
    """Products that a generation lacks, once each, at a pace; it ends early when told to."""

    def __init__(
        self,
        store: VectorStore,
        space: GenerationInfo,
        failures: "dict[str, Failure]",
        pace: "_Pace",
        tried: "Counter[str] | None",
    ) -> None:
        self._store = store
        self._space = space
        self._failures = failures
        self._pace = pace
        self._tried = tried
        self.handed_out = 0

    def __iter__(self) -> Iterator[Product]:
        after: str | None = ""
        while after is not None:
            page = self._store.generations.pending(self._space, limit=_PAGE, after=after)
            after = page[-1].id if page else None
            for product in self._wanted(page):
                if not self._pace.go_on(max(1, len(product.images))):
                    return
                self.handed_out += 1
                yield product

    def _wanted(self, page: Sequence[Product]) -> Iterator[Product]:
        for product in page:
            if product.id in self._failures:
                continue
            if self._tried is not None:
                self._tried[product.id] += 1
                if self._tried[product.id] > _TRIES:
                    self._failures[product.id] = Failure(product.id, "", "it changes again and again")
                    continue
            yield product


class _Pace:
    """Lets photos through at a rate; ``ended`` ends the waiting."""

    def __init__(self, rate: float | None, ended: threading.Event) -> None:
        self._rate = rate
        self._ended = ended
        self._due = time.monotonic()

    def go_on(self, photos: int) -> bool:
        """Wait for the turn of some photos; False when it is over."""
        if self._rate:
            # Time that was not used is not made up for: a burst is what a rate is to prevent.
            self._due = max(self._due, time.monotonic() - 1.0) + photos / self._rate
            self._ended.wait(max(0.0, self._due - time.monotonic()))
        return not self._ended.is_set()


class _Gently:
    """An encoder that rests as long as it works, and uses one thread."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim

    def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """See `Encoder.encode`."""
        vectors = np.zeros((len(images), self.dim), np.float32)
        for number, image in enumerate(images):
            start = time.monotonic()
            vectors[number] = self.encoder.encode([image])[0]
            time.sleep(time.monotonic() - start)
        return vectors


def _shown(on_progress: OnProgress, done: int, total: int, encoded: int, failed: int) -> OnProgress:
    """Progress of one pass as progress in images of the whole generation."""

    def show(progress: Progress) -> None:
        now = min(total, done + progress.encoded)
        on_progress(
            Progress(now, total, encoded + progress.encoded, failed + progress.failed, progress.seconds)
        )

    return show
