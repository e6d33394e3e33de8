"""BigCommerce's product webhooks, which name a product and leave it to us to fetch it."""

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fashion_plugin.adapter import Request
from fashion_plugin.catalog import CatalogEvent, Failure, ProductRemoved
from fashion_plugin_adapters.platforms.values import identifier, mapping, text
from fashion_plugin_adapters.storefront.inbox import Webhooks
from fashion_plugin_adapters.storefront.signatures import Secrets, verify_standard
from fashion_plugin_adapters.storefront.sources import ProductSource

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["BigCommerceWebhooks"]


class BigCommerceWebhooks(Webhooks):
    """The scopes store/product/created, /updated, /deleted and those of a product's stock.

    ``secret`` is the app's client secret; products are fetched from ``source`` (`BigCommerceSource`).
    """

    name = "bigcommerce"

    def __init__(self, secret: str | Sequence[str], *, source: ProductSource, **options: Any) -> None:
        super().__init__(secret, **options)
        self._keys = Secrets([base64.b64encode(one.encode()).decode() for one in self._secrets])
        self._source = source

    def verify(self, request: Request) -> None:
        """Check the Standard Webhooks signature, whose key is the client secret's bytes."""
        verify_standard(
            self._keys,
            request.body,
            id=request.header("webhook-id"),
            timestamp=request.header("webhook-timestamp"),
            signatures=request.header("webhook-signature"),
            now=self._now(),
        )

    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """The product as it is now, or that it is gone since the time of the event."""
        scope = text(body.get("scope")).lower()
        if not scope.startswith("store/product/"):
            return None
        number = identifier(mapping(body.get("data"), "data").get("id"), "a BigCommerce product")
        if scope == "store/product/deleted":
            return [ProductRemoved(self._shop.id(number), self.at(body.get("created_at")))]
        return self._source.fetch([number])
