"""Catalogue feeds: readers of the usual formats, `sync` with the catalogue, and its export."""

from fashion_plugin_adapters.feeds.base import Entry, FeedItem, FeedReader, FeedSource, Head
from fashion_plugin_adapters.feeds.export import FORMATS, write_feed
from fashion_plugin_adapters.feeds.google import GoogleMerchant
from fashion_plugin_adapters.feeds.jsonl import JsonLines
from fashion_plugin_adapters.feeds.opening import OpenFeed
from fashion_plugin_adapters.feeds.registry import choose_reader, installed_readers
from fashion_plugin_adapters.feeds.shopify import ShopifyCsv, ShopifyJson
from fashion_plugin_adapters.feeds.sync import Change, SyncReport, sync
from fashion_plugin_adapters.feeds.woocommerce import WooCommerceCsv

__all__ = [
    "FORMATS",
    "Change",
    "Entry",
    "FeedItem",
    "FeedReader",
    "FeedSource",
    "GoogleMerchant",
    "Head",
    "JsonLines",
    "OpenFeed",
    "ShopifyCsv",
    "ShopifyJson",
    "SyncReport",
    "WooCommerceCsv",
    "choose_reader",
    "installed_readers",
    "sync",
    "write_feed",
]
