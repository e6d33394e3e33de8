"""The page of examples of the widget, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .shop import COLOURS, Shop, halves, picture
from .test_search import cards, choose

pytestmark = pytest.mark.e2e

FOLDER = Path(__file__).parents[2] / "examples" / "widget"


def test_page_of_examples_shows_every_element(shop: Shop, visit: Callable[..., Page]) -> None:
    shop.pages["widget"] = (FOLDER / "index.html").read_text("utf-8")
    for name in ("shop.css", "shop.js"):
        shop.files[name] = (FOLDER / name).read_bytes()
    shop.files["icon.svg"] = picture((0, 0, 0), (16, 16))
    shop.files["look.png"] = halves(COLOURS["green"], COLOURS["blue"])
    page = visit(f"{shop.url}/widget?look=/look.png")
    expect(page.locator("fashion-search")).to_have_count(7)
    page.locator("fashion-look").scroll_into_view_if_needed()
    expect(page.locator("fashion-look .card:not(.waiting) .title").first).to_contain_text("Green")
    choose(page, picture(COLOURS["red"], (300, 400)))
    cards(page)
    page.keyboard.press("Escape")
    rows = page.locator("fashion-similar")
    rows.first.scroll_into_view_if_needed()
    expect(rows.first.locator(".card:not(.waiting) .title").first).to_contain_text("Red")
    expect(rows.nth(1).locator(".card:not(.waiting)").first).to_be_visible()
    expect(page.locator("#events")).to_contain_text("fashion:results")
