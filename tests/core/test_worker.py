"""The worker with the real pipeline, the real queue and a real web server; only the encoder is fake."""

import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin import FashionPlugin, Product, ProductRemoved, ProductUpserted
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.errors import InvalidInput
from fashion_plugin.testing import FakeEncoder

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Photos:
    """Serves photos by name of their colour; counts what was asked, answers 304 to what is known."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.broken: set[str] = set()
        self.now_shows: dict[str, str] = {}
        photos = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                name = self.path.strip("/").partition(".")[0]
                status, body = 200, b""
                if name in photos.broken:
                    status = 404
                elif name == "text":
                    body = b"this is no photo at all, but a text"
                elif self.headers.get("If-None-Match") == f'"{photos.now_shows.get(name, name)}"':
                    status = 304
                else:
                    shown = photos.now_shows.get(name, name)
                    body = picture(shown.replace("x", "#") if shown.startswith("x") else shown)
                photos.asked.append((name, status))
                self.send_response(status)
                self.send_header("ETag", f'"{photos.now_shows.get(name, name)}"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.place = f"127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, name: str) -> str:
        return f"http://{self.place}/{name}.png"


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def photos() -> Iterator[Photos]:
    photos = Photos()
    yield photos
    photos.http.shutdown()
    photos.http.server_close()


@pytest.fixture
def open_shop(tmp_path: Path, photos: Photos) -> Iterator[Callable[..., FashionPlugin]]:
    opened: list[Any] = []

    def make(encoder: Any = None) -> FashionPlugin:
        settings = DownloadSettings(allow_private=frozenset({photos.place}), retries=0, deadline=5)
        downloader = Downloader(settings)
        shop = FashionPlugin.open(
            tmp_path / "shop.db", encoder=encoder or FakeEncoder(), downloader=downloader
        )
        opened.extend([shop, downloader])
        return shop

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def shop(open_shop: Callable[..., FashionPlugin], encoder: FakeEncoder) -> FashionPlugin:
    return open_shop(encoder)


def event(photos: Photos, id: str, *names: str, after: float = 0, **fields: Any) -> ProductUpserted:
    product = Product(id=id, images=[photos.url(name) for name in names], **fields)
    return ProductUpserted(product, NOON + timedelta(seconds=after))


def found(shop: FashionPlugin, colour: str) -> list[str]:
    return [match.product.id for match in shop.search(picture(colour)) if match.score > 0.999]


def test_submitted_products_are_found_after_work(shop: FashionPlugin, photos: Photos) -> None:
    shop.submit(event(photos, "a", "red"), event(photos, "b", "blue", "green"))
    report = shop.work()
    assert (report.done, report.encoded, report.failed) == (2, 3, 0)
    assert (found(shop, "red"), found(shop, "blue"), found(shop, "green")) == (["a"], ["b"], ["b"])
    assert shop.jobs() == []
    assert shop.store.verify() == []


def test_price_change_fetches_and_encodes_nothing(
    shop: FashionPlugin, photos: Photos, encoder: FakeEncoder
) -> None:
    shop.submit(event(photos, "a", "red", price="10 EUR"))
    shop.work()
    photos.asked.clear()
    (receipt,) = shop.submit(event(photos, "a", "red", price="8 EUR", after=1))
    assert not receipt.queued
    assert shop.work().encoded == 0
    assert photos.asked == []
    assert encoder.encoded == 1
    assert str(shop.product("a").price) == "8.00 EUR"


def test_swapped_image_is_the_only_one_encoded(shop: FashionPlugin, photos: Photos) -> None:
    shop.submit(event(photos, "a", "red", "blue"))
    shop.work()
    photos.asked.clear()
    shop.submit(event(photos, "a", "red", "green", after=1))
    assert found(shop, "blue") == ["a"]  # until the new one is there
    assert shop.work().encoded == 1
    assert sorted(photos.asked) == [("green", 200), ("red", 304)]
    assert (found(shop, "blue"), found(shop, "green"), found(shop, "red")) == ([], ["a"], ["a"])


def test_photo_that_cannot_be_had_keeps_the_old_one_and_says_so(shop: FashionPlugin, photos: Photos) -> None:
    shop.submit(event(photos, "a", "red"))
    shop.work()
    photos.broken.add("blue")
    shop.submit(event(photos, "a", "blue", after=1))
    report = shop.work()
    assert (report.done, report.retried) == (0, 1)
    assert found(shop, "red") == ["a"]
    (job,) = shop.jobs("waiting")
    assert "404" in job.error
    photos.broken.clear()
    assert shop.retry_jobs("a") == 1
    assert shop.work().done == 1
    assert (found(shop, "red"), found(shop, "blue")) == ([], ["a"])


def test_what_is_no_photo_and_what_is_private_is_noted_on_the_product(
    shop: FashionPlugin, photos: Photos
) -> None:
    inside = "http://169.254.169.254/latest/meta-data.jpg"
    product = Product(id="a", images=[photos.url("red"), photos.url("text"), inside])
    shop.submit(ProductUpserted(product, NOON))
    assert shop.work().retried == 1
    images = shop.store.known(["a"])["a"].images
    assert images[photos.url("text")].error
    assert "169.254.169.254" in images[inside].error
    assert found(shop, "red") == ["a"]


def test_two_workers_share_the_jobs(open_shop: Callable[..., FashionPlugin], photos: Photos) -> None:
    encoder = FakeEncoder()
    shop = open_shop(encoder)
    urls = [photos.url(f"x{n:02x}{255 - n:02x}40") for n in range(0, 250, 5)]
    shop.submit(*(ProductUpserted(Product(id=f"p{n}", images=[url]), NOON) for n, url in enumerate(urls)))
    reports: list[Any] = []
    threads = [threading.Thread(target=lambda: reports.append(shop.work(workers=1))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(report.done for report in reports) == 50
    assert encoder.encoded == 50


def test_worker_goes_on_until_it_is_told_to_stop(shop: FashionPlugin, photos: Photos) -> None:
    stop = threading.Event()
    reports: list[Any] = []
    thread = threading.Thread(target=lambda: reports.append(shop.work(until_idle=False, stop=stop)))
    thread.start()
    for number, colour in enumerate(("red", "green")):
        shop.submit(event(photos, f"p{number}", colour))
        deadline = time.monotonic() + 20
        while not found(shop, colour) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert found(shop, colour) == [f"p{number}"]
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert reports[0].done == 2


def test_stopped_worker_leaves_what_it_has_not_done(
    open_shop: Callable[..., FashionPlugin], photos: Photos
) -> None:
    stop = threading.Event()

    class Stopping(FakeEncoder):
        def encode(self, images: Any) -> Any:
            stop.set()
            return super().encode(images)

    shop = open_shop(Stopping())
    shop.submit(*(event(photos, f"p{n:03}", "red", title=str(n)) for n in range(200)))
    report = shop.work(stop=stop)
    assert 0 < report.done < 200
    waiting = shop.jobs("waiting")
    assert len(waiting) == 200 - report.done
    assert all(job.attempts == 0 for job in waiting)


def test_job_that_breaks_the_encoder_does_not_hold_up_the_others(
    open_shop: Callable[..., FashionPlugin], photos: Photos, caplog: pytest.LogCaptureFixture
) -> None:
    class Choking(FakeEncoder):
        def encode(self, images: Any) -> Any:
            if any(tuple(image[0, 0]) == (0, 0, 255) for image in images):
                raise RuntimeError("the encoder choked")
            return super().encode(images)

    shop = open_shop(Choking())
    shop.submit(event(photos, "a", "red"), event(photos, "poison", "blue"), event(photos, "b", "green"))
    report = shop.work()
    assert (report.done, report.retried) == (2, 1)
    assert (found(shop, "red"), found(shop, "green")) == (["a"], ["b"])
    assert [(job.product_id, job.error) for job in shop.jobs()] == [
        ("poison", "RuntimeError: the encoder choked")
    ]


def test_photo_that_changed_at_the_same_address_is_found_by_a_recheck(
    shop: FashionPlugin, photos: Photos
) -> None:
    shop.submit(event(photos, "a", "red"), event(photos, "b", "blue"))
    shop.work()
    photos.now_shows = {"red": "green"}
    photos.asked.clear()
    shop.store.jobs.recheck()
    report = shop.work()
    assert (report.done, report.encoded) == (2, 1)
    assert sorted(photos.asked) == [("blue", 304), ("red", 200)]
    assert (found(shop, "red"), found(shop, "green"), found(shop, "blue")) == ([], ["a"], ["b"])


def test_product_without_images_needs_no_work(shop: FashionPlugin) -> None:
    (receipt,) = shop.submit(ProductUpserted(Product(id="a"), NOON))
    assert not receipt.queued
    assert shop.product("a").id == "a"


def test_removed_product_is_not_found_whatever_the_worker_does(shop: FashionPlugin, photos: Photos) -> None:
    shop.submit(event(photos, "a", "red"))
    shop.work()
    shop.submit(ProductRemoved("a", NOON + timedelta(seconds=1)))
    assert found(shop, "red") == []
    assert shop.work().done == 0


@pytest.mark.skipif(sys.platform != "linux", reason="platform: a thread has no priority of its own here")
def test_threads_that_embed_stand_back_and_the_one_that_writes_does_not(
    open_shop: Callable[..., FashionPlugin], photos: Photos
) -> None:
    seen: list[int] = []

    class Seen(FakeEncoder):
        def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
            seen.append(os.getpriority(os.PRIO_PROCESS, 0))
            return super().encode(images)

    shop = open_shop(Seen())
    before = os.getpriority(os.PRIO_PROCESS, 0)
    for nice, key in ((0, "a"), (19, "b")):
        shop.submit(event(photos, key, "red" if key == "a" else "blue"))
        shop.work(nice=nice)
    assert seen == [before, 19]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_unknown_state_is_refused(shop: FashionPlugin) -> None:
    with pytest.raises(InvalidInput, match="waiting"):
        shop.jobs("lost")
