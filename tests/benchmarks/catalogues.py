"""Catalogues of any size for the benchmarks: vectors, and databases filled past the API, in minutes."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo
from fashion_plugin.store.vectors import live

__all__ = ["RARE", "SPACE_NAME", "clustered", "fill", "repeated", "unit"]

SPACE_NAME = "benchmark"
RARE = "rare"
"""The tag of one product in a hundred."""

_BLOCK = 20_000


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def clustered(
    count: int, dim: int, seed: int = 1, *, like: int | None = None, family: int = 0
) -> NDArray[np.float32]:
    """Unit rows around as many centres as a catalogue has kinds of product, some kinds more common.

    A row is a centre and noise of .7 of its length, within 64 directions that all kinds share. There are as
    many kinds as a catalogue of ``like`` rows has; another family has other kinds.
    """
    random = np.random.default_rng(seed)
    kinds = max(50, (like or count) // 200)
    centres = np.random.default_rng(family).normal(size=(kinds, dim)).astype(np.float32) / np.sqrt(dim)
    mixing = np.random.default_rng(0).normal(size=(64, dim)).astype(np.float32) / np.sqrt(64 * dim) * 8
    out = np.empty((count, dim), np.float32)
    for start in range(0, count, _BLOCK):
        rows = slice(start, min(count, start + _BLOCK))
        size = rows.stop - rows.start
        kind = np.minimum((kinds * random.random(size) ** 1.5).astype(int), kinds - 1)
        noise = random.normal(size=(size, 64)).astype(np.float32) @ mixing / 8
        out[rows] = unit(centres[kind] + 0.7 * noise)
    return out


def repeated(real: NDArray[np.float32], count: int, noise: float = 0.3, seed: int = 1) -> NDArray[np.float32]:
    """Real unit rows again and again, each time with noise of that length."""
    random = np.random.default_rng(seed)
    out = np.empty((count, real.shape[1]), np.float32)
    for start in range(0, count, _BLOCK):
        rows = np.arange(start, min(count, start + _BLOCK))
        drawn = random.standard_normal((len(rows), real.shape[1]), dtype=np.float32)
        out[rows] = unit(real[rows % len(real)] + noise / np.sqrt(real.shape[1]) * drawn)
    return out


def fill(path: Path, vectors: NDArray[np.float32]) -> None:
    """Make a database with one product of one image for each vector: ``0000000``, ``0000001`` and so on.

    Every hundredth product is tagged `RARE`, half of them are in stock.
    """
    space = GenerationInfo(SPACE_NAME, sha256(SPACE_NAME.encode()).hexdigest(), vectors.shape[1])
    with SQLiteStore.open(path, keep_photos=False, index="sqlite") as store:
        store.open_generation(space)
        for start in range(0, len(vectors), _BLOCK):
            _write(store, start, vectors[start : start + _BLOCK])
        with store._pool.write() as connection:
            connection.execute("ANALYZE")


def _write(store: SQLiteStore, start: int, vectors: NDArray[np.float32]) -> None:
    numbers = range(start + 1, start + len(vectors) + 1)
    with store._pool.write(durable=False) as connection:
        generation = live(connection)
        assert generation is not None
        connection.execute("PRAGMA defer_foreign_keys = ON")

        def insert(table: str, values: dict[str, object]) -> None:
            """Insert a row for each number; a value that is a function is called with it."""
            columns = ", ".join(values)
            marks = ", ".join("?" * len(values))
            rows = ([value(n) if callable(value) else value for value in values.values()] for n in numbers)
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

        product = {
            "pk": int,
            "id": lambda n: f"{n - 1:07}",
            "title": lambda n: f"Product {n}",
            "url": "",
            "description": "",
            "price_micros": lambda n: (n % 200) * 1_000_000,
            "price_currency": "EUR",
            "category": lambda n: f"kind {n % 40}",
            "category_key": lambda n: f"kind {n % 40}",
            "brand": "",
            "brand_key": "",
            "colour": "",
            "colour_key": "",
            "in_stock": lambda n: n % 2,
            "searchable": 1,
            "found": 1,
            "attributes": json.dumps({}),
        }
        insert("products", product)
        rare = ((n, 0, RARE, RARE) for n in numbers if n % 100 == 0)
        connection.executemany("INSERT INTO product_tags VALUES (?, ?, ?, ?)", rare)
        insert("photos", {"pk": int, "sha256": lambda n: f"{n:064x}"})
        remote = {"kind": "remote", "source": lambda n: f"https://shop.example/{n}.jpg", "alt": ""}
        notes = {"photo": int, "etag": "", "last_modified": "", "error": ""}
        insert("images", {"pk": int, "product": int, "position": 0, "listed": 1, **remote, **notes})
        insert("embeddings", {"id": int, "generation": generation.pk, "photo": int, "region": "whole"})
        insert("image_embeddings", {"embedding": int, "image": int, "product": int})
        rows = ((n, vector.tobytes()) for n, vector in zip(numbers, vectors, strict=True))
        connection.executemany(f"INSERT INTO {generation.table} (rowid, vector) VALUES (?, ?)", rows)
        connection.execute("UPDATE state SET changes = changes + 1")


def blocks(vectors: NDArray[np.float32], size: int) -> Iterator[NDArray[np.float32]]:
    """The rows in blocks."""
    for start in range(0, len(vectors), size):
        yield vectors[start : start + size]
