"""Writing one product, inside the caller's transaction."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from fashion_plugin.store.driver import Connection
from fashion_plugin.store.planning import (
    ImagePlan,
    Links,
    Wanted,
    differs,
    notes_differ,
    regions_differ,
    settle,
    variants_differ,
)
from fashion_plugin.store.reading import StoredImage, StoredProduct, by_id, regions
from fashion_plugin.store.rows import PRODUCT_COLUMNS, VARIANT_COLUMNS, image_row
from fashion_plugin.store.seen import colour_names, read_seen
from fashion_plugin.store.text_index import index_text
from fashion_plugin.store.vectors import Generation, add_vector, drop_vectors

__all__ = ["Outcome", "Snapshot", "drop_orphans", "link_product", "mark_found", "write_product"]


def _insert(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"


_ADD_PRODUCT = _insert("products", PRODUCT_COLUMNS) + " RETURNING pk"
_CHANGE_PRODUCT = (
    f"UPDATE products SET ({', '.join(PRODUCT_COLUMNS)}) = ({', '.join('?' * len(PRODUCT_COLUMNS))})"
)
_ADD_TAG = _insert("product_tags", ("product", "position", "tag", "tag_key"))
_ADD_VARIANT = _insert("variants", ("product", "position", *VARIANT_COLUMNS)) + " RETURNING pk"
_IMAGE_COLUMNS = (
    *("position", "listed", "kind", "source", "alt", "photo", "etag", "last_modified", "error", "seen"),
)
_ADD_IMAGE = _insert("images", ("product", *_IMAGE_COLUMNS)) + " RETURNING pk"
_CHANGE_IMAGE = f"UPDATE images SET ({', '.join(_IMAGE_COLUMNS)}) = ({', '.join('?' * len(_IMAGE_COLUMNS))})"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one product.

    ``missing`` when an image has a photo but no embedding of it is stored; ``gone`` are the photos (sha256)
    that nothing shows any more.
    """

    name: Literal["added", "updated", "unchanged"]
    missing: bool
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Image:
    """The row of an image as it now stands; ``same_photo`` as before."""

    pk: int
    photo: int | None
    same_photo: bool


class Snapshot:
    """What was stored of some products at one moment."""

    def __init__(self, connection: Connection, ids: Sequence[str], generation: Generation | None) -> None:
        self.version = int(connection.execute("SELECT changes FROM state").fetchone()[0])
        self.generation = generation
        self.stored = by_id(connection, ids)
        keys = [product.pk for product in self.stored.values()]
        self.linked: Links = regions(connection, keys, generation.pk) if generation and keys else {}

    def holds(self, wanted: Wanted) -> bool:
        """Whether everything is stored already, down to the embedding of every photo."""
        stored = self.stored.get(wanted.id)
        if stored is None:
            return False
        wanted = settle(wanted, stored, self.linked)
        return not (
            differs(wanted, stored)
            or notes_differ(wanted, stored)
            or regions_differ(wanted, stored, self.linked)
        )


def write_product(connection: Connection, wanted: Wanted, snapshot: Snapshot) -> Outcome:
    """Bring one product's rows and embeddings to what is wanted, touching only what differs."""
    stored = snapshot.stored.get(wanted.id)
    if stored is not None:
        wanted = settle(wanted, stored, snapshot.linked)
    pk = _product(connection, wanted, stored)
    images = _images(connection, pk, wanted, stored)
    links = [_links(connection, snapshot, pk, images[plan.source], plan) for plan in wanted.images]
    relinked, missing = any(changed for changed, _ in links), not all(complete for _, complete in links)
    if stored is None or variants_differ(wanted, stored):
        _variants(connection, pk, wanted, images)
    if stored is None:
        mark_found(connection, pk, snapshot.generation)
        return Outcome("added", missing)
    updated = relinked or differs(wanted, stored)
    gone: tuple[str, ...] = ()
    if relinked or _shows(stored) != {(image.pk, image.photo) for image in images.values()}:
        mark_found(connection, pk, snapshot.generation)
        gone = drop_orphans(connection, {photo for _, photo in _shows(stored) if photo is not None})
    return Outcome("updated" if updated else "unchanged", missing, gone)


def link_product(connection: Connection, wanted: Wanted, snapshot: Snapshot) -> tuple[bool, bool]:
    """Add embeddings to the snapshot's generation for the images that still show the wanted photos.

    Returns whether anything was added, and whether a photo that came without vectors has none there.
    """
    stored = snapshot.stored.get(wanted.id)
    if stored is None:
        return False, False
    given = {plan.source: plan.photo for plan in wanted.images}
    images = {image_row(image.ref)[1]: image for image in stored.images}
    changed = missing = False
    for plan in settle(wanted, stored, snapshot.linked).images:
        image = images.get(plan.source)
        if image is None or image.photo is None or given[plan.source] != image.photo:
            continue
        standing = _Image(image.pk, image.photo_pk, same_photo=True)
        relinked, complete = _links(connection, snapshot, stored.pk, standing, plan)
        changed, missing = changed or relinked, missing or not complete
    return changed, missing


def drop_orphans(connection: Connection, photos: Iterable[int]) -> tuple[str, ...]:
    """Of these photos, delete embeddings that no image is found by, and those that no image shows.

    Returns the sha256 of the photos that went.
    """
    keys = (json.dumps(sorted(photos)),)
    drop_vectors(
        connection,
        connection.execute(
            "SELECT e.id, g.vectors FROM embeddings e JOIN generations g ON g.pk = e.generation "
            "WHERE e.photo IN (SELECT value FROM json_each(?)) "
            "AND NOT EXISTS (SELECT 1 FROM image_embeddings m WHERE m.embedding = e.id)",
            keys,
        ).fetchall(),
    )
    gone = connection.execute(
        "DELETE FROM photos WHERE pk IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM images i WHERE i.photo = photos.pk) RETURNING sha256",
        keys,
    ).fetchall()
    return tuple(row[0] for row in gone)


def _shows(stored: StoredProduct) -> set[tuple[int, int | None]]:
    return {(image.pk, image.photo_pk) for image in stored.images}


def mark_found(connection: Connection, product: int, generation: Generation | None) -> None:
    """Note whether a product has an embedding to be found by."""
    if generation is not None:
        connection.execute(
            "UPDATE products SET found = EXISTS (SELECT 1 FROM image_embeddings m "
            "JOIN embeddings e ON e.id = m.embedding WHERE m.product = products.pk AND e.generation = ?) "
            "WHERE pk = ?",
            (generation.pk, product),
        )


def _product(connection: Connection, wanted: Wanted, stored: StoredProduct | None) -> int:
    if stored is None:
        pk = int(connection.execute(_ADD_PRODUCT, wanted.row).fetchone()[0])
    else:
        pk = stored.pk
        if wanted.row != stored.row:
            connection.execute(f"{_CHANGE_PRODUCT} WHERE pk = ?", (*wanted.row, pk))
    if stored is None or wanted.tags != stored.tags:
        connection.execute("DELETE FROM product_tags WHERE product = ?", (pk,))
        connection.executemany(_ADD_TAG, [(pk, at, *tag) for at, tag in enumerate(wanted.tags)])
    index_text(connection, pk, wanted.row, wanted.tags, (stored.row, stored.tags) if stored else None)
    return pk


def _images(
    connection: Connection, product: int, wanted: Wanted, stored: StoredProduct | None
) -> dict[str, _Image]:
    """Bring the images' rows up to date; returns them by source."""
    rows = stored.images if stored else ()
    before = {image_row(image.ref)[1]: (at, image) for at, image in enumerate(rows)}
    images: dict[str, _Image] = {}
    for at, plan in enumerate(wanted.images):
        earlier_at, earlier = before.get(plan.source, (None, None))
        photo = _photo(connection, plan, earlier)
        notes = (plan.etag, plan.last_modified, plan.error, plan.seen)
        row = (at, int(plan.listed), plan.kind, plan.source, plan.alt, photo, *notes)
        if earlier is None:
            pk = int(connection.execute(_ADD_IMAGE, (product, *row)).fetchone()[0])
            images[plan.source] = _Image(pk, photo, same_photo=False)
            _colours(connection, product, pk, plan.seen)
            continue
        images[plan.source] = _Image(earlier.pk, photo, same_photo=photo == earlier.photo_pk)
        if row != (
            *(earlier_at, int(earlier.listed), *image_row(earlier.ref), earlier.photo_pk),
            *(earlier.etag, earlier.last_modified, earlier.error, earlier.seen),
        ):
            connection.execute(f"{_CHANGE_IMAGE} WHERE pk = ?", (*row, earlier.pk))
        if plan.seen != earlier.seen:
            connection.execute("DELETE FROM image_colours WHERE image = ?", (earlier.pk,))
            _colours(connection, product, earlier.pk, plan.seen)
        if photo != earlier.photo_pk:  # in every generation
            connection.execute("DELETE FROM image_embeddings WHERE image = ?", (earlier.pk,))
    for source, (_, image) in before.items():
        if source not in images:
            connection.execute("DELETE FROM images WHERE pk = ?", (image.pk,))
    return images


def _colours(connection: Connection, product: int, image: int, text: str) -> None:
    """Note the colours that an image shows, for filters to find it by."""
    seen = read_seen(text)
    connection.executemany(
        "INSERT INTO image_colours (image, colour, product) VALUES (?, ?, ?)",
        [(image, name, product) for name in dict.fromkeys(colour_names(seen.colours if seen else ()))],
    )


def _photo(connection: Connection, plan: ImagePlan, earlier: StoredImage | None) -> int | None:
    if plan.photo is None:
        return None
    if earlier is not None and earlier.photo == plan.photo:
        return earlier.photo_pk
    connection.execute("INSERT OR IGNORE INTO photos (sha256) VALUES (?)", (plan.photo,))
    return int(connection.execute("SELECT pk FROM photos WHERE sha256 = ?", (plan.photo,)).fetchone()[0])


def _links(
    connection: Connection, snapshot: Snapshot, product: int, image: _Image, plan: ImagePlan
) -> tuple[bool, bool]:
    """Bring what an image is found by up to date; returns whether it changed, and whether it is complete."""
    generation, before = snapshot.generation, snapshot.linked.get(image.pk, {})
    if image.photo is None:
        return False, True
    if generation is None:
        return False, False
    if image.same_photo and before and plan.regions == frozenset(before):
        return False, True
    rows = connection.execute(
        "SELECT region, id FROM embeddings WHERE photo = ? AND generation = ?", (image.photo, generation.pk)
    )
    there: dict[str, int] = dict(rows.fetchall())
    wanted = plan.regions or plan.vectors.keys() or there.keys()
    for region, vector in plan.vectors.items():
        if region in wanted and region not in there:
            there[region] = add_vector(connection, generation, image.photo, region, vector)
    after = {there[region] for region in wanted if region in there}
    current = set(before.values()) if image.same_photo else set()
    if generation.state == "live" and current and after != current:
        # By what it is found in the other generations is to be found out anew, too.
        connection.execute(
            "DELETE FROM image_embeddings WHERE image = ? AND embedding IN "
            "(SELECT id FROM embeddings WHERE photo = ? AND generation <> ?)",
            (image.pk, image.photo, generation.pk),
        )
    connection.executemany(
        "DELETE FROM image_embeddings WHERE image = ? AND embedding = ?",
        [(image.pk, embedding) for embedding in current - after],
    )
    connection.executemany(
        "INSERT INTO image_embeddings (embedding, image, product) VALUES (?, ?, ?)",
        [(embedding, image.pk, product) for embedding in sorted(after - current)],
    )
    return after != current, bool(wanted) and all(region in there for region in wanted)


def _variants(connection: Connection, product: int, wanted: Wanted, images: dict[str, _Image]) -> None:
    connection.execute("DELETE FROM variants WHERE product = ?", (product,))
    for at, (row, sources) in enumerate(zip(wanted.variants, wanted.variant_images, strict=True)):
        pk = connection.execute(_ADD_VARIANT, (product, at, *row)).fetchone()[0]
        connection.executemany(
            "INSERT INTO variant_images (variant, position, image) VALUES (?, ?, ?)",
            [(pk, position, images[source].pk) for position, source in enumerate(sources)],
        )
