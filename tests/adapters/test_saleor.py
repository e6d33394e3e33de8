"""Saleor's detached JWS, signed and verified by PyJWT with keys served as a JWKS."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.api_jws import PyJWS

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Request, Response, answer
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.storefront import SaleorWebhooks

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    return tuple(rsa.generate_private_key(65537, 2048) for _ in range(2))  # type: ignore[return-value]


def key_set(key: rsa.RSAPrivateKey, kid: str = "1") -> dict[str, Any]:
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return {"keys": [{**public, "kid": kid, "use": "sig"}]}


def sign(key: rsa.RSAPrivateKey, body: bytes, kid: str = "1", algorithm: str = "RS256") -> str:
    headers = {"kid": kid, "b64": False, "crit": ["b64"]}
    return PyJWS().encode(body, key, algorithm=algorithm, headers=headers, is_payload_detached=True)


def send(
    shop: FashionPlugin, adapter: SaleorWebhooks, body: bytes, token: str, event: str = "product_updated"
) -> Response:
    headers = {"Saleor-Signature": token, "Saleor-Event": event}
    return answer(adapter, Request("POST", "/webhooks/saleor", headers, body=body), shop)


def test_signed_product_is_stored_and_deleted(shop: FashionPlugin, golden: Any, keys: Any) -> None:
    adapter = SaleorWebhooks(key_set(keys[0]), now=lambda: NOW)
    body = golden.bytes("saleor/product_updated.json")
    assert send(shop, adapter, body, sign(keys[0], body)).status == 200
    assert shop.product("UHJvZHVjdDo3Mg==").title == "Monospace Tee"
    gone = golden.bytes("saleor/product_deleted.json")
    assert send(shop, adapter, gone, sign(keys[0], gone), "product_deleted").status == 200
    assert shop.products().products == ()


def test_other_events_are_ignored(shop: FashionPlugin, keys: Any) -> None:
    adapter = SaleorWebhooks(key_set(keys[0]))
    assert send(shop, adapter, b"{}", sign(keys[0], b"{}"), "order_created").status == 202


def test_wrong_signatures_are_refused(shop: FashionPlugin, golden: Any, keys: Any) -> None:
    adapter = SaleorWebhooks(key_set(keys[0]), now=lambda: NOW)
    body = golden.bytes("saleor/product_updated.json")
    good = sign(keys[0], body)
    head, _, tail = good.split(".")
    attached = PyJWS().encode(body, keys[0], algorithm="RS256", headers={"kid": "1"})
    none = (
        base64.urlsafe_b64encode(b'{"alg":"none","kid":"1","b64":false,"crit":["b64"]}').decode().rstrip("=")
    )
    shared = PyJWS().encode(
        body,
        b"0" * 64,
        algorithm="HS256",
        headers={"kid": "1", "b64": False, "crit": ["b64"]},
        is_payload_detached=True,
    )
    payload = base64.urlsafe_b64encode(body).decode().rstrip("=")
    for token in (
        "",
        "a.b.c",
        sign(keys[1], body),
        sign(keys[0], body, kid="2"),
        sign(keys[0], body + b" "),
        attached,
        f"{head}.{payload}.{tail}",
        f"{none}..",
        shared,
        good[:-4],
    ):
        assert send(shop, adapter, body, token).status == 401, token
    assert shop.products().products == ()


def test_keys_are_fetched_once_and_again_for_a_new_one(
    shop: FashionPlugin, golden: Any, keys: Any, web: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.pages["/.well-known/jwks.json"] = json.dumps(key_set(keys[0])).encode()
    adapter = SaleorWebhooks(f"{web.url}/.well-known/jwks.json", now=lambda: NOW)
    body = golden.bytes("saleor/product_updated.json")
    for _ in range(2):
        assert send(shop, adapter, body, sign(keys[0], body)).status == 200
    assert len(web.requests) == 1
    web.pages["/.well-known/jwks.json"] = json.dumps(key_set(keys[1], "2")).encode()
    assert send(shop, adapter, body, sign(keys[1], body, kid="2")).status == 401
    assert len(web.requests) == 1  # not before a minute has gone by, whatever is sent
    monkeypatch.setattr(adapter, "_fetched", float("-inf"))
    assert send(shop, adapter, body, sign(keys[1], body, kid="2")).status == 200


def test_keys_that_cannot_be_fetched_are_a_fault_of_ours(
    shop: FashionPlugin, golden: Any, keys: Any, web: Any
) -> None:
    adapter = SaleorWebhooks(f"{web.url}/none.json", now=lambda: NOW)
    web.pages["/none.json"] = lambda request: (403, {}, b"")
    body = golden.bytes("saleor/product_updated.json")
    for _ in range(2):
        assert send(shop, adapter, body, sign(keys[0], body)).status == 503


@pytest.mark.parametrize("keys", [{}, {"keys": 1}, {"keys": [1]}, {"keys": [{"kty": "RSA", "kid": "1"}]}])
def test_what_is_no_key_set_is_refused(keys: Any) -> None:
    with pytest.raises(InvalidInput):
        SaleorWebhooks(keys)


def test_pyjwt_reads_what_the_tests_sign(keys: Any) -> None:
    token = sign(keys[0], b"body")
    assert (
        PyJWS().decode(token, keys[0].public_key(), algorithms=["RS256"], detached_payload=b"body") == b"body"
    )
    with pytest.raises(jwt.InvalidSignatureError):
        PyJWS().decode(token, keys[0].public_key(), algorithms=["RS256"], detached_payload=b"other")
