"""The widget on a page of another origin, and what changes when the network does."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from fashion_plugin import FashionPlugin

from .shop import COLOURS, Shop, picture
from .test_search import cards, give, open_panel

pytestmark = pytest.mark.e2e


@pytest.fixture
def api(plugin: FashionPlugin, shop: Shop) -> Iterator[Shop]:
    """The API on an origin of its own, which lets the shop's pages call it."""
    api = Shop(plugin, origins=(shop.url,))
    yield api
    api.close()


def test_widget_of_another_origin_works_under_cors(shop: Shop, api: Shop, visit: Callable[..., Page]) -> None:
    shop.policy = f"default-src 'self' {api.url}; base-uri 'none'"
    url = shop.page('<fashion-search></fashion-search><fashion-similar product-id="red-0"></fashion-similar>')
    shop.pages["page"] = shop.pages["page"].replace("/fashion/widget.js", f"{api.url}/fashion/widget.js")
    page = visit(url)
    expect(page.locator("fashion-similar .card:not(.waiting)").first).to_be_visible()
    open_panel(page)
    give(page, "paste", picture(COLOURS["blue"], (300, 400)))
    assert cards(page)[0].startswith("Blue")
    page.get_by_role("button", name="Coats").click()
    expect(page.get_by_role("button", name="Coats")).to_have_attribute("aria-pressed", "true")
    assert api.searches() >= 2
    assert shop.searches() == 0


def test_element_added_by_the_page_later_works_too(shop: Shop, visit: Callable[..., Page]) -> None:
    page = visit(shop.page(""))
    page.evaluate("""() => {
        const row = document.createElement("fashion-similar");
        row.setAttribute("product-id", "blue-0");
        document.querySelector("main").append(row);
    }""")
    row = page.locator("fashion-similar")
    expect(row.locator(".card:not(.waiting) .title").first).to_contain_text("Blue")
    row.evaluate("(node) => node.setAttribute('product-id', 'green-0')")
    expect(row.locator(".card:not(.waiting) .title").first).to_contain_text("Green")
