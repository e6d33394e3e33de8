"""Small copies of product photos, without which everything else goes on."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.photos import photos_path, small_copy


def file_of(pixels: np.ndarray[Any, Any], kind: str) -> bytes:
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, kind)
    return target.getvalue()


def test_kept_photo_comes_back(tmp_path: Path) -> None:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        photos = store.photos
        assert photos is not None
        assert photos.get("a" * 64) is None
        assert not (tmp_path / "shop.photos.db").exists()
        photos.put("a" * 64, b"bytes")
        photos.put("a" * 64, b"other")
        photos.put_all({f"{n:064}": bytes([n]) for n in range(150)})
        assert photos.get("a" * 64) == b"bytes"
        assert photos.get(f"{149:064}") == bytes([149])
        assert store.stats().photos_bytes > 0
    with SQLiteStore.open(tmp_path / "shop.db", read_only=True) as store:
        assert store.photos is not None
        assert store.photos.get("a" * 64) == b"bytes"


def test_photo_goes_with_the_last_product_that_shows_it(tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(shop.space)
        photos = store.photos
        assert photos is not None
        store.put([shop.record("a", "x", "y"), shop.record("b", "x")])
        photos.put_all({shop.photo(name): name.encode() for name in ("x", "y", "z")})
        store.remove(["a"])
        assert [photos.get(shop.photo(name)) for name in ("x", "y", "z")] == [b"x", None, b"z"]
        store.put([shop.record("b", "w")])
        assert photos.get(shop.photo("x")) is None
        store.vacuum()
        assert photos.get(shop.photo("z")) is None


def test_store_without_photos_keeps_none(tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(tmp_path / "shop.db", keep_photos=False) as store:
        assert store.photos is None
        store.open_generation(shop.space)
        store.put([shop.record("a", "x")])
        store.remove(["a"])
        store.vacuum()
    assert [file.name for file in tmp_path.iterdir()] == ["shop.db"]


@pytest.mark.parametrize("content", [b"", b"not a database", b"not a database" * 1000])
def test_damaged_file_does_not_stop_anything(tmp_path: Path, shop: Any, content: bytes) -> None:
    path = tmp_path / "shop.photos.db"
    path.write_bytes(content)
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(shop.space)
        store.put([shop.record("a", "x")])
        assert store.photos is not None
        assert store.photos.get(shop.photo("x")) is None
        assert shop.ids(store, "x") == ["a"]
        store.photos.put(shop.photo("x"), b"bytes")
        assert store.photos.get(shop.photo("x")) == b"bytes"
        assert store.remove(["a"]) == 1


def test_store_in_memory_keeps_photos_in_memory() -> None:
    with SQLiteStore.open(":memory:") as store:
        assert store.photos is not None
        store.photos.put("a" * 64, b"bytes")
        assert store.photos.get("a" * 64) == b"bytes"


def test_photos_of_two_databases_never_share_a_file() -> None:
    paths = [photos_path(name) for name in ("s/shop.db", "s/shop", "s/shop.sqlite", "s/shop.photos")]
    assert paths[0].endswith("shop.photos.db")
    assert len(set(paths[1:])) == 3


@pytest.mark.parametrize(("kind", "shape"), [("JPEG", (400, 300)), ("PNG", (64, 512)), ("WEBP", (10, 10))])
def test_small_photo_is_kept_as_it_is(kind: str, shape: tuple[int, int]) -> None:
    pixels = np.zeros((*shape, 3), np.uint8)
    data = file_of(pixels, kind)
    assert small_copy(data, pixels) == data


def test_large_photo_is_made_small() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (900, 1200, 3), dtype=np.uint8)
    copy = small_copy(file_of(pixels, "JPEG"), pixels)
    with Image.open(io.BytesIO(copy)) as image:
        assert (image.format, image.size) == ("WEBP", (512, 384))
