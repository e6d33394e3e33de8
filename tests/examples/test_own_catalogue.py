"""The demo store with one's own products: every source that index and sync read, and what its pages show."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from fashion_demo_store import folders
from fashion_demo_store.app import create_store
from fashion_demo_store.own_catalogue import read_products, write_products
from fashion_demo_store.shop import create_app
from fashion_plugin import FashionPlugin
from fashion_plugin.cli import cli
from fashion_plugin.errors import InvalidInput, InvalidSource
from fashion_plugin.sources import read_source
from fashion_plugin.testing import FakeEncoder

CSV = """id,title,images,price,list_price,category,brand,colour,in_stock
C-1,Red coat,red.jpg,129.00 EUR,159.00 EUR,Women > Outdoor > Coats,Moor,red,true
c-1,Blue coat,blue.png,99.00 GBP,,Women > Outdoor > Coats,Moor,blue,false
odd/id 1,Green hat,green.bmp,,,,,,true
"""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    for name, colour in (("red.jpg", "red"), ("blue.png", "blue"), ("green.bmp", "green")):
        Image.new("RGB", (80, 100), colour).save(folder / name)
    return folder


@pytest.fixture
def write(photos: Path) -> Callable[[str, str], str]:
    def put(name: str, text: str) -> str:
        (photos / name).write_text(text, encoding="utf-8")
        return str(photos / name)

    return put


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "catalogue.jsonl").read_text().splitlines()]


def filled(tmp_path: Path, source: str, currency: str = "") -> Path:
    folder = tmp_path / "store"
    write_products(folder, read_products(source, currency))
    return folder


def test_pages_show_prices_categories_and_photos_of_a_csv(
    tmp_path: Path, write: Callable[[str, str], str]
) -> None:
    folder = filled(tmp_path, write("own.csv", CSV))
    client = create_app(folder).test_client()
    home = client.get("/").text
    assert "Good clothes" in home
    assert "Looks" not in home
    coat = client.get("/products/C-1").text
    assert "Red coat" in coat
    assert "€129" in coat
    assert "€159" in coat
    assert "£99" in client.get("/products/c-1").text
    assert "Sold out" in client.get("/products/c-1").text
    hat = client.get("/products/odd/id%201").text
    assert "Green hat" in hat
    assert 'class="price' not in hat
    for shelf in ("women", "women/outdoor", "women/outdoor/coats", "other"):
        assert client.get(f"/c/{shelf}").status_code == 200
    for record in records(folder):
        for image in record["images"]:  # type: ignore[attr-defined]
            with client.get(f"/photos/{image}") as answer:
                assert answer.status_code == 200
                assert answer.mimetype in ("image/jpeg", "image/png")


def test_what_is_found_leads_to_the_stores_own_page(
    tmp_path: Path, write: Callable[[str, str], str], photos: Path
) -> None:
    folder = filled(tmp_path, write("own.csv", CSV))
    with FashionPlugin.open(folder / "fashion.db", encoder=FakeEncoder()) as shop:
        assert shop.index(read_source(folder / "catalogue.jsonl")).added == 3
        client = create_store(folder, shop, "http://127.0.0.1:1").test_client()
        with (photos / "green.bmp").open("rb") as photo:
            found = client.post("/fashion/search", data={"photo": (photo, "green.bmp")}).get_json()
        product = found["matches"][0]["product"]
        assert product["id"] == "odd/id 1"
        assert client.get(product["url"]).status_code == 200


def test_a_product_with_a_slash_in_its_id_is_changed_hidden_and_deleted(
    tmp_path: Path, write: Callable[[str, str], str]
) -> None:
    client = create_app(filled(tmp_path, write("own.csv", CSV))).test_client()
    page = client.get("/admin/products/odd/id%201").text
    csrf = {"csrf": page.split('name="csrf" value="')[1].split('"')[0]}
    form = {**csrf, "title": "Greener hat", "category": "Hats", "price": "9"}
    assert client.post("/admin/products/odd/id%201", data=form).status_code == 303
    assert "Greener hat" in client.get("/c/hats").text
    assert client.post("/admin/hide/odd/id%201", data=csrf).status_code == 303
    assert client.get("/products/odd/id%201").status_code == 404
    assert client.post("/admin/delete/odd/id%201", data=csrf).status_code == 303
    assert client.get("/admin/products/odd/id%201").status_code == 404


def test_a_folder_becomes_a_store_with_its_subfolders_as_shelves(tmp_path: Path) -> None:
    for number in range(8):
        folder = tmp_path / "photos" / f"kind {number}"
        folder.mkdir(parents=True)
        Image.new("RGB", (40, 50), (number * 20, 80, 90)).save(folder / "one.jpg")
    client = create_app(filled(tmp_path, str(tmp_path / "photos"))).test_client()
    home = client.get("/").text
    assert ">More</a>" in home
    for number in range(8):
        assert f'href="/c/kind-{number}"' in home
        assert "One size" in client.get(f"/products/kind {number}/one").text


def test_a_shopify_export_is_read_with_its_sizes_and_remote_photos(
    tmp_path: Path, write: Callable[[str, str], str]
) -> None:
    export = (
        "Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Status\n"
        "coat,Wool coat,Moor,Coats,Size,S,W-S,89.00,https://img.example/coat.jpg,active\n"
        "coat,,,,,M,W-M,89.00,,\n"
    )
    folder = filled(tmp_path, write("export.csv", export), "EUR")
    page = create_app(folder).test_client().get("/products/coat").text
    assert "€89" in page
    assert 'src="https://img.example/coat.jpg"' in page
    assert "<span>S</span>" in page
    assert "<span>M</span>" in page


def test_jsonl_with_local_photos_is_read(tmp_path: Path, write: Callable[[str, str], str]) -> None:
    line = {"id": "b", "title": "Boots", "images": ["red.jpg"], "price": "40.00 EUR", "category": "Shoes"}
    folder = filled(tmp_path, write("own.jsonl", json.dumps(line) + "\n{broken\n"))
    (record,) = records(folder)
    assert record["images"] == ["photos/00001-1.jpg"]
    assert (folder / "photos/00001-1.jpg").read_bytes()


def test_rows_and_photos_that_cannot_be_taken_are_named(
    tmp_path: Path, write: Callable[[str, str], str]
) -> None:
    text = "id,images\na,red.jpg\na,blue.png\nb,missing.jpg\n,red.jpg\n"
    written = write_products(tmp_path / "store", read_products(write("own.csv", text)))
    assert written.products == 2
    assert [failure.product_id for failure in written.failures] == ["a", "b", ""]
    assert "missing.jpg" in written.failures[1].source


@pytest.mark.parametrize(
    ("name", "text"), [("own.csv", "name,photo\na,b\n"), ("own.txt", "nothing"), ("own.csv", "id,images\n")]
)
def test_what_holds_no_products_is_said(
    tmp_path: Path, write: Callable[[str, str], str], name: str, text: str
) -> None:
    with pytest.raises(InvalidSource):
        write_products(tmp_path / "store", read_products(write(name, text)))


def test_a_folder_that_is_no_store_is_neither_filled_nor_emptied(photos: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no demo store"):
        folders.begin(photos, folders.DRAWN)
    with pytest.raises(InvalidInput, match="nothing in it is deleted"):
        folders.forget(photos)
    assert len(list(photos.iterdir())) == 3


def test_a_store_of_another_source_is_kept_until_reset(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folders.begin(folder, "/a.csv")
    folders.finish(folder)
    (folder / "photos").mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="--reset"):
        folders.begin(folder, folders.DRAWN)
    assert folders.is_ready(folder)
    folders.forget(folder)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_each_source_has_a_folder_of_its_own() -> None:
    sources = (
        folders.DRAWN,
        folders.PHOTOS,
        "/one/feed.csv",
        "/two/feed.csv",
        "https://shop.example/feed.xml",
    )
    assert len({folders.default_folder(source) for source in sources}) == len(sources)


def test_two_catalogues_at_once_are_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["demo", "--photos", "--catalog", str(tmp_path)])
    assert result.exit_code == 2
    assert "choose one" in result.output
