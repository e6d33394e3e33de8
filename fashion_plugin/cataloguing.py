"""Indexing and working through jobs in the live vector space, also when another becomes it meanwhile."""

import threading
from collections.abc import Iterable, Sized

from fashion_plugin.catalog import Failure, IndexReport, OnProgress, Product, WorkReport
from fashion_plugin.download import Downloader
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import EncoderMismatch
from fashion_plugin.following import Follower
from fashion_plugin.indexing import Indexer
from fashion_plugin.mirroring import Feed, Mirror
from fashion_plugin.store.base import VectorStore
from fashion_plugin.worker import Worker

__all__ = ["Cataloguer"]


class Cataloguer:
    """Embeds products with the live encoder, and with those of the generations beside where they are here.

    ``news`` is set when an event was taken in this process.
    """

    def __init__(
        self,
        store: VectorStore,
        follower: Follower,
        downloader: Downloader,
        *,
        news: threading.Event | None = None,
        workers: int | None = None,
        nice: int = 0,
    ) -> None:
        self._store = store
        self._follower = follower
        self._downloader = downloader
        self._news = news
        self._workers = workers
        self._nice = nice
        self._looking = follower.looking()
        self._mirror = Mirror(
            store, follower.encoder, downloader, workers=workers, looking=self._looking, nice=nice
        )

    def index(
        self, products: Iterable[Product | Failure], on_progress: OnProgress | None = None
    ) -> IndexReport:
        """Index products in the order given; see `Indexer.run`."""
        total = len(products) if isinstance(products, Sized) else None
        feed = Feed(self._mirror.follow(products), total, on_progress)
        while True:
            running = self._follower.current
            try:
                running.store.open_generation(running.space)
                indexer = self._indexer(feed.over(running.store), running.encoder, patient=True)
                report = feed.report(indexer.run(feed, feed.progress))
            except EncoderMismatch:  # a switch: what is not stored yet is encoded anew
                self._follower.follow(running)
                feed.begin_anew()
            else:
                self._mirror.finish()
                return report

    def work(self, *, until_idle: bool, stop: threading.Event | None = None) -> WorkReport:
        """Do the jobs that are due; see `Worker.run`."""
        while True:
            running = self._follower.current

            def make_indexer(store: VectorStore, encoder: Encoder = running.encoder) -> Indexer:
                return self._indexer(store, encoder, patient=False)

            worker = Worker(
                running.store,
                self._store.jobs,
                running.space,
                make_indexer,
                wake=self._news,
                after=self._mirror.bring,
            )
            try:
                running.store.open_generation(running.space)
                return worker.run(until_idle=until_idle, stop=stop)
            except EncoderMismatch:  # a switch: the jobs are there still
                self._follower.follow(running)

    def _indexer(self, store: VectorStore, encoder: Encoder, *, patient: bool) -> Indexer:
        return Indexer(
            store,
            encoder,
            self._downloader,
            workers=self._workers,
            patient=patient,
            looking=self._looking,
            nice=self._nice,
        )
