"""The end of a job: what became of a product's images is stored, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fashion_plugin.catalog import ImageRef, Product
from fashion_plugin.store.base import GenerationInfo, ImageRecord, ProductRecord
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.payload import read_product
from fashion_plugin.store.planning import prepare
from fashion_plugin.store.product_writer import Snapshot, write_product
from fashion_plugin.store.queue import Settled
from fashion_plugin.store.reading import StoredProduct
from fashion_plugin.store.rows import image_row
from fashion_plugin.store.vectors import live, require_same
from fashion_plugin.store.writes import bump

__all__ = ["End", "finish", "with_notes"]


@dataclass(frozen=True, slots=True)
class End:
    """What is to become of the job, why an image could not be had, photos that nothing shows any more."""

    settled: Settled
    error: str = ""
    gone: tuple[str, ...] = ()


def finish(connection: Connection, record: ProductRecord, space: GenerationInfo, name: str) -> End:
    """Store a product as it is wanted now, with those images of the record that it still has.

    The product may have changed since the job was claimed: what is written is what the job wants now, and
    the job goes on when that has images that the record does not know. Where no image could be had, a
    product that is found by older images keeps those.

    Raises:
        EncoderMismatch: the record's vectors are of another vector space than the live one.
    """
    generation = live(connection)
    if generation is not None:
        require_same(generation.info, space, name)
    product_id = record.product.id
    job = connection.execute("SELECT wanted FROM jobs WHERE product_id = ?", (product_id,)).fetchone()
    snapshot = Snapshot(connection, [product_id], generation)
    stored = snapshot.stored.get(product_id)
    if job is None or stored is None:
        return End(Settled.GONE)
    wanted = read_product(job[0])
    images = _still_shown(wanted, record)
    error = "; ".join(image.error for image in images if image.error)
    untried = _untried(wanted, images, stored)
    if not _shows_something(wanted, images, stored) and any(image.photo for image in stored.images):
        return End(Settled.AGAIN if untried and not error else Settled.RETRY, error)
    tried = {image.ref.source for image in images}
    notes = [one for one in with_notes(wanted, stored) if one.ref.source not in tried]
    outcome = write_product(connection, prepare(ProductRecord(wanted, (*images, *notes)), space), snapshot)
    if outcome.name != "unchanged":
        bump(connection)
    if untried or outcome.missing:
        return End(Settled.AGAIN, error, outcome.gone)
    return End(Settled.RETRY if error else Settled.DONE, error, outcome.gone)


def with_notes(product: Product, stored: StoredProduct) -> list[ImageRecord]:
    """Records that keep what is noted of the stored images that failed."""
    failed = {image_row(image.ref)[1]: image.error for image in stored.images if image.error}
    return [
        ImageRecord(ref, None, error=failed[image_row(ref)[1]])
        for ref in every_image(product)
        if image_row(ref)[1] in failed
    ]


def every_image(product: Product) -> Sequence[ImageRef]:
    """The images of a product and of its variants, each once."""
    refs = {ref.source: ref for ref in product.images}
    for variant in product.variants:
        for ref in variant.images:
            refs.setdefault(ref.source, ref)
    return tuple(refs.values())


def _still_shown(wanted: Product, record: ProductRecord) -> tuple[ImageRecord, ...]:
    found = {image.ref.source: image for image in record.images}
    refs = every_image(wanted)
    return tuple(replace(found[ref.source], ref=ref) for ref in refs if ref.source in found)


def _untried(wanted: Product, images: Sequence[ImageRecord], stored: StoredProduct) -> bool:
    """Whether the product has come to want images that were not looked at."""
    had = {image_row(image.ref)[1] for image in stored.images if image.photo}
    had |= {image_row(image.ref)[1] for image in images}
    return any(image_row(ref)[1] not in had for ref in wanted.images)


def _shows_something(wanted: Product, images: Sequence[ImageRecord], stored: StoredProduct) -> bool:
    """Whether a photo would be there to find the product by, or it wants none."""
    had = {image_row(image.ref)[1] for image in stored.images if image.photo}
    had |= {image_row(image.ref)[1] for image in images if image.photo}
    return not wanted.images or any(image_row(ref)[1] in had for ref in wanted.images)
