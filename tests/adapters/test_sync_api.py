"""Bringing a catalogue to what a platform itself says, on the command line and in Python."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fashion_plugin import FashionPlugin, Product, ProductRemoved, ProductUpserted
from fashion_plugin.adapter import Request
from fashion_plugin.catalog import Failure
from fashion_plugin.cli import cli
from fashion_plugin.errors import DownloadFailed, InvalidInput, InvalidSource
from fashion_plugin_adapters.feeds import FeedItem, SyncReport, sync
from fashion_plugin_adapters.feeds.registry import open_api
from fashion_plugin_adapters.platforms import Shop

Reply = tuple[int, dict[str, str], bytes]

SECRETS = {
    "FASHION_BIGCOMMERCE_TOKEN": "tok_hidden",
    "FASHION_SHOPIFY_TOKEN": "shpat_hidden",
    "FASHION_SHOPWARE_KEY": "SWIA1",
    "FASHION_SHOPWARE_SECRET": "sw_hidden",
    "FASHION_SQUARE_TOKEN": "sq_hidden",
    "FASHION_WOOCOMMERCE_KEY": "ck_1",
    "FASHION_WOOCOMMERCE_SECRET": "cs_hidden",
}
BASE = "/wp-json/wc/v3"


def ok(value: object, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return 200, named, json.dumps(value, default=str).encode()


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli, ["sync", *map(str, arguments)])


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def woo(web: Any, golden: Any) -> dict[int, dict[str, Any]]:
    """WooCommerce's products by id, served page by page, each of them by its id too."""
    body = golden.json("woocommerce/product_created.json")
    products = {number: {**body, "id": number, "images": []} for number in range(1, 151)}

    def listing(request: Request) -> Reply:
        rows = list(products.values())
        start = 100 * (int(request.query["page"]) - 1)
        return ok(rows[start : start + 100], X_WP_TotalPages=str(-(-len(rows) // 100)))

    class Pages(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:  # type: ignore[override]
            number = path.removeprefix(f"{BASE}/products/")
            if number.isdigit():
                found = products.get(int(number))
                return (lambda _: ok(found)) if found else None
            return super().get(path, default)

    web.pages = Pages()
    web.pages[f"{BASE}/products"] = listing
    web.pages[f"{BASE}/data/currencies/current"] = lambda _: ok({"code": "EUR", "name": "Euro"})
    return products


@pytest.mark.usefixtures("credentials")
class TestCommand:
    def test_catalogue_comes_from_the_shop_itself_in_its_own_currency(
        self, web: Any, woo: dict[int, Any], tmp_path: Path
    ) -> None:
        db = tmp_path / "shop.db"
        first = run(web.url, "--api", "woocommerce", "--db", db)
        assert first.exit_code == 0, first.output
        assert "150 added" in first.output
        assert web.requests[0].header("Authorization").startswith("Basic ")
        assert web.paths().count(f"{BASE}/data/currencies/current") == 1
        again = json.loads(run(web.url, "--api", "woocommerce", "--db", db, "--json").stdout)
        assert (again["unchanged"], again["queued"]) == (150, 0)
        with FashionPlugin.open(db) as shop:
            assert str(shop.product("7").price).endswith(" EUR")
        del woo[3]
        third = run(web.url, "--api", "woocommerce", "--db", db)
        assert "- 3  Linen Shirt" in third.output
        assert "1 removed, 149 unchanged" in third.output

    def test_product_that_cannot_be_taken_keeps_back_no_other(
        self, web: Any, woo: dict[int, Any], tmp_path: Path
    ) -> None:
        db = tmp_path / "shop.db"
        run(web.url, "--api", "woocommerce", "--db", db)
        woo[2] |= {"regular_price": "on request", "price": "on request"}
        woo[9] |= {"name": "Linen Blouse", "date_modified_gmt": "2026-07-01T00:00:00"}
        result = run(web.url, "--api", "woocommerce", "--db", db)
        assert result.exit_code == 1
        assert "! 2: " in result.output
        assert "1 updated, 0 removed, 148 unchanged" in result.output

    def test_refused_credentials_are_told_and_not_shown(
        self, web: Any, woo: dict[int, Any], tmp_path: Path
    ) -> None:
        web.pages[f"{BASE}/products"] = lambda _: (401, {}, b'{"code": "cs_hidden"}')
        result = run(web.url, "--api", "woocommerce", "--db", tmp_path / "shop.db")
        assert isinstance(result.exception, DownloadFailed)
        assert "refused the credentials (401)" in str(result.exception)
        assert "hidden" not in f"{result.output} {result.exception}"

    def test_bigcommerce_takes_the_path_that_its_control_panel_shows(
        self, web: Any, golden: Any, tmp_path: Path
    ) -> None:
        body, meta = golden.json("bigcommerce/product.json"), {"pagination": {"total_pages": 1}}
        body["images"] = []
        for one in body["variants"]:
            one["image_url"] = ""
        for path in ("brands", "categories"):
            web.pages[f"/stores/abc/v3/catalog/{path}"] = lambda _: ok({"data": [], "meta": meta})
        web.pages["/stores/abc/v3/catalog/products"] = lambda _: ok({"data": [body], "meta": meta})
        address = f"{web.url}/stores/abc/v3/"
        result = run(address, "--api", "bigcommerce", "--db", tmp_path / "shop.db")
        assert result.exit_code == 0, result.output
        assert "1 added" in result.output
        assert "--currency EUR" in result.output  # the product has none
        assert web.requests[0].header("X-Auth-Token") == "tok_hidden"

    def test_options_of_feeds_are_refused(self, tmp_path: Path) -> None:
        result = run("x.example", "--api", "shopify", "--format", "google", "--db", tmp_path / "shop.db")
        assert result.exit_code == 2
        assert "--format" in result.output


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("name", "address", "asked"),
    [
        ("bigcommerce", "abc123", "https://api.bigcommerce.com/stores/abc123/v3"),
        ("shopify", "lind.myshopify.com", "https://lind.myshopify.com/admin/api/"),
        ("shopify", "https://lind.myshopify.com/", "https://lind.myshopify.com/admin/api/"),
        ("shopware", "shop.example", "https://shop.example/api"),
        ("square", "connect.squareupsandbox.com", "https://connect.squareupsandbox.com/v2"),
        ("woocommerce", "https://shop.example/store/", "https://shop.example/store/wp-json/wc/v3"),
    ],
)
def test_platform_is_found_at_its_address(name: str, address: str, asked: str) -> None:
    shown = repr(open_api(name, address, Shop()))
    assert asked in shown
    assert "hidden" not in shown


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("bigcommerce", "FASHION_BIGCOMMERCE_TOKEN"),
        ("shopify", "FASHION_SHOPIFY_TOKEN"),
        ("shopware", "FASHION_SHOPWARE_KEY"),
        ("square", "FASHION_SQUARE_TOKEN"),
        ("woocommerce", "FASHION_WOOCOMMERCE_KEY"),
    ],
)
def test_missing_credentials_are_named(name: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in SECRETS:
        monkeypatch.delenv(one, raising=False)
    with pytest.raises(InvalidInput, match=f"set {variable} in the environment"):
        open_api(name, "shop.example", Shop())


@pytest.mark.usefixtures("credentials")
def test_address_without_encryption_and_unknown_platforms_are_refused() -> None:
    with pytest.raises(InvalidInput, match="https"):
        open_api("woocommerce", "http://shop.example", Shop())
    with pytest.raises(InvalidSource, match="bigcommerce, shopify, shopware, square, woocommerce"):
        open_api("magento", "shop.example", Shop())


class Platform:
    """A platform whose list lacks what came to another page while it was read."""

    def __init__(self, *ids: str, at: datetime) -> None:
        self.events = {one: ProductUpserted(Product(f"de:{one}", "P"), at) for one in ids}
        self.lacking: set[str] = set()
        self.broken: set[str] = set()

    def fetch(self, ids: Any) -> list[ProductUpserted | ProductRemoved | Failure]:
        def held(key: str) -> ProductUpserted | ProductRemoved | Failure:
            if key in self.broken:
                return Failure(f"de:{key}", "", "its price cannot be read")
            return self.events.get(key) or ProductRemoved(f"de:{key}", datetime.now(UTC))

        return [held(key) for key in ids]

    def sync(self, shop: FashionPlugin, **options: Any) -> SyncReport:
        listed = [
            FeedItem(event.product, event.at) for key, event in self.events.items() if key not in self.lacking
        ]
        return sync(shop, listed, namespace="de:", ask=self.fetch, **options)


@pytest.fixture
def platform(shop: FashionPlugin) -> Platform:
    platform = Platform("a", "b", "c", "d", "e", at=datetime.now(UTC) - timedelta(days=30))
    assert platform.sync(shop).added == 5
    return platform


def held(shop: FashionPlugin) -> list[str]:
    return [product.id for product in shop.products(limit=1000).products]


def test_what_the_list_lacks_is_asked_for_before_it_goes(shop: FashionPlugin, platform: Platform) -> None:
    platform.lacking, platform.broken = {"a", "b"}, {"c"}
    del platform.events["c"], platform.events["d"]
    for dry_run in (True, False):
        report = platform.sync(shop, dry_run=dry_run)
        assert (report.removed, report.unchanged, report.failed) == (1, 3, 1)
    assert held(shop) == ["de:a", "de:b", "de:c", "de:e"]


def test_removed_product_that_the_platform_holds_comes_back(shop: FashionPlugin, platform: Platform) -> None:
    shop.submit(ProductRemoved("de:a", datetime.now(UTC)))
    assert held(shop) == ["de:b", "de:c", "de:d", "de:e"]
    assert platform.sync(shop).added == 1
    assert held(shop) == ["de:a", "de:b", "de:c", "de:d", "de:e"]


def test_what_went_while_the_list_was_read_stays_gone(shop: FashionPlugin, platform: Platform) -> None:
    shop.submit(ProductRemoved("de:a", datetime.now(UTC) + timedelta(minutes=1)))
    assert platform.sync(shop).stale == 1
    assert held(shop) == ["de:b", "de:c", "de:d", "de:e"]
