"""From products to stored embeddings: read, decode, encode and commit, side by side.

Photos are read and decoded in threads (both release the interpreter lock), encoded in batches in other
threads, and committed by the calling thread. A bounded number of batches is under way at once, so a
catalogue of any size streams through; what is committed stays, whatever happens to the rest.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Failure, ImageRef, IndexReport, LocalImage, OnProgress, Product, Progress
from fashion_plugin.download import Downloader
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.encoders.pool import usable_cores
from fashion_plugin.errors import DownloadError, ImageError, InvalidProduct
from fashion_plugin.images import decode_image
from fashion_plugin.looks.subject import Looking, Subject
from fashion_plugin.obtaining import ImageFiles, Sources, place_of
from fashion_plugin.store.base import WHOLE, ImageRecord, KnownImage, KnownProduct, ProductRecord, VectorStore
from fashion_plugin.store.photos import LONGEST_SIDE, small_copy
from fashion_plugin.store.seen import Seen

__all__ = ["DECODED_SIDE", "Indexer"]

DECODED_SIDE = LONGEST_SIDE
"""Pixels of the long side that a product photo is decoded to at least: what is kept of it, and over twice an
encoder's usual input."""

_BATCH = 16  # photos in one batch: enough to fill the encoder, few enough for a short transaction
_PHOTOS_AHEAD = 96  # decoded photos in memory: about 1 MB each
_DOWNLOADS = 16  # image downloads at once: they wait for the network, not for a core
_KEPT_FAILURES = 1000


@dataclass(frozen=True, slots=True)
class _Photo:
    """One image of a product, read: its record, and by region what of it has yet to be encoded."""

    record: ImageRecord
    pixels: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)
    copy: bytes = b""


@dataclass(frozen=True, slots=True)
class _Batch:
    products: tuple[Product, ...]
    known: frozenset[str]
    photos: tuple[tuple[Future[_Photo], ...], ...]

    def __len__(self) -> int:
        return sum(len(group) for group in self.photos)


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A batch ready for the store, and the small copies of its new photos."""

    records: list[ProductRecord]
    copies: dict[str, bytes]


class _Pools:
    """The threads of one run; what has not begun when the run ends early is cancelled."""

    def __init__(self, stack: ExitStack, workers: int, nice: int) -> None:
        gently = partial(_stand_back, nice)
        self.readers = ThreadPoolExecutor(workers, "fashion-read", gently)
        self.downloads = ThreadPoolExecutor(_DOWNLOADS, "fashion-download", gently)
        self.encoders = ThreadPoolExecutor(workers, "fashion-encode", gently)
        for pool in (self.encoders, self.downloads, self.readers):
            stack.callback(pool.shutdown, wait=True, cancel_futures=True)

    def of(self, ref: ImageRef) -> ThreadPoolExecutor:
        return self.readers if isinstance(ref, LocalImage) else self.downloads


class Indexer:
    """Turns products into records and stores them; one instance serves one run.

    ``patient`` tries a download again that may work later; a worker does not, as its jobs come back.
    ``sources`` gives the images' files; None reads and downloads them. With ``looking``, the garment that a
    photo is about is embedded beside the whole photo: where several are worn, the one that the product is.
    ``nice`` is how far the threads that decode and encode stand back for others, 0 to 19: on Linux they alone
    do, and not the thread that commits, which others wait for; elsewhere the whole process.
    """

    def __init__(
        self,
        store: VectorStore,
        encoder: Encoder,
        downloader: Downloader,
        *,
        workers: int | None = None,
        patient: bool = True,
        sources: Sources | None = None,
        looking: Looking | None = None,
        nice: int = 0,
    ) -> None:
        self._store = store
        self._nice = nice
        self._encoder = encoder
        self._sources = sources or ImageFiles(downloader, self._has_vector, patient=patient)
        self._workers = workers or usable_cores()
        # What has been downloaded waits here: a dozen busy threads, however low their priority, would keep
        # the other processes of the machine from its cores.
        self._at_work = threading.BoundedSemaphore(self._workers)
        self._looking = looking

    def run(
        self, products: Iterable[Product | Failure], on_progress: OnProgress | None = None
    ) -> IndexReport:
        """Index products in the order given; a `Failure` among them is counted and passed on.

        An exception from the iterable is raised again once the batches under way are committed; any other
        exception ends the run at once, and what was committed stays.
        """
        tally = _Tally(total=len(products) if isinstance(products, Sized) else None)
        with ExitStack() as stack:
            pools = _Pools(stack, self._workers, self._nice)
            stack.callback(self._sources.stop)
            under_way: deque[tuple[_Batch, Future[_Encoded]]] = deque()

            def commit_oldest() -> None:
                batch, encoded = under_way.popleft()
                self._commit(encoded.result(), batch.known, pools, tally)
                if on_progress:
                    on_progress(tally.progress())

            groups = _groups(products, tally)
            broken: Exception | None = None
            while True:
                try:
                    group = next(groups, None)
                except Exception as error:  # the caller's iterable; raised again below
                    group, broken = None, error
                if group is None:
                    break
                batch = self._begin(group, pools)
                under_way.append((batch, pools.encoders.submit(self._encode, batch)))
                while len(under_way) > 1 and sum(len(batch) for batch, _ in under_way) > _PHOTOS_AHEAD:
                    commit_oldest()
            while under_way:
                commit_oldest()
            if broken:
                raise broken
        return tally.report()

    def _begin(self, products: Sequence[Product], pools: "_Pools") -> _Batch:
        known = self._store.known([product.id for product in products])
        photos = tuple(
            tuple(
                pools.of(ref).submit(self._read, ref, _known_image(known.get(product.id), ref), label)
                for ref in product.images
            )
            for product, label in ((product, self._label_of(product)) for product in products)
        )
        return _Batch(tuple(products), frozenset(known), photos)

    def _read(self, ref: ImageRef, known: KnownImage | None, label: str | None) -> _Photo:
        """Fetch one image and decode it, unless its embeddings are stored already."""
        try:
            if known and not self._is_settled(known.photo, known, label):
                known = replace(known, etag="", last_modified="")  # it is needed even if it has not changed
            found = self._sources.obtain(ref, known)
            record, data = found.record, found.data
            if data is None or self._is_settled(record.photo, known, label):
                return _Photo(record)
            with self._at_work:
                pixels = decode_image(data, min_side=DECODED_SIDE, name=place_of(ref))
                kept = found.kept or not self._store.photos
                return self._look(record, pixels, label, b"" if kept else small_copy(data, pixels))
        except (ImageError, DownloadError) as error:
            return _Photo(ImageRecord(ref, None, error=_sentence(ref, error)))

    def _has_vector(self, photo: str) -> bool:
        return WHOLE in self._store.embedded([photo]).get(photo, ())

    def _label_of(self, product: Product) -> str | None:
        return self._looking.label_of(product) if self._looking else None

    def _is_settled(self, photo: str | None, known: KnownImage | None, label: str | None) -> bool:
        """Whether a photo is embedded as it would be now."""
        if photo is None or not self._has_vector(photo):
            return False
        if self._looking is None:
            return True
        seen = known.seen if known and known.photo == photo else None
        return seen is not None and seen.recipe == self._looking.subjects.way(label)

    def _look(self, record: ImageRecord, pixels: NDArray[np.uint8], label: str | None, copy: bytes) -> _Photo:
        """A photo with what of it is to be encoded: the whole, and the garment that it is about."""
        parts = {WHOLE: pixels}
        if self._looking is not None:
            subjects = self._looking.subjects
            subject = subjects.find(pixels, label)
            if subject.crop is not None:
                parts[subject.region] = subject.crop
            seen = _seen(subjects.way(label), subject)
            record = replace(record, regions=tuple(parts), seen=seen)
        there = self._store.embedded([record.photo or ""]).get(record.photo or "", frozenset())
        return _Photo(record, {name: part for name, part in parts.items() if name not in there}, copy)

    def _encode(self, batch: _Batch) -> _Encoded:
        """Wait for a batch's photos and encode those that need it, each part of a distinct photo once."""
        photos = [[future.result() for future in futures] for futures in batch.photos]
        pixels = {
            (photo.record.photo, region): part
            for group in photos
            for photo in group
            for region, part in photo.pixels.items()
        }
        rows = self._encoder.encode(list(pixels.values())) if pixels else ()
        vectors = dict(zip(pixels, rows, strict=True))
        records = [
            ProductRecord(
                product,
                tuple(
                    replace(
                        photo.record,
                        vectors={region: vectors[photo.record.photo, region] for region in photo.pixels},
                    )
                    for photo in group
                ),
            )
            for product, group in zip(batch.products, photos, strict=True)
        ]
        copies = {p.record.photo: p.copy for group in photos for p in group if p.record.photo and p.copy}
        return _Encoded(records, copies)

    def _commit(self, encoded: _Encoded, known: frozenset[str], pools: _Pools, tally: "_Tally") -> None:
        records = encoded.records
        usable = {record.product.id for record in records if any(image.photo for image in record.images)}
        # A product that is new and shows nothing usable is left out; one that is known keeps what it had.
        kept = [record for record in records if record.product.id in usable | known]
        result = self._store.put(kept)
        if result.missing:
            # Another process deleted what these stood on since we asked: once more, with all it takes.
            again = [record.product for record in records if record.product.id in result.missing]
            self._store.put(self._encode(self._begin(again, pools)).records)
        if encoded.copies and self._store.photos:
            self._store.photos.put_all(encoded.copies)
        failed = {record.product.id for record in records} - usable
        tally.added += len(set(result.added) - failed)
        tally.updated += len(set(result.updated) - failed)
        tally.unchanged += len(set(result.unchanged) - failed)
        tally.failed += len(failed)
        tally.encoded += len({i.photo for record in records for i in record.images if i.vectors})
        for record in records:
            tally.note(record)


class _Tally:
    """The running counts of one run."""

    def __init__(self, total: int | None) -> None:
        self.total = total
        self.added = self.updated = self.unchanged = self.failed = self.encoded = 0
        self.failures: list[Failure] = []
        self._start = time.monotonic()

    def note(self, record: ProductRecord) -> None:
        product_id = record.product.id
        if not record.images:
            self.fail(Failure(product_id, "", f"product {product_id!r} has no images"))
        for image in record.images:
            if image.error:
                self.fail(Failure(product_id, image.ref.source, image.error))

    def fail(self, failure: Failure) -> None:
        if len(self.failures) < _KEPT_FAILURES:
            self.failures.append(failure)

    @property
    def done(self) -> int:
        return self.added + self.updated + self.unchanged + self.failed

    def progress(self) -> Progress:
        seconds = time.monotonic() - self._start
        return Progress(self.done, self.total, self.encoded, self.failed, seconds)

    def report(self) -> IndexReport:
        return IndexReport(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            failed=self.failed,
            encoded=self.encoded,
            seconds=time.monotonic() - self._start,
            failures=tuple(self.failures),
        )


def _groups(items: Iterable[Product | Failure], tally: _Tally) -> Iterator[list[Product]]:
    """Products in batches; failures and ids that came before are counted instead."""
    group: list[Product] = []
    photos = 0
    broken: Exception | None = None
    try:
        for product in _distinct(items, tally):
            group.append(product)
            photos += max(len(product.images), 1)
            if photos >= _BATCH:
                yield group
                group, photos = [], 0
    except Exception as error:  # the caller's iterable: what it gave before is a batch all the same
        broken = error
    if group:
        yield group
    if broken:
        raise broken


def _distinct(items: Iterable[Product | Failure], tally: _Tally) -> Iterator[Product]:
    seen: set[int] = set()
    for item in items:
        if isinstance(item, Failure):
            tally.failed += 1
            tally.fail(item)
        elif not isinstance(item, Product):
            raise InvalidProduct(f"index takes Product objects, not {type(item).__name__}")
        # Hashes, not the ids: a million products must not sit in memory by their names either.
        elif (key := hash(item.id)) in seen:
            tally.failed += 1
            tally.fail(Failure(item.id, "", f"product {item.id!r} came before: the first one is kept"))
        else:
            seen.add(key)
            yield item


def _stand_back(nice: int) -> None:
    if nice and hasattr(os, "setpriority"):  # not on Windows
        os.setpriority(os.PRIO_PROCESS, 0, max(nice, os.getpriority(os.PRIO_PROCESS, 0)))


def _seen(way: str, subject: Subject) -> Seen:
    garment = subject.garment
    if garment is None:
        return Seen(way, colours=subject.colours)
    return Seen(way, garment.label, garment.box, subject.colours)


def _known_image(known: KnownProduct | None, ref: ImageRef) -> KnownImage | None:
    return known.images.get(ref.source) if known else None


def _sentence(ref: ImageRef, error: Exception) -> str:
    text, place = str(error), place_of(ref)
    return text if place in text else f"{place}: {text}"
