"""Taking one catalogue event, inside the caller's transaction: product, job and tombstone together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fashion_plugin.catalog import (
    CatalogEvent,
    ImageRef,
    Product,
    ProductRemoved,
    Receipt,
    ReceiptState,
)
from fashion_plugin.store.base import ProductRecord
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.finishing import with_notes
from fashion_plugin.store.payload import digest, read_product, write_product_text
from fashion_plugin.store.planning import prepare
from fashion_plugin.store.product_writer import Snapshot, write_product
from fashion_plugin.store.reading import StoredProduct
from fashion_plugin.store.rows import image_row
from fashion_plugin.store.trash import bring_back, empty, throw_away
from fashion_plugin.store.vectors import Generation
from fashion_plugin.store.wishes import want

__all__ = ["Event", "lay_out", "micros", "take"]

_NOTE = (
    "INSERT INTO product_events (product_id, at, content, removed, received) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (product_id) DO UPDATE SET (at, content, removed, received) = "
    "(excluded.at, excluded.content, excluded.removed, excluded.received)"
)


@dataclass(frozen=True, slots=True)
class Event:
    """An event laid out before the lock is asked for."""

    product_id: str
    at: int
    product: Product | None
    wanted: str
    content: bytes


def take(
    connection: Connection,
    event: Event,
    generation: Generation | None,
    bulk: bool,
    gone: list[str],
    seconds: float,
) -> Receipt:
    """Take one event; ``seconds`` is the present, ``gone`` collects photos that nothing shows any more."""
    known = connection.execute(
        "SELECT at, content, removed FROM product_events WHERE product_id = ?", (event.product_id,)
    ).fetchone()
    if known is not None and (state := _old(connection, event, known)) is not None:
        return Receipt(event.product_id, state)
    now = int(seconds * 1_000_000)
    removed = event.product is None
    connection.execute(_NOTE, (event.product_id, event.at, event.content, int(removed), now))
    if event.product is None:
        connection.execute("DELETE FROM jobs WHERE product_id = ?", (event.product_id,))
        gone += throw_away(connection, event.product_id, generation)[1]
        return Receipt(event.product_id, ReceiptState.TAKEN)
    snapshot = Snapshot(connection, [event.product_id], generation)
    queued = _upsert(connection, event, event.product, snapshot, bulk, now, gone)
    return Receipt(event.product_id, ReceiptState.TAKEN, queued)


def _upsert(
    connection: Connection,
    event: Event,
    product: Product,
    snapshot: Snapshot,
    bulk: bool,
    now: int,
    gone: list[str],
) -> bool:
    """Write what can be written now; returns whether a job does the rest."""
    generation = snapshot.generation
    space = generation.info if generation else None
    stored = snapshot.stored.get(product.id)
    if stored is None:
        record = bring_back(connection, product, generation)
        outcome = write_product(connection, prepare(record, space), snapshot)
        empty(connection, product.id)
        had = {image.ref.source for image in record.images}
        waits = outcome.missing or any(ref.source not in had for ref in product.images)
        return _queue(connection, event, waits, False, bulk, now)
    waits = _unsettled(product, stored, snapshot)
    # Until the new images are there the old ones go on being found.
    shown = _with_old_images(product, stored) if waits else product
    record = ProductRecord(shown, tuple(with_notes(shown, stored)))
    outcome = write_product(connection, prepare(record, space), snapshot)
    gone += outcome.gone
    return _queue(connection, event, waits, bool(with_notes(product, stored)), bulk, now)


def _queue(connection: Connection, event: Event, waits: bool, noted: bool, bulk: bool, now: int) -> bool:
    """Add, change or end the product's job; one with images that failed (``noted``) goes on as it was."""
    before = connection.execute(
        "SELECT wanted, failed FROM jobs WHERE product_id = ?", (event.product_id,)
    ).fetchone()
    if not waits and before is None:
        return False
    if not waits and not noted:
        connection.execute("DELETE FROM jobs WHERE product_id = ?", (event.product_id,))
        return False
    same = before is not None and _sources(read_product(before[0])) == _sources(event.product)
    want(connection, event.product_id, event.wanted, bulk=bulk, same=same, now=now)
    return not (same and before[1])


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    delta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def lay_out(event: CatalogEvent) -> Event:
    """An event laid out for the database."""
    if isinstance(event, ProductRemoved):
        return Event(event.product_id, micros(event.at), None, "", b"")
    wanted = write_product_text(event.product)
    return Event(event.product.id, micros(event.at), event.product, wanted, digest(wanted))


def _old(connection: Connection, event: Event, known: tuple[int, bytes, int]) -> ReceiptState | None:
    """Whether an event is late or known already, None where it is news."""
    at, content, removed = known
    if event.at < at:
        return ReceiptState.STALE
    if event.at > at:
        return None
    if event.product is None:
        return ReceiptState.DUPLICATE if removed else None
    if removed:  # whatever else was said at the moment of its removal came before it
        return ReceiptState.STALE
    if bytes(content) != event.content:
        return None
    # A product that was deleted without an event is news again.
    there = connection.execute("SELECT 1 FROM products WHERE id = ?", (event.product_id,)).fetchone()
    return ReceiptState.DUPLICATE if there else None


def _unsettled(product: Product, stored: StoredProduct, snapshot: Snapshot) -> bool:
    """Whether an image has yet to be had: new, or never tried, or without an embedding."""
    known = {image_row(image.ref)[1]: image for image in stored.images}
    for ref in product.images:
        image = known.get(image_row(ref)[1])
        if image is None or (image.photo is None and not image.error):
            return True
        if image.photo is not None and not snapshot.linked.get(image.pk):
            return True
    return False


def _with_old_images(product: Product, stored: StoredProduct) -> Product:
    old = stored.product()
    there = {ref.source for ref in old.images}
    return replace(
        product,
        images=old.images,
        variants=tuple(
            replace(variant, images=tuple(ref for ref in variant.images if ref.source in there))
            for variant in product.variants
        ),
    )


def _sources(product: Product | None) -> list[str]:
    refs: Sequence[ImageRef] = product.images if product else ()
    return [ref.source for ref in refs]
