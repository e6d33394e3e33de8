"""The blueprint's API through Flask's own test client."""

import base64
import io
import json
import os
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.adapter import Request, Response
from fashion_plugin.errors import InvalidInput
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.flask import fashion_blueprint
from fashion_plugin_adapters.query_photos import QueryPhotos

COLOURS = {"red": (220, 30, 40), "blue": (30, 40, 210), "green": (20, 170, 60)}


def picture(colour: tuple[int, int, int], side: int = 60) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[FashionPlugin]:
    products = []
    for name, colour in COLOURS.items():
        (tmp_path / f"{name}.png").write_bytes(picture(colour))
        products.append(Product(name, title=f"{name} coat", images=tmp_path / f"{name}.png", price="80 EUR"))
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as shop:
        shop.index(products)
        yield shop


class Kiosk:
    name = "kiosk"
    path = "/kiosk"

    def handle(self, request: Request, plugin: FashionPlugin) -> Response:
        if request.method != "POST":
            return Response.problem(405, "Only POST")
        return Response.json([match.product.id for match in plugin.search(request.body, limit=1)])


@pytest.fixture
def app(shop: FashionPlugin) -> Flask:
    app = Flask("host")
    app.config.update(FASHION_API_KEY="secret", FASHION_CORS_ORIGINS=("https://shop.example",))
    app.register_blueprint(fashion_blueprint(shop, adapters=[Kiosk()]), url_prefix="/fashion")
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def upload(client: FlaskClient, data: bytes, **fields: str) -> Any:
    form = {"photo": (io.BytesIO(data), "street.jpg"), **fields}
    return client.post("/fashion/search", data=form, content_type="multipart/form-data")


def ask(client: FlaskClient, **question: object) -> Any:
    response = client.post("/fashion/search", json=question)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def test_an_uploaded_photo_finds_its_product(client: FlaskClient) -> None:
    answer = upload(client, picture(COLOURS["red"]), limit="2", facets='["in_stock"]').get_json()
    best = answer["matches"][0]
    assert best["product"]["id"] == "red"
    assert best["score"] >= 0.999
    assert len(answer["matches"]) == 2
    assert answer["total"] == 3
    assert answer["facets"] == {"in_stock": {"true": 3}}
    assert answer["nothing_close"] is False


def test_json_takes_base64_a_product_or_an_earlier_query(client: FlaskClient) -> None:
    encoded = base64.b64encode(picture(COLOURS["blue"])).decode()
    first = client.post(
        "/fashion/search", json={"image_base64": f"data:image/png;base64,{encoded}"}
    ).get_json()
    again = client.post(
        "/fashion/search", json={"query_id": first["query_id"], "box": [0, 0, 0.5, 1]}
    ).get_json()
    assert first["matches"][0]["product"]["id"] == again["matches"][0]["product"]["id"] == "blue"
    other = ask(client, product_id="blue", limit=1)
    assert other["matches"][0]["product"]["id"] != "blue"
    filtered = ask(client, query_id=first["query_id"], filters={"exclude": ["blue"], "max_price": "90 EUR"})
    assert {match["product"]["id"] for match in filtered["matches"]} == {"red", "green"}


def test_a_product_photo_of_this_machine_is_linked_and_its_path_is_not_told(
    client: FlaskClient, tmp_path: Path
) -> None:
    response = upload(client, picture(COLOURS["red"]))
    assert str(tmp_path) not in response.get_data(as_text=True)
    link = response.get_json()["matches"][0]["image"]
    photo = client.get(link)
    assert photo.content_type == "image/png"
    with Image.open(io.BytesIO(photo.data)) as image:
        assert image.convert("RGB").getpixel((5, 5)) == COLOURS["red"]
    assert client.get(link, headers={"If-None-Match": photo.headers["ETag"]}).status_code == 304
    assert client.get("/fashion/products/red/photos/9").status_code == 404


@pytest.mark.parametrize("way", ["similar", "complete"])
def test_item_to_item_answer_can_be_cached(client: FlaskClient, way: str) -> None:
    address = f"/fashion/products/red/{way}?limit=1"
    response = client.get(address)
    assert len(response.get_json()["matches"]) == (1 if way == "similar" else 0)
    assert response.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get(f"/fashion/products/gone/{way}").status_code == 404


def test_a_longer_list_begins_as_the_shorter_one_and_counts_products_once(client: FlaskClient) -> None:
    first = upload(client, picture(COLOURS["red"]), limit="1", facets='["in_stock"]').get_json()
    longer = ask(client, query_id=first["query_id"], limit=200)
    ids = [match["product"]["id"] for match in longer["matches"]]
    assert ids[:1] == [match["product"]["id"] for match in first["matches"]]
    assert sorted(ids) == ["blue", "green", "red"]
    assert first["total"] == longer["total"] == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"query_id": "x", "product_id": "y"}, 400),
        ({"image_base64": "%%%"}, 400),
        ({"image_base64": base64.b64encode(b"hello").decode()}, 422),
        ({"image_url": "http://127.0.0.1/a.jpg"}, 422),
        ({"image_url": "file:///etc/passwd"}, 422),
        ({"image_url": "/etc/passwd"}, 422),
        ({"product_id": "nope"}, 404),
        ({"query_id": "nope"}, 410),
        ({"product_id": "red", "limit": 0}, 400),
        ({"product_id": "red", "limit": True}, 400),
        ({"product_id": "red", "filters": {"size": "M"}}, 422),
        ({"product_id": "red", "filters": []}, 422),
        ({"product_id": "red", "facets": ["size"]}, 422),
        ({"product_id": "red", "colour": "red"}, 400),
        ([], 400),
    ],
)
def test_a_wrong_question_gets_a_problem_body(client: FlaskClient, body: object, status: int) -> None:
    response = client.post("/fashion/search", json=body)
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert problem["status"] == status
    assert problem["detail"]


def test_what_is_no_search_gets_a_problem_body(client: FlaskClient) -> None:
    wrong: list[dict[str, Any]] = [
        {"data": b"{", "content_type": "application/json"},
        {"data": b"x", "content_type": "text/plain"},
        {"data": {"file": (io.BytesIO(b"x"), "a")}, "content_type": "multipart/form-data"},
        {"data": b"broken", "content_type": "multipart/form-data"},
        {"data": {"photo": (io.BytesIO(b"x"), "a"), "box": "0,0,1,1"}, "content_type": "multipart/form-data"},
    ]
    for arguments in wrong:
        response = client.post("/fashion/search", **arguments)
        assert response.status_code == 400, response.get_data(as_text=True)
        assert response.content_type == "application/problem+json"


def test_a_body_over_the_limit_is_refused(app: Flask) -> None:
    app.config["FASHION_MAX_REQUEST_BYTES"] = 1000
    response = upload(app.test_client(), os.urandom(5000))
    assert response.status_code == 413
    assert response.content_type == "application/problem+json"


_watched: list[list[str]] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched and event == "open":
        path, mode, flags = arguments
        if (isinstance(mode, str) and set(mode) & set("wax+")) or flags & (os.O_WRONLY | os.O_RDWR):
            _watched[-1].append(str(path))


def test_nothing_of_a_photo_reaches_the_disk(client: FlaskClient, tmp_path: Path) -> None:
    photo = picture(COLOURS["green"], 1500) + os.urandom(2_000_000)
    body = b"".join(
        (
            b'--cut\r\nContent-Disposition: form-data; name="photo"; filename="street.jpg"\r\n\r\n',
            photo,
            b"\r\n--cut--\r\n",
        )
    )
    upload(client, picture(COLOURS["red"]))  # what is opened once, for every photo after it
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    sys.addaudithook(_watch)
    _watched.append([])
    response = client.post("/fashion/search", data=body, content_type="multipart/form-data; boundary=cut")
    assert _watched.pop() == []
    assert response.status_code == 200
    assert response.get_json()["matches"][0]["product"]["id"] == "green"
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_kept_photo_expires_and_the_oldest_makes_room() -> None:
    now = 0.0
    photos = QueryPhotos(seconds=10, max_bytes=3000, clock=lambda: now)
    pixels = np.zeros((10, 30, 3), dtype=np.uint8)
    first = photos.keep(pixels)
    assert photos.get(first) is pixels
    for _ in range(5):
        photos.keep(pixels)
    assert len(photos) == 3
    last = photos.keep(pixels)
    now = 10.0
    for query_id in (first, last):
        with pytest.raises(Exception, match="send it again"):
            photos.get(query_id)


def test_a_kept_photo_goes_when_its_time_is_over_though_nobody_asks() -> None:
    photos = QueryPhotos(seconds=0.1)
    pixels = np.zeros((10, 30, 3), dtype=np.uint8)
    gone = weakref.ref(pixels)
    photos.keep(pixels)
    del pixels
    end = time.monotonic() + 20
    while gone() is not None:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert len(photos) == 0


def test_admin_routes_need_the_key(app: Flask, client: FlaskClient) -> None:
    upload(client, picture(COLOURS["red"]))
    for route in ("/fashion/metrics", "/fashion/jobs"):
        assert client.get(route).status_code == 401
        assert client.get(route, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get(route, headers={"Authorization": "Bearer secret"}).status_code == 200
    metrics = client.get("/fashion/metrics", headers={"Authorization": "Bearer secret"}).get_data(
        as_text=True
    )
    assert 'fashion_stage_seconds_count{stage="search"} 1.0' in metrics
    assert "fashion_products 3.0" in metrics
    app.config["FASHION_API_KEY"] = ""
    assert client.get("/fashion/metrics").status_code == 404


def test_only_listed_origins_may_call(client: FlaskClient) -> None:
    allowed = client.options("/fashion/search", headers={"Origin": "https://shop.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    other = client.options("/fashion/search", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_an_adapter_is_mounted_at_its_path(client: FlaskClient) -> None:
    assert client.post("/fashion/kiosk", data=picture(COLOURS["blue"])).get_json() == ["blue"]
    assert client.get("/fashion/kiosk").status_code == 405
    assert client.post("/fashion/kiosk", data=b"hello").status_code == 422


def test_two_adapters_at_one_path_are_refused(shop: FashionPlugin) -> None:
    with pytest.raises(InvalidInput, match="/kiosk"):
        fashion_blueprint(shop, adapters=[Kiosk(), Kiosk()])


def test_two_blueprints_live_in_one_app(shop: FashionPlugin) -> None:
    app = Flask("two")
    app.register_blueprint(fashion_blueprint(shop), url_prefix="/one")
    app.register_blueprint(fashion_blueprint(shop, name="other"), url_prefix="/two")
    for prefix in ("/one", "/two"):
        assert app.test_client().get(f"{prefix}/health").get_json() == {
            "live": True,
            "ready": True,
            "products": 3,
        }


def test_openapi_is_valid_and_describes_every_public_route(app: Flask, client: FlaskClient) -> None:
    document = json.loads(client.get("/fashion/openapi.json").data)
    validate(document)
    described = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    rules = {
        rule.rule.removeprefix("/fashion").replace("path:", "").replace("int:", "")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("fashion.") and "adapter_" not in rule.endpoint
    }
    unlisted = {"/widget.js", "/assets/<version>/<name>", "/openapi.json", "/metrics", "/jobs"}
    assert described == rules - unlisted
