"""Tells others about products: signed posts (Standard Webhooks), kept in a table until they arrive."""

import json
import logging
import sqlite3
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import requests
from standardwebhooks.webhooks import Webhook

from fashion_demo_store.shop.database import connect
from fashion_demo_store.shop.photos import photo_address
from fashion_demo_store.shop.products import Article, find

__all__ = ["Outbox"]

_log = logging.getLogger(__name__)
_RETRY_SECONDS = 2.0


class Outbox:
    """Messages written with the change they tell of, and sent by a thread."""

    def __init__(self, path: Path, url: str, secret: str) -> None:
        self._path = path
        self._url = url
        self._signer = Webhook(secret) if secret else None
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def upserted(self, connection: sqlite3.Connection, product_id: str) -> None:
        """Put down that a product is new or changed; to be called in the change's transaction."""
        article = find(connection, product_id)
        if article is not None:
            self._put(connection, article.id, "product.updated", self._record(article))

    def deleted(self, connection: sqlite3.Connection, product_id: str) -> None:
        """Put down that a product is gone."""
        self._put(connection, product_id, "product.deleted", {"id": product_id})

    def _put(
        self, connection: sqlite3.Connection, product_id: str, kind: str, data: dict[str, object]
    ) -> None:
        if self._signer is None:
            return
        now = datetime.now(UTC).isoformat()
        body = json.dumps({"type": kind, "timestamp": now, "data": data}, ensure_ascii=False)
        values = (f"msg_{uuid.uuid4().hex}", product_id, kind, body, now, "waiting")
        connection.execute("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?)", values)

    def _record(self, article: Article) -> dict[str, object]:
        stock = [
            {"id": size.id, "title": size.name, "in_stock": size.stock > 0, "options": {"Size": size.name}}
            for size in article.sizes
        ]
        record: dict[str, object] = {
            "id": article.id,
            "title": article.title,
            "images": [photo_address(path, self._url) for path in article.photos],
            "url": f"/products/{quote(article.id)}",
            "category": article.category,
            "brand": article.brand,
            "colour": article.colour,
            "tags": list(article.tags),
            "in_stock": article.in_stock,
            "searchable": not article.hidden,
            "description": article.description,
            "variants": stock,
            "attributes": {"material": article.material},
            "updated_at": article.updated_at,
        }
        if article.cents:
            record["price"] = _amount(article.cents, article.currency)
        if article.was_cents is not None:
            record["list_price"] = _amount(article.was_cents, article.currency)
        return record

    def wake(self) -> None:
        """Send now what waits; to be called after the transaction."""
        self._news.set()

    def start(self) -> None:
        """Send in a thread until stopped; what an earlier run has left goes first."""
        if self._signer is not None and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; what is not sent waits for the next start."""
        self._stop.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        connection = connect(self._path)
        try:
            while not self._stop.is_set():
                self._news.clear()
                query = "SELECT id, body FROM deliveries WHERE status = 'waiting' ORDER BY rowid"
                sent = all(self._send(connection, *row) for row in connection.execute(query).fetchall())
                self._news.wait(None if sent else _RETRY_SECONDS)
        finally:
            connection.close()

    def _send(self, connection: sqlite3.Connection, message_id: str, body: str) -> bool:
        if self._signer is None or self._stop.is_set():
            return False
        now = datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(message_id, now, body),
        }
        try:
            answer = requests.post(self._url, body.encode(), headers=headers, timeout=10)
        except requests.RequestException as error:
            _log.warning("webhook %s not delivered: %s", message_id, error)
            return False
        if answer.status_code >= 500:
            return False
        status = "delivered" if answer.ok else f"refused ({answer.status_code})"
        connection.execute("UPDATE deliveries SET status = ? WHERE id = ?", (status, message_id))
        return True


def recent(connection: sqlite3.Connection, limit: int = 8) -> Sequence[sqlite3.Row]:
    """The newest messages and what became of them."""
    query = "SELECT product_id, type, created_at, status FROM deliveries ORDER BY rowid DESC LIMIT ?"
    return connection.execute(query, (limit,)).fetchall()


def _amount(cents: int, currency: str) -> str:
    return f"{cents // 100}.{cents % 100:02d} {currency}"
