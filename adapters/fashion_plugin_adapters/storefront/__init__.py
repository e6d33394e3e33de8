"""Product webhooks of storefronts: verified, understood and handed to the shop's inbox."""

from fashion_plugin_adapters.storefront.bigcommerce import BigCommerceWebhooks
from fashion_plugin_adapters.storefront.inbox import Webhooks
from fashion_plugin_adapters.storefront.saleor import SaleorWebhooks
from fashion_plugin_adapters.storefront.shopify import ShopifyWebhooks
from fashion_plugin_adapters.storefront.shopware import ShopwareWebhooks
from fashion_plugin_adapters.storefront.square import SquareWebhooks
from fashion_plugin_adapters.storefront.standard_webhooks import StandardWebhooks
from fashion_plugin_adapters.storefront.woocommerce import WooCommerceWebhooks

__all__ = [
    "BigCommerceWebhooks",
    "SaleorWebhooks",
    "ShopifyWebhooks",
    "ShopwareWebhooks",
    "SquareWebhooks",
    "StandardWebhooks",
    "Webhooks",
    "WooCommerceWebhooks",
]
