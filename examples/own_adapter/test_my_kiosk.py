"""The kiosk's tests: the contract that every adapter keeps, and what this one is for."""

# ruff: noqa: D103, S101 - a test's name is its documentation, and tests assert

import io
from pathlib import Path

from my_kiosk import Kiosk
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.adapter import Request
from fashion_plugin.testing import FakeEncoder, check_adapter


def photo(colour: str) -> bytes:
    """A photo of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(file, "PNG")
    return file.getvalue()


def test_kiosk_keeps_the_contract_of_adapters() -> None:
    check_adapter(Kiosk(), [Request("POST", "/kiosk", body=photo("red"))])


def test_kiosk_names_the_nearest_product_first(tmp_path: Path) -> None:
    for colour in ("red", "blue"):
        (tmp_path / f"{colour}.png").write_bytes(photo(colour))
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as shop:
        shop.index(Product(id=name, images=tmp_path / f"{name}.png") for name in ("blue", "red"))
        response = Kiosk().handle(Request("POST", "/kiosk", body=photo("darkred")), shop)
    assert response.body == b'["red","blue"]'
