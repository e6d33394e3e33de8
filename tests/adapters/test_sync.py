"""Bringing a catalogue to what a feed says, and writing it out again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from fashion_plugin import FashionPlugin, Product, ProductRemoved, ProductUpserted, Variant
from fashion_plugin.catalog import Failure, LocalImage
from fashion_plugin.cli import cli
from fashion_plugin.errors import InvalidInput, InvalidSource
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.feeds import FeedItem, OpenFeed, choose_reader, sync, write_feed
from fashion_plugin_adapters.platforms import Shop, product_fields

FEEDS = Path(__file__).parent / "golden" / "feeds"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def items(*ids: str, title: str = "P", **fields: Any) -> list[FeedItem]:
    return [FeedItem(Product(id=one, title=title, **fields)) for one in ids]


def held(shop: FashionPlugin) -> list[str]:
    return [product.id for product in shop.products(limit=1000).products]


def test_sync_adds_updates_and_removes(shop: FashionPlugin) -> None:
    first = sync(shop, items("a", "b", "c"), at=NOON)
    assert (first.added, first.removed) == (3, 0)
    second = sync(
        shop,
        [*items("a"), *items("b", title="New", price="5 EUR"), *items("d")],
        at=NOON + timedelta(hours=1),
    )
    assert (second.added, second.updated, second.unchanged, second.removed) == (1, 1, 1, 1)
    assert [(one.what, one.product_id, one.fields) for one in second.changes] == [
        ("updated", "b", ("title", "price")),
        ("added", "d", ()),
        ("removed", "c", ()),
    ]
    assert held(shop) == ["a", "b", "d"]


def test_second_sync_without_changes_encodes_and_fetches_nothing(
    shop: FashionPlugin, web: Any, photo: Any, encoder: FakeEncoder
) -> None:
    web.pages["/a.png"] = photo("red")
    feed = items("a", "b", images=[f"{web.url}/a.png"])
    assert sync(shop, feed, at=NOON).queued == 2
    assert shop.work().encoded == 1  # two products share the photo
    web.requests.clear()
    for at in (NOON, NOON + timedelta(days=1)):
        again = sync(shop, feed, at=at)
        assert (again.unchanged, again.queued) == (2, 0)
    assert shop.work().encoded == 0
    assert (web.requests, encoder.encoded) == ([], 1)


def test_what_changed_after_the_feed_was_made_stays(shop: FashionPlugin) -> None:
    late = NOON + timedelta(minutes=5)
    shop.submit(
        ProductUpserted(Product(id="a", title="By webhook"), late),
        ProductUpserted(Product(id="new"), late),
        ProductRemoved("gone", late),
    )
    report = sync(shop, items("a", "gone"), at=NOON)
    assert (report.stale, report.added, report.removed) == (3, 0, 0)
    assert shop.product("a").title == "By webhook"
    assert held(shop) == ["a", "new"]


def test_time_of_a_product_of_its_own_is_heeded(shop: FashionPlugin) -> None:
    shop.submit(ProductUpserted(Product(id="a", title="Newer"), NOON))
    old = FeedItem(Product(id="a", title="Older"), NOON - timedelta(hours=1))
    assert sync(shop, [old], at=NOON + timedelta(hours=1)).stale == 1
    assert shop.product("a").title == "Newer"


def test_large_removal_is_refused_unless_forced(shop: FashionPlugin) -> None:
    everything = [f"p{n:02}" for n in range(30)]
    sync(shop, items(*everything), at=NOON)
    report = sync(shop, items(*everything[:20]), at=NOON + timedelta(hours=1))
    assert (report.refused, report.removed) == (10, 0)
    assert "20%" in report.why
    assert len(held(shop)) == 30
    assert sync(shop, items(*everything[:20]), at=NOON + timedelta(hours=2), most_removed=0.5).removed == 10
    report = sync(shop, items(*everything[:1]), at=NOON + timedelta(hours=3), force=True)
    assert (report.removed, held(shop)) == (19, ["p00"])


def test_empty_feed_removes_nothing(shop: FashionPlugin) -> None:
    sync(shop, items("a", "b"), at=NOON)
    report = sync(shop, [], at=NOON + timedelta(hours=1))
    assert (report.refused, report.why) == (2, "the feed holds no product")
    assert held(shop) == ["a", "b"]


def test_product_whose_row_is_broken_is_not_removed(shop: FashionPlugin) -> None:
    sync(shop, items("a", "b"), at=NOON)
    broken = Failure("b", "line 2", "its price cannot be read")
    report = sync(shop, [*items("a"), broken], at=NOON + timedelta(hours=1))
    assert (report.failed, report.removed, report.refused) == (1, 0, 0)
    nameless = Failure("", "line 3", "no id")
    report = sync(shop, [*items("a"), nameless], at=NOON + timedelta(hours=2))
    assert (report.refused, held(shop)) == (1, ["a", "b"])


def test_feed_that_breaks_off_removes_nothing(shop: FashionPlugin) -> None:
    sync(shop, items("a", "b"), at=NOON)

    def broken() -> Any:
        yield from items("a", title="New")
        raise InvalidSource("it ends in the middle")

    with pytest.raises(InvalidSource):
        sync(shop, broken(), at=NOON + timedelta(hours=1))
    assert held(shop) == ["a", "b"]


def test_dry_run_says_what_would_change_and_changes_nothing(shop: FashionPlugin) -> None:
    sync(shop, items("a", "b"), at=NOON)
    later = NOON + timedelta(hours=1)
    report = sync(shop, [*items("a", title="New"), *items("c")], at=later, dry_run=True)
    assert (report.added, report.updated, report.removed) == (1, 1, 1)
    assert held(shop) == ["a", "b"]
    assert shop.product("a").title == "P"


def test_second_product_of_one_id_is_reported(shop: FashionPlugin) -> None:
    report = sync(shop, [*items("a"), *items("a", title="Other")], at=NOON)
    assert (report.added, report.failed) == (1, 1)
    assert shop.product("a").title == "P"


def test_other_shops_products_are_left_alone(shop: FashionPlugin) -> None:
    sync(shop, items("de:a", "fr:a"), at=NOON)
    sync(shop, items("de:b"), at=NOON + timedelta(hours=1), namespace="de:", force=True)
    assert held(shop) == ["de:b", "fr:a"]


def test_shopifys_csv_finds_the_products_that_webhooks_brought(shop: FashionPlugin) -> None:
    shop.submit(ProductUpserted(Product(id="7001", title="Old", attributes={"handle": "nora-coat"}), NOON))
    with OpenFeed(FEEDS / "shopify_current.csv") as feed:
        reader = choose_reader(feed.head())
        entries = reader.read(feed, Shop("EUR"))
        sync(shop, entries, at=NOON + timedelta(hours=1), match_handles=reader.handle_is_id)
    assert held(shop) == ["7001", "scarf"]
    assert shop.product("7001").title == "Nora Coat"


def test_share_is_checked(shop: FashionPlugin) -> None:
    with pytest.raises(InvalidInput):
        sync(shop, [], most_removed=20)


def catalogue(shop: FashionPlugin) -> None:
    red = "https://img.example/red.jpg?a=1&b=2"
    variants = (
        Variant(
            "t-r", "Red", "SKU-R", "19.90 EUR", "25 EUR", options={"Color": "Red", "Size": "M"}, images=(red,)
        ),
        Variant("t-b", "Blue", "SKU-B", "25 EUR", in_stock=False, options={"Color": "Blue", "Size": "M"}),
    )
    tee = Product(
        id="tee",
        title="Tee <new>\x01",
        images=(red, "https://img.example/back.jpg", LocalImage(Path("/srv/secret.jpg"))),
        url="/tee",
        price="19.90 EUR",
        list_price="25 EUR",
        category="Women > Tops",
        brand="Norden",
        description="Soft & light",
        variants=variants,
    )
    yen = Product(id="cap", title="Cap", url="https://x.example/cap", price="1500 JPY", colour="Navy")
    hidden = Product(id="draft", title="Draft", searchable=False)
    shop.submit(*(ProductUpserted(product, NOON) for product in (tee, yen, hidden)))


def every(shop: FashionPlugin) -> list[Product]:
    return list(shop.products(limit=100).products)


def test_google_export_reads_back(shop: FashionPlugin, tmp_path: Path) -> None:
    catalogue(shop)
    out = tmp_path / "feed.xml"
    assert write_feed(every(shop), "google", out, Shop(url="https://shop.example")) == 2
    ET.parse(out)
    with OpenFeed(out) as feed:
        read = {
            e.product.id: e.product
            for e in choose_reader(feed.head()).read(feed, Shop())
            if isinstance(e, FeedItem)
        }
    tee, cap = read["tee"], read["cap"]
    assert set(read) == {"tee", "cap"}
    assert (tee.title, tee.url) == ("Tee <new>", "https://shop.example/tee")
    assert (str(tee.price), str(tee.list_price), tee.category) == ("19.90 EUR", "25.00 EUR", "Women > Tops")
    assert [(one.id, one.in_stock, one.sku) for one in tee.variants] == [
        ("t-r", True, "SKU-R"),
        ("t-b", False, "SKU-B"),
    ]
    assert [ref.source for ref in tee.images] == [
        "https://img.example/red.jpg?a=1&b=2",
        "https://img.example/back.jpg",
    ]
    assert (str(cap.price), cap.colour, cap.variants) == ("1500 JPY", "Navy", ())


def test_acp_export_has_minor_units_and_a_variant_for_each(shop: FashionPlugin, tmp_path: Path) -> None:
    catalogue(shop)
    out = tmp_path / "acp"
    assert write_feed(every(shop), "acp", out, Shop(url="https://shop.example")) == 2
    lines = [json.loads(line) for line in (out / "products.jsonl").read_text().splitlines()]
    cap, tee = sorted(lines, key=lambda one: one["id"])
    assert cap["variants"] == [
        {
            "id": "cap",
            "title": "Cap",
            "availability": {"available": True, "status": "in_stock"},
            "price": {"amount": 1500, "currency": "JPY"},
        }
    ]
    assert tee["variants"][0]["price"] == {"amount": 1990, "currency": "EUR"}
    assert tee["variants"][1]["availability"] == {"available": False, "status": "out_of_stock"}
    assert tee["media"][0] == {"type": "image", "url": "https://img.example/red.jpg?a=1&b=2"}
    assert "secret" not in json.dumps(lines)
    assert json.loads((out / "metadata.json").read_text())["products"] == 2


def test_jsonl_export_reads_back_to_the_same_catalogue(shop: FashionPlugin, tmp_path: Path) -> None:
    catalogue(shop)
    out = tmp_path / "feed.jsonl"
    write_feed(every(shop), "jsonl", out, Shop())
    with OpenFeed(out) as feed:
        entries = list(choose_reader(feed.head()).read(feed, Shop(url="")))
    read = [product_fields(entry.product) for entry in entries if isinstance(entry, FeedItem)]
    assert read == [product_fields(product) for product in every(shop) if product.searchable]


def test_export_that_fails_leaves_the_old_file(shop: FashionPlugin, tmp_path: Path) -> None:
    out = tmp_path / "feed.xml"
    out.write_text("old")

    def broken() -> Any:
        yield Product(id="a")
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        write_feed(broken(), "google", out, Shop())
    assert [path.read_text() for path in tmp_path.iterdir() if path.name.startswith(("feed", ".feed"))] == [
        "old"
    ]
    with pytest.raises(InvalidInput):
        write_feed([], "google", tmp_path / "none" / "feed.xml", Shop())
    with pytest.raises(InvalidInput):
        write_feed([], "excel", out, Shop())


class TestCommands:
    """The commands on a real database, with the encoder that the package ships."""

    def run(self, *arguments: str | Path) -> Any:
        return CliRunner().invoke(cli, [str(one) for one in arguments])

    def test_sync_feed_and_jobs(self, tmp_path: Path) -> None:
        db, source = tmp_path / "shop.db", tmp_path / "feed.jsonl"
        rows = [{"id": f"p{n}", "title": f"Product {n}"} for n in range(10)]
        source.write_text("\n".join(json.dumps(row) for row in rows))
        dry = self.run("sync", source, "--db", db, "--dry-run")
        assert dry.exit_code == 0, dry.output
        assert "10 would be added" in dry.output
        result = self.run("sync", source, "--db", db)
        assert result.exit_code == 0, result.output
        assert "+ p0  Product 0" in result.output
        assert "10 added" in result.output
        source.write_text(json.dumps(rows[0]))
        refused = self.run("sync", source, "--db", db, "--json", "--as-of", "2030-01-01")
        assert refused.exit_code == 1
        assert json.loads(refused.stdout)["refused"] == 9
        forced = self.run("sync", source, "--db", db, "--force", "--as-of", "2030-01-02")
        assert forced.exit_code == 0, forced.output
        assert "- p1" in forced.output
        out = tmp_path / "out.jsonl"
        assert self.run("feed", "--db", db, "--format", "jsonl", "-o", out).exit_code == 0
        assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["p0"]
        stats = json.loads(self.run("jobs", "--db", db, "--json").stdout)
        assert (stats["waiting"], stats["taken"]) == (0, 21)

    def test_jobs_are_listed_retried_and_dropped(self, tmp_path: Path) -> None:
        db, source = tmp_path / "shop.db", tmp_path / "feed.jsonl"
        source.write_text('{"id": "a", "images": ["http://10.0.0.1/a.jpg"]}\n')
        assert self.run("sync", source, "--db", db, "--no-embed").exit_code == 0
        listed = self.run("jobs", "--db", db, "list")
        assert "waiting" in listed.output
        worked = self.run("worker", "--db", db, "--until-idle", "--nice", "0")
        assert "1 to be tried again" in worked.output, worked.output
        (job,) = json.loads(self.run("jobs", "--db", db, "list", "--json").stdout)
        assert "10.0.0.1" in job["error"]
        assert "1 will be tried again" in self.run("jobs", "--db", db, "retry", "a").output
        assert self.run("jobs", "--db", db, "retry").exit_code == 2
        assert "1 dropped" in self.run("jobs", "--db", db, "drop", "a").output
        assert "No jobs" in self.run("jobs", "--db", db, "list").output
