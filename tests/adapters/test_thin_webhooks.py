"""Deliveries that only name the product: it is asked for at the platform, which the tests play."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Response
from fashion_plugin.catalog import Failure, Product, ProductRemoved, ProductUpserted
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.platforms import Shop, bigcommerce_product, shopware_product, square_product
from fashion_plugin_adapters.storefront import (
    BigCommerceWebhooks,
    ShopwareWebhooks,
    SquareWebhooks,
)

from .deliveries import NOW, Source, b64, mac, post, standard_headers, told


class TestBigCommerce:
    secret = "bc_client_secret"

    def source(self, golden: Any, **options: Any) -> Source:
        product = bigcommerce_product(golden.json("bigcommerce/product.json"), Shop("USD"))
        return Source(ProductUpserted(product, NOW), **options)

    def send(self, shop: FashionPlugin, body: bytes, source: Source) -> Response:
        key = base64.b64encode(self.secret.encode()).decode()
        adapter = BigCommerceWebhooks(self.secret, source=source, now=lambda: NOW)
        return post(adapter, shop, body, **standard_headers(key, body))

    @pytest.mark.parametrize("topic", ["created", "updated", "inventory_updated"])
    def test_product_is_fetched(self, shop: FashionPlugin, golden: Any, topic: str) -> None:
        body = golden.bytes(f"bigcommerce/store_product_{topic}.json")
        assert told(self.send(shop, body, self.source(golden))) == ["taken"]
        assert shop.product("174").title == "Denim Jacket"

    def test_deleted_product_is_gone_without_asking(self, shop: FashionPlugin, golden: Any) -> None:
        source = self.source(golden)
        shop.submit(*source.fetch(["174"]))
        late = golden.json("bigcommerce/store_product_deleted.json") | {
            "created_at": int(NOW.timestamp()) + 1
        }
        assert told(self.send(shop, json.dumps(late).encode(), source)) == ["taken"]
        assert len(source.asked) == 1
        assert shop.products().products == ()

    def test_product_that_is_not_there_any_more_is_removed(self, shop: FashionPlugin, golden: Any) -> None:
        body = golden.bytes("bigcommerce/store_product_updated.json")
        assert told(self.send(shop, body, Source())) == ["taken"]
        assert shop.products().products == ()

    def test_api_that_is_down_makes_the_platform_send_again(self, shop: FashionPlugin, golden: Any) -> None:
        body = golden.bytes("bigcommerce/store_product_updated.json")
        response = self.send(shop, body, self.source(golden, down=True))
        assert (response.status, response.headers["Retry-After"]) == (503, "30")

    def test_other_scopes_are_ignored(self, shop: FashionPlugin, golden: Any) -> None:
        body = b'{"scope": "store/order/created", "data": {"type": "order", "id": 5}}'
        assert self.send(shop, body, self.source(golden)).status == 202


class TestShopware:
    secret = "shopware_secret"

    def send(self, shop: FashionPlugin, body: bytes, source: Source) -> Response:
        adapter = ShopwareWebhooks(self.secret, source=source, now=lambda: NOW)
        return post(adapter, shop, body, shopware_shop_signature=mac(self.secret, body).hex())

    def test_written_product_is_fetched_and_a_deleted_one_goes(
        self, shop: FashionPlugin, golden: Any
    ) -> None:
        body = golden.json("shopware/product.json")
        product = shopware_product(body["product"], Shop("EUR"), children=body["children"])
        written = datetime(2026, 3, 11, 9, tzinfo=UTC)
        source = Source(ProductUpserted(product, written))
        assert told(self.send(shop, golden.bytes("shopware/product_written.json"), source)) == ["taken"]
        assert shop.product(product.id).title == "Tailored Blazer"
        assert told(self.send(shop, golden.bytes("shopware/product_deleted.json"), source)) == ["taken"]
        assert shop.products().products == ()

    def test_product_that_cannot_be_taken_keeps_back_no_other(
        self, shop: FashionPlugin, golden: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        body = golden.json("shopware/product_written.json")
        changes = body["data"]["payload"]
        good, bad = (changes[0] | {"primaryKey": key} for key in ("good", "bad"))
        source = Source(ProductUpserted(Product("good"), NOW), Failure("bad", "", "its price is no number"))
        for payload, status in (([good, bad], 200), ([bad], 422)):
            sent = json.dumps(body | {"data": body["data"] | {"payload": payload}}, default=str).encode()
            assert self.send(shop, sent, source).status == status
        assert [product.id for product in shop.products().products] == ["good"]
        assert "shopware: left out bad: its price is no number" in caplog.text

    def test_other_entities_and_events_are_ignored(self, shop: FashionPlugin) -> None:
        for body in (
            b'{"data": {"event": "order.placed", "payload": []}}',
            b'{"data": {"event": "product.written", "payload": [{"entity": "media", "primaryKey": "x"}]}}',
        ):
            assert self.send(shop, body, Source()).status == 202


class TestSquare:
    secret, url = "square_key", "https://shop.example/fashion/webhooks/square"

    def test_changes_are_asked_for(self, shop: FashionPlugin, golden: Any) -> None:
        found = golden.json("square/search.json")
        product = square_product(
            found["objects"][0], Shop(), {one["id"]: one for one in found["related_objects"]}
        )
        source = Source(ProductUpserted(product, NOW), ProductRemoved("OLDITEM", NOW))
        body = golden.bytes("square/catalog_version_updated.json")
        adapter = SquareWebhooks(self.secret, notification_url=self.url, source=source, now=lambda: NOW)
        signature = b64(self.secret, self.url.encode() + body)
        assert told(post(adapter, shop, body, x_square_hmacsha256_signature=signature)) == ["taken", "taken"]
        assert source.asked == [datetime(2026, 5, 20, 17, 48, 41, 821000, UTC)]
        other = b64(self.secret, b"https://elsewhere.example/" + body)
        assert post(adapter, shop, body, x_square_hmacsha256_signature=other).status == 401

    def test_address_is_needed(self) -> None:
        with pytest.raises(InvalidInput):
            SquareWebhooks("key", notification_url="/webhooks/square", source=Source())
