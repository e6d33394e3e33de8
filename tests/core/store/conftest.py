"""What the store's tests share: predictable vectors and records of products."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.catalog import Product
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo, ImageRecord, ProductRecord, VectorStore
from fashion_plugin.store.index import IndexSettings
from fashion_plugin.store.memory import MemoryStore

DIM = 8

LISTS = IndexSettings(smallest=0, flat=4, spare=2, recall=1.0)
"""Makes lists of next to nothing, and reads all of them: answers are exact."""


class Shop:
    """Makes records: a photo is a name, its vector is drawn from that name."""

    space = GenerationInfo("fake", "f" * 64, DIM)

    @staticmethod
    def photo(name: str) -> str:
        return sha256(name.encode(errors="replace")).hexdigest()

    @staticmethod
    def vector(name: str) -> NDArray[np.float32]:
        seed = int.from_bytes(sha256(name.encode(errors="replace")).digest()[:8])
        drawn = np.random.default_rng(seed).normal(size=DIM)
        return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)

    def image(self, ref: Any, name: str, *regions: str, encoded: bool = True) -> ImageRecord:
        """An image that shows a photo; the vector of a region is drawn from ``name/region``."""
        vectors = {region: self.vector(f"{name}/{region}") for region in regions or ("whole",)}
        return ImageRecord(ref, self.photo(name), vectors if encoded else {}, regions=regions)

    def record(self, id: str, *photos: str, encoded: bool = True, **fields: Any) -> ProductRecord:
        """A product with an image ``<photo>.jpg`` for each photo, each with its whole photo's vector."""
        product = Product(id, images=[f"{photo}.jpg" for photo in photos], **fields)
        refs = zip(product.images, photos, strict=True)
        return ProductRecord(product, tuple(self.image(ref, photo, encoded=encoded) for ref, photo in refs))

    def failed(self, id: str, *photos: str, **fields: Any) -> ProductRecord:
        """The same product when none of its images could be had."""
        product = Product(id, images=[f"{photo}.jpg" for photo in photos], **fields)
        return ProductRecord(
            product, tuple(ImageRecord(ref, None, error="the server is away") for ref in product.images)
        )

    def ids(self, store: VectorStore, name: str, limit: int = 10, **options: Any) -> list[str]:
        """The products nearest to a whole photo."""
        hits = store.nearest(self.vector(f"{name}/whole"), limit=limit, **options)
        return [hit.product.id for hit in hits]


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture(params=["file", "memory", "model", "index", "lists"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    makers: dict[str, Callable[[], VectorStore]] = {
        "file": lambda: SQLiteStore.open(tmp_path / "shop.db"),
        "memory": lambda: SQLiteStore.open(":memory:"),
        "model": MemoryStore,
        "index": lambda: SQLiteStore.open(tmp_path / "shop.db", index="memory"),
        "lists": lambda: SQLiteStore.open(tmp_path / "shop.db", index=LISTS),
    }
    store = makers[request.param]()
    store.open_generation(Shop.space)
    yield store
    assert not store.verify()
    store.close()
