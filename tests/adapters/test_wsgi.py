"""The WSGI host: by hand, under the standard's validator, and behind a real server."""

import io
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest
import requests

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Request, Response
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.wsgi import FashionWsgi, fashion_wsgi


class Echo:
    name = "echo"

    def handle(self, request: Request, plugin: FashionPlugin) -> Response:
        if request.body == b"crash":
            raise RuntimeError("a detail that nobody is to see")
        return Response.json(
            {
                "method": request.method,
                "path": request.path,
                "url": request.url,
                "query": dict(request.query),
                "body": request.body.decode(),
                "kind": request.header("content-type"),
                "header": request.header("x-shop"),
            }
        )


class Other(Echo):
    name = "other"
    path = "/other/place"


def call(
    app: Any, method: str = "POST", path: str = "/webhooks/echo", body: bytes = b"", **environ: Any
) -> Any:
    started: list[Any] = []
    base = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "shop.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    parts = app({**base, **environ}, lambda status, headers, *_: started.append((status, dict(headers))))
    content = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    status, headers = started[0]
    return int(status.split()[0]), headers, content


def test_request_reaches_its_adapter_whole(shop: FashionPlugin) -> None:
    app = validator(fashion_wsgi(shop, [Echo(), Other()]))
    status, headers, body = call(
        app,
        body="Mäntel".encode(),
        QUERY_STRING="a=1&b=",
        CONTENT_TYPE="text/plain",
        HTTP_X_SHOP="one",
        HTTP_HOST="shop.example",
        SCRIPT_NAME="/fashion",
    )
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {
        "method": "POST",
        "path": "/webhooks/echo",
        "url": "https://shop.example/fashion/webhooks/echo?a=1&b=",
        "query": {"a": "1", "b": ""},
        "body": "Mäntel",
        "kind": "text/plain",
        "header": "one",
    }
    assert call(app, path="/other/place")[0] == 200


def test_unknown_path_is_not_found(shop: FashionPlugin) -> None:
    app = fashion_wsgi(shop, [Echo()])
    for path in ("/", "/webhooks", "/webhooks/echo/more", "/webhooks/%FF", "/webhooks/\xff"):
        status, headers, body = call(app, path=path)
        assert (status, headers["Content-Type"]) == (404, "application/problem+json")
        assert json.loads(body)["status"] == 404


def test_body_over_the_limit_is_not_read(shop: FashionPlugin) -> None:
    class Unread(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("it was read")

    app = fashion_wsgi(shop, [Echo()], max_body=100)
    assert call(app, CONTENT_LENGTH="101", **{"wsgi.input": Unread()})[0] == 413
    assert call(app, CONTENT_LENGTH="-1", **{"wsgi.input": Unread()})[0] == 413
    assert call(app, CONTENT_LENGTH="many", **{"wsgi.input": Unread()})[0] == 400
    chunked = {"wsgi.input": io.BytesIO(b"x" * 101), "wsgi.input_terminated": True}
    assert call(app, CONTENT_LENGTH="", **chunked)[0] == 413


def test_chunked_body_is_read_where_the_server_ends_it(shop: FashionPlugin) -> None:
    chunked = {"wsgi.input": io.BytesIO(b"chunks"), "wsgi.input_terminated": True}
    app = fashion_wsgi(shop, [Echo()])
    assert json.loads(call(app, CONTENT_LENGTH="", **chunked)[2])["body"] == "chunks"


def test_crash_of_an_adapter_is_500_without_detail(
    shop: FashionPlugin, caplog: pytest.LogCaptureFixture
) -> None:
    status, _, body = call(fashion_wsgi(shop, [Echo()]), body=b"crash")
    assert status == 500
    assert b"detail" not in body
    assert "RuntimeError" in caplog.text


def test_two_adapters_at_one_path_are_refused(shop: FashionPlugin) -> None:
    with pytest.raises(InvalidInput, match="/webhooks/echo"):
        fashion_wsgi(shop, [Echo(), Echo()])


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(shop: FashionPlugin) -> Iterator[str]:
    from fashion_plugin_adapters.storefront import StandardWebhooks

    app: FashionWsgi = fashion_wsgi(shop, [StandardWebhooks("whsec_" + "YWJj" * 8)], worker=True)
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/webhooks/standard"
        server.shutdown()
        thread.join()
    app.close()


def test_product_that_is_posted_is_found_soon(served: str, shop: FashionPlugin, web: Any, photo: Any) -> None:
    from datetime import UTC, datetime

    from standardwebhooks import Webhook

    web.pages["/a.png"] = photo("teal")
    product = {"id": "a", "title": "A", "images": [f"{web.url}/a.png"]}
    body = json.dumps({"type": "product.created", "timestamp": "2026-05-04T12:00:00Z", "data": product})
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook("whsec_" + "YWJj" * 8).sign("msg_1", now, body),
    }
    assert requests.post(served, data=body, timeout=10).status_code == 401
    assert requests.post(served, data=body, headers=headers, timeout=10).status_code == 200
    deadline = time.monotonic() + 20
    while not shop.search(photo("teal")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [match.product.id for match in shop.search(photo("teal"))] == ["a"]
    assert shop.jobs() == []
