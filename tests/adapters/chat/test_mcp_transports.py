"""The MCP server over HTTP, beside Flask and alone, and over stdio as a process of its own."""

import asyncio
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import requests
import uvicorn
from flask import Flask
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.server import MCPServer

from fashion_plugin import FashionPlugin, Product
from fashion_plugin_adapters.chat.mcp_http import mcp_app
from fashion_plugin_adapters.flask import fashion_blueprint

from .client import ERAS, VERSIONS, Era, ids, run
from .conftest import SHADES, encoded, picture

# Over HTTP


class Served:
    """An ASGI application in a thread, on a port of this machine."""

    def __init__(self, app: Any) -> None:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="error", lifespan="on", ws="none")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([listening],), daemon=True)
        self.thread.start()
        deadline = time.monotonic() + 30
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    running: list[Served] = []

    def start(app: Any) -> str:
        running.append(Served(app))
        return running[-1].url

    yield start
    for served in running:
        served.stop()


PING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize("era", ERAS)
def test_http_beside_flask_in_one_process(
    shop: FashionPlugin, server: MCPServer, serve: Callable[[Any], str], era: Era
) -> None:
    app = Flask("test")
    app.register_blueprint(fashion_blueprint(shop), url_prefix="/fashion")
    url = serve(mcp_app(server, beside=app))

    async def talk(client: Client) -> None:
        assert client.protocol_version == VERSIONS[era]
        first = await client.call_tool("search_by_image", {"image_base64": encoded("wine"), "limit": 2})
        assert set(ids(first)) == {"wine-coat", "wine-hat"}
        again = {"query_id": first.structured_content["query_id"], "text": "coat"}
        assert ids(await client.call_tool("search_by_image", again))[0] == "wine-coat"

    run(talk, f"{url}/mcp", era)
    assert requests.get(f"{url}/fashion/health", timeout=10).json()["ready"] is True
    assert requests.get(f"{url}/nowhere", timeout=10).status_code == 404


def test_http_asks_for_the_token(server: MCPServer, serve: Callable[[Any], str]) -> None:
    url = serve(mcp_app(server, token="s3cret")) + "/mcp"
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}):
        refused = requests.post(url, json=PING, headers={**ACCEPT, **headers}, timeout=10)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"

    async def talk() -> list[str]:
        async with (
            httpx2.AsyncClient(headers={"Authorization": "Bearer s3cret"}, timeout=10) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return ids(await client.call_tool("similar_products", {"product_id": "red-hat", "limit": 1}))

    assert asyncio.run(talk()) in (["red-coat"], ["no-price"])


def test_http_refuses_other_hosts_and_origins(server: MCPServer, serve: Callable[[Any], str]) -> None:
    app = mcp_app(server, allowed_hosts=["shop.example"], allowed_origins=["https://chat.example"])
    url = serve(app) + "/mcp"
    expected = {
        ("shop.example", ""): 200,
        ("shop.example", "https://chat.example"): 200,
        ("evil.example", ""): 421,
        ("shop.example", "https://evil.example"): 403,
    }
    for (host, origin), status in expected.items():
        headers = {**ACCEPT, "Host": host, **({"Origin": origin} if origin else {})}
        assert requests.post(url, json=PING, headers=headers, timeout=10).status_code == status, (
            host,
            origin,
        )


def test_http_limits_rate_and_size(server: MCPServer, serve: Callable[[Any], str]) -> None:
    url = serve(mcp_app(server, rate="3/minute")) + "/mcp"
    answers = [requests.post(url, json=PING, headers=ACCEPT, timeout=10) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    large = serve(mcp_app(server, rate="")) + "/mcp"
    huge = requests.post(
        large, data=b" " * 9_000_000, headers={**ACCEPT, "Content-Type": "application/json"}, timeout=10
    )
    assert huge.status_code == 413


def test_http_answers_another_protocol_version(server: MCPServer, serve: Callable[[Any], str]) -> None:
    url = serve(mcp_app(server)) + "/mcp"
    old = {**PING, "params": {**PING["params"], "protocolVersion": "1999-01-01"}}  # type: ignore[dict-item]
    answer = requests.post(url, json=old, headers=ACCEPT, timeout=10).json()
    assert answer["result"]["protocolVersion"] in ("2025-11-25", "2025-06-18")
    wrong = {**ACCEPT, "MCP-Protocol-Version": "1999-01-01"}
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}
    assert requests.post(url, json=listing, headers=wrong, timeout=10).status_code == 400


# As a subprocess

COMMAND = "from fashion_plugin.cli import main; main()"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with the shipped encoder, which a process of its own can open."""
    folder = tmp_path_factory.mktemp("stdio")
    for name, shade in SHADES.items():
        (folder / f"{name}.png").write_bytes(picture(shade, 96))
    with FashionPlugin.open(folder / "shop.db") as shop:
        shop.index(
            Product(
                name, f"{name} coat".title(), images=folder / f"{name}.png", price="9 EUR", url=f"/p/{name}"
            )
            for name in SHADES
        )
    return folder / "shop.db"


@pytest.mark.parametrize("era", ERAS)
def test_stdio_serves_a_desktop_assistant(database: Path, era: Era) -> None:
    arguments = ["-c", COMMAND, "mcp", "--db", str(database), "--shop-url", "https://shop.example"]

    async def talk(client: Client) -> None:
        assert client.protocol_version == VERSIONS[era]
        found = await client.call_tool("search_by_image", {"image_base64": encoded("blue"), "limit": 1})
        assert ids(found) == ["blue"]
        assert found.structured_content["products"][0]["url"] == "https://shop.example/p/blue"
        found = await client.call_tool("search_catalog", {"catalog": {"query": "wine coats"}})
        assert ids(found) == ["wine"]

    run(talk, StdioServerParameters(command=sys.executable, args=arguments), era)


def test_stdout_carries_nothing_but_the_protocol(database: Path) -> None:
    import subprocess

    lines = [
        PING,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "search_by_image", "arguments": {"image_base64": encoded("red")}},
        },
    ]
    command = [sys.executable, "-c", COMMAND, "mcp", "--db", str(database)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, _ = process.communicate(timeout=30)
    assert [answer["id"] for answer in answers] == [1, 2]
    assert rest == b""
    assert process.returncode == 0
