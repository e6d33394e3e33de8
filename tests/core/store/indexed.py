"""What the tests of the search index share: small catalogues with an index of their own."""

from pathlib import Path
from typing import Any

from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.index import IndexSettings

LISTS = IndexSettings(smallest=0, flat=32, recall=1.0)


def filled(path: Path, shop: Any, count: int = 100, **options: Any) -> SQLiteStore:
    store = SQLiteStore.open(path, **options)
    store.open_generation(shop.space)
    store.put([shop.record(f"{n:03}", f"{n}", tags=["rare"] if n % 50 == 0 else []) for n in range(count)])
    return store


def settled(store: SQLiteStore) -> SQLiteStore:
    assert store.index is not None
    assert store.index.settle(60)
    return store


def index_files(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}-index-*"))
