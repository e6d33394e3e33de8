"""Fills an empty shop from the files of a catalogue."""

import json
import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from fashion_demo_store.shop.database import transaction

__all__ = ["seed"]


def seed(connection: sqlite3.Connection, folder: Path) -> int:
    """Read ``catalogue.jsonl`` and ``looks.json`` of a folder; returns how many products there are now."""
    have: int = connection.execute("SELECT count(*) FROM products").fetchone()[0]
    if have:
        return have
    lines = (folder / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()
    looks = json.loads((folder / "looks.json").read_text(encoding="utf-8"))
    now = datetime.now(UTC).isoformat()
    with transaction(connection):
        for position, line in enumerate(lines):
            _product(connection, json.loads(line), position, now)
        for position, look in enumerate(looks):
            values = (look["id"], look["title"], look["scene"], look["image"], position)
            connection.execute("INSERT INTO looks VALUES (?, ?, ?, ?, ?)", values)
            worn = dict.fromkeys(garment["product_id"] for garment in look["garments"])
            rows = [(look["id"], place, product_id) for place, product_id in enumerate(worn)]
            connection.executemany("INSERT INTO look_products VALUES (?, ?, ?)", rows)
    return len(lines)


def _product(connection: sqlite3.Connection, product: dict[str, object], position: int, now: str) -> None:
    record = json.loads(json.dumps(product))
    # Nought stands for a product that came without a price.
    cents, currency = _cents(record["price"]) if "price" in record else (0, "EUR")
    was = _cents(record["list_price"])[0] if "list_price" in record else None
    connection.execute(
        "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(record["id"], record["title"], record["brand"], record["category"], record["colour"]),
            *(cents, was, currency, record["description"], record["attributes"].get("material", "")),
            *("|".join(record["tags"]), not record.get("searchable", True), position, now),
        ),
    )
    photos = [(record["id"], place, path) for place, path in enumerate(record["images"])]
    connection.executemany("INSERT INTO photos VALUES (?, ?, ?)", photos)
    sizes = [
        (variant["id"], record["id"], variant["title"], place, 4 if variant["in_stock"] else 0)
        for place, variant in enumerate(record["variants"])
    ]
    connection.executemany("INSERT INTO sizes VALUES (?, ?, ?, ?, ?)", sizes)


def _cents(text: str) -> tuple[int, str]:
    """Hundredths of any currency's unit, and the currency."""
    amount, currency = text.split()
    return int(Decimal(amount) * 100), currency
