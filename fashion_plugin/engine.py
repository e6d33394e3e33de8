"""The façade a user types: open a shop's database, index its products, search them by photo."""

import os
import threading
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.answering import FACETS, MOST_RESULTS, as_ids, check_limit, job_state
from fashion_plugin.catalog import (
    Box,
    CatalogEvent,
    Failure,
    Filters,
    Garment,
    IndexReport,
    Job,
    JobState,
    JobStats,
    Look,
    OnProgress,
    Page,
    Product,
    Receipt,
    Results,
    Stats,
    WorkReport,
)
from fashion_plugin.cataloguing import Cataloguer
from fashion_plugin.download import Downloader
from fashion_plugin.encoders import PRESETS, load_encoder
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import InvalidInput, ProductNotFound
from fashion_plugin.following import Follower, encoder_of, source_of
from fashion_plugin.images import crop
from fashion_plugin.indexing import DECODED_SIDE
from fashion_plugin.loading import Photo, embed_photos, load_photo
from fashion_plugin.looks.parser import GarmentParser
from fashion_plugin.looks.shipped import shipped_parser
from fashion_plugin.looks.shop import ShopLooks
from fashion_plugin.reembedding import Reembedding
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import VectorStore
from fashion_plugin.store.index import IndexMode, IndexSettings
from fashion_plugin.wording import check_text

__all__ = ["FACETS", "MOST_RESULTS", "FashionPlugin"]

_QUERY_SIDE = 448  # pixels: twice an encoder's usual input


class FashionPlugin:
    """Visual search over one shop's catalogue.

    Open one with `FashionPlugin.open`, share it between threads, close it at the end (or use it as a
    context manager). Photos are paths, bytes, PIL images, uint8 RGB arrays (H, W, 3), or image URLs.
    """

    def __init__(
        self,
        store: VectorStore,
        encoder: Encoder,
        downloader: Downloader | None = None,
        parser: GarmentParser | None = None,
        *,
        source: str = "",
    ) -> None:
        self._store = store
        self._own_downloader = downloader is None
        self._downloader = downloader or Downloader()
        self._news = threading.Event()
        self._follower = Follower(store, encoder, parser, source)

    @classmethod
    def open(
        cls,
        path: "str | os.PathLike[str]" = "fashion.db",
        *,
        encoder: "str | os.PathLike[str] | Encoder | None" = None,
        downloader: Downloader | None = None,
        keep_photos: bool = True,
        parser: GarmentParser | Literal[False] | None = None,
        index: IndexMode | IndexSettings = "auto",
        read_only: bool = False,
    ) -> Self:
        """Open a database, or make it; ``":memory:"`` keeps it in memory.

        Args:
            path: the database's file.
            encoder: a preset's name, the path of an exported encoder, or an `Encoder`. None takes the
                one the database is searched with, and for a new one the encoder the package ships.
            downloader: fetches product images from URLs; None takes one with safe settings.
            keep_photos: keep small copies (512 px) of product photos in a file beside the database, for
                another encoder later. A shopper's photo is never kept.
            parser: finds the garments in photos; None takes the one the package ships, False none: then
                photos are searched and indexed whole.
            index: what finds the nearest products: ``"sqlite"`` reads every embedding from the database for
                each search, ``"memory"`` keeps a copy of them, ``"auto"`` does that from some thousands on.
            read_only: change nothing, and open also what cannot be written.

        Raises:
            InvalidInput: there is no such ``index``.
            StoreError: the database cannot be used.
            EncoderError: the encoder cannot, or the database holds another encoder's embeddings.
        """
        store = SQLiteStore.open(path, keep_photos=keep_photos, index=index, read_only=read_only)
        try:
            live = store.generation()
            if encoder is None and live is not None and (live.source or live.encoder in PRESETS):
                encoder = encoder_of(live)
            loaded, source = load_encoder(encoder), source_of(encoder)
            finder = shipped_parser() if parser is None else parser or None
            return cls(store, loaded, downloader, finder, source=source)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Close the database; calling twice is fine."""
        self._store.close()
        if self._own_downloader:
            self._downloader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def encoder(self) -> Encoder:
        """The encoder of the live embeddings; another one after a switch to another generation."""
        return self._follower.current.encoder

    @property
    def store(self) -> VectorStore:
        """The store below, for those who build on it."""
        return self._store

    @property
    def looks(self) -> ShopLooks:
        """The shop's own looks, and which garment each of its categories stands for."""
        return self._follower.current.searcher.looks

    # The catalogue

    def index(
        self,
        products: Iterable[Product | Failure],
        *,
        on_progress: OnProgress | None = None,
        workers: int | None = None,
    ) -> IndexReport:
        """Store products and embed their images; the iterable is read as the work goes on.

        What is unchanged, by the content of its image files, is not encoded again, so a run that was
        stopped goes on where it was. A product that fails is reported and does not stop the others.

        Args:
            products: the products; a `Failure` (from a reader) is passed on to the report.
            on_progress: called after each batch.
            workers: threads that decode and threads that encode; None takes one each per core.
        """
        return self._cataloguer(workers).index(products, on_progress)

    def submit(self, *events: CatalogEvent, bulk: bool = False, dry_run: bool = False) -> tuple[Receipt, ...]:
        """Take what happened to the catalogue, durably, and leave the embedding to a worker.

        Texts, prices and stock hold at once, a removed or hidden product is not found any more; new images
        are embedded by `work`. An event older than the newest of its product changes nothing.

        Args:
            events: products that came or changed, and products that went.
            bulk: let the jobs of other events go first.
            dry_run: change nothing; the receipts say what would become of the events.
        """
        receipts = self._store.jobs.submit(events, bulk=bulk, dry_run=dry_run)
        if any(receipt.queued for receipt in receipts):
            self._news.set()
        return receipts

    def work(
        self,
        *,
        until_idle: bool = True,
        stop: threading.Event | None = None,
        workers: int | None = None,
        nice: int = 0,
    ) -> WorkReport:
        """Embed the images of the jobs that are due, in this thread.

        Args:
            until_idle: return when no job is due; else go on until told to stop.
            stop: set it to end soon; what is not finished is left to be done.
            workers: threads that decode and threads that encode; None takes one each per core.
            nice: how far those threads stand back for others, 0 to 19; without effect on Windows.
        """
        return self._cataloguer(workers, nice).work(until_idle=until_idle, stop=stop)

    def jobs(self, state: JobState | str | None = None, *, limit: int = 1000) -> list[Job]:
        """Products whose images wait to be embedded or could not be, the oldest first."""
        return list(self._store.jobs.list(job_state(state), limit=limit))

    def job_stats(self) -> JobStats:
        """How many jobs stand where, and how many events came in."""
        return self._store.jobs.stats()

    def retry_jobs(self, ids: "str | Iterable[str] | None" = None) -> int:
        """Try jobs again now, all that were given up if none are named; returns how many there were."""
        return self._store.jobs.retry(None if ids is None else as_ids(ids))

    def drop_jobs(self, ids: "str | Iterable[str]") -> int:
        """Forget jobs, leaving their products as they are; returns how many there were."""
        return self._store.jobs.drop(as_ids(ids))

    def remove(self, ids: "str | Iterable[str]") -> int:
        """Delete products by id; returns how many there were."""
        return self._store.remove(as_ids(ids))

    def product(self, id: str) -> Product:
        """One product.

        Raises:
            ProductNotFound: there is none of that id.
        """
        found = self._store.product(id)
        if found is None:
            raise ProductNotFound(f"there is no product {id!r} in this catalogue")
        return found

    def products(
        self, *, limit: int = 100, cursor: str | None = None, filters: Filters | None = None
    ) -> Page:
        """Products in order of id, a page at a time: pass the page's cursor for the next one."""
        return self._store.products(limit=check_limit(limit), cursor=cursor, filters=filters)

    def stats(self) -> Stats:
        """What the database holds."""
        return self._store.stats()

    def reembed(
        self, encoder: "str | os.PathLike[str] | Encoder", *, workers: int | None = None
    ) -> Reembedding:
        """The way to another encoder without an outage: build its embeddings, compare, switch, go back.

        Every process that has this database open goes over to it at the switch.

        Args:
            encoder: a preset's name, the path of an exported encoder, or an `Encoder`.
            workers: threads that decode and threads that encode; None takes one each per core.
        """
        loaded = load_encoder(encoder)
        space = self._follower.learn(loaded, source_of(encoder))
        return Reembedding(
            self._store, loaded, space, self._downloader, workers=workers, looking=self._follower.looking()
        )

    # Search

    def warm_up(self) -> None:
        """Load what searches need, so that the first one does not wait for it; they may run meanwhile."""
        self._follower.ask(lambda now: now.searcher.warm_up())

    def encode(self, photos: Iterable[Photo]) -> NDArray[np.float32]:
        """Embed whole photos: (n, dim) float32, rows of unit length."""
        return embed_photos(photos, self.load, self.encoder)

    def search(
        self,
        photo: Photo | None = None,
        *,
        text: str | None = None,
        limit: int = 12,
        filters: Filters | None = None,
        box: Box | None = None,
        facets: Sequence[str] = (),
    ) -> Results:
        """Find the products nearest to a photo, those that a text names, or both; each once, best first.

        A match's score is the cosine similarity to a photo alone, the share of the words that the product
        has for a text alone (`VectorStore.find`), and for both the share of the best possible place in the
        two lists: products that the text names come first, the nearest of them foremost.

        Args:
            photo: what to look for.
            text: words in any language, such as "red summer dress"; slips of the pen are forgiven.
            limit: how many products at most, 1 to 1000.
            filters: conditions that every product found satisfies.
            box: the part of the photo to look for: x0, y0, x1, y1 as fractions of the upright photo. None
                looks for the main garment where somebody wears it, else for the whole photo, as does
                ``(0, 0, 1, 1)``.
            facets: fields to count over the 200 nearest products, of `FACETS`.

        Raises:
            ImageError: the photo cannot be read.
            InvalidInput: neither photo nor text; the text, the box, the limit or a facet is out of range.
        """
        if text is not None:
            check_text(text)
        if photo is None:
            if text is None or box is not None:
                raise InvalidInput("search needs a photo, a text or both; a box goes with a photo")
            return self._follower.ask(lambda now: now.searcher.text(text, limit, filters, facets))
        if box is None:
            pixels = self.load(photo, min_side=DECODED_SIDE)  # as indexed: the same photo, the same crop
            return self._follower.ask(
                lambda now: now.searcher.photo(pixels, limit, filters, facets, text=text)
            )
        # A box may be a small part: decode enough of the photo that the part still fills the encoder.
        part = crop(self.load(photo, min_side=4 * _QUERY_SIDE), box)
        chosen = Garment("selection", box)
        return self._follower.ask(lambda now: now.searcher.photo(part, limit, filters, facets, chosen, text))

    def similar(
        self,
        id: str,
        *,
        text: str | None = None,
        limit: int = 12,
        filters: Filters | None = None,
        facets: Sequence[str] = (),
    ) -> Results:
        """Find the products nearest to a stored one, by its first image; the product itself is left out.

        With a text, those that it names come first, as in `search`.

        Raises:
            ProductNotFound: there is no product of that id.
        """
        if text is not None:
            check_text(text)
        product = self.product(id)
        return self._follower.ask(lambda now: now.searcher.similar(product, limit, filters, facets, text))

    def garments(self, photo: Photo) -> tuple[Garment, ...]:
        """Find the garments in a photo, the surest first, without looking for products.

        Raises:
            ImageError: the photo cannot be read.
            NotAvailable: this shop was opened without a garment parser.
        """
        pixels = self.load(photo, min_side=2 * _QUERY_SIDE)
        return tuple(self._follower.current.searcher.garments(pixels))

    def shop_the_look(self, photo: Photo, *, limit: int = 6, filters: Filters | None = None) -> Look:
        """Find every garment in a photo, with the nearest products of its kind; no product comes twice.

        The garments are found in an empty catalogue too. A photo without a garment is searched as a whole.

        Args:
            photo: what to look at.
            limit: how many products at most for each garment, 1 to 1000.
            filters: conditions that every product found satisfies.

        Raises:
            ImageError: the photo cannot be read.
            NotAvailable: this shop was opened without a garment parser.
        """
        pixels = self.load(photo, min_side=2 * _QUERY_SIDE)
        return self._follower.ask(lambda now: now.searcher.look(pixels, limit, filters))

    def complete_the_look(self, id: str, *, limit: int = 12, filters: Filters | None = None) -> Results:
        """Find products of other kinds that go with a stored one, each with its reasons.

        A match's score says how well it goes, not how alike it looks.

        Raises:
            ProductNotFound: there is no product of that id.
        """
        product = self.product(id)
        return self._follower.ask(lambda now: now.searcher.complete(product, limit, filters))

    # Below

    def _cataloguer(self, workers: int | None, nice: int = 0) -> Cataloguer:
        return Cataloguer(
            self._store, self._follower, self._downloader, news=self._news, workers=workers, nice=nice
        )

    def load(self, photo: Photo, *, min_side: int = _QUERY_SIDE) -> NDArray[np.uint8]:
        """A photo's pixels, upright uint8 RGB (H, W, 3), for several calls with one photo.

        ``min_side`` is the resolution needed, in pixels of the long side. URLs are fetched safely.

        Raises:
            ImageError: the photo cannot be read.
            DownloadError: its URL is refused or gave nothing.
        """
        return load_photo(photo, self._downloader, min_side)
