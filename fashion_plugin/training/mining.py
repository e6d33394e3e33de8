"""Hard-negative mining: what an encoder takes for a photo's product, found with the package's own store."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Filters, LocalImage, Product
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.store.base import WHOLE, GenerationInfo, ImageRecord, ProductRecord, VectorStore
from fashion_plugin.training.manifest import Item
from fashion_plugin.training.photos import Photos

__all__ = ["embed", "hard_negatives"]

_BATCH = 32


def embed(encoder: Encoder, photos: Photos) -> NDArray[np.float32]:
    """Embed every photo of a manifest, whole: (n, dim) float32 unit rows."""
    parts = [encoder.encode([photos.plain(i) for i in part]) for part in _batches(len(photos.manifest))]
    return np.concatenate(parts) if parts else np.zeros((0, encoder.dim), dtype=np.float32)


def hard_negatives(
    vectors: NDArray[np.float32],
    items: Sequence[Item],
    store: VectorStore,
    *,
    space: GenerationInfo,
    count: int = 10,
    most: int = 5000,
    seed: int = 0,
) -> dict[int, tuple[int, ...]]:
    """Find, for each photo, the nearest photos of other products of its category.

    Args:
        vectors: the photos' embeddings (n, dim), unit rows.
        items: the photos, in the same order.
        store: an empty store, which is filled.
        space: the encoder's name, fingerprint and dimension.
        count: how many to find for each photo.
        most: how many photos to search for, drawn with ``seed``; exact search takes time by their product.
        seed: of the draw.

    Returns:
        By photo searched for, the indices of its hard negatives, nearest first. Photos without a
        category get theirs from all products.
    """
    store.open_generation(space)
    numbers = {str(number): number for number in range(len(items))}
    # Every photo is stored as a product of its own, so that the nearest photo of a product is known.
    for part in _batches(len(items)):
        store.put([_record(number, items[number], vectors[number]) for number in part])
    own: dict[str, list[str]] = {}
    for number, item in enumerate(items):
        own.setdefault(item.product_id, []).append(str(number))
    found = {}
    for number in np.sort(np.random.default_rng(seed).permutation(len(items))[:most]).tolist():
        item = items[number]
        filters = Filters(category=_category(item.category) or (), exclude=own[item.product_id])
        hits = store.nearest(vectors[number], limit=count, filters=filters)
        found[number] = tuple(numbers[hit.product.id] for hit in hits)
    return found


def _record(number: int, item: Item, vector: NDArray[np.float32]) -> ProductRecord:
    ref = LocalImage(Path(str(number)))
    product = Product(id=str(number), images=(ref,), category=_category(item.category))
    # Named by its number: the same picture may stand for two products.
    photo = hashlib.sha256(str(number).encode()).hexdigest()
    return ProductRecord(product, (ImageRecord(ref, photo, {WHOLE: vector}),))


def _category(name: str) -> str:
    # A path such as "Women > Dresses" would also be found under "Women"; here it is one name.
    return name.replace(">", "/")


def _batches(n: int) -> Iterator[range]:
    return (range(start, min(start + _BATCH, n)) for start in range(0, n, _BATCH))
