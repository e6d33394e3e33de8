"""What is kept of a removed product, for it to come back without encoding; in the caller's transaction."""

from collections.abc import Sequence

import numpy as np

from fashion_plugin.catalog import Product
from fashion_plugin.store.base import ImageRecord, ProductRecord
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.finishing import every_image
from fashion_plugin.store.product_writer import drop_orphans
from fashion_plugin.store.reading import by_id, regions
from fashion_plugin.store.rows import image_row
from fashion_plugin.store.seen import read_seen
from fashion_plugin.store.vectors import Generation

__all__ = ["bring_back", "empty", "throw_away"]

_KEEP = (
    "INSERT OR REPLACE INTO removed_images "
    "(product_id, source, photo, etag, last_modified, seen, fingerprint, region, vector) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEPT = (
    "SELECT source, photo, etag, last_modified, seen, region, vector FROM removed_images "
    "WHERE product_id = ? AND fingerprint = ?"
)


def throw_away(connection: Connection, id: str, generation: Generation | None) -> tuple[bool, Sequence[str]]:
    """Delete a product and keep its embeddings aside.

    Returns whether there was one, and the photos (sha256) that nothing shows any more.
    """
    stored = by_id(connection, [id]).get(id)
    if stored is None:
        return False, ()
    empty(connection, id)
    if generation is not None:
        links = regions(connection, [stored.pk], generation.pk)
        read = f"SELECT vector FROM {generation.table} WHERE rowid = ?"  # noqa: S608 - our own name
        for image in stored.images:
            source = image_row(image.ref)[1]
            for region, embedding in links.get(image.pk, {}).items():
                vector = connection.execute(read, (embedding,)).fetchone()
                facts = (id, source, image.photo, image.etag, image.last_modified, image.seen)
                connection.execute(_KEEP, (*facts, generation.info.fingerprint, region, vector[0]))
    photos = {image.photo_pk for image in stored.images if image.photo_pk is not None}
    connection.execute("DELETE FROM products WHERE pk = ?", (stored.pk,))
    return True, drop_orphans(connection, photos)


def bring_back(connection: Connection, product: Product, generation: Generation | None) -> ProductRecord:
    """The record of a product with what was kept of it when it was removed."""
    records: dict[str, ImageRecord] = {}
    if generation is not None:
        found: dict[str, ImageRecord] = {}
        refs = {image_row(ref)[1]: ref for ref in every_image(product)}
        rows = connection.execute(_KEPT, (product.id, generation.info.fingerprint))
        for source, photo, etag, last_modified, seen, region, vector in rows:
            if source not in refs:
                continue
            vectors = dict(found[source].vectors) if source in found else {}
            vectors[region] = np.frombuffer(vector, dtype="<f4").astype(np.float32)
            notes = {"etag": etag, "last_modified": last_modified, "seen": read_seen(seen)}
            found[source] = ImageRecord(refs[source], photo, vectors, **notes)
        records = {record.ref.source: record for record in found.values()}
    return ProductRecord(product, tuple(records.values()))


def empty(connection: Connection, id: str) -> None:
    """Forget what was kept of a product."""
    connection.execute("DELETE FROM removed_images WHERE product_id = ?", (id,))
