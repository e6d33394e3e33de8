"""Images that fail to come: tried again where that may help, and told of without secrets."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.testing import FakeEncoder


class Busy:
    """A server that answers the first requests with 503, and some for ever with 404 or a damaged photo."""

    def __init__(self, refusals: int, wait: str) -> None:
        self.asked: list[str] = []
        busy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                busy.asked.append(self.path)
                file = io.BytesIO()
                Image.new("RGB", (9, 9), "red").save(file, "PNG")
                body, status = file.getvalue(), 200
                if self.path.startswith("/gone"):
                    body, status = b"", 404
                elif self.path.startswith("/damaged"):
                    body = body[:40]
                elif len(busy.asked) <= refusals:
                    body, status = b"", 503
                self.send_response(status)
                self.send_header("Retry-After", wait)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.place = f"127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.place}/{path}"


@pytest.fixture
def busy(request: pytest.FixtureRequest) -> Iterator[Busy]:
    server = Busy(*request.param)
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def shop(tmp_path: Path, busy: Busy) -> Iterator[FashionPlugin]:
    settings = DownloadSettings(allow_private=frozenset({busy.place}), retries=0, deadline=5)
    with (
        Downloader(settings) as downloader,
        FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder(), downloader=downloader) as shop,
    ):
        yield shop


@pytest.mark.parametrize("busy", [(2, "0")], indirect=True)
def test_image_of_a_busy_server_is_asked_for_again(shop: FashionPlugin, busy: Busy) -> None:
    report = shop.index([Product("a", images=busy.url("a.png"))])
    assert (report.added, len(busy.asked)) == (1, 3)


@pytest.mark.parametrize("busy", [(9, "3600")], indirect=True)
def test_nobody_waits_an_hour_for_an_image(shop: FashionPlugin, busy: Busy) -> None:
    report = shop.index([Product("a", images=busy.url("a.png"))])
    assert (report.failed, len(busy.asked)) == (1, 1)


@pytest.mark.parametrize("busy", [(0, "0")], indirect=True)
def test_failures_do_not_tell_the_query_of_a_url(shop: FashionPlugin, busy: Busy) -> None:
    names = ("gone.png", "damaged.png")
    report = shop.index([Product(name, images=busy.url(f"{name}?token=secret")) for name in names])
    assert report.failed == 2
    for failure, name in zip(report.failures, names, strict=True):
        assert "secret" not in failure.message
        assert busy.url(name) in failure.message
        assert "secret" in failure.source  # which image it is
