"""Hard-negative mining through the real store, against brute force."""

from collections.abc import Callable

import numpy as np

from fashion_plugin.encoders.base import l2_normalise
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo
from fashion_plugin.testing import FakeEncoder
from fashion_plugin.training.manifest import Item, Manifest
from fashion_plugin.training.mining import embed, hard_negatives
from fashion_plugin.training.photos import Photos

SPACE = GenerationInfo("random", "f" * 64, 16)


def _random(n: int = 60) -> tuple[np.ndarray, list[Item]]:
    rng = np.random.default_rng(0)
    vectors = l2_normalise(rng.normal(size=(n, 16)).astype(np.float32))
    # Products of two photos; one category is a path, under which another one lies.
    names = ("Women", "Women > Dresses", "")
    return vectors, [Item(f"{i}", f"product {i // 2}", names[i // 2 % 3]) for i in range(n)]


def test_hard_negatives_are_the_nearest_of_the_category_by_brute_force() -> None:
    vectors, items = _random()
    with SQLiteStore.open(":memory:") as store:
        found = hard_negatives(vectors, items, store, space=SPACE, count=4)
    for number, item in enumerate(items):
        allowed = [
            other
            for other in range(len(items))
            if items[other].product_id != item.product_id
            and (not item.category or items[other].category == item.category)
        ]
        expected = sorted(allowed, key=lambda other: -float(vectors[number] @ vectors[other]))[:4]
        assert list(found[number]) == expected


def test_same_picture_of_two_products_is_two_photos() -> None:
    vectors, items = _random(12)
    vectors[2] = vectors[0]
    same = [Item(item.image, item.product_id, "bags") for item in items]
    with SQLiteStore.open(":memory:") as store:
        found = hard_negatives(vectors, same, store, space=SPACE, count=1)
    assert found[0] == (2,)


def test_photos_are_embedded_in_the_manifests_order(catalogue: Callable[..., Manifest]) -> None:
    manifest = catalogue(views=1)
    encoder = FakeEncoder()
    photos = Photos(manifest, 64)
    rows = embed(encoder, photos)
    assert rows.shape == (len(manifest), encoder.dim)
    assert np.allclose(rows[5], encoder.encode([photos.plain(5)])[0])
