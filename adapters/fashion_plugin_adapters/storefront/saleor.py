"""Saleor's product webhooks, signed with a detached JWS."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fashion_plugin.adapter import Request
from fashion_plugin.catalog import CatalogEvent, Failure, ProductRemoved, ProductUpserted
from fashion_plugin.errors import InvalidInput, MissingExtra, SignatureError
from fashion_plugin_adapters.platforms import Shop, saleor_product
from fashion_plugin_adapters.platforms.saleor import SALEOR_SUBSCRIPTION
from fashion_plugin_adapters.platforms.values import identifier, mapping, text
from fashion_plugin_adapters.storefront.inbox import MAX_BODY, Webhooks, utc_now
from fashion_plugin_adapters.storefront.sources.client import ApiClient

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["SALEOR_SUBSCRIPTION", "SaleorWebhooks"]

_REFETCH_SECONDS = 60.0


class SaleorWebhooks(Webhooks):
    """The events product_created, product_updated and product_deleted, and those of its variants and media.

    Args:
        keys: the API's JWKS: its address (``https://<shop>/.well-known/jwks.json``) or the key set itself.
            Keys are fetched when first needed, and again (once a minute at most) for an unknown key id.
        currency: of prices that come without one.
        url: the storefront's address.
        namespace: put before every product id.
        max_body: bytes that a body may have.
        now: gives the present moment.

    The webhook's subscription must select what `SALEOR_SUBSCRIPTION` does.

    Raises:
        MissingExtra: PyJWT is not installed.
    """

    name = "saleor"

    def __init__(
        self,
        keys: str | Mapping[str, Any],
        *,
        currency: str = "",
        url: str = "",
        namespace: str = "",
        max_body: int = MAX_BODY,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        _jws()
        self._shop = Shop(currency.strip().upper(), url, namespace)
        self._max_body = max_body
        self._now = now
        self._lock = threading.Lock()
        self._fetched = float("-inf")
        self._client = ApiClient(keys) if isinstance(keys, str) else None
        self._keys = _key_set(keys) if not isinstance(keys, str) else {}

    def verify(self, request: Request) -> None:
        """Check the detached RS256 signature in Saleor-Signature."""
        jwt, jws = _jws()
        token = request.header("Saleor-Signature")
        try:
            header = jws.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise SignatureError("the signature cannot be read") from error
        if header.get("b64") is not False or token.count(".") != 2 or token.split(".")[1]:
            # Else the token would bring a payload of its own, and the body would not be what was signed.
            raise SignatureError("the signature must be detached")
        key = self._key(text(header.get("kid")))
        try:
            jws.decode(token, key, algorithms=["RS256"], detached_payload=request.body)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise SignatureError("the signature does not fit") from error

    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """One event for one product; its time is ``issuedAt``."""
        topic = request.header("Saleor-Event").lower()
        if not topic.startswith("product_"):
            return None
        found = body.get("product")
        if found is None and isinstance(body.get("productVariant"), Mapping):
            found = body["productVariant"].get("product")
        product = mapping(found, "product")
        moment = self.at(body.get("issuedAt"), product.get("updatedAt"))
        if topic == "product_deleted":
            return [ProductRemoved(self._shop.id(identifier(product.get("id"), "a product")), moment)]
        return [ProductUpserted(saleor_product(product, self._shop), moment)]

    def _key(self, kid: str) -> Any:
        with self._lock:
            if kid not in self._keys and self._client is not None:
                if time.monotonic() - self._fetched < _REFETCH_SECONDS:
                    raise SignatureError("the signature's key is not known")
                # A fetch that fails raises: the platform sends again, and only a success counts as one.
                self._keys = _key_set(self._client.get("").data)
                self._fetched = time.monotonic()
            if kid in self._keys:
                return self._keys[kid]
        raise SignatureError("the signature's key is not known")


def _jws() -> tuple[Any, Any]:
    try:
        import jwt
        from jwt.api_jws import PyJWS
    except ImportError as error:
        raise MissingExtra("Saleor's signatures need PyJWT:  pip install 'fashion-plugin[saleor]'") from error
    return jwt, PyJWS(algorithms=["RS256"])


def _key_set(keys: object) -> dict[str, Any]:
    jwt, _ = _jws()
    try:
        listed = mapping(keys, "a key set")["keys"]
        return {
            text(one.get("kid")): jwt.PyJWK.from_json(json.dumps(dict(one)), algorithm="RS256").key
            for one in listed
            if one.get("kty") == "RSA" and one.get("use", "sig") == "sig"
        }
    except (KeyError, TypeError, AttributeError, ValueError, jwt.PyJWTError) as error:
        raise InvalidInput("that is not a JSON Web Key Set") from error
