"""The first schema: products with their variants, images and tags, and the embeddings of their photos.

A photo is a file's content: several images, also of several products, may show the same one, and it is
embedded once. An embedding is one region of a photo in one generation (vector space); its vector stands in
that generation's vec0 table (named in its column ``vectors``) under the embedding's id.
``image_embeddings`` says by which embeddings an image is found, so that two products that share a photo can
use different regions of it.

Ids of embeddings are never used twice, and ``removed_embeddings`` keeps the ids that went: whoever holds a
copy of the vectors catches up by asking for higher ids and later removals. Where ``state.epoch`` has changed,
that list was cut and the copy must be made anew. ``state.changes`` counts the transactions that changed
products or embeddings.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["apply"]

_STATEMENTS = (
    """
    CREATE TABLE state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        changes INTEGER NOT NULL,
        epoch INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO state (id, changes, epoch) VALUES (1, 0, 0)",
    """
    CREATE TABLE products (
        pk INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        url TEXT NOT NULL,
        description TEXT NOT NULL,
        price_micros INTEGER,
        price_currency TEXT,
        list_price_micros INTEGER,
        list_price_currency TEXT,
        category TEXT NOT NULL,
        category_key TEXT NOT NULL,
        brand TEXT NOT NULL,
        brand_key TEXT NOT NULL,
        colour TEXT NOT NULL,
        colour_key TEXT NOT NULL,
        in_stock INTEGER NOT NULL,
        searchable INTEGER NOT NULL,
        found INTEGER NOT NULL DEFAULT 0,
        attributes TEXT NOT NULL
    ) STRICT
    """,
    # found: an image of it has an embedding in the live generation.
    """
    CREATE INDEX products_filters ON products
    (searchable, found, category_key, in_stock, price_currency, price_micros, colour_key, brand_key)
    """,
    "CREATE INDEX products_brand ON products (brand_key)",
    "CREATE INDEX products_colour ON products (colour_key)",
    "CREATE INDEX products_hidden ON products (pk) WHERE searchable = 0",
    """
    CREATE TABLE product_tags (
        product INTEGER NOT NULL REFERENCES products (pk) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        tag TEXT NOT NULL,
        tag_key TEXT NOT NULL,
        PRIMARY KEY (product, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX product_tags_key ON product_tags (tag_key, product)",
    """
    CREATE TABLE variants (
        pk INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products (pk) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        sku TEXT NOT NULL,
        price_micros INTEGER,
        price_currency TEXT,
        list_price_micros INTEGER,
        list_price_currency TEXT,
        in_stock INTEGER NOT NULL,
        options TEXT NOT NULL,
        UNIQUE (product, id)
    ) STRICT
    """,
    """
    CREATE TABLE photos (
        pk INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    # listed: one of the product's own images; the others are shown by its variants only.
    # photo: NULL until the image has been had once. error: why the last try to get it failed.
    """
    CREATE TABLE images (
        pk INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products (pk) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        listed INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('local', 'local-bytes', 'remote')),
        source TEXT NOT NULL,
        alt TEXT NOT NULL,
        photo INTEGER REFERENCES photos (pk),
        etag TEXT NOT NULL,
        last_modified TEXT NOT NULL,
        error TEXT NOT NULL,
        UNIQUE (product, source)
    ) STRICT
    """,
    "CREATE INDEX images_photo ON images (photo) WHERE photo IS NOT NULL",
    """
    CREATE TABLE variant_images (
        variant INTEGER NOT NULL REFERENCES variants (pk) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        image INTEGER NOT NULL REFERENCES images (pk) ON DELETE CASCADE,
        PRIMARY KEY (variant, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX variant_images_image ON variant_images (image)",
    """
    CREATE TABLE generations (
        pk INTEGER PRIMARY KEY AUTOINCREMENT,
        encoder TEXT NOT NULL,
        fingerprint TEXT NOT NULL UNIQUE,
        dim INTEGER NOT NULL CHECK (dim BETWEEN 1 AND 8192),
        vectors TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('live', 'building', 'retired'))
    ) STRICT
    """,
    "CREATE UNIQUE INDEX generations_live ON generations (state) WHERE state = 'live'",
    """
    CREATE TABLE embeddings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        generation INTEGER NOT NULL REFERENCES generations (pk),
        photo INTEGER NOT NULL REFERENCES photos (pk),
        region TEXT NOT NULL,
        UNIQUE (photo, generation, region)
    ) STRICT
    """,
    """
    CREATE TABLE image_embeddings (
        embedding INTEGER NOT NULL REFERENCES embeddings (id),
        image INTEGER NOT NULL REFERENCES images (pk) ON DELETE CASCADE,
        product INTEGER NOT NULL REFERENCES products (pk) ON DELETE CASCADE,
        PRIMARY KEY (embedding, image)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX image_embeddings_product ON image_embeddings (product, embedding)",
    "CREATE INDEX image_embeddings_image ON image_embeddings (image, embedding)",
    """
    CREATE TABLE removed_embeddings (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        embedding INTEGER NOT NULL
    ) STRICT
    """,
)


def apply(db: "Database") -> None:
    """Create every table of the catalogue."""
    for statement in _STATEMENTS:
        db.execute(statement)
