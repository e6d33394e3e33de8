"""Deliveries that carry the product, signed as the platforms sign them, against a real catalogue."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Request, Response, answer
from fashion_plugin.catalog import ProductUpserted
from fashion_plugin.errors import ProductNotFound
from fashion_plugin_adapters.platforms import Shop
from fashion_plugin_adapters.storefront import (
    ShopifyWebhooks,
    StandardWebhooks,
    WooCommerceWebhooks,
)

from .deliveries import NOW, Source, b64, post, standard_headers, told

KEY = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


class TestShopify:
    secret = "shpss_one"

    def adapter(self, **options: Any) -> ShopifyWebhooks:
        return ShopifyWebhooks(self.secret, **{"currency": "EUR", "now": lambda: NOW, **options})

    def send(
        self,
        shop: FashionPlugin,
        body: bytes | dict[str, Any],
        topic: str,
        adapter: Any = None,
        **headers: str,
    ) -> Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return post(
            adapter or self.adapter(),
            shop,
            data,
            X_Shopify_Topic=f"products/{topic}",
            **{"X_Shopify_Hmac_Sha256": b64(self.secret, data), **headers},
        )

    def test_created_product_is_stored_and_queued(self, shop: FashionPlugin, golden: Any) -> None:
        response = self.send(
            shop,
            golden.bytes("shopify/products_create.json"),
            "create",
            X_Shopify_Shop_Domain="lind.myshopify.com",
        )
        assert json.loads(response.body)["events"] == [
            {"product_id": "8012345678901", "state": "taken", "queued": True}
        ]
        product = shop.product("8012345678901")
        assert product.title == "Nora Wool Coat"
        assert product.url == "https://lind.myshopify.com/products/nora-wool-coat"
        assert [job.product_id for job in shop.jobs("waiting")] == ["8012345678901"]

    def test_replay_is_a_duplicate(self, shop: FashionPlugin, golden: Any) -> None:
        body = golden.bytes("shopify/products_create.json")
        assert told(self.send(shop, body, "create")) == ["taken"]
        assert told(self.send(shop, body, "update")) == ["duplicate"]
        assert shop.job_stats().duplicates == 1

    def test_older_update_changes_nothing(self, shop: FashionPlugin, golden: Any) -> None:
        body = golden.json("shopify/products_create.json")
        old = {**body, "title": "Older", "updated_at": "2026-03-01T00:00:00+01:00"}
        self.send(shop, golden.bytes("shopify/products_create.json"), "create")
        assert told(self.send(shop, json.dumps(old, default=str).encode(), "update")) == ["stale"]
        assert shop.product("8012345678901").title == "Nora Wool Coat"

    def test_deletion_holds_from_the_time_it_was_triggered(self, shop: FashionPlugin, golden: Any) -> None:
        body = golden.json("shopify/products_create.json")
        self.send(shop, golden.bytes("shopify/products_create.json"), "create")
        deleted = golden.bytes("shopify/products_delete.json")
        assert told(
            self.send(shop, deleted, "delete", X_Shopify_Triggered_At="2026-03-04T08:00:00.123456789Z")
        ) == ["taken"]
        with pytest.raises(ProductNotFound):
            shop.product("8012345678901")
        late = {**body, "updated_at": "2026-03-03T00:00:00Z"}
        assert told(self.send(shop, json.dumps(late, default=str).encode(), "update")) == ["stale"]
        anew = {**body, "updated_at": "2026-03-05T00:00:00Z"}
        assert told(self.send(shop, json.dumps(anew, default=str).encode(), "create")) == ["taken"]

    def test_draft_is_not_searchable(self, shop: FashionPlugin, golden: Any) -> None:
        self.send(shop, golden.bytes("shopify/products_update_draft.json"), "update")
        assert not shop.product("8012345678902").searchable

    def test_variant_that_a_body_leaves_out_stays_unless_it_is_gone(
        self, shop: FashionPlugin, golden: Any
    ) -> None:
        body = golden.json("shopify/products_create.json")
        self.send(shop, golden.bytes("shopify/products_create.json"), "create")
        partial = {**body, "variants": body["variants"][:1], "updated_at": "2026-03-03T00:00:00Z"}
        self.send(shop, json.dumps(partial, default=str).encode(), "update")
        assert [one.id for one in shop.product("8012345678901").variants] == ["44111", "44112", "44113"]
        partial |= {"variant_gids": body["variant_gids"][:2], "updated_at": "2026-03-04T00:00:00Z"}
        self.send(shop, json.dumps(partial, default=str).encode(), "update")
        assert [one.id for one in shop.product("8012345678901").variants] == ["44111", "44112"]

    def test_other_shops_and_topics_are_ignored(self, shop: FashionPlugin, golden: Any) -> None:
        body = golden.bytes("shopify/products_create.json")
        adapter = self.adapter(domain="mine.myshopify.com")
        assert self.send(shop, body, "create", adapter, X_Shopify_Shop_Domain="x.myshopify.com").status == 202
        headers = {"X_Shopify_Hmac_Sha256": b64(self.secret, body), "X_Shopify_Topic": "orders/create"}
        assert post(self.adapter(), shop, body, **headers).status == 202
        assert shop.products().products == ()

    def test_clock_that_runs_ahead_does_not_hold_off_what_follows(self, shop: FashionPlugin) -> None:
        self.send(shop, {"id": 1, "title": "A", "updated_at": "2099-01-01T00:00:00Z"}, "create")
        later = self.adapter(now=lambda: NOW + timedelta(hours=1))
        told(self.send(shop, {"id": 1, "title": "B", "updated_at": "2026-07-01T12:30:00Z"}, "update", later))
        assert shop.product("1").title == "B"


class TestWooCommerce:
    secret = "wc_one"

    def send(self, shop: FashionPlugin, body: bytes, topic: str, **options: Any) -> Response:
        now = options.pop("now", NOW)
        adapter = WooCommerceWebhooks(self.secret, currency="EUR", now=lambda: now, **options)
        headers = {"X_WC_Webhook_Signature": b64(self.secret, body), "X_WC_Webhook_Topic": f"product.{topic}"}
        return post(adapter, shop, body, **headers)

    def test_unsigned_ping_is_answered_and_does_nothing(self, shop: FashionPlugin) -> None:
        adapter = WooCommerceWebhooks(self.secret)
        kind = "application/x-www-form-urlencoded"
        assert post(adapter, shop, b"webhook_id=12", Content_Type=kind).status == 200
        assert post(adapter, shop, b"webhook_id=12", X_WC_Webhook_Topic="product.updated").status == 401

    @pytest.mark.parametrize("topic", ["created", "updated", "published"])
    def test_product_is_stored_whatever_its_change_is_called(
        self, shop: FashionPlugin, golden: Any, topic: str
    ) -> None:
        assert told(self.send(shop, golden.bytes("woocommerce/product_created.json"), topic)) == ["taken"]
        assert shop.product("794").title == "Linen Shirt"

    def test_trashed_product_is_gone_and_restored_with_its_embedding(
        self, shop: FashionPlugin, golden: Any, web: Any, photo: Any, encoder: Any
    ) -> None:
        body = golden.json("woocommerce/product_created.json")
        web.pages["/front.png"] = photo("red")
        body["images"] = [{"id": 1, "src": f"{web.url}/front.png"}]
        data = json.dumps(body, default=str).encode()
        self.send(shop, data, "created")
        shop.work()
        assert [match.product.id for match in shop.search(photo("red"))] == ["794"]
        told(self.send(shop, golden.bytes("woocommerce/product_deleted.json"), "deleted"))
        assert list(shop.search(photo("red"))) == []
        # Its own time is that of its last change, long before it was trashed.
        later = NOW + timedelta(minutes=5)
        assert told(self.send(shop, data, "updated", now=later)) == ["stale"]
        assert told(self.send(shop, data, "restored", now=later)) == ["taken"]
        assert [match.product.id for match in shop.search(photo("red"))] == ["794"]
        assert encoder.encoded == 4  # the photo once, and three queries
        assert shop.jobs() == []

    def test_variation_refreshes_its_product_through_the_source(
        self, shop: FashionPlugin, golden: Any
    ) -> None:
        from fashion_plugin_adapters.platforms import woocommerce_product

        body = golden.json("woocommerce/product_variable.json")
        whole = woocommerce_product(body["product"], Shop("EUR"), body["variations"])
        source = Source(ProductUpserted(whole, NOW))
        source.events["800"] = ProductUpserted(whole, NOW)
        variation = json.dumps(
            {**body["variations"][0], "type": "variation", "parent_id": 800, "name": "Jersey Dress - Green"}
        ).encode()
        assert told(self.send(shop, variation, "updated", source=source)) == ["taken"]
        assert source.asked == [("800",)]
        assert len(shop.product("800").variants) == 2
        assert self.send(shop, variation, "updated").status == 202

    def test_known_variations_stay_where_there_is_no_source(self, shop: FashionPlugin, golden: Any) -> None:
        from fashion_plugin_adapters.platforms import woocommerce_product

        body = golden.json("woocommerce/product_variable.json")
        shop.submit(
            ProductUpserted(woocommerce_product(body["product"], Shop("EUR"), body["variations"]), NOW)
        )
        changed = {
            **body["product"],
            "name": "Jersey Gown",
            "variations": [811],
            "date_modified_gmt": "2026-07-02T00:00:00",
        }
        self.send(shop, json.dumps(changed, default=str).encode(), "updated", now=NOW + timedelta(days=1))
        product = shop.product("800")
        assert (product.title, [one.id for one in product.variants]) == ("Jersey Gown", ["811"])


class TestStandard:
    def send(self, shop: FashionPlugin, body: bytes | dict[str, Any]) -> Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return post(StandardWebhooks(KEY, now=lambda: NOW), shop, data, **standard_headers(KEY, data))

    def test_product_comes_and_goes(self, shop: FashionPlugin, golden: Any) -> None:
        assert told(self.send(shop, golden.bytes("standard/product_updated.json"))) == ["taken"]
        assert shop.product("boots-7").title == "Chelsea Boots"
        assert told(self.send(shop, golden.bytes("standard/product_deleted.json"))) == ["taken"]
        assert shop.products().products == ()

    def test_wrong_input_gets_the_status_that_says_so(self, shop: FashionPlugin) -> None:
        data = {"id": "a", "price": "abc"}
        for body, status in (
            (b"{", 400),
            (b"[]", 422),
            (b'{"type": "product.updated"}', 422),
            ({"type": "product.updated", "data": {}}, 422),
            ({"type": "product.updated", "data": data}, 422),
            ({"type": "order.paid", "data": {}}, 202),
            (b'{"type": "product.updated", "data": {"id": "a"}}' + b" " * 6_000_000, 413),
        ):
            assert self.send(shop, body).status == status, body[:60] if isinstance(body, bytes) else body  # type: ignore[operator]
        assert shop.products().products == ()

    def test_wrong_signature_is_refused_without_detail(self, shop: FashionPlugin, golden: Any) -> None:
        body = golden.bytes("standard/product_updated.json")
        headers = standard_headers(KEY, body)
        response = post(StandardWebhooks(KEY, now=lambda: NOW), shop, body + b" ", **headers)
        assert response.status == 401
        assert json.loads(response.body) == {"type": "about:blank", "title": "Not authorised", "status": 401}

    def test_full_or_locked_disk_makes_the_sender_try_again(
        self, shop: FashionPlugin, golden: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from fashion_plugin.errors import DatabaseLocked

        def locked(*_: object, **__: object) -> None:
            raise DatabaseLocked("/srv/shop.db was locked")

        monkeypatch.setattr(shop, "submit", locked)
        response = self.send(shop, golden.bytes("standard/product_updated.json"))
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        assert b"/srv" not in response.body


def test_two_shops_share_a_catalogue_by_namespace(shop: FashionPlugin) -> None:
    body = b'{"id": 1, "title": "Coat"}'
    for namespace in ("de:", "fr:"):
        adapter = ShopifyWebhooks("secret", namespace=namespace)
        headers = {"X_Shopify_Hmac_Sha256": b64("secret", body), "X_Shopify_Topic": "products/create"}
        assert told(post(adapter, shop, body, **headers)) == ["taken"]
    assert [product.id for product in shop.products().products] == ["de:1", "fr:1"]


def test_only_posts_are_taken(shop: FashionPlugin) -> None:
    response = answer(ShopifyWebhooks("secret"), replace(Request("GET", "/")), shop)
    assert (response.status, response.headers["Allow"]) == (405, "POST")
