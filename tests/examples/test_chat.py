"""The chat examples, as a reader would run them."""

import asyncio
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin_adapters.chat import ChatSession
from fashion_plugin_adapters.chat.mcp import mcp_server

EXAMPLES = Path(__file__).parents[2] / "examples" / "chat"
SHADES = {"red": (220, 30, 40), "wine": (150, 10, 30), "blue": (30, 40, 210)}


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"chat_example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    with FashionPlugin.open(folder / "fashion.db") as shop:
        products = []
        for number, (name, shade) in enumerate(SHADES.items()):
            Image.new("RGB", (96, 128), shade).save(folder / f"{name}.png")
            for kind in ("dress", "bag"):
                price = f"{20 * number + 20} EUR"
                photo = folder / f"{name}.png"
                products.append(
                    Product(f"{name}-{kind}", f"{name} {kind}", photo, price=price, category=kind)
                )
        shop.index(products)
    return folder


def test_conversation_on_the_command_line(folder: Path) -> None:
    said = "\n".join(
        [
            f"photo {folder / 'wine.png'} dress",
            "only colour=nothing",
            "only colour=",
            "cheaper 1",
            "more 1 bag",
            "with 1",
            "more 99",
            "nonsense",
            "quit",
        ]
    )
    answer = subprocess.run(
        [sys.executable, str(EXAMPLES / "talk.py"), "--db", str(folder / "fashion.db")],
        input=said + "\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "1. wine dress, 40.00 EUR" in answer
    assert "Nothing fits: widen the price" in answer
    assert "up to 39.99 EUR" in answer
    assert "1. red bag" in answer
    assert "there is no number 99" in answer
    assert answer.count("what goes with it?") == 2


def test_session_needs_no_keyboard(folder: Path) -> None:
    talk = load("talk")
    with FashionPlugin.open(folder / "fashion.db") as shop:
        answers = list(talk.talk(ChatSession(shop), ["find blue dress", "", "quit", "find red"]))
    assert len(answers) == 1
    assert "1. blue dress, 60.00 EUR" in answers[0]


def test_assistant_shops_by_photo(folder: Path) -> None:
    assistant = load("assistant")

    async def shop_by_photo() -> list[str]:
        with FashionPlugin.open(folder / "fashion.db") as shop:
            async with Client(mcp_server(shop)) as client:
                said: list[str] = await assistant.shop_by_photo(client, assistant.small(folder / "wine.png"))
                return said

    like, red, *_ = asyncio.run(shop_by_photo())
    assert "1. wine" in like
    assert red.startswith("In red:\n1. red")
