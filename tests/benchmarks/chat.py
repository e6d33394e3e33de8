"""What a chat tool costs beside the engine call that it wraps: medians over rounds that take turns.

    python tests/benchmarks/chat.py --db fashion.db --photo street.jpg

The client is the official one, in memory: what a network adds is not counted. Photos go as base64, the way
assistants send them; the engine is given the same bytes.
"""

import argparse
import asyncio
import base64
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mcp import Client

from fashion_plugin import FashionPlugin, Filters
from fashion_plugin_adapters.chat import Links
from fashion_plugin_adapters.chat.mcp import mcp_server

Pair = tuple[str, dict[str, Any], Callable[[], object]]


def pairs(shop: FashionPlugin, photo: bytes) -> list[Pair]:
    """Each tool with its arguments, and the engine call that it wraps."""
    encoded = base64.b64encode(photo).decode()
    product = shop.products(limit=1, filters=Filters(min_price=0)).products[0]
    words = product.title

    def load() -> Any:
        return shop.load(photo, min_side=1024)

    return [
        ("search_by_image", {"image_base64": encoded}, lambda: shop.search(load(), limit=8)),
        (
            "search_by_image + text",
            {"image_base64": encoded, "text": "red"},
            lambda: shop.search(load(), text="red", limit=8),
        ),
        ("shop_the_look", {"image_base64": encoded}, lambda: shop.shop_the_look(load(), limit=3)),
        ("similar_products", {"product_id": product.id}, lambda: shop.similar(product.id, limit=8)),
        (
            "complete_the_look",
            {"product_id": product.id},
            lambda: shop.complete_the_look(product.id, limit=8),
        ),
        (
            "search_catalog",
            {"catalog": {"query": words}},
            lambda: shop.search(text=words, limit=11, filters=Filters(min_price=0)),
        ),
        ("lookup_catalog", {"catalog": {"ids": [product.id]}}, lambda: shop.product(product.id)),
        ("get_product", {"catalog": {"id": product.id}}, lambda: shop.product(product.id)),
    ]


async def measure(shop: FashionPlugin, photo: bytes, rounds: int) -> None:
    """Print a line for each tool."""
    print(f"{'tool':24}{'engine':>10}{'tool':>10}{'overhead':>10}   ms, median of {rounds}")
    async with Client(
        mcp_server(shop, links=Links("https://shop.example", "https://shop.example/f"))
    ) as client:
        await client.list_tools()
        for label, arguments, engine in pairs(shop, photo):
            tool = label.split()[0]
            direct: list[float] = []
            called: list[float] = []
            for turn in range(rounds + 2):
                start = time.perf_counter()
                engine()
                between = time.perf_counter()
                answer = await client.call_tool(tool, arguments)
                end = time.perf_counter()
                if answer.is_error:
                    raise SystemExit(f"{tool}: {answer.content}")
                if turn >= 2:  # the first calls warm what later ones find ready
                    direct.append(1000 * (between - start))
                    called.append(1000 * (end - between))
            extra = statistics.median(after - before for before, after in zip(direct, called, strict=True))
            mid = statistics.median(direct), statistics.median(called)
            print(f"{label:24}{mid[0]:10.1f}{mid[1]:10.1f}{extra:10.1f}")


def main() -> None:
    """Measure the tools over a database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", default="fashion.db")
    parser.add_argument("--photo", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=30)
    arguments = parser.parse_args()
    with FashionPlugin.open(arguments.db) as shop:
        print(f"{shop.stats().products} products, encoder {shop.encoder.name}")
        asyncio.run(measure(shop, arguments.photo.read_bytes(), arguments.rounds))


if __name__ == "__main__":
    main()
