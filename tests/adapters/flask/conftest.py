import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.catalog import Garment
from fashion_plugin.testing import FakeEncoder

CLOTHES = {
    "red-coat": ("red", "Women > Coats"),
    "rose-coat": ("crimson", "Women > Coats"),
    "red-hat": ("firebrick", "Hats"),
    "blue-skirt": ("blue", "Women > Skirts"),
    "blue-bag": ("navy", "Bags"),
}


class Halves:
    """Finds a coat in the left half of a wide photo, a skirt in the right one, and a hat between them."""

    fingerprint = "halves"
    most = 3

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        if image.shape[1] < 2 * image.shape[0]:
            return []
        found = [
            Garment("skirt", (0.6, 0.2, 0.85, 0.8), 0.9),
            Garment("outerwear", (0.1, 0.1, 0.42, 0.9), 0.8),
            Garment("hat", (0.46, 0.0, 0.54, 0.1), 0.7),
        ]
        return found[: self.most]


@pytest.fixture
def parser() -> Halves:
    return Halves()


@pytest.fixture
def wardrobe(tmp_path: Path, parser: Halves) -> Iterator[FashionPlugin]:
    """Five products of three kinds, and a parser that knows two garments."""
    products = []
    for name, (colour, category) in CLOTHES.items():
        Image.new("RGB", (60, 80), colour).save(tmp_path / f"{name}.png")
        products.append(Product(name, title=name, images=tmp_path / f"{name}.png", category=category))
    with FashionPlugin.open(tmp_path / "clothes.db", encoder=FakeEncoder(), parser=parser) as shop:
        shop.index(products)
        yield shop


@pytest.fixture
def outfit() -> bytes:
    """A wide photo of a street: red on its left, blue on its right, noise around them."""
    noise = np.random.default_rng(3).integers(0, 255, (100, 200, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    image.paste("red", (8, 8, 92, 92))
    image.paste("blue", (116, 14, 184, 86))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def upload() -> Callable[..., Any]:
    """Post a photo with other form fields."""

    def post(client: FlaskClient, data: bytes, path: str = "/fashion/search", **fields: str) -> Any:
        form = {"photo": (io.BytesIO(data), "street.jpg"), **fields}
        return client.post(path, data=form, content_type="multipart/form-data")

    return post
