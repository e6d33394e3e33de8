"""The official client, asked in one line, and what its answers tell."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from mcp import Client

Era = Literal["auto", "legacy"]
ERAS: tuple[Era, ...] = ("auto", "legacy")
VERSIONS = {"auto": "2026-07-28", "legacy": "2025-11-25"}
TOOLS = {
    "search_by_image",
    "shop_the_look",
    "similar_products",
    "complete_the_look",
    "search_catalog",
    "lookup_catalog",
    "get_product",
}


def run(work: Callable[[Client], Coroutine[Any, Any, Any]], target: Any, era: Era = "auto") -> Any:
    async def session() -> Any:
        async with Client(target, mode=era) as client:
            return await work(client)

    return asyncio.run(session())


def call(target: Any, tool: str, era: Era = "auto", **arguments: Any) -> Any:
    return run(lambda client: client.call_tool(tool, arguments), target, era)


def told(result: Any) -> str:
    return "\n".join(block.text for block in result.content if block.type == "text")


def ids(result: Any) -> list[str]:
    assert not result.is_error, told(result)
    return [product["id"] for product in result.structured_content["products"]]
