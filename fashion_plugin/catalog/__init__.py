"""The words of the shop: products, prices, filters, events and answers, all immutable."""

from fashion_plugin.catalog.events import CatalogEvent, ProductRemoved, ProductUpserted, Receipt, ReceiptState
from fashion_plugin.catalog.filters import Filters
from fashion_plugin.catalog.images import ImageRef, ImageSource, LocalImage, RemoteImage
from fashion_plugin.catalog.jobs import Job, JobState, JobStats, WorkReport
from fashion_plugin.catalog.money import Money
from fashion_plugin.catalog.products import Product, Variant
from fashion_plugin.catalog.reports import (
    Failure,
    GenerationStats,
    IndexReport,
    IndexStats,
    OnProgress,
    Page,
    Progress,
    Stats,
)
from fashion_plugin.catalog.results import Box, Garment, Look, Match, Results

__all__ = [
    "Box",
    "CatalogEvent",
    "Failure",
    "Filters",
    "Garment",
    "GenerationStats",
    "ImageRef",
    "ImageSource",
    "IndexReport",
    "IndexStats",
    "Job",
    "JobState",
    "JobStats",
    "LocalImage",
    "Look",
    "Match",
    "Money",
    "OnProgress",
    "Page",
    "Product",
    "ProductRemoved",
    "ProductUpserted",
    "Progress",
    "Receipt",
    "ReceiptState",
    "RemoteImage",
    "Results",
    "Stats",
    "Variant",
    "WorkReport",
]
