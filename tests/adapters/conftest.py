import io
import json
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from PIL import Image

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Request
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.platforms.values import exact_json

GOLDEN = Path(__file__).parent / "golden"


class Web:
    """A web server on loopback; ``pages`` maps a path to bytes, or to what answers a request."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Callable[[Request], tuple[int, dict[str, str], bytes]]] = {}
        self.requests: list[Request] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                query = dict(parse_qsl(parts.query))
                request = Request(self.command, parts.path, dict(self.headers.items()), query, body)
                web.requests.append(request)
                page = web.pages.get(parts.path)
                status, headers, content = 404, {}, b"nothing here"
                if isinstance(page, bytes):
                    tag = f'"{sha256(page).hexdigest()[:16]}"'
                    status, headers, content = 200, {"ETag": tag}, page
                    if request.header("If-None-Match") == tag:
                        status, content = 304, b""
                elif page is not None:
                    status, headers, content = page(request)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.place = f"127.0.0.1:{self.http.server_address[1]}"
        self.url = f"http://{self.place}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


class Golden:
    """Recorded payloads, and what is expected of them."""

    def bytes(self, name: str) -> bytes:
        return (GOLDEN / name).read_bytes()

    def json(self, name: str) -> Any:
        return exact_json(self.bytes(name))

    def expected(self, name: str) -> Any:
        return json.loads((GOLDEN / "expected" / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def golden() -> Golden:
    return Golden()


@pytest.fixture
def photo() -> Callable[..., bytes]:
    def make(colour: str, size: int = 48) -> bytes:
        """A photo of one colour as PNG."""
        file = io.BytesIO()
        Image.new("RGB", (size, size), colour).save(file, "PNG")
        return file.getvalue()

    return make


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.http.shutdown()
    web.http.server_close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def shop(tmp_path: Path, web: Web, encoder: FakeEncoder) -> Iterator[FashionPlugin]:
    """A catalogue that may fetch photos from the web server of the test."""
    settings = DownloadSettings(allow_private=frozenset({web.place}), retries=0, deadline=5)
    with (
        Downloader(settings) as downloader,
        FashionPlugin.open(tmp_path / "shop.db", encoder=encoder, downloader=downloader) as shop,
    ):
        yield shop
