import json
from pathlib import Path

import pytest

from fashion_plugin.catalog import Failure, LocalImage, Money, Product, RemoteImage
from fashion_plugin.errors import InvalidSource
from fashion_plugin.sources import read_source


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding)
    return path


def products(path: Path) -> list[Product]:
    found = list(read_source(path))
    assert all(isinstance(item, Product) for item in found), found
    return [item for item in found if isinstance(item, Product)]


def test_folder_gives_a_product_for_each_photo(tmp_path: Path) -> None:
    for name in ("coat.jpg", "coat.png", "dresses/red/silk-dress.webp", "notes.txt", ".hidden.jpg"):
        write(tmp_path / name, "x")
    found = {product.id: product for product in products(tmp_path)}
    assert sorted(found) == ["coat", "coat.png", "dresses/red/silk-dress"]
    assert found["dresses/red/silk-dress"].category == "dresses > red"
    assert found["dresses/red/silk-dress"].title == "silk dress"
    assert len(read_source(tmp_path)) == 3


def test_csv_row_becomes_a_product(tmp_path: Path) -> None:
    path = write(
        tmp_path / "shop.csv",
        "ID,Title,Images,Price,Tags,In_stock,Material\n"
        '1,"Coat, red",a.jpg|https://shop.example/b.jpg,129.00 EUR,"wool, winter",no,wool\n\n',
        "utf-8-sig",
    )
    (coat,) = products(path)
    assert coat == Product(
        "1",
        title="Coat, red",
        images=(tmp_path / "a.jpg", "https://shop.example/b.jpg"),
        price="129.00 EUR",
        tags=("wool", "winter"),
        in_stock=False,
        attributes={"material": "wool"},
    )
    assert len(read_source(path)) == 1


def test_csv_may_use_semicolons_and_a_currency_column(tmp_path: Path) -> None:
    path = write(tmp_path / "shop.csv", "id;images;price;currency\n1;a.jpg|b.jpg;129,50;EUR\n")
    (coat,) = products(path)
    assert coat.price == Money.parse("129.50 EUR")
    assert len(coat.images) == 2


def test_bad_rows_are_failures_with_their_line(tmp_path: Path) -> None:
    path = write(
        tmp_path / "shop.csv",
        "id,images,price,in_stock\n1,a.jpg,abc,\n2,b.jpg,1 EUR,maybe\n"
        "3,c.jpg,1 EUR,yes\n,d.jpg,,\n5,e.jpg,,,,9\n",
    )
    found = list(read_source(path))
    failures = [item for item in found if isinstance(item, Failure)]
    assert [failure.message.split(":")[0] for failure in failures] == ["line 2", "line 3", "line 5", "line 6"]
    assert [item.id for item in found if isinstance(item, Product)] == ["3"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sku,images\n1,a.jpg\n", "'id'"),
        ("id,title\n1,Coat\n", "'images'"),
        ("", "nothing"),
        ("id,images,id\n", "twice"),
    ],
)
def test_csv_without_its_columns_is_refused(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(InvalidSource, match=named):
        read_source(write(tmp_path / "shop.csv", text))


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes("id,images,title\n1,a.jpg,Mäntel\n".encode("cp1252"))
    with pytest.raises(InvalidSource, match="UTF-8"):
        list(read_source(path))


def test_jsonl_line_becomes_a_product(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "1", "images": ["a.jpg", "https://shop.example/b.jpg"], "price": "5 EUR"}),
        "",
        "{broken",
        json.dumps({"id": "2", "nonsense": True}),
        json.dumps([1]),
    ]
    found = list(read_source(write(tmp_path / "shop.jsonl", "\n".join(lines))))
    first, *failures = found
    assert isinstance(first, Product)
    assert first.images == (LocalImage(tmp_path / "a.jpg"), RemoteImage("https://shop.example/b.jpg"))
    assert all(isinstance(item, Failure) for item in failures)
    assert len(failures) == 3


@pytest.mark.parametrize("name", ["missing", "empty_folder", "notes.txt"])
def test_what_is_no_source_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty_folder").mkdir()
    write(tmp_path / "notes.txt", "hello")
    with pytest.raises(InvalidSource, match=name):
        read_source(tmp_path / name)
