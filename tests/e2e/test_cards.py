"""The card view of the MCP server, in a host's frame."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page, expect

pytestmark = pytest.mark.e2e

VIEW = (files("fashion_plugin_adapters.chat") / "static" / "products.html").read_text("utf-8")
SITE = "http://host.test"
HOST = """<iframe id="view" sandbox="allow-scripts"></iframe><script>
window.seen = [];
const view = document.getElementById("view");
const say = (message) => view.contentWindow.postMessage({jsonrpc: "2.0", ...message}, "*");
addEventListener("message", ({data}) => {
  seen.push(data);
  if (data.method === "ui/initialize") say({id: data.id, result: {protocolVersion: "2026-01-26"}});
  if (data.method === "ui/notifications/initialized")
    say({method: "ui/notifications/tool-result", params: {structuredContent: ANSWER}});
});
view.srcdoc = VIEW;
</script>"""
CARD: dict[str, Any] = {"id": "1", "price": "129.00 EUR", "in_stock": True, "image_url": f"{SITE}/a.png"}
ANSWER = {
    "note": "Nothing is really like it.",
    "garments": [
        {
            "label": "dress",
            "colours": ["red"],
            "products": [
                {**CARD, "number": 1, "title": "<b>Red</b>", "url": f"{SITE}/1", "list_price": "199.00 EUR"},
                {**CARD, "number": 2, "title": "Bad", "url": "javascript:alert(1)", "in_stock": False},
            ],
        }
    ],
    "products": [
        {
            "id": "3",
            "title": "Of the protocol",
            "url": f"{SITE}/3",
            "variants": [{"price": {"amount": 5000, "currency": "JPY"}, "availability": {"available": True}}],
        }
    ],
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    file = io.BytesIO()
    Image.new("RGB", (30, 40), "crimson").save(file, "PNG")

    class Host(BaseHTTPRequestHandler):
        """The host's page, and one photo."""

        def do_GET(self) -> None:
            photo = self.path.endswith(".png")
            place = f"http://127.0.0.1:{server.server_port}"
            shown = _quoted(ANSWER).replace(f"{SITE}/a.png", f"{place}/a.png")
            host = HOST.replace("ANSWER", shown).replace("VIEW", _quoted(VIEW)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "image/png" if photo else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(file.getvalue() if photo else host)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


def _quoted(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


def cards(page: Page) -> FrameLocator:
    frame = page.frame_locator("#view")
    expect(frame.locator("li")).to_have_count(3)
    return frame


def test_cards_show_what_the_answer_holds(page: Page) -> None:
    frame = cards(page)
    expect(frame.locator("p")).to_have_text("Nothing is really like it.")
    expect(frame.locator("h2")).to_have_text("red dress")
    expect(frame.locator("li").first).to_contain_text("129.00 EUR199.00 EUR")
    expect(frame.locator("li").nth(1)).to_contain_text("sold out")
    expect(frame.locator("li").nth(2)).to_contain_text("5,000")
    assert frame.locator("img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 30


def test_merchants_text_stays_text_and_scripts_are_no_links(page: Page) -> None:
    frame = cards(page)
    expect(frame.locator("li").first).to_contain_text("<b>Red</b>")
    expect(frame.locator("b")).to_have_count(0)
    assert [link.get_attribute("href") for link in frame.locator("a").all()] == [f"{SITE}/1", f"{SITE}/3"]


def test_links_are_opened_by_the_host(page: Page) -> None:
    cards(page).locator("a").first.click()
    page.wait_for_function("seen.some((message) => message.method === 'ui/open-link')")
    asked = page.evaluate("seen.find((message) => message.method === 'ui/open-link').params")
    assert asked == {"url": f"{SITE}/1"}
    assert page.evaluate("seen.some((message) => message.method === 'ui/notifications/size-changed')")
