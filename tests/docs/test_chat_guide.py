"""The guide to chat says what there is: its code runs, its tools and options exist."""

import asyncio
import re
from pathlib import Path

from flask import Flask
from mcp import Client
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.testing import FakeEncoder
from fashion_plugin_adapters.chat.command import mcp
from fashion_plugin_adapters.chat.mcp import mcp_server

GUIDE = (Path(__file__).parents[2] / "adapters" / "README.md").read_text("utf-8")
SECTION = GUIDE[GUIDE.index("## Chat and assistants") : GUIDE.index("## Jobs")]


def test_code_of_the_guide_runs(tmp_path: Path) -> None:
    photo = tmp_path / "coat.png"
    names = {"photo": photo, "app": Flask("guide")}
    with FashionPlugin.open(tmp_path / "fashion.db", encoder=FakeEncoder()) as shop:
        products = []
        for number, shade in enumerate(("maroon", "firebrick", "crimson", "red", "pink", "white")):
            Image.new("RGB", (64, 64), shade).save(photo)
            photo.rename(tmp_path / f"{shade}.png")
            products.append(
                Product(
                    shade,
                    "Red coat",
                    tmp_path / f"{shade}.png",
                    price=f"{79 - 10 * number} EUR",
                    colour="red",
                )
            )
        Image.new("RGB", (64, 64), "maroon").save(photo)
        shop.index(products)
        names["shop"] = shop
        for code in re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL):
            exec(compile(code.replace('"…"', '"token"'), "guide", "exec"), names)
        assert names["app"].test_client().get("/.well-known/ucp").status_code == 200
        assert names["turn"].understood == "goes with Red coat"


def test_guide_names_every_tool_and_option(tmp_path: Path) -> None:
    async def tools() -> set[str]:
        with FashionPlugin.open(tmp_path / "fashion.db", encoder=FakeEncoder()) as shop:
            async with Client(mcp_server(shop)) as client:
                return {tool.name for tool in (await client.list_tools()).tools}

    assert all(f"`{tool}`" in SECTION for tool in asyncio.run(tools()))
    options = {name for option in mcp.params for name in option.opts}
    assert set(re.findall(r"(--[a-z][a-z-]+)", SECTION)) <= options
