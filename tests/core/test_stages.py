import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.catalog import Garment
from fashion_plugin.errors import ImageError
from fashion_plugin.stages import watching
from fashion_plugin.testing import FakeEncoder


class OneGarment:
    fingerprint = "one"

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        return [Garment("dress", (0.1, 0.1, 0.9, 0.9))]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[FashionPlugin]:
    Image.new("RGB", (40, 60), "red").save(tmp_path / "a.png")
    with FashionPlugin.open(":memory:", encoder=FakeEncoder(), parser=OneGarment()) as shop:
        shop.index([Product("a", images=tmp_path / "a.png", category="Dresses")])
        yield shop


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    return np.full((40, 30, 3), 90, dtype=np.uint8)


def test_stages_of_a_search_are_told_in_order(shop: FashionPlugin, photo: NDArray[np.uint8]) -> None:
    told: list[tuple[str, float]] = []
    with watching(lambda name, seconds: told.append((name, seconds))):
        shop.search(Image.fromarray(photo))
        shop.shop_the_look(photo)  # an array is decoded already
    names = [name for name, _ in told]
    assert names == ["decode", "encode", "search", "parse", "encode", "search"]
    assert all(seconds >= 0 for _, seconds in told)


def test_stage_that_raises_is_told_too(shop: FashionPlugin) -> None:
    told: list[str] = []
    with watching(lambda name, _: told.append(name)), pytest.raises(ImageError):
        shop.search(b"no photo")
    assert told == ["decode"]


def test_searches_of_another_thread_and_later_ones_are_not_told(
    shop: FashionPlugin, photo: NDArray[np.uint8]
) -> None:
    told: list[str] = []
    with watching(lambda name, _: told.append(name)):
        other = threading.Thread(target=shop.search, args=(photo,))
        other.start()
        other.join()
    shop.search(photo)
    assert told == []


def test_garments_are_found_without_looking_for_products(
    shop: FashionPlugin, photo: NDArray[np.uint8]
) -> None:
    (garment,) = shop.garments(photo)
    assert garment.label == "dress"
    assert garment.matches == ()
