"""Warming up: what searches need is loaded before the first one."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.catalog import Garment
from fashion_plugin.testing import FakeEncoder


class CountingParser:
    """Sees no garments, and counts the photos."""

    fingerprint = "counting"
    parsed = 0

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        self.parsed += 1
        return []


def test_warm_up_loads_encoder_parser_and_index(tmp_path: Path) -> None:
    encoder, parser = FakeEncoder(), CountingParser()
    red = np.full((40, 40, 3), (200, 10, 10), np.uint8)
    with FashionPlugin.open(tmp_path / "s.db", encoder=encoder, parser=parser, index="memory") as shop:
        shop.warm_up()
        assert (encoder.encoded, parser.parsed) == (2, 1)
        assert shop.stats().index.kind == "sqlite"
        from PIL import Image

        Image.fromarray(red).save(tmp_path / "red.png")
        shop.index([Product("red", images=[tmp_path / "red.png"])])
        shop.warm_up()
        assert (shop.stats().index.kind, shop.stats().index.vectors) == ("matrix", 1)
        assert [match.product.id for match in shop.search(red)] == ["red"]
