"""The search panel in a real browser, under a strict Content-Security-Policy."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .shop import COLOURS, Shop, halves, picture

pytestmark = pytest.mark.e2e

Visit = Callable[..., Page]

# Hands bytes to the page as a browser does with a drop or a paste.
GIVE = """(node, [kind, text]) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "street.png", { type: "image/png" }));
    const options = { bubbles: true, cancelable: true, composed: true };
    const event = kind === "drop"
        ? new DragEvent("drop", { ...options, dataTransfer: transfer })
        : new ClipboardEvent("paste", { ...options, clipboardData: transfer });
    node.dispatchEvent(event);
}"""


def open_panel(page: Page, name: str = "Search by photo") -> None:
    page.locator("fashion-search").first.get_by_role("button", name=name).click()
    expect(page.locator("dialog[open]")).to_be_visible()


def choose(page: Page, data: bytes, name: str = "street.png") -> None:
    """Open the panel and choose a photo, as a shopper does."""
    open_panel(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photo").click()
    chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": data})


def give(page: Page, kind: str, data: bytes) -> None:
    page.locator("dialog[open] .drop").evaluate(GIVE, [kind, base64.b64encode(data).decode()])


def cards(page: Page) -> list[str]:
    """The titles of the products found, once they are there."""
    expect(page.locator("dialog[open] ul.grid:not([aria-busy]) .card:not(.waiting)").first).to_be_visible()
    return page.locator("dialog[open] .card:not(.waiting) .title").all_text_contents()


def first_card(page: Page, starts_with: str) -> None:
    expect(page.locator("dialog[open] ul.grid:not([aria-busy]) .title").first).to_contain_text(starts_with)


def test_uploaded_photo_finds_products_of_its_colour(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    found = cards(page)
    assert len(found) == 12
    assert all(title.startswith("Red") for title in found[:10])
    expect(page.get_by_role("status").filter(has_text="products, most similar first")).to_be_visible()


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_photo_that_is_dropped_or_pasted_is_searched(shop: Shop, visit: Visit, kind: str) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    open_panel(page)
    give(page, kind, picture(COLOURS["blue"], (200, 200)))
    assert cards(page)[0].startswith("Blue")


def test_large_photo_is_downscaled_before_it_is_sent(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    photo = picture(COLOURS["green"], (3000, 3000), "BMP")
    choose(page, photo, "street.bmp")
    cards(page)
    canvas = page.locator("dialog .stage canvas")
    assert canvas.evaluate("(node) => [node.width, node.height]") == [1024, 1024]
    assert 1_000 < max(shop.lengths) < len(photo) / 100


def test_frame_drawn_with_the_mouse_searches_that_part(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, halves(COLOURS["red"], COLOURS["blue"], 400, 300))
    cards(page)
    area = page.locator("dialog .stage").bounding_box()
    assert area
    page.mouse.move(area["x"] + area["width"] * 0.6, area["y"] + area["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.95, area["y"] + area["height"] * 0.9, steps=6)
    page.mouse.up()
    first_card(page, "Blue")
    assert shop.searches() == 2


def test_frame_is_set_with_the_keyboard(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, halves(COLOURS["red"], COLOURS["blue"], 400, 300))
    cards(page)
    edge = page.get_by_role("slider", name="Right edge")
    edge.focus()
    for _ in range(6):
        page.keyboard.press("PageUp")
    expect(edge).to_have_attribute("aria-valuenow", "40")
    first_card(page, "Red")
    page.get_by_role("slider", name="Left edge").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("slider", name="Left edge")).to_have_attribute("aria-valuenow", "34")


def test_frame_is_drawn_with_a_finger(shop: Shop, visit: Visit) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = visit(shop.page("<fashion-search></fashion-search>"), **phone)
    choose(page, halves(COLOURS["red"], COLOURS["blue"], 800, 600))
    cards(page)
    area = page.locator("dialog .stage").bounding_box()
    assert area
    finger = page.context.new_cdp_session(page)
    for kind, x, y in (("Start", 0.6, 0.25), ("Move", 0.7, 0.5), ("Move", 0.96, 0.9), ("End", 0, 0)):
        at = {"x": area["x"] + area["width"] * x, "y": area["y"] + area["height"] * y}
        points = [] if kind == "End" else [at]
        finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    first_card(page, "Blue")
    assert shop.searches() == 2


def test_tap_moves_the_frame_without_dragging(shop: Shop, visit: Visit) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = visit(shop.page("<fashion-search></fashion-search>"), **phone)
    choose(page, halves(COLOURS["red"], COLOURS["blue"], 800, 600))
    cards(page)
    area = page.locator("dialog .stage").bounding_box()
    assert area
    page.touchscreen.tap(area["x"] + area["width"] * 0.8, area["y"] + area["height"] * 0.2)
    first_card(page, "Blue")
    page.get_by_role("button", name="Whole photo").click()
    expect(page.get_by_role("slider", name="Left edge")).to_have_attribute("aria-valuenow", "0")


def test_search_again_sends_the_photo_only_once(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    cards(page)
    with page.expect_request("**/fashion/search") as sent:
        page.get_by_role("button", name="Coats").click()
    assert sent.value.headers["content-type"] == "application/json"
    assert "query_id" in (sent.value.post_data or "")


def test_photo_that_the_server_forgot_is_sent_again(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"), allow="410 (GONE)")
    choose(page, picture(COLOURS["red"], (300, 400)))
    cards(page)
    shop.broken_once["/fashion/search"] = 410
    with page.expect_response(lambda answer: answer.url.endswith("/search") and answer.ok) as answer:
        page.get_by_role("button", name="Coats").click()
    assert "multipart" in answer.value.request.headers["content-type"]
    first_card(page, "Red")


def test_filter_chips_narrow_the_results_and_can_be_cleared(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    cards(page)
    chip = page.get_by_role("button", name="blue")
    chip.click()
    first_card(page, "Blue")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(chip).to_be_focused()
    expect(page.get_by_text("10 products, most similar first")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    first_card(page, "Red")


def test_more_adds_products_and_focuses_the_first_new_one(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    before = cards(page)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("dialog .card:not(.waiting)")).to_have_count(24)
    assert cards(page)[:12] == before
    expect(page.locator("dialog .product").nth(12)).to_be_focused()
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("dialog .card:not(.waiting)")).to_have_count(30)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_card_tells_price_sale_and_what_is_sold_out(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page('<fashion-search locale="de-DE"></fashion-search>'))
    page.locator("fashion-search").get_by_role("button", name="Mit Foto suchen").click()
    give(page, "paste", picture(COLOURS["red"], (300, 400)))
    cards(page)
    reduced = page.locator('[data-product-id="red-1"]')
    expect(reduced).to_contain_text("41,50\xa0€")
    expect(reduced).to_contain_text("Vorher: 90,00\xa0€")
    expect(page.locator('[data-product-id="red-2"]')).to_contain_text("Ausverkauft")


def test_escape_closes_the_panel_and_focus_returns_to_the_button(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    open_panel(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("fashion-search").get_by_role("button", name="Search by photo")).to_be_focused()


def test_recent_photos_are_offered_again_in_the_same_tab(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["green"], (300, 400)))
    cards(page)
    page.reload()
    open_panel(page)
    page.get_by_role("button", name="Search with recent photo 1").click()
    first_card(page, "Green")
