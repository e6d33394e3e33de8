"""WooCommerce's product webhooks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fashion_plugin.adapter import Request, Response
from fashion_plugin.catalog import CatalogEvent, Failure, Product, ProductRemoved, ProductUpserted
from fashion_plugin.errors import ProductNotFound
from fashion_plugin_adapters.platforms import woocommerce_product
from fashion_plugin_adapters.platforms.values import identifier, sequence, text
from fashion_plugin_adapters.storefront.inbox import Webhooks
from fashion_plugin_adapters.storefront.signatures import verify_hmac
from fashion_plugin_adapters.storefront.sources import ProductSource

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["WooCommerceWebhooks"]

_UPSERTS = frozenset({"product.created", "product.updated", "product.restored", "product.published"})


class WooCommerceWebhooks(Webhooks):
    """The topics product.created, .updated, .restored, .published and .deleted (moved to the bin).

    Prices come without a currency: pass ``currency``. A product's body names its variations by id only:
    with a ``source`` (`WooCommerceSource`) they are fetched, and a change of one refreshes its product.
    """

    name = "woocommerce"

    def __init__(
        self, secret: str | Sequence[str], *, source: ProductSource | None = None, **options: Any
    ) -> None:
        super().__init__(secret, **options)
        self._source = source

    def greeting(self, request: Request) -> Response | None:
        """The ping that a new webhook sends: unsigned, form-encoded, without any header of a delivery."""
        ping = request.body.startswith(b"webhook_id=") and len(request.body) < 64
        signed = request.header("X-WC-Webhook-Signature") or request.header("X-WC-Webhook-Topic")
        return Response.json({"ping": True}) if ping and not signed else None

    def verify(self, request: Request) -> None:
        """Check the HMAC in X-WC-Webhook-Signature."""
        verify_hmac(self._secrets, request.body, request.header("X-WC-Webhook-Signature"))

    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """One event for one product; its time is ``date_modified_gmt``, a deletion's that of its receipt."""
        topic = request.header("X-WC-Webhook-Topic").lower()
        if topic != "product.deleted" and topic not in _UPSERTS:
            return None
        number = identifier(body.get("id"), "a WooCommerce product")
        if topic == "product.deleted":
            return [ProductRemoved(self._shop.id(number), self.at())]
        events = self._read(number, body, plugin)
        if topic == "product.restored" and events:
            return [self._restored(event, plugin) for event in events]
        return events

    def _read(
        self, number: str, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        kind = text(body.get("type"))
        if kind == "variation":
            # Only its product is in the catalogue.
            return (
                self._source.fetch([identifier(body.get("parent_id"), "a parent")]) if self._source else None
            )
        thin = not text(body.get("name")) and "status" not in body
        if self._source and (kind == "variable" or thin):
            return self._source.fetch([number])
        product = _with_known_variants(woocommerce_product(body, self._shop), body, plugin)
        return [ProductUpserted(product, self.at(body.get("date_modified_gmt")))]

    def _restored(self, event: CatalogEvent | Failure, plugin: "FashionPlugin") -> CatalogEvent | Failure:
        """A product from the bin is newer than its deletion, whose time is only that of its receipt."""
        if not isinstance(event, ProductUpserted):
            return event
        try:
            plugin.product(event.product_id)
        except ProductNotFound:
            return replace(event, at=max(event.at, self.at()))
        return event


def _with_known_variants(product: Product, body: Mapping[str, Any], plugin: "FashionPlugin") -> Product:
    """The product with those variants we know of that its body names by id."""
    alive = {text(one) for one in sequence(body.get("variations"), "variations")}
    if not alive:
        return product
    try:
        known = plugin.product(product.id)
    except ProductNotFound:
        return product
    kept = tuple(variant for variant in known.variants if variant.id in alive)
    extra = tuple(ref for variant in kept for ref in variant.images)
    return replace(product, variants=kept, images=(*product.images, *extra))
