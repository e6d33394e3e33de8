"""The search panel in a real browser, under a strict Content-Security-Policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .shop import COLOURS, Shop, picture

pytestmark = pytest.mark.e2e


def choose(page: Page, data: bytes, name: str = "street.png") -> None:
    """Open the panel and choose a photo, as a shopper does."""
    page.locator("fashion-search").get_by_role("button", name="Search by photo").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photo").click()
    chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": data})


def titles(page: Page) -> list[str]:
    return page.locator("dialog .card:not(.waiting) .title").all_text_contents()


def wait_for_results(page: Page) -> None:
    expect(page.locator("dialog ul.grid:not([aria-busy]) .card:not(.waiting)").first).to_be_visible()


def test_uploaded_photo_finds_products_of_its_colour(shop: Shop, visit: Callable[..., Page]) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    wait_for_results(page)
    assert len(titles(page)) == 12
    assert all(title.startswith("Red") for title in titles(page)[:10])
    expect(page.get_by_role("status").filter(has_text="products found")).to_be_visible()
