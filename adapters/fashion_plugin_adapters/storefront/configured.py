"""Webhooks as the command line makes them: an address where one is needed, and secrets from the environment.

Each function stands in the entry-point group ``fashion_plugin.webhooks``. A webhook's secret is
``FASHION_<PLATFORM>_WEBHOOK_SECRET``; two, with a space between them, while it is being changed.
"""

from typing import Any

from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.platforms import Shop
from fashion_plugin_adapters.storefront.bigcommerce import BigCommerceWebhooks
from fashion_plugin_adapters.storefront.saleor import SaleorWebhooks
from fashion_plugin_adapters.storefront.shopify import ShopifyWebhooks
from fashion_plugin_adapters.storefront.shopware import ShopwareWebhooks
from fashion_plugin_adapters.storefront.sources import configured as sources
from fashion_plugin_adapters.storefront.square import SquareWebhooks
from fashion_plugin_adapters.storefront.standard_webhooks import StandardWebhooks
from fashion_plugin_adapters.storefront.woocommerce import WooCommerceWebhooks

__all__ = ["bigcommerce", "saleor", "shopify", "shopware", "square", "standard", "woocommerce"]

_SQUARE = "https://connect.squareup.com"


def bigcommerce(address: str, shop: Shop) -> BigCommerceWebhooks:
    """``address`` is the store's hash; products are fetched with the token of `sources.configured`."""
    source = sources.bigcommerce(_wanted(address, "bigcommerce=STORE_HASH"), shop)
    return BigCommerceWebhooks(_secrets("bigcommerce"), source=source, **_facts(shop))


def saleor(address: str, shop: Shop) -> SaleorWebhooks:
    """``address`` is that of the shop's public keys."""
    return SaleorWebhooks(_wanted(address, "saleor=https://SHOP/.well-known/jwks.json"), **_facts(shop))


def shopify(address: str, shop: Shop) -> ShopifyWebhooks:
    """``address`` may be a myshopify.com domain: deliveries of other shops are then ignored."""
    return ShopifyWebhooks(_secrets("shopify"), domain=address, **_facts(shop))


def shopware(address: str, shop: Shop) -> ShopwareWebhooks:
    """``address`` is the shop's; products are fetched with the key of `sources.configured`."""
    source = sources.shopware(_wanted(address, "shopware=https://SHOP"), shop)
    return ShopwareWebhooks(_secrets("shopware"), source=source, **_facts(shop))


def square(address: str, shop: Shop) -> SquareWebhooks:
    """``address`` is the one that the subscription posts to, letter by letter."""
    posted_to = _wanted(address, "square=NOTIFICATION_URL")
    source = sources.square(_SQUARE, shop)
    return SquareWebhooks(_secrets("square"), notification_url=posted_to, source=source, **_facts(shop))


def standard(address: str, shop: Shop) -> StandardWebhooks:
    """They have no address."""
    if address:
        raise InvalidInput(f"these webhooks have no address, such as {address!r}: --webhooks standard")
    return StandardWebhooks(_secrets("standard"), **_facts(shop))


def woocommerce(address: str, shop: Shop) -> WooCommerceWebhooks:
    """With the shop's ``address``, variations are fetched with the key of `sources.configured`."""
    source = sources.woocommerce(address, shop) if address else None
    return WooCommerceWebhooks(_secrets("woocommerce"), source=source, **_facts(shop))


def _facts(shop: Shop) -> dict[str, Any]:
    return {"currency": shop.currency, "url": shop.url, "namespace": shop.namespace}


def _secrets(name: str) -> list[str]:
    variable = f"FASHION_{name.upper()}_WEBHOOK_SECRET"
    return sources.credential(variable, f"the secret that {name} signs its webhooks with").split()


def _wanted(address: str, how: str) -> str:
    if not address:
        raise InvalidInput(f"these webhooks need an address: --webhooks {how}")
    return address
