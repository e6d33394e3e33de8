"""What is new or changed goes to the generations beside the live one as well, where their encoders are here.

Where they are not, the generation lacks it until `Reembedding` catches up, at the latest before a switch.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from fashion_plugin.catalog import Failure, IndexReport, OnProgress, Product, Progress
from fashion_plugin.download import Downloader
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import FashionPluginError
from fashion_plugin.indexing import Indexer
from fashion_plugin.looks.subject import Looking
from fashion_plugin.obtaining import ImageFiles, KeptFiles
from fashion_plugin.store.base import WHOLE, GenerationInfo, ProductRecord, PutResult, VectorStore

__all__ = ["Feed", "Mirror", "filler"]

_log = logging.getLogger("fashion_plugin.generations")

_AT_ONCE = 512  # products after which the others are brought up to date
_UNDER_WAY = 256  # products that may not be stored yet when others are handed out


def filler(
    view: VectorStore,
    encoder: Encoder,
    downloader: Downloader,
    *,
    workers: int | None = None,
    patient: bool = True,
    looking: Looking | None = None,
    nice: int = 0,
) -> Indexer:
    """What fills a generation's view from the kept photos, or from the images where none is kept."""

    def has_vector(photo: str) -> bool:
        return WHOLE in view.embedded([photo]).get(photo, ())

    files = KeptFiles(view, ImageFiles(downloader, has_vector, patient=patient))
    return Indexer(view, encoder, downloader, workers=workers, sources=files, looking=looking, nice=nice)


class Mirror:
    """Brings products to the generations beside the live one.

    ``encoder`` gives a generation's encoder, None where there is none in this process.
    """

    def __init__(
        self,
        store: VectorStore,
        encoder: Callable[[GenerationInfo], Encoder | None],
        downloader: Downloader,
        *,
        workers: int | None = None,
        looking: Looking | None = None,
        nice: int = 0,
    ) -> None:
        self._store = store
        self._nice = nice
        self._looking = looking
        self._encoder = encoder
        self._downloader = downloader
        self._workers = workers
        self._left: list[str] = []

    def follow(self, products: Iterable[Product | Failure]) -> Iterator[Product | Failure]:
        """Hand products on, and now and then bring those that were stored since to the other generations."""
        waiting: list[str] = []
        for product in products:
            if isinstance(product, Product):
                waiting.append(product.id)
            yield product
            if len(waiting) >= _AT_ONCE + _UNDER_WAY:
                self.bring(waiting[:_AT_ONCE])
                del waiting[:_AT_ONCE]
        self._left = waiting

    def finish(self) -> None:
        """Bring what `follow` handed on last."""
        left, self._left = self._left, []
        self.bring(left)

    def bring(self, ids: Sequence[str]) -> None:
        """Embed these products in every other generation that lacks them; what fails there stays lacking."""
        for space in self._store.generations.beside() if ids else ():
            try:
                encoder = self._encoder(space)
                if encoder is None:
                    continue
                products = self._store.generations.pending(space, limit=len(ids), ids=ids)
                view = self._store.generations.view(space)
                if products:
                    filler(
                        view,
                        encoder,
                        self._downloader,
                        workers=self._workers,
                        patient=False,
                        looking=self._looking,
                        nice=self._nice,
                    ).run(products)
            except FashionPluginError as error:
                # The live generation has it: this one catches up before it is switched to.
                _log.warning("the generation of %s was left behind: %s", space.encoder, error)


class Feed:
    """Products for a run that may have to begin anew: what was handed out and not stored comes again.

    It is the store, as indexing sees it, at the same time: what is put has been stored.
    """

    def __init__(
        self, products: Iterable[Product | Failure], total: int | None, on_progress: OnProgress | None
    ) -> None:
        self._total = total
        self._rest = iter(products)
        self._on_progress = on_progress
        self._out: dict[str, Product] = {}
        self._again: list[Product] = []
        self._before = Progress(0, None, 0, 0, 0.0)
        self._last = self._before
        self._store: Any = None
        self._stored = self._stored_before = IndexReport()

    def __iter__(self) -> Iterator[Product | Failure]:
        while self._again:
            product = self._again.pop()
            self._out[product.id] = product
            yield product
        for item in self._rest:
            if isinstance(item, Product):
                self._out[item.id] = item
            yield item

    def over(self, store: VectorStore) -> VectorStore:
        """The store for one run."""
        self._store = store
        return cast(VectorStore, self)

    def begin_anew(self) -> None:
        """Hand out again what was not stored, first."""
        self._again = list(reversed(self._out.values()))
        self._out = {}
        self._before, self._stored_before = self._last, self._stored

    def progress(self, progress: Progress) -> None:
        """Tell where all runs together stand."""
        before = self._before
        self._last = Progress(
            before.done + progress.done,
            self._total,
            before.encoded + progress.encoded,
            before.failed + progress.failed,
            before.seconds + progress.seconds,
        )
        if self._on_progress:
            self._on_progress(self._last)

    def report(self, last: IndexReport) -> IndexReport:
        """The report of the last run, with what the runs before it had stored."""
        earlier = self._stored_before
        return replace(
            last,
            added=earlier.added + last.added,
            updated=earlier.updated + last.updated,
            unchanged=earlier.unchanged + last.unchanged,
            encoded=self._before.encoded + last.encoded,
            seconds=self._before.seconds + last.seconds,
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, records: Sequence[ProductRecord]) -> PutResult:
        """Store products, which then need not come again."""
        result: PutResult = self._store.put(records)
        for record in records:
            self._out.pop(record.product.id, None)
        self._stored = IndexReport(
            added=self._stored.added + len(result.added),
            updated=self._stored.updated + len(result.updated),
            unchanged=self._stored.unchanged + len(result.unchanged),
        )
        return result
