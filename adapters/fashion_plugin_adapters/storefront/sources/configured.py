"""Sources as the command line makes them: a shop's address, and credentials from the environment.

Each function stands in the entry-point group ``fashion_plugin.sources``. Credentials are no arguments of a
command: those stay in a shell's history and are seen in the list of processes.
"""

import os

from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.platforms import Shop
from fashion_plugin_adapters.storefront.sources.bigcommerce import BigCommerceSource
from fashion_plugin_adapters.storefront.sources.shopify import ShopifySource
from fashion_plugin_adapters.storefront.sources.shopware import ShopwareSource
from fashion_plugin_adapters.storefront.sources.square import SquareSource
from fashion_plugin_adapters.storefront.sources.woocommerce import WooCommerceSource

__all__ = ["bigcommerce", "credential", "shopify", "shopware", "square", "woocommerce"]


def bigcommerce(address: str, shop: Shop) -> BigCommerceSource:
    """``address`` is the store's hash, or the API path that the control panel shows."""
    token = credential(
        "FASHION_BIGCOMMERCE_TOKEN", "the access token of an API account that may read products"
    )
    return BigCommerceSource(address, token, currency=shop.currency, url=shop.url, namespace=shop.namespace)


def shopify(address: str, shop: Shop) -> ShopifySource:
    """``address`` is the shop's myshopify.com domain."""
    token = credential("FASHION_SHOPIFY_TOKEN", "an Admin API access token that may read products")
    return ShopifySource(address, token, currency=shop.currency, url=shop.url, namespace=shop.namespace)


def shopware(address: str, shop: Shop) -> ShopwareSource:
    """``address`` is the shop's."""
    key = credential("FASHION_SHOPWARE_KEY", "an integration's access key id")
    secret = credential("FASHION_SHOPWARE_SECRET", "the integration's secret")
    return ShopwareSource(
        _web(address),
        key,
        secret,
        currency=shop.currency or "EUR",
        storefront=shop.url,
        namespace=shop.namespace,
    )


def square(address: str, shop: Shop) -> SquareSource:
    """``address`` is Square's own: connect.squareup.com, or connect.squareupsandbox.com."""
    token = credential("FASHION_SQUARE_TOKEN", "an access token that may read items")
    return SquareSource(token, url=_web(address), namespace=shop.namespace)


def woocommerce(address: str, shop: Shop) -> WooCommerceSource:
    """``address`` is the shop's."""
    key = credential("FASHION_WOOCOMMERCE_KEY", "a REST API consumer key that may read")
    secret = credential("FASHION_WOOCOMMERCE_SECRET", "its consumer secret")
    return WooCommerceSource(_web(address), key, secret, currency=shop.currency, namespace=shop.namespace)


def _web(address: str) -> str:
    return address if "://" in address else f"https://{address}"


def credential(name: str, what: str) -> str:
    """The environment variable of that name.

    Raises:
        InvalidInput: it is not set; the message says ``what`` it should be.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise InvalidInput(f"set {name} in the environment: {what}")
    return value
