"""The fifth schema: what images show, and what the shop says about looks.

``images.seen`` is the JSON text of a `Seen` (recipe, garment, box, colours), empty where an image was not
looked at. ``image_colours`` holds the names of the colours that filters find it by. ``looks`` are the
merchant's own, with ids of products that may not be in the catalogue yet; ``category_labels`` says which
garment label a category stands for, where the merchant has said so.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["apply"]

_STATEMENTS = (
    "ALTER TABLE images ADD COLUMN seen TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE removed_images ADD COLUMN seen TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE image_colours (
        image INTEGER NOT NULL REFERENCES images (pk) ON DELETE CASCADE,
        colour TEXT NOT NULL,
        product INTEGER NOT NULL,
        PRIMARY KEY (image, colour)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX image_colours_colour ON image_colours (colour, product)",
    """
    CREATE TABLE looks (
        pk INTEGER PRIMARY KEY,
        photo TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE look_products (
        look INTEGER NOT NULL REFERENCES looks (pk) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        product_id TEXT NOT NULL,
        PRIMARY KEY (look, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX look_products_product ON look_products (product_id, look)",
    """
    CREATE TABLE category_labels (
        category TEXT PRIMARY KEY,
        label TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


def apply(db: "Database") -> None:
    """Add the columns and tables."""
    for statement in _STATEMENTS:
        db.execute(statement)
