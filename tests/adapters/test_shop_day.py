"""A shop's day, end to end: signed deliveries over HTTP, photos from a web server, workers that are killed.

The shop is played by a model; at the end the catalogue must be the model, product by product.
"""

import base64
import hmac
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import numpy as np
import pytest
import requests
from PIL import Image

from fashion_plugin import FashionPlugin
from fashion_plugin.images import load_image
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.platforms import Shop, shopify_product
from fashion_plugin_adapters.storefront import ShopifyWebhooks
from fashion_plugin_adapters.wsgi import fashion_wsgi

SECRET = "shpss_day"
START = datetime(2026, 5, 4, 6, tzinfo=UTC)

WORKER = """
import sys
from fashion_plugin import FashionPlugin
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.testing import FakeEncoder
settings = DownloadSettings(allow_private=frozenset({sys.argv[2]}), retries=0, deadline=5)
shop = FashionPlugin.open(sys.argv[1], encoder=FakeEncoder(), downloader=Downloader(settings))
shop.work(until_idle=False, workers=1)
"""


class TheShop:
    """What the shop holds, and the deliveries that its changes cause."""

    def __init__(self, photos: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.photos = photos
        self.clock = START
        self.products: dict[int, dict[str, Any]] = {}
        self.gone: dict[int, dict[str, Any]] = {}
        self.pictures = 0
        self.deliveries: list[tuple[str, dict[str, Any], str]] = []

    def picture(self) -> dict[str, Any]:
        """A photo that no other is like; one in twenty cannot be had."""
        self.pictures += 1
        colour = f"{(self.pictures * 7919) % 0xFFFFFF:06x}"
        broken = "broken-" if self.random.random() < 0.05 else ""
        return {"id": self.pictures, "src": f"{self.photos}/{broken}{colour}.png?v={self.pictures}"}

    def change(self) -> None:
        self.clock += timedelta(seconds=self.random.randint(1, 20))
        kind = self.random.choices(
            ("create", "price", "images", "draft", "delete", "restore"), (25, 30, 20, 8, 10, 7)
        )[0]
        if kind == "restore" and self.gone:
            number = self.random.choice(list(self.gone))
            self.products[number] = self.gone.pop(number)
            self.say("create", number)
        elif kind == "create" or not self.products:
            number = 1000 + len(self.products) + len(self.gone)
            self.products[number] = {
                "id": number,
                "title": f"Product {number}",
                "status": "active",
                "published_at": "2026-01-01T00:00:00Z",
                "options": [{"name": "Size"}],
                "variants": [{"id": number * 10, "option1": "M", "price": "10.00"}],
                "images": [self.picture() for _ in range(self.random.choice((1, 1, 2, 3)))],
            }
            self.say("create", number)
        else:
            number = self.random.choice(list(self.products))
            product = self.products[number]
            if kind == "price":
                product["variants"] = [
                    {**product["variants"][0], "price": f"{self.random.randint(5, 90)}.00"}
                ]
            elif kind == "images":
                place = self.random.randrange(len(product["images"]))
                images = list(product["images"])
                images[place : place + 1] = [self.picture() for _ in range(self.random.choice((1, 1, 2)))]
                product["images"] = images[:4]
            elif kind == "draft":
                product["status"] = "draft" if product["status"] == "active" else "active"
            elif kind == "delete":
                self.gone[number] = self.products.pop(number)
                self.deliveries.append(("delete", {"id": number}, self.clock.isoformat()))
                return
            self.say("update", number)

    def say(self, topic: str, number: int) -> None:
        self.products[number]["updated_at"] = self.clock.isoformat()
        self.deliveries.append((topic, json.loads(json.dumps(self.products[number])), self.clock.isoformat()))

    def out_of_order(self) -> list[tuple[str, dict[str, Any], str]]:
        """The deliveries with one in ten doubled, each moved by up to 30 places."""
        doubled = [one for one in self.deliveries for _ in range(2 if self.random.random() < 0.1 else 1)]
        places = sorted(range(len(doubled)), key=lambda at: at + self.random.uniform(0, 30))
        return [doubled[at] for at in places]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (24, 24), f"#{colour}").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def photos(web: Any) -> Any:
    class Pages(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:  # type: ignore[override]
            name = path.strip("/").removesuffix(".png")
            return None if name.startswith("broken-") else picture(name)

    web.pages = Pages()
    return web


@pytest.fixture
def worker(tmp_path: Path, photos: Any) -> Iterator[Any]:
    """A worker process, which `worker.kill()` ends the hard way and begins anew."""

    class Worker:
        kills = 0

        def start(self) -> None:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WORKER, str(tmp_path / "shop.db"), photos.place],
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )

        def kill(self) -> None:
            self.process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            self.process.wait(30)
            self.kills += 1
            self.start()

    worker = Worker()
    worker.start()
    yield worker
    worker.process.kill()
    worker.process.wait(30)


def deliver(session: requests.Session, url: str, topic: str, body: dict[str, Any], triggered: str) -> int:
    data = json.dumps(body).encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), data, sha256).digest()).decode()
    headers = {
        "X-Shopify-Topic": f"products/{topic}",
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Triggered-At": triggered,
    }
    for _ in range(8):  # as Shopify does where the answer is not 2xx
        try:
            status = session.post(url, data=data, headers=headers, timeout=30).status_code
        except requests.ConnectionError:
            continue
        if 200 <= status < 300:
            return status
    return status


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [int(os.environ.get("SHOP_DAY_SEED", "1"))])
def test_catalogue_is_the_shop_after_a_day(shop: FashionPlugin, photos: Any, worker: Any, seed: int) -> None:
    model = TheShop(photos.url, seed)
    for _ in range(2000):
        model.change()
    deliveries = model.out_of_order()
    app = fashion_wsgi(shop, [ShopifyWebhooks(SECRET, currency="EUR")])
    with make_server("127.0.0.1", 0, app, server_class=Server, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/webhooks/shopify"
        sessions = threading.local()

        def send(delivery: tuple[str, dict[str, Any], str]) -> int:
            if not hasattr(sessions, "session"):
                sessions.session = requests.Session()
            return deliver(sessions.session, url, *delivery)

        with ThreadPoolExecutor(8) as pool:
            futures = [pool.submit(send, one) for one in deliveries]
            while not all(future.done() for future in futures):
                time.sleep(model.random.uniform(0.3, 2.0))
                worker.kill()
        assert {future.result() for future in futures} == {200}
        server.shutdown()
    settle(shop, worker)
    stats = shop.job_stats()
    print(f"{len(deliveries)} deliveries, {worker.kills} kills: {stats}")
    assert stats.taken + stats.duplicates + stats.stale == len(deliveries)
    assert stats.duplicates + stats.stale > 0
    compare(shop, model)


def settle(shop: FashionPlugin, worker: Any) -> None:
    """Wait until nothing is left to do but images that cannot be had; a dead worker's leases end first."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if all("broken-" in job.error for job in shop.jobs(limit=100_000)):
            return
        time.sleep(0.5)
    raise AssertionError(f"these jobs never ended: {shop.jobs()[:5]}")


def compare(shop: FashionPlugin, model: TheShop) -> None:
    expected = {str(number): shopify_product(body, Shop("EUR")) for number, body in model.products.items()}
    held = {product.id: product for product in every(shop)}
    assert held.keys() == expected.keys()
    encoder = FakeEncoder()
    for key, product in expected.items():
        fine = [ref.source for ref in product.images if "broken-" not in ref.source]
        vectors = {one.source: one.vector for one in shop.store.vectors(key)}
        if fine:
            assert held[key] == product
            assert list(vectors) == fine
        else:  # nothing of it can be had: what was found before stays, all else is as it should be
            assert held[key].title == product.title
            assert (held[key].price, held[key].searchable) == (product.price, product.searchable)
        for source, vector in vectors.items():
            colour = source.rpartition("/")[2].partition(".")[0]
            (wanted,) = encoder.encode([load_image(picture(colour))])
            np.testing.assert_allclose(vector, wanted, atol=1e-6)
    assert shop.store.verify() == []
    shown = {key for key, product in expected.items() if product.searchable and shop.store.vectors(key)}
    everything = shop.search(picture("808080"), limit=1000)
    assert {match.product.id for match in everything} == shown


def every(shop: FashionPlugin) -> Iterator[Any]:
    cursor: str | None = None
    while True:
        page = shop.products(limit=500, cursor=cursor)
        yield from page.products
        cursor = page.cursor
        if cursor is None:
            return
