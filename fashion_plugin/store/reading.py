"""Reading products whole: a handful of queries however many are asked for."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fashion_plugin.catalog import ImageRef, Product, Variant
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.rows import PRODUCT_COLUMNS, VARIANT_COLUMNS, Row, image_of, product_of, variant_of

__all__ = ["StoredImage", "StoredProduct", "by_id", "by_key", "regions", "stored"]

_IN = "IN (SELECT value FROM json_each(?))"
_PRODUCTS = f"SELECT p.pk, {', '.join('p.' + column for column in PRODUCT_COLUMNS)} FROM products p"
_TAGS = f"SELECT product, tag, tag_key FROM product_tags WHERE product {_IN} ORDER BY product, position"
_VARIANTS = (
    f"SELECT product, pk, {', '.join(VARIANT_COLUMNS)} FROM variants "
    f"WHERE product {_IN} ORDER BY product, position"
)
_VARIANT_IMAGES = (
    "SELECT v.pk, s.image FROM variants v JOIN variant_images s ON s.variant = v.pk "
    f"WHERE v.product {_IN} ORDER BY s.variant, s.position"
)
_IMAGES = (
    "SELECT i.product, i.pk, i.listed, i.kind, i.source, i.alt, i.photo, h.sha256, i.etag, i.last_modified, "
    f"i.error, i.seen FROM images i LEFT JOIN photos h ON h.pk = i.photo WHERE i.product {_IN} "
    "ORDER BY i.product, i.position"
)
_REGIONS = (
    "SELECT m.image, m.embedding, e.region FROM image_embeddings m JOIN embeddings e ON e.id = m.embedding "
    f"WHERE m.product {_IN} AND e.generation = ?"
)


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A row of images, with the sha256 of its photo; ``seen`` is the text of a `Seen`."""

    pk: int
    listed: bool
    ref: ImageRef
    photo_pk: int | None
    photo: str | None
    etag: str
    last_modified: str
    error: str
    seen: str


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """All rows of a product, with the keys that the database knows them by."""

    pk: int
    row: Row
    tags: tuple[Row, ...]
    variants: tuple[Row, ...]
    variant_images: tuple[tuple[ImageRef, ...], ...]
    images: tuple[StoredImage, ...]

    @property
    def id(self) -> str:
        """The product's id."""
        return str(self.row[0])

    def product(self) -> Product:
        """The product as its owner gave it."""
        variants: list[Variant] = [
            variant_of(row, images) for row, images in zip(self.variants, self.variant_images, strict=True)
        ]
        listed = tuple(image.ref for image in self.images if image.listed)
        return product_of(self.row, listed, [tag for tag, _ in self.tags], variants)


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, StoredProduct]:
    """The stored products of these ids, by id."""
    found = connection.execute(f"{_PRODUCTS} WHERE p.id {_IN}", (json.dumps(list(ids)),))
    return {product.id: product for product in stored(connection, found.fetchall())}


def by_key(connection: Connection, keys: Iterable[int]) -> dict[int, StoredProduct]:
    """The stored products of these primary keys, by key."""
    found = connection.execute(f"{_PRODUCTS} WHERE p.pk {_IN}", (json.dumps(list(keys)),))
    return {product.pk: product for product in stored(connection, found.fetchall())}


def stored(connection: Connection, rows: Sequence[Row]) -> list[StoredProduct]:
    """Complete rows of products (key and columns) by what hangs on them."""
    if not rows:
        return []
    keys = (json.dumps([row[0] for row in rows]),)
    tags, variants, images = defaultdict(list), defaultdict(list), defaultdict(list)
    for product, *tag in connection.execute(_TAGS, keys):
        tags[product].append(tuple(tag))
    refs: dict[int, ImageRef] = {}
    for product, pk, listed, kind, source, alt, *columns in connection.execute(_IMAGES, keys):
        refs[pk] = image_of(kind, source, alt)
        images[product].append(StoredImage(pk, bool(listed), refs[pk], *columns))
    for product, variant, *columns in connection.execute(_VARIANTS, keys):
        variants[product].append((variant, tuple(columns)))
    shown: defaultdict[int, list[ImageRef]] = defaultdict(list)
    if variants:
        for variant, image in connection.execute(_VARIANT_IMAGES, keys):
            shown[variant].append(refs[image])
    return [
        StoredProduct(
            pk=pk,
            row=tuple(columns),
            tags=tuple(tags[pk]),
            variants=tuple(row for _, row in variants[pk]),
            variant_images=tuple(tuple(shown[variant]) for variant, _ in variants[pk]),
            images=tuple(images[pk]),
        )
        for pk, *columns in rows
    ]


def regions(connection: Connection, keys: Iterable[int], generation: int) -> dict[int, dict[str, int]]:
    """The embeddings of a generation by which each image of these products is found: region → embedding."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for image, embedding, region in connection.execute(_REGIONS, (json.dumps(list(keys)), generation)):
        found[image][region] = embedding
    return dict(found)
