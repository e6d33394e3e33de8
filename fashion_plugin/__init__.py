"""Visual search that store owners drop into their own shop."""

from typing import TYPE_CHECKING, Any

from fashion_plugin.catalog import (
    Filters,
    Money,
    Product,
    ProductRemoved,
    ProductUpserted,
    RemoteImage,
    Variant,
)
from fashion_plugin.errors import FashionPluginError

if TYPE_CHECKING:
    from fashion_plugin.engine import FashionPlugin

__all__ = [
    "FashionPlugin",
    "FashionPluginError",
    "Filters",
    "Money",
    "Product",
    "ProductRemoved",
    "ProductUpserted",
    "RemoteImage",
    "Variant",
]


def __getattr__(name: str) -> Any:
    # The engine needs the store's driver; a program that only builds products should not pay for it.
    if name == "FashionPlugin":
        from fashion_plugin.engine import FashionPlugin

        return FashionPlugin
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
