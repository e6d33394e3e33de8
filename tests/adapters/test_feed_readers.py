"""Feeds of each format against the products they hold."""

import gzip
import secrets
import socket
import traceback
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.catalog import Failure, Product
from fashion_plugin.errors import DownloadFailed, InvalidSource
from fashion_plugin_adapters.feeds import FeedItem, OpenFeed, choose_reader, installed_readers
from fashion_plugin_adapters.platforms import Shop, product_fields

FEEDS = Path(__file__).parent / "golden" / "feeds"
SHOP = Shop("EUR", "https://shop.example")


def read(source: str | Path, format: str | None = None) -> tuple[dict[str, Product], list[Failure]]:
    with OpenFeed(source) as feed:
        entries = list(choose_reader(feed.head(), format).read(feed, SHOP))
    products = [entry.product for entry in entries if isinstance(entry, FeedItem)]
    assert len({product.id for product in products}) == len(products)
    return {one.id: one for one in products}, [entry for entry in entries if isinstance(entry, Failure)]


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("google.xml", "google"),
        ("atom.xml", "google"),
        ("google.tsv", "google"),
        ("shopify_legacy.csv", "shopify-csv"),
        ("shopify_current.csv", "shopify-csv"),
        ("products.json", "shopify-json"),
        ("woocommerce.csv", "woocommerce-csv"),
        ("own.jsonl", "jsonl"),
    ],
)
def test_format_is_recognised_by_exactly_one_reader(name: str, format: str) -> None:
    with OpenFeed(FEEDS / name) as feed:
        fitting = [reader.name for reader in installed_readers().values() if reader.fits(feed.head())]
    assert fitting == [format]


def test_google_rows_of_a_group_are_one_product() -> None:
    products, failures = read(FEEDS / "google.xml")
    assert product_fields(products["TEE"]) == {
        "id": "TEE",
        "title": "Tee",
        "images": [
            "https://img.example/tee-red.jpg",
            "https://img.example/tee-back.jpg",
            "https://img.example/tee-detail.jpg",
            "https://img.example/tee-blue.jpg",
        ],
        "url": "https://shop.example/tee?variant=1",
        "price": "19.90 EUR",
        "list_price": "25.00 EUR",
        "category": "Women > Tops",
        "brand": "Norden",
        "tags": ["female"],
        "description": "Soft & light",
        "variants": [
            {
                "id": "TEE-RED-M",
                "title": "Tee",
                "price": "19.90 EUR",
                "list_price": "25.00 EUR",
                "options": {"color": "Red", "size": "M"},
                "images": [
                    "https://img.example/tee-red.jpg",
                    "https://img.example/tee-back.jpg",
                    "https://img.example/tee-detail.jpg",
                ],
                "in_stock": True,
            },
            {
                "id": "TEE-BLU-M",
                "title": "Tee",
                "price": "25.00 EUR",
                "options": {"color": "Blue", "size": "M"},
                "images": ["https://img.example/tee-blue.jpg"],
                "in_stock": False,
            },
        ],
        "in_stock": True,
        "searchable": True,
    }
    cap = products["CAP"]
    assert (cap.title, str(cap.price), cap.colour, cap.in_stock) == ("Cap", "15.00 EUR", "Navy", False)
    assert (cap.category, cap.variants) == ("", ())
    assert [failure.product_id for failure in failures] == ["", "BAD"]


def test_google_table_and_atom_say_the_same() -> None:
    table, failures = read(FEEDS / "google.tsv")
    assert failures == []
    rss, _ = read(FEEDS / "google.xml")
    assert table["TEE"] == rss["TEE"]
    assert table["CAP"] == rss["CAP"] == read(FEEDS / "atom.xml")[0]["CAP"]


def test_sale_price_holds_only_in_its_time(tmp_path: Path) -> None:
    header = "id,title,image_link,price,sale_price,sale_price_effective_date\n"
    rows = [
        "a,A,https://i.example/a.jpg,10 EUR,8 EUR,2020-01-01T00:00Z/2020-02-01T00:00Z",
        "b,B,https://i.example/b.jpg,10 EUR,8 EUR,2020-01-01T00:00Z/2999-01-01T00:00Z",
    ]
    (tmp_path / "f.csv").write_text(header + "\n".join(rows))
    products, _ = read(tmp_path / "f.csv")
    assert (str(products["a"].price), str(products["b"].price)) == ("10.00 EUR", "8.00 EUR")


def test_both_forms_of_shopifys_csv_say_the_same() -> None:
    legacy, failures = read(FEEDS / "shopify_legacy.csv")
    assert failures == []
    coat = legacy["nora-coat"]
    assert [ref.source.partition("?")[0][20:] for ref in coat.images] == [
        "nora-red.jpg",
        "nora-navy.jpg",
        "nora-back.jpg",
    ]
    assert [(one.id, one.in_stock, one.options) for one in coat.variants] == [
        ("NC-R-S", True, {"Color": "Red", "Size": "S"}),
        ("NC-N-S", False, {"Color": "Navy", "Size": "S"}),
    ]
    assert [one.images for one in coat.variants] == [coat.images[:1], coat.images[1:2]]
    assert (str(coat.price), str(coat.list_price), coat.description) == (
        "149.00 EUR",
        "189.00 EUR",
        "Boiled\nwool",
    )
    assert (coat.attributes, coat.tags, coat.searchable) == (
        {"handle": "nora-coat"},
        ("wool", "winter"),
        True,
    )
    assert not legacy["scarf"].searchable
    assert read(FEEDS / "shopify_current.csv")[0] == legacy


def test_storefront_json_has_ids_availability_and_times() -> None:
    with OpenFeed(FEEDS / "products.json") as feed:
        entries = list(choose_reader(feed.head()).read(feed, SHOP))
    coat, scarf = entries
    assert isinstance(coat, FeedItem)
    assert isinstance(scarf, FeedItem)
    assert [one.in_stock for one in coat.product.variants] == [True, False]
    assert [ref.source for ref in coat.product.variants[0].images] == ["https://cdn.example/b.jpg"]
    assert scarf.product.title == "Écharpe ☃"
    assert coat.at is not None
    assert coat.at.isoformat() == "2026-03-02T09:13:02+01:00"


def test_storefront_json_is_followed_page_by_page(web: Any) -> None:
    def page(request: Any) -> tuple[int, dict[str, str], bytes]:
        number = int(request.query.get("page", "1"))
        body = (
            b'{"products": [' + b'{"id": %d, "title": "P"}' % number + b"]}"
            if number < 4
            else b'{"products":[]}'
        )
        return 200, {}, body

    web.pages["/products.json"] = page
    products, failures = read(f"{web.url}/products.json?limit=250")
    assert (list(products), failures) == (["1", "2", "3"], [])
    assert web.requests[-1].query == {"limit": "250", "page": "4"}


def test_woocommerce_variations_find_their_parent_before_and_after_it() -> None:
    products, failures = read(FEEDS / "woocommerce.csv")
    dress, shirt = products["800"], products["794"]
    assert [(one.id, str(one.price), one.in_stock, one.options) for one in dress.variants] == [
        ("811", "65.00 EUR", False, {"Color": "Black"}),
        ("810", "59.00 EUR", True, {"Color": "Green"}),
    ]
    assert (dress.category, dress.brand, dress.url) == (
        "Women > Dresses",
        "Norden",
        "https://shop.example/?p=800",
    )
    assert [ref.source[21:] for ref in dress.images] == ["jersey.jpg", "green.jpg"]
    assert (shirt.searchable, shirt.in_stock, len(shirt.images)) == (False, True, 2)
    assert [(failure.product_id, failure.source) for failure in failures] == [("12345", "line 6")]


def test_own_lines_are_read_and_bad_ones_named() -> None:
    products, failures = read(FEEDS / "own.jsonl")
    assert list(products) == ["a", "b"]
    assert [ref.source for ref in products["a"].images] == ["https://img.example/a.jpg"]  # never a path
    assert str(products["a"].price) == "12.50 EUR"
    assert [(one.product_id, one.source) for one in failures] == [
        ("c", "line 4"),
        ("", "line 5"),
        ("", "line 6"),
    ]


@pytest.mark.parametrize(
    "name", ["google.xml", "google.tsv", "shopify_legacy.csv", "products.json", "own.jsonl"]
)
def test_gzip_and_a_byte_order_mark_change_nothing(tmp_path: Path, name: str) -> None:
    plain, failures = read(FEEDS / name)
    data = (FEEDS / name).read_bytes()
    (tmp_path / "packed").write_bytes(gzip.compress(b"\xef\xbb\xbf" + data))
    packed, packed_failures = read(tmp_path / "packed")
    assert packed == plain
    assert len(packed_failures) == len(failures)


def test_feed_is_fetched_from_a_url(web: Any, tmp_path: Path) -> None:
    web.pages["/feed.xml.gz"] = gzip.compress((FEEDS / "google.xml").read_bytes())
    assert read(f"{web.url}/feed.xml.gz")[0] == read(FEEDS / "google.xml")[0]


def test_feed_is_as_old_as_the_server_says(web: Any) -> None:
    body = (FEEDS / "own.jsonl").read_bytes()
    web.pages["/a"] = lambda request: (200, {"Last-Modified": "Mon, 04 May 2026 12:00:00 GMT"}, body)
    with OpenFeed(f"{web.url}/a") as feed:
        assert feed.changed.isoformat() == "2026-05-04T12:00:00+00:00"


def test_url_must_be_https_and_answer(web: Any) -> None:
    for url in ("http://shop.example/feed.xml", "ftp://shop.example/feed", "file:///etc/passwd"):
        with pytest.raises(InvalidSource, match="https"):
            OpenFeed(url)
    with pytest.raises(DownloadFailed, match="404") as caught:
        OpenFeed(f"{web.url}/none?key=secret")
    assert "secret" not in str(caught.value)


def test_download_that_breaks_off_is_no_feed() -> None:
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b'{"id": "a"}\n')

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(DownloadFailed):
            OpenFeed(f"http://127.0.0.1:{listener.getsockname()[1]}/feed.jsonl")
        thread.join()


def test_key_in_a_feeds_address_is_in_no_error(web: Any) -> None:
    web.pages["/f.xml"] = (FEEDS / "google.xml").read_bytes()[:900]
    web.pages["/none"] = b"hello"
    asked, key = web.url.replace("http://", "http://user:hunter2@"), secrets.token_hex(8)
    for path, error in (("f.xml", InvalidSource), ("none", InvalidSource), ("gone", DownloadFailed)):
        with pytest.raises(error) as caught:
            read(f"{asked}/{path}?key={key}")
        assert f"{web.url}/{path}" in str(caught.value)
        told = "".join(traceback.format_exception(caught.value))
        assert key not in told
        assert "hunter2" not in str(caught.value)
    silent = socket.create_server(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    silent.close()
    with pytest.raises(DownloadFailed) as caught:
        OpenFeed(f"http://127.0.0.1:{port}/feed?key={key}")
    assert key not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(("name", "cut"), [("google.xml", 900), ("products.json", 700), ("atom.xml", 300)])
def test_feed_that_ends_too_early_is_an_error(tmp_path: Path, name: str, cut: int) -> None:
    (tmp_path / name).write_bytes((FEEDS / name).read_bytes()[:cut])
    with pytest.raises(InvalidSource):
        read(tmp_path / name)


def test_broken_gzip_is_an_error(tmp_path: Path) -> None:
    packed = gzip.compress((FEEDS / "google.tsv").read_bytes() * 200)
    (tmp_path / "f.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InvalidSource, match="damaged gzip"):
        read(tmp_path / "f.gz", "google")


def test_entities_and_external_references_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    feed = tmp_path / "f.xml"
    for declaration, use in (
        (f'<!ENTITY x SYSTEM "file://{secret}">', "&x;"),
        ('<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">', "&b;"),
    ):
        feed.write_text(
            f'<!DOCTYPE rss [{declaration}]><rss xmlns:g="http://base.google.com/ns/1.0"><channel>'
            f"<item><g:id>1</g:id><g:title>{use}</g:title></item></channel></rss>"
        )
        with pytest.raises(InvalidSource) as caught:
            read(feed)
        assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"a,b,c\n1,2,3\n", b"\x89PNG\r\n\x1a\n", b"{}", b"<html></html>"]
)
def test_what_is_no_feed_is_named_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(InvalidSource, match="--format"):
        read(tmp_path / "f")


def test_latin1_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes("id,title,image_link\n1,Mäntel,x\n".encode("latin-1"))
    with pytest.raises(InvalidSource, match="UTF-8"):
        read(tmp_path / "f.csv", "google")


def test_unknown_format_names_those_there_are() -> None:
    with pytest.raises(InvalidSource, match="woocommerce-csv"):
        read(FEEDS / "own.jsonl", "excel")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="there is no file"):
        OpenFeed(tmp_path / "none.csv")
    with pytest.raises(InvalidSource, match="there is no file"):
        OpenFeed(tmp_path)


def test_large_feed_is_streamed(tmp_path: Path) -> None:
    item = "<item><g:id>{n}</g:id><g:title>P</g:title><g:description>{text}</g:description></item>"
    with (tmp_path / "f.xml").open("w") as file:
        file.write('<rss xmlns:g="http://base.google.com/ns/1.0"><channel>')
        for n in range(800):
            file.write(item.format(n=n, text="word " * 400))
        file.write("</channel></rss>")
    tracemalloc.start()
    with OpenFeed(tmp_path / "f.xml") as feed:
        count = sum(1 for _ in choose_reader(feed.head()).read(feed, SHOP))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 800
    assert peak < 1_000_000  # of 1.7 MB
