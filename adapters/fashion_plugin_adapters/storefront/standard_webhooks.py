"""Our own product webhooks, signed by Standard Webhooks: for Medusa and shops built by hand."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fashion_plugin.adapter import Request
from fashion_plugin.catalog import CatalogEvent, Failure, ProductRemoved, ProductUpserted
from fashion_plugin_adapters.platforms import own_product
from fashion_plugin_adapters.platforms.values import identifier, mapping, text
from fashion_plugin_adapters.storefront.inbox import Webhooks
from fashion_plugin_adapters.storefront.signatures import check_standard_secrets, verify_standard

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["StandardWebhooks"]

_UPSERTS = frozenset({"product.created", "product.updated", "product.restored"})


class StandardWebhooks(Webhooks):
    """``{"type": "product.updated", "timestamp": …, "data": {"id": …}}``, ``data`` being a product.

    The types are product.created, .updated, .restored and .deleted; ``data`` has the form that
    `own_product` reads. ``secret`` is ``whsec_`` and base64. An event's time is ``data.updated_at``, else
    ``timestamp``, which must stay the same when a message is sent again.
    """

    name = "standard"

    def __init__(self, secret: str | Sequence[str], **options: Any) -> None:
        super().__init__(secret, **options)
        check_standard_secrets(self._secrets)

    def verify(self, request: Request) -> None:
        """Check webhook-id, webhook-timestamp and webhook-signature."""
        verify_standard(
            self._secrets,
            request.body,
            id=request.header("webhook-id"),
            timestamp=request.header("webhook-timestamp"),
            signatures=request.header("webhook-signature"),
            now=self._now(),
        )

    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """One event for one product."""
        kind = text(body.get("type")).lower()
        if kind != "product.deleted" and kind not in _UPSERTS:
            return None
        data = mapping(body.get("data"), "data")
        moment = self.at(data.get("updated_at"), body.get("timestamp"))
        if kind == "product.deleted":
            removed = self._shop.id(identifier(data.get("id"), "a deleted product"))
            return [ProductRemoved(removed, self.at(body.get("timestamp"), data.get("updated_at")))]
        return [ProductUpserted(own_product(data, self._shop), moment)]
