"""The shops without Flask: pages, search beside them, and a signed webhook that is found a moment later."""

import base64
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image
from standardwebhooks.webhooks import Webhook
from werkzeug.test import Client

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.testing import FakeEncoder

EXAMPLES = Path(__file__).parents[2] / "examples" / "wsgi"
SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, long enough").decode()


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def photo_url() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(picture("navy"))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/navy.png"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shop(tmp_path: Path, photo_url: str) -> Iterator[FashionPlugin]:
    (tmp_path / "red.png").write_bytes(picture("red"))
    place = photo_url.split("/")[2]
    downloader = Downloader(DownloadSettings(allow_private=frozenset({place})))
    with FashionPlugin.open(
        tmp_path / "shop.db", encoder=FakeEncoder(), parser=None, downloader=downloader
    ) as shop:
        shop.index([Product("red", title="Red", images=tmp_path / "red.png")])
        yield shop


@pytest.fixture(params=["bare_shop", "django_shop"])
def client(
    request: pytest.FixtureRequest, shop: FashionPlugin, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    application: Any = import_module(request.param).create_application(shop, SECRET)
    yield Client(application)
    application.mounts["/hooks"].close()
    if request.param == "bare_shop":
        del sys.modules[request.param]  # Django keeps its urls by the module's name


def found(client: Client, colour: str) -> list[str]:
    data = {"photo": (io.BytesIO(picture(colour)), "photo.png")}
    answer = client.post("/fashion/search", data=data)
    assert answer.status_code == 200
    return [match["product"]["id"] for match in json.loads(answer.text)["matches"]]


def test_pages_and_the_widget_stand_side_by_side(client: Client) -> None:
    page = client.get("/", headers={"Host": "localhost"})
    assert page.status_code == 200
    assert "/fashion/widget.js" in page.text
    assert "fashion-search" in client.get("/fashion/widget.js").text
    assert client.get("/elsewhere", headers={"Host": "localhost"}).status_code == 404


def test_search_by_photo_is_answered(client: Client) -> None:
    assert found(client, "red") == ["red"]


def test_a_signed_product_is_found_a_moment_later_and_a_forged_one_is_refused(
    client: Client, photo_url: str
) -> None:
    now = datetime.now(UTC)
    data = {"id": "navy", "title": "Navy", "images": [photo_url]}
    body = json.dumps({"type": "product.created", "timestamp": now.isoformat(), "data": data})
    headers = {
        "Content-Type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, body),
    }
    forged = {**headers, "webhook-signature": "v1,AAAA"}
    assert client.post("/hooks/webhooks/standard", data=body, headers=forged).status_code == 401
    assert client.post("/hooks/webhooks/standard", data=body, headers=headers).status_code in (200, 202, 204)
    wait(lambda: found(client, "navy")[:1] == ["navy"])


def wait(check: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)
