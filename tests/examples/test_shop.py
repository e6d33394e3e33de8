"""The shop itself, and the shop with visual search dropped in: real databases, real HTTP, a fake encoder."""

import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from fashion_demo_store import serving
from fashion_demo_store.app import create_store
from fashion_demo_store.drawing import Drawing, draw_catalogue
from fashion_demo_store.shop import create_app
from fashion_demo_store.shop.shelves import near
from fashion_plugin import FashionPlugin
from fashion_plugin.sources import read_source
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.flask import fashion_blueprint


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    draw_catalogue(folder, products=6, looks=1)
    return folder


@pytest.fixture
def folder(drawn: Path, tmp_path: Path) -> Path:
    for name in ("photos", "looks"):
        (tmp_path / name).symlink_to(drawn / name)
    for name in ("catalogue.jsonl", "looks.json"):
        (tmp_path / name).write_bytes((drawn / name).read_bytes())
    return tmp_path


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    return create_app(folder).test_client()


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "catalogue.jsonl").read_text().splitlines()]


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found.group(1)


def photo() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (300, 400), (200, 30, 40)).save(data, "JPEG")
    data.seek(0)
    return data


@pytest.mark.parametrize(
    "path", ["/", "/looks", "/looks/look-01", "/search", "/search?q=t-shirt", "/cart", "/admin/"]
)
def test_pages_answer(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_every_link_of_the_home_page_leads_somewhere(client: FlaskClient) -> None:
    page = client.get("/").text
    for link in set(re.findall(r'(?:href|src)="(/[^"#]*)"', page)) - {"/fashion/widget.js"}:
        with client.get(link) as answer:
            assert answer.status_code == 200, link


def test_product_page_shows_title_and_price(client: FlaskClient, folder: Path) -> None:
    record = records(folder)[0]
    page = client.get(str(record["url"])).text
    assert str(record["title"]) in page
    assert f'product-id="{record["id"]}"' in page


def test_facets_leave_only_what_is_ticked(client: FlaskClient, folder: Path) -> None:
    colour = records(folder)[0]["colour"]
    page = client.get(f"/search?colour={colour}").text
    wanted = {str(r["id"]) for r in records(folder) if r["colour"] == colour}
    assert set(re.findall(r'href="/products/([^"]+)"', page)) == wanted


def test_missing_product_is_not_found(client: FlaskClient) -> None:
    assert client.get("/products/none-1").status_code == 404


def test_files_outside_the_photos_are_not_served(client: FlaskClient) -> None:
    for path in (
        "/photos/shop.db",
        "/photos/../shop.db",
        "/photos/photos/../shop.db",
        "/photos/uploads/../shop.db",
    ):
        assert client.get(path).status_code == 404


def test_cart_takes_a_size_and_gives_it_up(client: FlaskClient, folder: Path) -> None:
    record = next(r for r in records(folder) if r["in_stock"])
    page = client.get(str(record["url"])).text
    size = re.search(r'name="size" value="([^"]+)" +(?:checked)?>', page)
    assert size
    form = {"csrf": token(page), "size": size.group(1)}
    cart = client.post("/cart", data=form, follow_redirects=True).text
    assert str(record["title"]) in cart
    empty = client.post("/cart", data={**form, "quantity": "0"}, follow_redirects=True).text
    assert "Nothing in it yet" in empty


def test_forms_without_their_token_are_refused(client: FlaskClient) -> None:
    assert client.post("/cart", data={"size": "x"}).status_code == 400
    assert client.post("/admin/products/new", data={"title": "x"}).status_code == 400


def test_admin_is_for_this_machine_only(client: FlaskClient) -> None:
    assert client.get("/admin/", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


@pytest.mark.parametrize(
    ("page", "last", "offered"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, 0, 9]),
        (5, 9, [1, 0, 3, 4, 5, 6, 7, 0, 9]),
        (9, 9, [1, 0, 7, 8, 9]),
    ],
)
def test_pages_near_this_one_are_offered(page: int, last: int, offered: list[int]) -> None:
    assert near(page, last) == offered


def test_admin_shows_many_products_page_by_page(folder: Path) -> None:
    one = records(folder)[0] | {"variants": []}
    lines = [json.dumps(one | {"id": f"sku-{n}", "title": f"Coat {n}"}) for n in range(120)]
    (folder / "catalogue.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "looks.json").write_text("[]", encoding="utf-8")
    client = create_app(folder).test_client()
    first, third = (client.get(f"/admin/?page={page}").text for page in (1, 3))
    assert first.count('class="row-actions"') == 50
    assert third.count('class="row-actions"') == 20
    assert client.get("/admin/?page=99").text.count('class="row-actions"') == 20
    assert client.get("/admin/?q=coat+11&page=1").text.count('class="row-actions"') == 11


def test_a_wrong_price_is_said_and_changes_nothing(client: FlaskClient, folder: Path) -> None:
    record = records(folder)[0]
    path = f"/admin/products/{record['id']}"
    form = {
        "csrf": token(client.get(path).text),
        "title": "Changed",
        "category": "Women > Coats",
        "price": "abc",
    }
    answer = client.post(path, data=form)
    assert answer.status_code == 422
    assert "must be a number" in answer.text
    assert str(record["title"]) in client.get(str(record["url"])).text


def test_an_upload_that_is_no_photo_is_said(client: FlaskClient) -> None:
    form = {
        "csrf": token(client.get("/admin/products/new").text),
        "title": "Own coat",
        "category": "Women > Coats",
        "price": "80",
        "photos": (io.BytesIO(b"not a photo"), "coat.jpg"),
    }
    answer = client.post("/admin/products/new", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "not a photo" in answer.text


def test_the_plugin_is_two_lines_away(folder: Path) -> None:
    with FashionPlugin.open(folder / "fashion.db", encoder=FakeEncoder()) as shop:
        shop.index(read_source(folder / "catalogue.jsonl"))
        client = create_store(folder, shop, "http://127.0.0.1:1").test_client()
        front = io.BytesIO((folder / str(records(folder)[0]["images"][0])).read_bytes())  # type: ignore[index]
        found = client.post("/fashion/search", data={"photo": (front, "front.jpg")}).get_json()
        assert found["matches"][0]["product"]["id"] == records(folder)[0]["id"]
        assert client.get("/fashion/widget.js").status_code == 200
        with client.get("/widget/", follow_redirects=True) as examples:
            assert "fashion-look" in examples.text
            assert examples.request.args["look"] == "/photos/looks/look-01.jpg"


@pytest.fixture
def running(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    opening = FashionPlugin.open
    monkeypatch.setattr(
        FashionPlugin, "open", lambda path, **options: opening(path, encoder=FakeEncoder(), **options)
    )
    with FashionPlugin.open(folder / "fashion.db") as shop:
        shop.index(read_source(folder / "catalogue.jsonl"))
    with serving.running(folder, serving.free_port(0, folder)) as address:
        yield address


def eventually(check: object, seconds: float = 20) -> None:
    assert callable(check)
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def test_changes_in_the_admin_reach_the_search(running: str) -> None:
    session = requests.Session()

    def titles() -> list[str]:
        found = session.post(
            f"{running}/fashion/search", files={"photo": photo()}, data={"limit": "50"}
        ).json()
        return [match["product"]["title"] for match in found["matches"]]

    def send(path: str, **form: str) -> requests.Response:
        csrf = token(session.get(f"{running}/admin/products/new").text)
        files = {"photos": ("own.jpg", photo(), "image/jpeg")} if path.endswith("/new") else None
        return session.post(f"{running}{path}", data={"csrf": csrf, **form}, files=files)

    own = {"title": "A coat of my own", "category": "Women > Coats", "price": "80", "stock-M": "2"}
    assert send("/admin/products/new", **own).ok
    eventually(lambda: titles()[:1] == ["A coat of my own"])
    assert send("/admin/products/OWN-1", **{**own, "title": "A better coat"}).ok
    eventually(lambda: titles()[:1] == ["A better coat"])
    assert send("/admin/hide/OWN-1").ok
    eventually(lambda: "A better coat" not in titles())
    assert send("/admin/hide/OWN-1").ok
    eventually(lambda: "A better coat" in titles())
    assert send("/admin/delete/OWN-1").ok
    eventually(lambda: "A better coat" not in titles())

    def every_delivery() -> set[str]:
        news = session.get(f"{running}/admin/news.json").json()
        return {row["status"] for row in news["deliveries"]}

    eventually(lambda: every_delivery() == {"delivered"})


def test_a_catalogue_is_indexed_while_it_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = FashionPlugin.open
    monkeypatch.setattr(
        FashionPlugin, "open", lambda path, **options: opening(path, encoder=FakeEncoder(), **options)
    )
    done: list[int] = []
    with Drawing(tmp_path, products=5, looks=1) as drawing:
        report = serving.index(
            tmp_path,
            drawing.jsonl,
            drawn=drawing.finished(),
            on_progress=lambda progress: done.append(progress.done),
        )
    assert (report.added, report.failed, done[-1]) == (5, 0, 5)
    with FashionPlugin.open(tmp_path / "fashion.db") as shop:
        listed = {record["id"] for record in records(tmp_path)}
        assert {product.id for product in shop.products().products} == listed
        assert len(shop.looks.all()) == 1
        # The widget shows a product's photo from the small copy that is kept of it.
        app = Flask("shop")
        app.register_blueprint(fashion_blueprint(shop), url_prefix="/fashion")
        photo = app.test_client().get(f"/fashion/products/{min(listed)}/photos/0")
        assert (photo.status_code, photo.mimetype) == (200, "image/webp")


def test_a_second_store_takes_another_port(folder: Path) -> None:
    first = serving.free_port(None, folder)
    second = serving.free_port(None, folder)
    try:
        assert first.getsockname()[1] != second.getsockname()[1]
        with pytest.raises(OSError, match=r".+"):
            serving.free_port(first.getsockname()[1], folder)
    finally:
        first.close()
        second.close()
