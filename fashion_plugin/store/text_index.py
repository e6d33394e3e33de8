"""Keeping the words of products in the database, inside the caller's transaction."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import json
from collections.abc import Sequence

from fashion_plugin.catalog import Product
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.rows import PRODUCT_COLUMNS, Row
from fashion_plugin.store.text_query import COLUMNS
from fashion_plugin.store.text_words import words

__all__ = ["index_all", "index_text", "product_words", "tidy"]

_TEXTS = ("title", "brand", "category", "colour", "description")
_PLACES = {name: PRODUCT_COLUMNS.index(name) for name in _TEXTS}
_ADD = f"INSERT INTO product_text (rowid, {', '.join(COLUMNS)}) VALUES (?, {', '.join('?' * len(COLUMNS))})"
_MISSING = (
    f"SELECT p.pk, {', '.join('p.' + name for name in _TEXTS)}, "
    "(SELECT json_group_array(tag) FROM product_tags t WHERE t.product = p.pk ORDER BY t.position) "
    "FROM products p WHERE p.pk NOT IN (SELECT rowid FROM product_text)"
)


def product_words(product: Product) -> tuple[list[str], ...]:
    """The words of a product's texts, one list for each of `COLUMNS`."""
    tags = " ".join(product.tags)
    texts = (product.title, product.brand, product.category, product.colour, tags, product.description)
    return tuple(words(text) for text in texts)


def index_text(
    connection: Connection, pk: int, row: Row, tags: Sequence[Row], stored: tuple[Row, Sequence[Row]] | None
) -> None:
    """Bring the words of a product up to date; ``stored`` is what its row and its tags were before."""
    texts = _texts(row, tags)
    if stored is not None:
        if texts == _texts(*stored):
            return
        connection.execute("DELETE FROM product_text WHERE rowid = ?", (pk,))
    _add(connection, pk, texts)


def index_all(connection: Connection) -> None:
    """Write the words of every product that has none yet."""
    for pk, title, brand, category, colour, description, tags in connection.execute(_MISSING).fetchall():
        _add(connection, pk, (title, brand, category, colour, " ".join(json.loads(tags)), description))


def tidy(connection: Connection) -> None:
    """Make the index whole again, and compact."""
    connection.execute("DELETE FROM product_text WHERE rowid NOT IN (SELECT pk FROM products)")
    index_all(connection)
    connection.execute("INSERT INTO product_text (product_text) VALUES ('optimize')")


def _texts(row: Row, tags: Sequence[Row]) -> tuple[str, ...]:
    at = _PLACES
    return (
        *(row[at[name]] for name in ("title", "brand", "category", "colour")),
        " ".join(tag for tag, _ in tags),
        row[at["description"]],
    )


def _add(connection: Connection, pk: int, texts: Sequence[str]) -> None:
    connection.execute(_ADD, (pk, *(" ".join(words(text)) for text in texts)))
