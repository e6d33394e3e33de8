"""The shop's own database: products, sizes, photos, looks, carts. It knows nothing of visual search."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import current_app, g

__all__ = ["connect", "database", "transaction"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS products (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, brand TEXT NOT NULL DEFAULT '', category TEXT NOT NULL,
    colour TEXT NOT NULL DEFAULT '', cents INTEGER NOT NULL, was_cents INTEGER, currency TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '', material TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '',
    hidden INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS photos (
    product_id TEXT NOT NULL REFERENCES products ON DELETE CASCADE, position INTEGER NOT NULL,
    path TEXT NOT NULL, PRIMARY KEY (product_id, position)
);
CREATE TABLE IF NOT EXISTS sizes (
    id TEXT PRIMARY KEY, product_id TEXT NOT NULL REFERENCES products ON DELETE CASCADE,
    name TEXT NOT NULL, position INTEGER NOT NULL, stock INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sizes_by_product ON sizes (product_id);
CREATE TABLE IF NOT EXISTS looks (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, scene TEXT NOT NULL, path TEXT NOT NULL,
    position INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS look_products (
    look_id TEXT NOT NULL REFERENCES looks ON DELETE CASCADE, position INTEGER NOT NULL,
    product_id TEXT NOT NULL, PRIMARY KEY (look_id, position)
);
CREATE TABLE IF NOT EXISTS cart_lines (
    cart TEXT NOT NULL, size_id TEXT NOT NULL REFERENCES sizes ON DELETE CASCADE,
    quantity INTEGER NOT NULL CHECK (quantity > 0), PRIMARY KEY (cart, size_id)
);
CREATE TABLE IF NOT EXISTS deliveries (
    id TEXT PRIMARY KEY, product_id TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
    created_at TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'waiting'
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the shop's database, which is made if there is none."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(_SCHEMA)
    return connection


def database() -> sqlite3.Connection:
    """The connection of this request."""
    if "shop_database" not in g:
        g.shop_database = connect(current_app.config["SHOP_DATABASE"])
    connection: sqlite3.Connection = g.shop_database
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of it or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def marks(values: Sequence[object]) -> str:
    """As many placeholders as there are values."""
    return ", ".join("?" * len(values))
