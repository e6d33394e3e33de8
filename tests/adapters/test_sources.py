"""The platforms' APIs, played by a local server: pages, rate limits, errors."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from fashion_plugin.adapter import Request
from fashion_plugin.catalog import Failure, ProductRemoved, ProductUpserted
from fashion_plugin.errors import DownloadFailed, DownloadTimeout, InvalidInput
from fashion_plugin_adapters.storefront.sources import (
    ApiClient,
    BigCommerceSource,
    ShopifySource,
    ShopwareSource,
    SquareSource,
    WooCommerceSource,
)

Reply = tuple[int, dict[str, str], bytes]


def ok(value: object, **headers: str) -> Reply:
    return (
        200,
        {name.replace("_", "-"): text for name, text in headers.items()},
        json.dumps(value, default=str).encode(),
    )


def ids(events: Any) -> list[str]:
    return [event.product_id for event in events]


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def client(web: Any, naps: list[float]) -> Callable[..., ApiClient]:
    def make(path: str = "", **options: Any) -> ApiClient:
        return ApiClient(web.url + path, sleep=naps.append, **options)

    return make


class TestClient:
    def test_retry_after_is_honoured_in_seconds_and_as_a_date(
        self, web: Any, client: Any, naps: list[float]
    ) -> None:
        soon = format_datetime(datetime.fromtimestamp(time.time() + 2, UTC), usegmt=True)
        replies = [(429, {"Retry-After": "1.5"}, b""), (503, {"Retry-After": soon}, b""), ok([1])]
        web.pages["/a"] = lambda request: replies.pop(0)
        assert client().get("a").data == [1]
        assert naps[0] == 1.5
        assert 0 <= naps[1] <= 2

    def test_rate_limit_of_bigcommerce_is_honoured(self, web: Any, client: Any, naps: list[float]) -> None:
        replies = [(429, {"X-Rate-Limit-Time-Reset-Ms": "700"}, b""), ok([])]
        web.pages["/a"] = lambda request: replies.pop(0)
        client().get("a")
        assert naps == [0.7]

    def test_wait_that_is_longer_than_the_patience_is_not_begun(self, web: Any, client: Any) -> None:
        web.pages["/a"] = lambda request: (429, {"Retry-After": "3600"}, b"")
        with pytest.raises(DownloadTimeout, match="429"):
            client().get("a", patience=5)
        assert len(web.requests) == 1

    def test_server_that_is_not_there_is_given_up_in_time(self, naps: list[float]) -> None:
        with pytest.raises(DownloadTimeout, match="ConnectionError"):
            ApiClient("http://127.0.0.1:9", sleep=lambda seconds: time.sleep(0.3)).get("a", patience=0.5)

    @pytest.mark.parametrize("status", [401, 403, 302, 418])
    def test_refusals_are_not_tried_again(self, web: Any, client: Any, status: int) -> None:
        web.pages["/a"] = lambda request: (status, {"Location": "http://127.0.0.1:9/"}, b"")
        with pytest.raises(DownloadFailed):
            client(auth=("ck_key", "cs_secret")).get("a")
        assert len(web.requests) == 1

    def test_answer_that_is_no_json_is_an_error(self, web: Any, client: Any) -> None:
        web.pages["/a"] = b"<html>"
        with pytest.raises(DownloadFailed, match="JSON"):
            client().get("a")

    def test_missing_resource_is_nothing(self, client: Any) -> None:
        assert client().get("nothing").data is None

    def test_address_must_be_https(self) -> None:
        with pytest.raises(InvalidInput):
            ApiClient("http://shop.example/")

    def test_secrets_are_not_shown(self, web: Any, client: Any) -> None:
        made = client(headers={"X-Auth-Token": "tok_secret"}, auth=("ck", "cs_secret"))
        web.pages["/a"] = lambda request: (403, {}, b"")
        with pytest.raises(DownloadFailed) as caught:
            made.get("a")
        assert "secret" not in f"{made!r} {caught.value}"


class TestWooCommerce:
    def pages(self, web: Any, golden: Any, count: int) -> None:
        body = golden.json("woocommerce/product_created.json")

        def listing(request: Request) -> Reply:
            page = int(request.query["page"])
            rows = [{**body, "id": n} for n in range(1 + (page - 1) * 100, min(page * 100, count) + 1)]
            return ok(rows, X_WP_TotalPages=str(-(-count // 100)))

        web.pages["/wp-json/wc/v3/products"] = listing

    def source(self, client: Any) -> WooCommerceSource:
        api = client("/wp-json/wc/v3", auth=("ck_1", "cs_1"))
        return WooCommerceSource("https://shop.example", "ck_1", "cs_1", currency="EUR", client=api)

    def test_every_page_is_read(self, web: Any, client: Any, golden: Any) -> None:
        self.pages(web, golden, 250)
        events = list(self.source(client).every())
        assert ids(events) == [str(n) for n in range(1, 251)]
        assert len(web.requests) == 3
        assert web.requests[0].header("Authorization").startswith("Basic ")
        assert events[0].at == datetime(2026, 4, 2, 8, 30, tzinfo=UTC)

    def test_product_that_cannot_be_taken_is_a_failure_among_the_others(
        self, web: Any, client: Any, golden: Any
    ) -> None:
        body = golden.json("woocommerce/product_created.json")
        rows = [{**body, "id": 1}, {**body, "id": 2, "price": "on request"}, {**body, "id": 3}]
        web.pages["/wp-json/wc/v3/products"] = lambda request: ok(rows, X_WP_TotalPages="1")
        web.pages["/wp-json/wc/v3/products/2"] = lambda request: ok(rows[1])
        events = list(self.source(client).every())
        assert ids(events) == ["1", "2", "3"]
        assert [isinstance(event, Failure) for event in events] == [False, True, False]
        assert "on request" in events[1].message
        assert self.source(client).fetch(["2"]) == [events[1]]

    def test_variations_are_fetched_and_their_parent_is_found(
        self, web: Any, client: Any, golden: Any
    ) -> None:
        body = golden.json("woocommerce/product_variable.json")
        base = "/wp-json/wc/v3/products"
        web.pages[f"{base}/800"] = lambda request: ok(body["product"])
        web.pages[f"{base}/810"] = lambda request: ok(
            {**body["variations"][0], "type": "variation", "parent_id": 800}
        )
        web.pages[f"{base}/800/variations"] = lambda request: ok(body["variations"], X_WP_TotalPages="1")
        web.pages[f"{base}/9"] = lambda request: ok({"id": 9, "status": "trash"})
        events = self.source(client).fetch(["810", "9", "7"])
        assert ids(events) == ["800", "9", "7"]
        assert [type(event) for event in events] == [ProductUpserted, ProductRemoved, ProductRemoved]
        assert isinstance(events[0], ProductUpserted)
        assert len(events[0].product.variants) == 2
        assert events[0].at == datetime(2026, 4, 5, 12, 30, tzinfo=UTC)  # that of the newest variation


class TestBigCommerce:
    def test_products_come_with_names_of_brands_and_categories(
        self, web: Any, client: Any, golden: Any
    ) -> None:
        body = golden.json("bigcommerce/product.json")

        def products(request: Request) -> Reply:
            assert request.query["include"] == "images,variants"
            wanted = request.query.get("id:in")
            if wanted is not None:
                rows = [{**body, "id": int(n)} for n in wanted.split(",") if int(n) < 500]
                return ok({"data": rows, "meta": {"pagination": {"total_pages": 1}}})
            page = int(request.query["page"])
            rows = [{**body, "id": page * 10 + n} for n in range(2)]
            return ok({"data": rows, "meta": {"pagination": {"total_pages": 3}}})

        meta = {"pagination": {"total_pages": 1}}
        web.pages["/v3/catalog/products"] = products
        web.pages["/v3/catalog/brands"] = lambda request: ok(
            {"data": [{"id": 36, "name": "Levar"}], "meta": meta}
        )
        rows = [{"id": 23, "parent_id": 0, "name": "Shop"}, {"id": 24, "parent_id": 23, "name": "Jackets"}]
        web.pages["/v3/catalog/categories"] = lambda request: ok({"data": rows, "meta": meta})
        source = BigCommerceSource("abc", "tok", currency="USD", client=client("/v3"))
        events = source.fetch(["174", "999"])
        assert ids(events) == ["174", "999"]
        assert isinstance(events[0], ProductUpserted)
        assert (events[0].product.brand, events[0].product.category) == ("Levar", "Shop > Jackets")
        assert isinstance(events[1], ProductRemoved)
        assert ids(source.every()) == ["10", "11", "20", "21", "30", "31"]
        assert web.paths().count("/v3/catalog/brands") == 1


class TestShopware:
    def test_products_come_with_variants_and_currencies(self, web: Any, client: Any, golden: Any) -> None:
        body = golden.json("shopware/product.json")
        parent, child = body["product"], body["children"][0]
        rows = {parent["id"]: parent, child["id"]: child}

        def search(request: Request) -> Reply:
            assert request.header("Authorization") == "Bearer tok_1"
            criteria = json.loads(request.body)
            if criteria["page"] > 1:
                return ok({"data": []})
            if "ids" in criteria:
                return ok({"data": [rows[one] for one in criteria["ids"] if one in rows]})
            if criteria["filter"][0]["type"] == "equalsAny":
                return ok({"data": body["children"]})
            return ok({"data": [parent]})

        grants: list[Any] = []

        def token(request: Request) -> Reply:
            grants.append(json.loads(request.body))
            return ok({"access_token": "tok_1", "expires_in": 600})

        web.pages["/api/oauth/token"] = token
        web.pages["/api/search/product"] = search
        code = {"id": "b7d2554b0ce847cd82f3ac9bd1c0dfca", "isoCode": "EUR"}
        web.pages["/api/search/currency"] = lambda request: ok({"data": [code]})
        source = ShopwareSource("https://shopware.example", "key", "sec", client=client("/api"))
        events = source.fetch([child["id"], "gone"])
        assert ids(events) == ["gone", parent["id"]]
        assert isinstance(events[1], ProductUpserted)
        assert [one.sku for one in events[1].product.variants] == ["SWDEMO10007.1", "SWDEMO10007.2"]
        assert str(events[1].product.price) == "199.99 EUR"
        assert events[1].at == datetime(2026, 3, 11, 9, tzinfo=UTC)
        assert ids(source.every()) == [parent["id"]]
        assert grants == [{"grant_type": "client_credentials", "client_id": "key", "client_secret": "sec"}]


class TestShopify:
    def node(self, number: int, more: bool = False) -> dict[str, Any]:
        variants = [self.variant(number * 1000 + n) for n in range(25 if more else 1)]
        return {
            "id": f"gid://shopify/Product/{number}",
            "title": f"Product {number}",
            "handle": f"p-{number}",
            "status": "ACTIVE",
            "publishedAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-02-01T00:00:00Z",
            "tags": ["new"],
            "priceRangeV2": {"minVariantPrice": {"currencyCode": "CAD"}},
            "media": {
                "nodes": [
                    {
                        "id": "gid://shopify/MediaImage/1",
                        "alt": "",
                        "image": {"url": "https://cdn.example/1.jpg"},
                    }
                ]
            },
            "variants": {"pageInfo": {"hasNextPage": more, "endCursor": "v1"}, "nodes": variants},
        }

    def variant(self, number: int) -> dict[str, Any]:
        return {
            "id": f"gid://shopify/ProductVariant/{number}",
            "title": "M",
            "price": "10.00",
            "compareAtPrice": "12.00",
            "availableForSale": True,
            "selectedOptions": [{"name": "Size", "value": "M"}],
            "media": {"nodes": [{"id": "gid://shopify/MediaImage/1"}]},
        }

    def test_pages_variants_and_throttling(self, web: Any, client: Any, naps: list[float]) -> None:
        throttled = [True]

        def graphql(request: Request) -> Reply:
            asked = json.loads(request.body)
            if throttled and throttled.pop():
                status = {"maximumAvailable": 2000, "currentlyAvailable": 10, "restoreRate": 100}
                cost = {"requestedQueryCost": 110, "throttleStatus": status}
                errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
                return ok({"errors": errors, "extensions": {"cost": cost}})
            if "$ids" in asked["query"]:
                nodes = [
                    None if one.endswith("/9") else self.node(int(one.split("/")[-1]))
                    for one in asked["variables"]["ids"]
                ]
                return ok({"data": {"nodes": nodes}})
            if "$id:" in asked["query"]:
                page = {"pageInfo": {"hasNextPage": False}, "nodes": [self.variant(99)]}
                return ok({"data": {"product": {"variants": page}}})
            first = asked["variables"]["after"] is None
            page = {
                "pageInfo": {"hasNextPage": first, "endCursor": "p1"},
                "nodes": [self.node(1, more=True)] if first else [self.node(2)],
            }
            return ok({"data": {"products": page}})

        web.pages["/graphql.json"] = graphql
        source = ShopifySource("lind.myshopify.com", "shpat", client=client())
        events = list(source.every())
        assert ids(events) == ["1", "2"]
        assert naps == [1.0]
        assert [len(event.product.variants) for event in events] == [26, 1]
        assert str(events[0].product.price) == "10.00 CAD"
        assert str(events[0].product.list_price) == "12.00 CAD"
        assert events[0].product.variants[0].images == events[0].product.images
        fetched = source.fetch(["5", "9"])
        assert [type(one) for one in fetched] == [ProductUpserted, ProductRemoved]

    def test_refused_query_is_an_error_that_says_why(self, web: Any, client: Any) -> None:
        web.pages["/graphql.json"] = lambda request: ok(
            {"errors": [{"message": "Access denied for products"}]}
        )
        with pytest.raises(DownloadFailed, match="Access denied"):
            ShopifySource("lind.myshopify.com", "shpat", client=client()).fetch(["1"])


class TestSquare:
    def test_changes_come_page_by_page(self, web: Any, client: Any, golden: Any) -> None:
        found = golden.json("square/search.json")
        pages = [
            {**found, "objects": found["objects"][:1], "cursor": "c1"},
            {"objects": found["objects"][1:]},
        ]
        asked: list[Any] = []

        def search(request: Request) -> Reply:
            asked.append(json.loads(request.body))
            return ok(pages.pop(0))

        web.pages["/v2/catalog/search"] = search
        events = SquareSource("tok", client=client("/v2")).changed_since(datetime(2026, 5, 20, tzinfo=UTC))
        assert ids(events) == ["GPCIQMKL5DH6A7E3SDKVKIAK", "OLDITEM"]
        assert isinstance(events[1], ProductRemoved)
        assert asked[0]["begin_time"] == "2026-05-20T00:00:00+00:00"
        assert asked[1]["cursor"] == "c1"
