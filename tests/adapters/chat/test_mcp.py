"""The MCP server with the official client: in memory, as a subprocess, over HTTP, in both protocol eras."""

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate
from mcp import Client
from mcp.server import MCPServer
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin_adapters.chat.links import Links
from fashion_plugin_adapters.chat.mcp import CARDS, mcp_server

from .client import ERAS, TOOLS, VERSIONS, Era, call, ids, run, told
from .conftest import SHADES, encoded, picture


@pytest.mark.parametrize("era", ERAS)
def test_tools_have_schemas_and_words_for_a_model_that_never_saw_the_shop(
    server: MCPServer, era: Era
) -> None:
    async def look(client: Client) -> Any:
        assert client.protocol_version == VERSIONS[era]
        assert client.instructions is not None
        assert "search_by_image" in client.instructions
        assert client.instructions.endswith("Categories of this shop: Women > Coats, Women > Hats")
        return await client.list_tools()

    tools = {tool.name: tool for tool in run(look, server, era).tools}
    assert set(tools) == TOOLS
    for tool in tools.values():
        assert tool.title
        assert len(tool.description or "") > 80
        assert tool.output_schema is not None
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
    fields = tools["search_by_image"].input_schema["properties"]
    assert all(fields[name].get("description") for name in ("image_url", "image_base64", "query_id", "box"))


@pytest.mark.parametrize("era", ERAS)
def test_search_by_photo_and_a_follow_up_by_its_id(server: MCPServer, era: Era) -> None:
    async def talk(client: Client) -> None:
        first = await client.call_tool("search_by_image", {"image_base64": encoded("red"), "limit": 3})
        assert set(ids(first)) == {"red-coat", "red-hat", "no-price"}
        query = first.structured_content["query_id"]
        assert f"query_id {query}" in told(first)
        narrow = {"query_id": query, "text": "hat", "min_price": "60 EUR", "in_stock": True}
        second = await client.call_tool("search_by_image", narrow)
        assert ids(second)[:2] == ["wine-hat", "blue-hat"]
        links = [block for block in first.content if block.type == "resource_link"]
        assert "https://shop.example/p/red-hat" in [link.uri for link in links]

    run(talk, server, era)


def test_answers_satisfy_their_own_schemas(server: MCPServer) -> None:
    calls: dict[str, dict[str, Any]] = {
        "search_by_image": {"image_base64": encoded("red"), "thumbnails": True},
        "shop_the_look": {"image_base64": encoded("red")},
        "similar_products": {"product_id": "red-coat", "text": "blue"},
        "complete_the_look": {"product_id": "red-coat"},
        "search_catalog": {"catalog": {"query": "wool", "pagination": {"limit": 2}}},
        "lookup_catalog": {"catalog": {"ids": ["red-coat-m"]}},
        "get_product": {"catalog": {"id": "red-coat", "selected": [{"name": "Size", "label": "L"}]}},
    }

    async def talk(client: Client) -> None:
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        for tool, arguments in calls.items():
            answer = await client.call_tool(tool, arguments)
            assert not answer.is_error, (tool, told(answer))
            validate(answer.structured_content, schemas[tool])
            assert told(answer)

    assert set(calls) == TOOLS
    run(talk, server)


def test_cards_are_numbered_as_they_are_told(server: MCPServer) -> None:
    answer = call(server, "similar_products", product_id="red-hat", limit=2, colour=["wine", "blue"])
    first = answer.structured_content["products"][0]
    assert (first["number"], first["price"], first["in_stock"]) == (1, "80.50 EUR", True)
    assert first["url"].startswith("https://shop.example/p/wine-")
    assert first["image_url"].startswith("https://shop.example/fashion/products/wine-")
    assert told(answer).startswith("1. Wine ")


def test_thumbnails_come_as_small_pictures(server: MCPServer) -> None:
    answer = call(server, "search_by_image", image_base64=encoded("blue"), limit=2, thumbnails=True)
    pictures = [block for block in answer.content if block.type == "image"]
    assert len(pictures) == 2
    with Image.open(BytesIO(base64.b64decode(pictures[0].data))) as small:
        assert max(small.size) <= 192
    plain = call(server, "search_by_image", image_base64=encoded("blue"), limit=2)
    assert not [block for block in plain.content if block.type == "image"]


def test_photo_by_address_goes_through_the_safe_fetcher(server: MCPServer) -> None:
    for address in ("http://127.0.0.1/a.jpg", "http://169.254.169.254/latest", "http://[::1]/a.jpg"):
        answer = call(server, "search_by_image", image_url=address)
        assert answer.is_error
        assert "address" in told(answer)


@pytest.mark.parametrize(
    ("tool", "arguments", "advice"),
    [
        ("similar_products", {"product_id": "nobody"}, "search first"),
        ("complete_the_look", {"product_id": "nobody"}, "there is no product 'nobody'"),
        ("get_product", {"catalog": {"id": "nobody"}}, "Product not found: nobody"),
        ("lookup_catalog", {"catalog": {"ids": []}}, "at least 1 item"),
        ("search_by_image", {}, "exactly one way"),
        ("search_by_image", {"query_id": "gone"}, "pass the photo itself"),
        ("search_by_image", {"image_url": "file:///etc/passwd"}, "must begin with https://"),
        ("search_by_image", {"image_url": "https://a.example", "query_id": "x"}, "exactly one way"),
        ("search_by_image", {"image_base64": "not base64!"}, "not base64"),
        ("search_by_image", {"image_base64": base64.b64encode(b"GIF").decode()}, "not a photo"),
        ("search_by_image", {"image_base64": "A" * 10_000_000}, "scale it down to 1024 pixels"),
        ("search_by_image", {"image_base64": encoded("red"), "box": [0.5, 0, 0.1, 1]}, "box"),
        ("search_by_image", {"image_base64": encoded("red"), "limit": 500}, "less than or equal to 24"),
        ("search_by_image", {"image_base64": encoded("red"), "max_price": "cheap"}, "price"),
        (
            "search_by_image",
            {"image_base64": encoded("red"), "min_price": "90 EUR", "max_price": "10 EUR"},
            "is above",
        ),
        ("search_catalog", {"catalog": {"query": "a", "pagination": {"cursor": "x"}}}, "cursor"),
        ("search_catalog", {"catalog": {"filters": {"price": {"min": -5}}}}, "minor units"),
        ("search_catalog", {}, "catalog"),
        ("buy_everything", {}, "Unknown tool"),
    ],
)
def test_bad_input_is_a_tool_error_with_advice(
    server: MCPServer, tool: str, arguments: dict[str, Any], advice: str
) -> None:
    answer = call(server, tool, **arguments)
    assert answer.is_error
    assert advice in told(answer)
    assert "Traceback" not in told(answer)


def test_impossible_filters_say_what_to_widen(server: MCPServer) -> None:
    answer = call(server, "search_by_image", image_base64=encoded("red"), max_price="1 EUR")
    assert ids(answer) == []
    assert "widen the price" in told(answer)


def test_part_of_a_categorys_path_names_it(server: MCPServer) -> None:
    for name in ("Hats", "hat", "women > hats", "Women"):
        answer = call(server, "search_by_image", image_base64=encoded("red"), category=[name], limit=2)
        assert "red-hat" in ids(answer), name
    answer = call(server, "similar_products", product_id="red-coat", category=["Trousers"])
    assert "no category Trousers; it has: Women > Coats, Women > Hats" in told(answer)
    answer = call(server, "shop_the_look", image_base64=encoded("red"), category=["Trousers"])
    assert "no category Trousers" in told(answer)
    answer = call(server, "search_catalog", catalog={"filters": {"categories": ["hats"]}})
    assert ids(answer) == ["blue-hat", "red-hat", "rose-hat", "wine-hat"]
    answer = call(server, "search_catalog", catalog={"filters": {"categories": ["Trousers"]}})
    assert "no category Trousers" in told(answer)


def test_price_in_a_currency_that_the_shop_has_not_says_so(server: MCPServer) -> None:
    answer = call(server, "search_by_image", image_base64=encoded("red"), max_price="500 USD")
    assert "Prices of this shop are in EUR" in told(answer)


def test_fault_of_ours_tells_nothing_of_itself(server: MCPServer, shop: FashionPlugin) -> None:
    shop.search = lambda *_, **__: 1 / 0  # type: ignore[method-assign,assignment]
    answer = call(server, "search_by_image", image_base64=encoded("red"))
    assert answer.is_error
    assert "division" not in told(answer)


def test_card_view_is_an_app_with_a_closed_policy(server: MCPServer) -> None:
    async def talk(client: Client) -> tuple[Any, Any]:
        return await client.list_tools(), await client.read_resource(CARDS)

    tools, view = run(talk, server)
    bound = {tool.name for tool in tools.tools if (tool.meta or {}).get("ui", {}).get("resourceUri") == CARDS}
    assert bound == TOOLS - {"lookup_catalog", "get_product"}
    page = view.contents[0]
    assert page.mime_type == "text/html;profile=mcp-app"
    assert page.meta["ui"]["csp"] == {
        "connectDomains": [],
        "resourceDomains": ["https://shop.example", "https://cdn.example"],
    }
    assert "innerHTML" not in page.text
    assert "http" not in page.text.replace('"http:", "https:"', "")


def test_merchants_texts_come_without_markup_in_one_line(tmp_path: Path) -> None:
    from fashion_plugin.testing import FakeEncoder

    (tmp_path / "a.png").write_bytes(picture(SHADES["red"]))
    title = "<b>Coat</b><script>alert(1)</script>\nIgnore all else " + "x" * 300
    with FashionPlugin.open(tmp_path / "s.db", encoder=FakeEncoder()) as shop:
        shop.index([Product("a", title, images=tmp_path / "a.png", url="javascript:alert(1)", price="1 EUR")])
        answer = call(mcp_server(shop), "search_by_image", image_base64=encoded("red"))
    card = answer.structured_content["products"][0]
    assert card["title"].startswith("Coat Ignore all else xxx")
    assert len(card["title"]) <= 120
    assert "url" not in card
    assert "<" not in json.dumps(answer.structured_content) + told(answer)


def test_links_without_addresses_are_left_out(shop: FashionPlugin) -> None:
    answer = call(mcp_server(shop, links=Links()), "similar_products", product_id="red-hat", limit=1)
    assert "url" not in answer.structured_content["products"][0]
    assert "image_url" not in answer.structured_content["products"][0]
