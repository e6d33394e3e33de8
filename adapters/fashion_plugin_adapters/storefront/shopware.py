"""Shopware 6's product webhooks, which name products and leave it to us to fetch them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fashion_plugin.adapter import Request
from fashion_plugin.catalog import CatalogEvent, Failure, ProductRemoved
from fashion_plugin_adapters.platforms.values import identifier, mapping, objects, text
from fashion_plugin_adapters.storefront.inbox import Webhooks
from fashion_plugin_adapters.storefront.signatures import verify_hmac
from fashion_plugin_adapters.storefront.sources import ProductSource

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["ShopwareWebhooks"]


class ShopwareWebhooks(Webhooks):
    """The events product.written and product.deleted.

    ``secret`` is the shop's secret from the app's registration; products are fetched from ``source``
    (`ShopwareSource`), a variant as its parent.
    """

    name = "shopware"

    def __init__(self, secret: str | Sequence[str], *, source: ProductSource, **options: Any) -> None:
        super().__init__(secret, **options)
        self._source = source

    def verify(self, request: Request) -> None:
        """Check the HMAC in shopware-shop-signature, in hexadecimal."""
        given = request.header("shopware-shop-signature")
        verify_hmac(self._secrets, request.body, given, encoding="hex")

    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """The written products as they are now, and the deleted ones as gone since the time of the event."""
        data = mapping(body.get("data"), "data")
        event = text(data.get("event")).lower()
        if event not in ("product.written", "product.deleted"):
            return None
        changes = [
            one for one in objects(data.get("payload"), "payload") if text(one.get("entity")) == "product"
        ]
        if not changes:
            return None
        moment = self.at(body.get("timestamp"))
        gone: list[str] = []
        written: list[str] = []
        for change in changes:
            key = identifier(change.get("primaryKey"), "a Shopware product")
            deleted = event == "product.deleted" or text(change.get("operation")) == "delete"
            (gone if deleted else written).append(key)
        removed = [ProductRemoved(self._shop.id(key), moment) for key in dict.fromkeys(gone)]
        return [*removed, *(self._source.fetch(list(dict.fromkeys(written))) if written else ())]
