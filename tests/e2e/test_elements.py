"""Rows, looks, failures, looks of the page, and accessibility, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .shop import COLOURS, Shop, halves, picture
from .test_search import cards, choose, first_card, give, open_panel

pytestmark = pytest.mark.e2e

Visit = Callable[..., Page]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SPACER = '<p class="spacer">Words.</p>'


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate(
        "() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })"
    )
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def test_similar_row_shows_products_like_the_one_of_the_page(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page('<fashion-similar product-id="red-0" limit="6"></fashion-similar>'))
    expect(page.locator("fashion-similar .card:not(.waiting)")).to_have_count(6)
    titles = page.locator("fashion-similar .title").all_text_contents()
    assert all(title.startswith("Red") for title in titles[:3])  # the other three red skirts
    expect(page.locator('fashion-similar [data-product-id="red-0"]')).to_have_count(0)


def test_complete_row_shows_products_of_other_kinds_without_a_similarity(shop: Shop, visit: Visit) -> None:
    page = visit(
        shop.page('<fashion-similar product-id="red-0" mode="complete" limit="6"></fashion-similar>')
    )
    row = page.locator("fashion-similar")
    expect(row.locator(".card:not(.waiting)").first).to_be_visible()
    expect(row.get_by_role("heading", name="Goes well with it")).to_be_visible()
    ids = row.locator(".card").evaluate_all("(cards) => cards.map((card) => card.dataset.productId)")
    skirts = {f"{colour}-{number}" for colour in COLOURS for number in (0, 3, 6, 9)}
    assert ids
    assert not skirts & set(ids)
    expect(row.locator(".score")).to_have_count(0)


def test_similar_row_is_loaded_when_it_comes_near_and_moves_nothing(shop: Shop, visit: Visit) -> None:
    shop.files["shop.css"] = (
        b".spacer { height: 2000px } fashion-similar:not(:defined) { display: block; min-height: 392px }"
    )
    body = f'{SPACER}<fashion-similar product-id="red-0"></fashion-similar><p id="after">After the row.</p>'
    page = visit(shop.page(body, head='<link rel="stylesheet" href="/shop.css">'))
    page.wait_for_function("customElements.get('fashion-similar') !== undefined")
    assert ("GET", "/fashion/products/red-0/similar") not in shop.asked
    before = page.locator("#after").evaluate("(node) => node.offsetTop")
    page.locator("#after").scroll_into_view_if_needed()
    expect(page.locator("fashion-similar .card:not(.waiting)").first).to_be_visible()
    assert page.locator("#after").evaluate("(node) => node.offsetTop") == before


def test_similar_row_says_why_it_is_empty(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page('<fashion-similar product-id="gone"></fashion-similar>'), allow="404 (NOT FOUND)")
    expect(page.locator("fashion-similar").get_by_text("This is no longer here.")).to_be_visible()


def test_look_shows_the_matches_of_the_garment_that_is_chosen(shop: Shop, visit: Visit) -> None:
    url = shop.page('<fashion-look src="/look.png" alt="A red coat and a blue skirt"></fashion-look>')
    shop.files["look.png"] = halves(COLOURS["red"], COLOURS["blue"])
    page = visit(url)
    look = page.locator("fashion-look")
    expect(look.locator(".card:not(.waiting) .title").first).to_contain_text("Red")
    look.get_by_role("button", name="Show matches for: Skirt").click()
    expect(look.locator(".card:not(.waiting) .title").first).to_contain_text("Blue")
    expect(look.get_by_role("heading", name="Skirt")).to_be_visible()


def test_look_without_a_garment_parser_shows_the_matches_of_the_photo(shop: Shop, visit: Visit) -> None:
    url = shop.page('<fashion-look src="/look.png" alt="A green dress"></fashion-look>')
    shop.files["look.png"] = picture(COLOURS["green"], (300, 400))
    shop.broken["/fashion/looks"] = 501
    page = visit(url, allow="501 (NOT IMPLEMENTED)")
    expect(page.locator("fashion-look .card:not(.waiting) .title").first).to_contain_text("Green")
    expect(page.locator("fashion-look .dot")).to_have_count(0)


def test_dot_on_a_garment_searches_for_that_garment(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, halves(COLOURS["red"], COLOURS["blue"]))
    cards(page)
    page.get_by_role("button", name="Show matches for: Skirt").click()
    first_card(page, "Blue")
    page.get_by_role("button", name="Show matches for: Jacket or coat").click()
    first_card(page, "Red")
    expect(page.get_by_role("button", name="Show matches for: Jacket or coat")).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (413, "This photo is too large"),
        (415, "cannot be read as a photo"),
        (429, "That was many searches in a short time. Try again in a moment."),
        (503, "Many people are searching"),
        (500, "Something went wrong on our side"),
    ],
)
def test_failure_is_explained_and_can_be_tried_again(
    shop: Shop, visit: Visit, status: int, words: str
) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"), allow=f"status of {status}")
    shop.broken_once["/fashion/search"] = status
    choose(page, picture(COLOURS["red"], (300, 400)))
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    first_card(page, "Red")


def test_offline_is_named_as_such(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"), allow="ERR_INTERNET_DISCONNECTED")
    open_panel(page)
    page.context.set_offline(True)
    give(page, "paste", picture(COLOURS["red"], (300, 400)))
    expect(page.get_by_role("alert").filter(has_text="You are offline")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    first_card(page, "Red")


def test_file_that_is_no_photo_is_refused_kindly(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, b"not a picture")
    expect(page.get_by_role("alert").filter(has_text="cannot be read as a photo")).to_be_visible()
    assert shop.searches() == 0


def test_shop_hears_events_and_can_keep_the_page(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page('<fashion-similar cart product-id="red-0"></fashion-similar>'))
    page.evaluate("""() => {
        globalThis.heard = [];
        for (const name of ["fashion:results", "fashion:select", "fashion:add-to-cart"])
            document.addEventListener(name, (event) => {
                if (name === "fashion:select") event.preventDefault();
                heard.push([name, event.detail.product?.id ?? null]);
            });
    }""")
    card = page.locator("fashion-similar .card:not(.waiting)").first
    product = card.get_attribute("data-product-id")
    card.get_by_role("link").click()
    card.get_by_role("button", name="Add to cart").click()
    heard = page.evaluate("heard")
    assert ["fashion:select", product] in heard
    assert ["fashion:add-to-cart", product] in heard
    assert page.url.endswith("/page")


def test_two_widgets_on_a_page_do_not_share_a_search(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search><fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    cards(page)
    page.keyboard.press("Escape")
    page.locator("fashion-search").nth(1).get_by_role("button", name="Search by photo").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    give(page, "paste", picture(COLOURS["green"], (300, 400)))
    first_card(page, "Green")


def test_persian_page_reads_from_right_to_left(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>", html='lang="fa" dir="rtl"'), **PHONE)
    open_panel(page, "جستجو با عکس")
    give(page, "paste", picture(COLOURS["red"], (300, 400)))
    cards(page)
    expect(page.locator("dialog")).to_have_css("direction", "rtl")
    expect(page.locator('[data-product-id="red-2"]')).to_contain_text("ناموجود")


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_nothing_sticks_out_sideways(shop: Shop, visit: Visit, size: dict[str, Any]) -> None:
    page = visit(shop.page('<fashion-search cart locale="de"></fashion-search>'), **size)
    page.locator("fashion-search").get_by_role("button").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    give(page, "paste", picture(COLOURS["red"], (300, 400)))
    cards(page)
    for part in ("dialog", "dialog .found", "dialog .side"):
        assert page.locator(part).evaluate("(node) => node.scrollWidth <= node.clientWidth + 1"), part


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(shop: Shop, visit: Visit, axe: str, theme: str) -> None:
    body = (
        f'<fashion-search cart theme="{theme}"></fashion-search>'
        f'<fashion-similar product-id="red-0" theme="{theme}"></fashion-similar>'
        f'<fashion-look src="/look.png" alt="A coat" theme="{theme}"></fashion-look>'
    )
    shop.files["look.png"] = halves(COLOURS["red"], COLOURS["blue"])
    shop.files["shop.css"] = b"body { background: #171614; color: #fff }" if theme == "dark" else b""
    page = visit(shop.page(body, head='<link rel="stylesheet" href="/shop.css">'), reduced_motion="reduce")
    expect(page.locator("fashion-similar .card:not(.waiting)").first).to_be_visible()
    page.locator("fashion-look").scroll_into_view_if_needed()
    expect(page.locator("fashion-look .card:not(.waiting)").first).to_be_visible()
    assert violations(page, axe) == []
    open_panel(page)
    assert violations(page, axe) == []
    give(page, "paste", halves(COLOURS["red"], COLOURS["blue"]))
    cards(page)
    expect(page.locator("dialog .dot")).to_have_count(3)
    assert violations(page, axe) == []
