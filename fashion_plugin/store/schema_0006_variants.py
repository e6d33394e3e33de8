"""The sixth schema: variants are found by their ids, which is how assistants and carts name them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["apply"]


def apply(db: "Database") -> None:
    """Add the index."""
    db.execute("CREATE INDEX variants_id ON variants (id)")
