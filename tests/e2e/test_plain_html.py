"""The static page of the examples, searching on another origin, as its README says."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fashion_plugin import FashionPlugin

from .shop import COLOURS, Shop, picture
from .test_search import cards, choose

pytestmark = pytest.mark.e2e

EXAMPLE = Path(__file__).parents[2] / "examples" / "plain_html"
API = "http://127.0.0.1:8001"
"""Where the example says that the API is."""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def page_url(plugin: FashionPlugin, tmp_path: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    url = f"http://127.0.0.1:{server.server_port}"
    api = Shop(plugin, origins=(url,))
    for file in EXAMPLE.iterdir():
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace(API, api.url), encoding="utf-8")
    assert api.url in (tmp_path / "index.html").read_text(encoding="utf-8")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()
    api.close()


def test_a_static_page_searches_and_shows_similar_products(page_url: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{page_url}/?product=red-0")
    row = page.locator("fashion-similar .card:not(.waiting) .title")
    expect(row.first).to_contain_text("Red")
    page.get_by_label("Like product").fill("green-0")
    page.get_by_label("Like product").press("Tab")
    expect(row.first).to_contain_text("Green")
    choose(page, picture(COLOURS["blue"], (300, 400)))
    assert cards(page)[0].startswith("Blue")
