"""Runs the store on this machine: draws and indexes once, then serves, delivers webhooks, embeds."""

import contextlib
import json
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from fashion_demo_store.app import create_store
from fashion_demo_store.shop.database import connect
from fashion_demo_store.shop.webhooks import Outbox
from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Failure, IndexReport, OnProgress, Product
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.looks.curated import CuratedLook
from fashion_plugin.sources import read_source
from fashion_plugin_adapters.flask.serving import GentleServer

__all__ = ["HOST", "PORT", "free_port", "index", "running"]

HOST = "127.0.0.1"
PORT = 8000


def index(
    folder: Path,
    catalogue: Path,
    *,
    drawn: Iterable[object] | None = None,
    on_progress: OnProgress | None = None,
) -> IndexReport:
    """Index a catalogue's file and the shop's looks; a run that was stopped may be done again.

    ``drawn`` gives something for each product once its photos are there, where they are being drawn still.
    """
    products: Iterable[Product | Failure] = read_source(catalogue)
    if drawn is not None:
        products = (product for product, _ in zip(products, drawn, strict=True))
    with FashionPlugin.open(folder / "fashion.db") as shop:
        report = shop.index(products, on_progress=on_progress)
        shop.looks.replace(_looks(catalogue.with_name("looks.json")))
    return report


def _looks(file: Path) -> list[CuratedLook]:
    """What the shop's stylists have put together, which `complete_the_look` suggests first."""
    looks = json.loads(file.read_text(encoding="utf-8"))
    worn = [tuple(dict.fromkeys(one["product_id"] for one in look["garments"])) for look in looks]
    return [
        CuratedLook(products, look["image"])
        for products, look in zip(worn, looks, strict=True)
        if len(products) > 1
    ]


def free_port(wanted: int | None, folder: Path) -> socket.socket:
    """A listening socket: on the port that is asked for, else the one of last time, else any near it.

    Raises:
        OSError: the port that was asked for is taken.
    """
    if wanted is not None:
        return _bound(wanted)
    for port in (*_last_port(folder), *range(PORT, PORT + 20), 0):
        with contextlib.suppress(OSError):
            return _bound(port)
    return _bound(0)


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        # A killed server's port is free again at once; on Windows this would share a port in use.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _last_port(folder: Path) -> tuple[int, ...]:
    connection = connect(folder / "shop.db")
    try:
        row = connection.execute("SELECT value FROM settings WHERE name = 'port'").fetchone()
    finally:
        connection.close()
    return (int(row[0]),) if row else ()


@contextlib.contextmanager
def running(folder: Path, listener: socket.socket) -> Iterator[str]:
    """The store being served in threads; gives its address, and ends everything on the way out."""
    port = listener.getsockname()[1]
    address = f"http://{HOST}:{port}"
    # The store's own photos are fetched from this machine, which the guard against inner addresses forbids.
    downloader = Downloader(DownloadSettings(allow_private=frozenset({f"{HOST}:{port}"})))
    with FashionPlugin.open(folder / "fashion.db", downloader=downloader) as shop:
        app = create_store(folder, shop, address)
        stop = threading.Event()
        server = GentleServer(app, listener=listener)
        serving = threading.Thread(target=server.run, name="web", daemon=True)
        working = threading.Thread(
            target=shop.work, kwargs={"until_idle": False, "stop": stop}, name="worker", daemon=True
        )
        outbox = _moved(app, folder, port)
        serving.start()
        working.start()
        outbox.start()
        try:
            yield address
        finally:
            stop.set()
            outbox.stop()
            server.stop()
            serving.join(timeout=15)
            working.join(timeout=10)


def _moved(app: Flask, folder: Path, port: int) -> Outbox:
    """Tell the index anew of edited products when their photos' address has another port now."""
    outbox = app.extensions["shop_outbox"]
    assert isinstance(outbox, Outbox)  # noqa: S101
    connection = connect(folder / "shop.db")
    try:
        last = connection.execute("SELECT value FROM settings WHERE name = 'port'").fetchone()
        if last is not None and int(last[0]) != port:
            query = "SELECT DISTINCT product_id FROM deliveries WHERE type = 'product.updated'"
            for (product_id,) in connection.execute(query).fetchall():
                moment = (datetime.now(UTC).isoformat(), product_id)
                connection.execute("UPDATE products SET updated_at = ? WHERE id = ?", moment)
                outbox.upserted(connection, product_id)
        connection.execute("INSERT OR REPLACE INTO settings VALUES ('port', ?)", (str(port),))
    finally:
        connection.close()
    return outbox
