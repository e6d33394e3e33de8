"""What each platform's products look like, as functions from its JSON to `Product`."""

from fashion_plugin_adapters.platforms.bigcommerce import bigcommerce_product
from fashion_plugin_adapters.platforms.own import own_product, product_fields
from fashion_plugin_adapters.platforms.saleor import saleor_product
from fashion_plugin_adapters.platforms.shop import Shop
from fashion_plugin_adapters.platforms.shopify import shopify_product
from fashion_plugin_adapters.platforms.shopify_graphql import shopify_graphql_product
from fashion_plugin_adapters.platforms.shopware import shopware_product
from fashion_plugin_adapters.platforms.square import square_product
from fashion_plugin_adapters.platforms.woocommerce import woocommerce_product

__all__ = [
    "Shop",
    "bigcommerce_product",
    "own_product",
    "product_fields",
    "saleor_product",
    "shopify_graphql_product",
    "shopify_product",
    "shopware_product",
    "square_product",
    "woocommerce_product",
]
