"""Garments in the API: which part of a photo is searched, and among which kind of product."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.store import SQLiteStore
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.flask import fashion_blueprint

Upload = Callable[..., Any]


@pytest.fixture
def client(wardrobe: FashionPlugin) -> FlaskClient:
    app = Flask("host")
    app.register_blueprint(fashion_blueprint(wardrobe), url_prefix="/fashion")
    return app.test_client()


def ids(answer: dict[str, Any]) -> list[str]:
    return [match["product"]["id"] for match in answer["matches"]]


def test_main_garment_is_searched_among_its_kind(client: FlaskClient, upload: Upload, outfit: bytes) -> None:
    answer = upload(client, outfit, garments="true").get_json()
    assert [garment["label"] for garment in answer["garments"]] == ["skirt", "outerwear", "hat"]
    assert "matches" not in answer["garments"][0]
    assert answer["garment"] == "outerwear"
    assert answer["box"] == answer["garments"][1]["box"]
    assert sorted(ids(answer)) == ["red-coat", "rose-coat"]
    assert answer["total"] == 2


def test_products_like_one_are_those_of_its_kind_first(client: FlaskClient) -> None:
    hat, coat = (
        client.get(f"/fashion/products/{name}/similar").get_json() for name in ("red-hat", "red-coat")
    )
    assert ids(hat)[0] in ("red-coat", "rose-coat")  # the shop has one hat
    assert ids(coat)[0] == "rose-coat"
    assert len(ids(hat)) == len(set(ids(hat))) == 4
    few = client.get("/fashion/products/red-coat/similar?limit=1").get_json()
    assert ids(few) == ["rose-coat"]


def test_nearest_of_another_kind_stands_behind_its_own(tmp_path: Path) -> None:
    shades = {"bag": ("red", "Bags"), "other-bag": ("orange", "Bags"), "skirt": ("firebrick", "Skirts")}
    products = []
    for name, (colour, category) in shades.items():
        Image.new("RGB", (60, 80), colour).save(tmp_path / f"{name}.png")
        products.append(Product(name, title=name, images=tmp_path / f"{name}.png", category=category))
    with FashionPlugin.open(tmp_path / "bags.db", encoder=FakeEncoder(), parser=False) as shop:
        shop.index(products)
        assert [match.product.id for match in shop.similar("bag")] == ["skirt", "other-bag"]
        app = Flask("host")
        app.register_blueprint(fashion_blueprint(shop))
        assert ids(app.test_client().get("/products/bag/similar").get_json()) == ["other-bag", "skirt"]


def test_box_of_a_garment_has_the_margin_that_it_is_searched_with(
    client: FlaskClient, upload: Upload, outfit: bytes
) -> None:
    coat = upload(client, outfit, garments="true").get_json()["garments"][1]
    x0, y0, x1, y1 = coat["box"]
    assert 0 < x0 < 0.1
    assert 0 < y0 < 0.1
    assert 0.42 < x1 < 0.5
    assert 0.9 < y1 < 1


def test_another_garment_of_a_kept_photo_is_searched(
    client: FlaskClient, upload: Upload, outfit: bytes
) -> None:
    first = upload(client, outfit, garments="true").get_json()
    skirt = first["garments"][0]
    question = {"query_id": first["query_id"], "box": skirt["box"], "garment": "skirt"}
    answer = client.post("/fashion/search", json=question).get_json()
    assert ids(answer) == ["blue-skirt"]
    assert answer["garment"] == "skirt"
    whole = client.post("/fashion/search", json={**question, "box": [0, 0, 1, 1]}).get_json()
    assert whole["box"] is None
    any_kind = client.post("/fashion/search", json={**question, "garment": None}).get_json()
    assert any_kind["garment"] is None
    assert any_kind["total"] == 5


def test_kind_that_the_shop_does_not_sell_narrows_nothing(
    client: FlaskClient, upload: Upload, outfit: bytes
) -> None:
    answer = upload(client, outfit, garment="eyewear").get_json()
    assert answer["garment"] is None
    assert answer["total"] == 5


def test_category_that_the_shopper_chose_goes_before_the_kind(
    client: FlaskClient, upload: Upload, outfit: bytes
) -> None:
    answer = upload(client, outfit, garments="true", filters='{"category": ["Bags"]}').get_json()
    assert ids(answer) == ["blue-bag"]
    assert answer["garment"] is None


def test_turned_photo_has_its_boxes_on_the_upright_one(
    client: FlaskClient, upload: Upload, outfit: bytes
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    file = io.BytesIO()
    with Image.open(io.BytesIO(outfit)) as image:
        image.transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", exif=exif, quality=95)
    turned = upload(client, file.getvalue(), garments="true").get_json()
    upright = upload(client, outfit, garments="true").get_json()
    assert turned["box"] == upright["box"]
    assert ids(turned) == ids(upright)


def test_photo_of_few_garments_is_searched_as_a_whole(
    client: FlaskClient, upload: Upload, outfit: bytes, parser: Any
) -> None:
    parser.most = 1
    answer = upload(client, outfit, garments="true").get_json()
    assert [garment["label"] for garment in answer["garments"]] == ["skirt"]
    assert answer["box"] is None
    assert answer["total"] == 5


def test_packshot_is_searched_as_a_whole(client: FlaskClient, upload: Upload) -> None:
    image = Image.new("RGB", (400, 200), "white")
    image.paste("red", (40, 40, 160, 160))
    file = io.BytesIO()
    image.save(file, "PNG")
    answer = upload(client, file.getvalue(), garments="true").get_json()
    assert len(answer["garments"]) == 3
    assert answer["box"] is None
    assert answer["total"] == 5


def test_shop_without_a_parser_searches_the_whole_photo(upload: Upload, outfit: bytes) -> None:
    with FashionPlugin(SQLiteStore.open(":memory:"), FakeEncoder()) as shop:
        app = Flask("host")
        app.register_blueprint(fashion_blueprint(shop), url_prefix="/fashion")
        answer = upload(app.test_client(), outfit, garments="true").get_json()
        assert answer["garments"] == []
        assert answer["box"] is None
        assert upload(app.test_client(), outfit, path="/fashion/looks").status_code == 501


@pytest.mark.parametrize(
    "question",
    [
        {"product_id": "red-hat", "garments": True},
        {"product_id": "red-hat", "garment": "hat"},
        {"query_id": "x", "garments": 1},
        {"query_id": "x", "garment": "trousers"},
        {"query_id": "x", "garment": ["hat"]},
    ],
)
def test_wrong_question_about_garments_is_refused(client: FlaskClient, question: dict[str, Any]) -> None:
    response = client.post("/fashion/search", json=question)
    assert response.status_code == 400
    assert "garment" in response.get_json()["detail"]
