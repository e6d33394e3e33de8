"""A small shop of drawn photos, as assistants meet it."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp.server import MCPServer
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.catalog import Variant
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.chat import Links
from fashion_plugin_adapters.chat.mcp import mcp_server

SHADES = {"red": (220, 30, 40), "rose": (225, 60, 80), "wine": (120, 10, 30), "blue": (30, 40, 210)}
LINKS = Links(shop_url="https://shop.example", api_url="https://shop.example/fashion")


def picture(shade: tuple[int, int, int], size: int = 48) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (size, size), shade).save(file, "PNG")
    return file.getvalue()


def encoded(name: str) -> str:
    return base64.b64encode(picture(SHADES[name])).decode()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[FashionPlugin]:
    """Two kinds in four shades, one with variants, one without a price, one hidden."""
    for name, shade in SHADES.items():
        (tmp_path / f"{name}.png").write_bytes(picture(shade))
    sizes = [
        Variant("red-coat-s", "S", "RC-S", options={"Size": "S", "Fit": "Slim"}, in_stock=False),
        Variant("red-coat-m", "M", "RC-M", "139 EUR", options={"Size": "M", "Fit": "Slim"}),
        Variant("red-coat-l", "L", "RC-L", "149 EUR", options={"Size": "L", "Fit": "Wide"}),
    ]
    products = [
        Product(
            f"{name}-{kind}",
            title=f"{name} {kind}".title(),
            images=tmp_path / f"{name}.png",
            url=f"/p/{name}-{kind}",
            price=f"{20 * number + 40}.50 EUR",
            category=f"Women > {kind.title()}s",
            colour=name,
            brand="Ærø",
            tags=["wool"],
            description="<p>Warm &amp; soft.<script>alert(1)</script></p><img src=x onerror=alert(2)>",
            in_stock=name != "rose",
            variants=sizes if (name, kind) == ("red", "coat") else (),
        )
        for number, name in enumerate(SHADES)
        for kind in ("coat", "hat")
    ]
    products.append(Product("no-price", "Red thing", images=tmp_path / "red.png"))
    products.append(
        Product("hidden", "Hidden hat", images=tmp_path / "red.png", price="1 EUR", searchable=False)
    )
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as shop:
        shop.index(products)
        yield shop


@pytest.fixture
def server(shop: FashionPlugin) -> MCPServer:
    return mcp_server(shop, links=LINKS, title="The Shop", image_hosts=("https://cdn.example",))
