"""Bringing the catalogue to what a feed says: what is new or changed comes in, what is gone goes."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime

from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import (
    CatalogEvent,
    Failure,
    Product,
    ProductRemoved,
    ProductUpserted,
    ReceiptState,
)
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.feeds.base import Ask, Entry, FeedItem

__all__ = ["Change", "SyncReport", "sync"]

_BATCH = 200
_KEPT = 1000
_FEW = 5  # so many products may always go: a share of a small catalogue says little


@dataclass(frozen=True, slots=True)
class Change:
    """What a sync did to one product: ``added``, ``updated`` (then which fields) or ``removed``."""

    what: str
    product_id: str
    title: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, every product of the feed counting once.

    ``stale`` products have been changed since the feed was made, and stay. ``refused`` is how many would
    have been removed and were not, and ``why``. ``queued`` products have images to be embedded. ``changes``
    and ``failures`` keep the first thousand.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    stale: int = 0
    failed: int = 0
    queued: int = 0
    refused: int = 0
    why: str = ""
    seconds: float = 0.0
    changes: tuple[Change, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    nameless: int = 0

    def change(self, change: Change) -> None:
        self.counts[change.what] += 1
        if len(self.changes) < _KEPT:
            self.changes.append(change)

    def fail(self, failure: Failure) -> None:
        self.counts["failed"] += 1
        self.nameless += not failure.product_id
        if len(self.failures) < _KEPT:
            self.failures.append(failure)


def sync(
    shop: FashionPlugin,
    entries: Iterable[Entry],
    *,
    at: datetime | None = None,
    match_handles: bool = False,
    namespace: str = "",
    remove: bool = True,
    most_removed: float = 0.2,
    force: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
    ask: Ask | None = None,
) -> SyncReport:
    """Make the catalogue what a feed says; images that are new wait for a worker (`FashionPlugin.work`).

    Nothing is removed unless the whole feed was read. Where more than ``most_removed`` of the catalogue would
    go, or the feed holds no product, or rows without an id that may be any of them, nothing is removed
    without ``force``.

    Args:
        shop: the catalogue.
        entries: what a `FeedReader` reads.
        at: when the feed was made; what changed later stays as it is. None is now.
        match_handles: take a product's id to be a handle, and find the product that has it.
        namespace: what the ids of this feed begin with; products of others are left alone.
        remove: whether products that the feed does not hold go.
        most_removed: the share of the catalogue that may go, 0 to 1.
        force: remove in any case.
        dry_run: change nothing; the report says what would have changed.
        on_progress: called with the number of products read so far.
        ask: gives what the platform holds of some products by its own ids, where the entries are its own
            list: what the list lacks is asked for before it goes, since pages shift while they are read,
            and what it holds is there, whatever was removed before.

    Raises:
        InvalidSource: the feed cannot be read to its end.
        InvalidInput: ``most_removed`` is not a share.
    """
    if not 0 <= most_removed <= 1:
        raise InvalidInput(f"most_removed is a share from 0 to 1, not {most_removed}")
    start, moment, tally = time.monotonic(), at or datetime.now(UTC), _Tally()
    handles = _handles(shop, namespace) if match_handles else {}
    seen: set[str] = set()
    for batch in _batches(_products(entries, handles, seen, tally)):
        _take(shop, batch, moment, dry_run, tally, alive=ask is not None)
        if on_progress:
            on_progress(len(seen))
    refused, why = 0, ""
    if remove:
        wanted = _Removal(moment, namespace, most_removed, force, dry_run, ask)
        refused, why = _remove(shop, seen, wanted, tally)
    return SyncReport(
        **{name: tally.counts[name] for name in _COUNTED},
        refused=refused,
        why=why,
        seconds=time.monotonic() - start,
        changes=tuple(tally.changes),
        failures=tuple(tally.failures),
    )


_COUNTED = ("added", "updated", "unchanged", "removed", "stale", "failed", "queued")


def _products(
    entries: Iterable[Entry], handles: dict[str, str], seen: set[str], tally: _Tally
) -> Iterator[FeedItem]:
    for entry in entries:
        if isinstance(entry, Failure):
            tally.fail(entry)
            seen.add(handles.get(entry.product_id, entry.product_id))
            continue
        product = entry.product
        if product.id in handles:
            entry = replace(entry, product=replace(product, id=handles[product.id]))
        if entry.product.id in seen:
            came = f"product {product.id!r} came before: the first one is kept"
            tally.fail(Failure(entry.product.id, "", came))
            continue
        seen.add(entry.product.id)
        yield entry


def _batches(items: Iterable[FeedItem]) -> Iterator[list[FeedItem]]:
    batch: list[FeedItem] = []
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _take(
    shop: FashionPlugin,
    batch: list[FeedItem],
    moment: datetime,
    dry_run: bool,
    tally: _Tally,
    *,
    alive: bool = False,
) -> None:
    """Take products; ``alive`` ones come back from a removal that is older than ``moment``."""
    known = shop.store.known([item.product.id for item in batch])
    events = [ProductUpserted(item.product, item.at or moment) for item in batch]
    receipts = list(shop.submit(*events, bulk=True, dry_run=dry_run))
    for place, (item, receipt) in enumerate(zip(batch, receipts, strict=True)):
        if alive and receipt.state is ReceiptState.STALE and item.product.id not in known:
            again = ProductUpserted(item.product, max(moment, item.at or moment))
            (receipts[place],) = shop.submit(again, bulk=True, dry_run=dry_run)
    for item, receipt in zip(batch, receipts, strict=True):
        product = item.product
        tally.counts["queued"] += receipt.queued
        before = known.get(product.id)
        if receipt.state is ReceiptState.STALE:
            tally.counts["stale"] += 1
        elif receipt.state is ReceiptState.DUPLICATE or (before and before.product == product):
            tally.counts["unchanged"] += 1
        elif before is None:
            tally.change(Change("added", product.id, product.title))
        else:
            tally.change(Change("updated", product.id, product.title, _differences(before.product, product)))


@dataclass(frozen=True, slots=True)
class _Removal:
    """How what a feed does not hold is to be removed; see `sync`."""

    moment: datetime
    namespace: str
    most_removed: float
    force: bool
    dry_run: bool
    ask: Ask | None

    def events(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        if self.ask is None:
            return [ProductRemoved(one, self.moment) for one in ids]
        return self.ask([one.removeprefix(self.namespace) for one in ids])


def _remove(shop: FashionPlugin, seen: set[str], removal: _Removal, tally: _Tally) -> tuple[int, str]:
    """Remove what the feed does not hold; returns how many were kept all the same, and why."""
    total, gone = 0, []
    for product in _every(shop, removal.namespace):
        total += 1
        if product.id not in seen:
            gone.append(Change("removed", product.id, product.title))
    why = ""
    if gone and not removal.force:
        if len(seen) == tally.counts["failed"]:
            why = "the feed holds no product"
        elif tally.nameless:
            why = f"{tally.nameless} rows of the feed have no id and may be any of them"
        elif len(gone) > max(_FEW, removal.most_removed * total):
            share = f"{removal.most_removed:.0%} of the {total}"
            why = f"that is more than {share} products in the catalogue"
    if why:
        return len(gone), why
    for start in range(0, len(gone), _BATCH):
        some = {change.product_id: change for change in gone[start : start + _BATCH]}
        found = removal.events(list(some))
        removed = [one for one in found if isinstance(one, ProductRemoved) and one.product_id in some]
        receipts = shop.submit(*removed, bulk=True, dry_run=removal.dry_run) if removed else ()
        for receipt in receipts:
            if receipt.state is ReceiptState.STALE:
                tally.counts["stale"] += 1
            else:
                tally.change(some[receipt.product_id])
        there = [FeedItem(one.product, one.at) for one in found if isinstance(one, ProductUpserted)]
        _take(shop, there, removal.moment, removal.dry_run, tally)
        for one in found:
            if isinstance(one, Failure):
                tally.fail(one)
    return 0, ""


def _every(shop: FashionPlugin, namespace: str) -> Iterator[Product]:
    cursor: str | None = None
    while True:
        page = shop.products(limit=500, cursor=cursor)
        yield from (product for product in page.products if product.id.startswith(namespace))
        cursor = page.cursor
        if cursor is None:
            return


def _handles(shop: FashionPlugin, namespace: str) -> dict[str, str]:
    """Products by their handle, as a feed that has nothing else would call them."""
    return {
        f"{namespace}{handle}": product.id
        for product in _every(shop, namespace)
        if (handle := product.attributes.get("handle"))
    }


def _differences(before: Product, after: Product) -> tuple[str, ...]:
    names = (one.name for one in fields(Product))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))
