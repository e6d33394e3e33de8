"""Where products and embeddings live."""

from fashion_plugin.store.base import VectorStore
from fashion_plugin.store.driver import DriverReport, driver_report
from fashion_plugin.store.sqlite import SQLiteStore

__all__ = ["DriverReport", "SQLiteStore", "VectorStore", "driver_report"]
