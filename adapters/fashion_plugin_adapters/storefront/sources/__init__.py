"""Where products come from when a webhook only names them: the platforms' own APIs."""

from fashion_plugin_adapters.storefront.sources.base import ProductSource
from fashion_plugin_adapters.storefront.sources.bigcommerce import BigCommerceSource
from fashion_plugin_adapters.storefront.sources.client import ApiClient
from fashion_plugin_adapters.storefront.sources.shopify import ShopifySource
from fashion_plugin_adapters.storefront.sources.shopware import ShopwareSource
from fashion_plugin_adapters.storefront.sources.square import SquareSource
from fashion_plugin_adapters.storefront.sources.woocommerce import WooCommerceSource

__all__ = [
    "ApiClient",
    "BigCommerceSource",
    "ProductSource",
    "ShopifySource",
    "ShopwareSource",
    "SquareSource",
    "WooCommerceSource",
]
