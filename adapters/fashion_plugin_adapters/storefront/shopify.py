"""Shopify's product webhooks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fashion_plugin.adapter import Request
from fashion_plugin.catalog import CatalogEvent, Failure, Product, ProductRemoved, ProductUpserted
from fashion_plugin.errors import ProductNotFound
from fashion_plugin_adapters.platforms import shopify_product
from fashion_plugin_adapters.platforms.shopify import cheapest
from fashion_plugin_adapters.platforms.values import identifier, objects, text
from fashion_plugin_adapters.storefront.inbox import Webhooks
from fashion_plugin_adapters.storefront.signatures import verify_hmac

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["ShopifyWebhooks"]


class ShopifyWebhooks(Webhooks):
    """The topics products/create, products/update and products/delete.

    ``secret`` is the app's client secret. Prices come without a currency: pass ``currency``. ``domain``
    (``"my-shop.myshopify.com"``) takes deliveries of that shop only, for an app that several shops use.
    """

    name = "shopify"

    def __init__(self, secret: str | Sequence[str], *, domain: str = "", **options: Any) -> None:
        super().__init__(secret, **options)
        self._domain = domain.strip().lower()

    def verify(self, request: Request) -> None:
        """Check the HMAC in X-Shopify-Hmac-Sha256."""
        verify_hmac(self._secrets, request.body, request.header("X-Shopify-Hmac-Sha256"))

    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """One event for one product; its time is the product's ``updated_at``."""
        sender = request.header("X-Shopify-Shop-Domain").lower()
        if self._domain and sender != self._domain:
            return None
        topic = request.header("X-Shopify-Topic").lower()
        triggered = request.header("X-Shopify-Triggered-At")
        if topic == "products/delete":
            removed = self._shop.id(identifier(body.get("id"), "a deleted product"))
            return [ProductRemoved(removed, self.at(triggered))]
        if topic not in ("products/create", "products/update"):
            return None
        shop = self._shop if self._shop.url or not sender else replace(self._shop, url=f"https://{sender}")
        product = _with_known_variants(shopify_product(body, shop), body, plugin)
        return [ProductUpserted(product, self.at(body.get("updated_at"), triggered))]


def _with_known_variants(product: Product, body: Mapping[str, Any], plugin: "FashionPlugin") -> Product:
    """The product with those variants we know of that the body leaves out.

    A body may carry only some of a product's variants. Where it lists the ids of all (``variant_gids``),
    those that are not listed are gone; else a variant stays until a full import says otherwise.
    """
    try:
        known = plugin.product(product.id).variants
    except ProductNotFound:
        return product
    sent = {variant.id for variant in product.variants}
    alive = None
    if body.get("variant_gids") is not None:
        listed = objects(body["variant_gids"], "variant_gids")
        alive = {text(one.get("admin_graphql_api_id")).rpartition("/")[2] for one in listed}
    shown = {ref.source for ref in product.images}
    kept = [
        replace(variant, images=tuple(ref for ref in variant.images if ref.source in shown))
        for variant in known
        if variant.id not in sent and (alive is None or variant.id in alive)
    ]
    if not kept:
        return product
    variants = (*product.variants, *kept)
    price, list_price = cheapest(variants)
    return replace(
        product,
        variants=variants,
        price=price,
        list_price=list_price,
        in_stock=any(variant.in_stock for variant in variants),
    )
