"""Visual search that store owners drop into their own shop."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fashion_plugin.catalog import (
        Filters,
        Money,
        Product,
        ProductRemoved,
        ProductUpserted,
        RemoteImage,
        Variant,
    )
    from fashion_plugin.engine import FashionPlugin
    from fashion_plugin.errors import FashionPluginError

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

_ELSEWHERE = {"FashionPlugin": "fashion_plugin.engine", "FashionPluginError": "fashion_plugin.errors"}


def __getattr__(name: str) -> Any:
    # Importing costs nothing: each name is loaded with its first use (PEP 562).
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_ELSEWHERE.get(name, "fashion_plugin.catalog")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
