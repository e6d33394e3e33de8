"""Every installed adapter against the contract; the suite itself against adapters that break it."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Request, Response, adapter_path, installed_adapters
from fashion_plugin.catalog import Product, ProductRemoved, ProductUpserted
from fashion_plugin.errors import InvalidRequest
from fashion_plugin.testing import check_adapter

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECRET = "shop-secret-of-the-tests"
KEY = "whsec_" + base64.b64encode(SECRET.encode()).decode()
URL = "https://shop.example/webhooks/square"


@dataclass(frozen=True)
class Case:
    """How an adapter is made and signed, and what it must take."""

    options: dict[str, Any]
    sign: Callable[[Request], Request]
    valid: list[tuple[str, dict[str, str]]]


class Source:
    """An API that holds one product of any id that is asked for."""

    def fetch(self, ids: Any) -> list[ProductUpserted]:
        return [ProductUpserted(Product(id=str(one), title="Fetched"), NOW) for one in ids]

    def every(self) -> Any:
        return iter(())

    def changed_since(self, moment: datetime) -> list[Any]:
        return [*self.fetch(["1"]), ProductRemoved("2", NOW)]


def with_headers(request: Request, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(request, headers={**request.headers, **named})


def digest(body: bytes, secret: bytes = SECRET.encode()) -> bytes:
    return hmac.new(secret, body, sha256).digest()


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def standard(request: Request) -> Request:
    stamp = str(int(NOW.timestamp()))
    signed = f"msg_1.{stamp}.".encode() + request.body
    return with_headers(
        request,
        webhook_id="msg_1",
        webhook_timestamp=stamp,
        webhook_signature=f"v1,{encoded(digest(signed))}",
    )


CASES = {
    "shopify": Case(
        {"secret": SECRET, "currency": "EUR"},
        lambda request: with_headers(request, X_Shopify_Hmac_SHA256=encoded(digest(request.body))),
        [
            ("shopify/products_create.json", {"X-Shopify-Topic": "products/create"}),
            ("shopify/products_update_draft.json", {"X-Shopify-Topic": "products/update"}),
            ("shopify/products_delete.json", {"X-Shopify-Topic": "products/delete"}),
        ],
    ),
    "woocommerce": Case(
        {"secret": SECRET, "currency": "EUR"},
        lambda request: with_headers(request, X_WC_Webhook_Signature=encoded(digest(request.body))),
        [
            ("woocommerce/product_created.json", {"X-WC-Webhook-Topic": "product.created"}),
            ("woocommerce/product_updated_private.json", {"X-WC-Webhook-Topic": "product.updated"}),
            ("woocommerce/product_deleted.json", {"X-WC-Webhook-Topic": "product.deleted"}),
        ],
    ),
    "bigcommerce": Case(
        {"secret": SECRET, "source": Source()},
        standard,
        [
            ("bigcommerce/store_product_created.json", {}),
            ("bigcommerce/store_product_updated.json", {}),
            ("bigcommerce/store_product_inventory_updated.json", {}),
            ("bigcommerce/store_product_deleted.json", {}),
        ],
    ),
    "standard": Case(
        {"secret": KEY},
        standard,
        [("standard/product_updated.json", {}), ("standard/product_deleted.json", {})],
    ),
    "shopware": Case(
        {"secret": SECRET, "source": Source()},
        lambda request: with_headers(request, shopware_shop_signature=digest(request.body).hex()),
        [("shopware/product_written.json", {}), ("shopware/product_deleted.json", {})],
    ),
    "square": Case(
        {"secret": SECRET, "source": Source(), "notification_url": URL},
        lambda request: with_headers(
            request, x_square_hmacsha256_signature=encoded(digest(URL.encode() + request.body))
        ),
        [("square/catalog_version_updated.json", {})],
    ),
}


def saleor_case() -> Case:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from jwt.algorithms import RSAAlgorithm
    from jwt.api_jws import PyJWS

    key = rsa.generate_private_key(65537, 2048)
    public = {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": "1"}

    def sign(request: Request) -> Request:
        headers = {"kid": "1", "b64": False, "crit": ["b64"]}
        token = PyJWS().encode(
            request.body, key, algorithm="RS256", headers=headers, is_payload_detached=True
        )
        return with_headers(request, Saleor_Signature=token)

    return Case(
        {"keys": {"keys": [public]}},
        sign,
        [
            ("saleor/product_updated.json", {"Saleor-Event": "product_updated"}),
            ("saleor/product_deleted.json", {"Saleor-Event": "product_deleted"}),
        ],
    )


@pytest.mark.parametrize("name", sorted(installed_adapters()))
def test_installed_adapter_keeps_the_contract(name: str, golden: Any) -> None:
    case = saleor_case() if name == "saleor" else CASES[name]
    adapter = installed_adapters()[name](**case.options, now=lambda: NOW)
    valid = [
        case.sign(Request("POST", adapter_path(adapter), headers, body=golden.bytes(payload), url=URL))
        for payload, headers in case.valid
    ]
    check_adapter(adapter, valid, sign=case.sign, secrets=[SECRET, KEY])


def test_our_own_adapters_are_installed_by_the_door_that_strangers_use() -> None:
    assert set(installed_adapters()) >= {*CASES, "saleor"}


class Broken:
    """An adapter that a test makes break one rule."""

    path = "/broken"

    def __init__(self, handle: Callable[[Request, FashionPlugin], Any], name: str = "broken") -> None:
        self.name = name
        self._handle = handle

    def handle(self, request: Request, plugin: FashionPlugin) -> Response:
        answer: Response = self._handle(request, plugin)
        return answer


def crash(request: Request, plugin: FashionPlugin) -> Response:
    return Response.json(json.loads(request.body)["id"])


def grow(request: Request, plugin: FashionPlugin) -> Response:
    plugin.submit(ProductUpserted(Product(id=f"p{len(plugin.products().products)}"), NOW))
    return Response.json({})


def trusting(request: Request, plugin: FashionPlugin) -> Response:
    return Response.json({}) if len(request.body) < 1_000_000 else Response.problem(413, "Too large")


def careful(request: Request, plugin: FashionPlugin) -> Response:
    if len(request.body) > 1_000_000:
        raise InvalidRequest("too long")
    return Response.json({})


VALID = Request("POST", "/broken", {"X-Signature": "s"}, body=b'{"id": 1}')


@pytest.mark.parametrize(
    ("handle", "told"),
    [
        (crash, "a JSON null ended in TypeError"),
        (grow, "a replayed request changed the catalogue"),
        (lambda request, plugin: Response.json({}), "a body of 32 MiB was answered 200"),
        (lambda request, plugin: Response.problem(500, "Oops"), "was answered 500"),
        (lambda request, plugin: "fine", "not a Response"),
        (trusting, "a body that was changed after signing was answered 200 instead of 401"),
    ],
)
def test_adapter_that_breaks_the_contract_is_told_how(handle: Any, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        check_adapter(Broken(handle), [VALID], sign=lambda request: request)


def test_adapter_with_a_name_that_no_url_takes_is_told_so() -> None:
    with pytest.raises(AssertionError, match="its name"):
        check_adapter(Broken(careful, name="My Kiosk"), [VALID])


def test_secret_in_an_answer_is_found() -> None:
    with pytest.raises(AssertionError, match="a secret is seen"):
        check_adapter(Broken(lambda *_: Response.json("hunter2")), [VALID], secrets=["hunter2"])


def test_adapter_without_signatures_needs_no_signer() -> None:
    check_adapter(Broken(careful), [VALID])
