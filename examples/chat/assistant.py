"""An assistant's side of the conversation: an MCP client that shops by photo.

``python assistant.py PHOTO --db fashion.db`` starts ``fashion-plugin mcp`` and talks to it as a desktop
assistant would; ``--url http://127.0.0.1:8001/mcp`` talks to one that runs already.
"""

import argparse
import asyncio
import base64
import io
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from PIL import Image, ImageOps


def small(path: Path) -> str:
    """A photo in base64, scaled down to what a search needs."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((1024, 1024))
    file = io.BytesIO()
    upright.save(file, "JPEG", quality=85)
    return base64.b64encode(file.getvalue()).decode()


async def shop_by_photo(client: Client, photo: str) -> list[str]:
    """A photo, the same in red, and what goes with the second one: what the shop answered to each."""
    found = await call(client, "search_by_image", image_base64=photo, limit=4)
    query = found["query_id"]
    red = await call(client, "search_by_image", query_id=query, text="red", limit=4)
    said = [f"Like the photo:\n{lines(found)}", f"In red:\n{lines(red)}"]
    if len(red["products"]) > 1:
        second = red["products"][1]["id"]
        said.append(
            f"Goes with number 2:\n{lines(await call(client, 'complete_the_look', product_id=second))}"
        )
    return said


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a tool; its advice, where it refused."""
    answer = await client.call_tool(tool, arguments)
    if answer.is_error or answer.structured_content is None:
        raise SystemExit("".join(getattr(block, "text", "") for block in answer.content))
    return dict(answer.structured_content)


def lines(answer: dict[str, Any]) -> str:
    """Products as an assistant would list them."""
    listed = [f"{one['number']}. {one['title']}, {one.get('price', '')}" for one in answer["products"]]
    return "\n".join(listed) or "nothing"


async def main() -> None:
    """Talk to a server and print the answers."""
    parser = argparse.ArgumentParser(description="Shop by photo over MCP.")
    parser.add_argument("photo", type=Path)
    parser.add_argument("--db", default="fashion.db")
    parser.add_argument("--url", help="a server that runs already")
    arguments = parser.parse_args()
    run = "from fashion_plugin.cli import main; main()"
    server = StdioServerParameters(command=sys.executable, args=["-c", run, "mcp", "--db", arguments.db])
    async with Client(arguments.url or server) as client:
        for said in await shop_by_photo(client, small(arguments.photo)):
            print(said, end="\n\n")


if __name__ == "__main__":
    asyncio.run(main())
