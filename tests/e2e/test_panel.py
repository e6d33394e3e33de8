"""Garments, kinds and prices in the search panel, and the photos that phones make."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from fashion_plugin import FashionPlugin
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.testing import FakeEncoder

from .shop import COLOURS, HalvesParser, Shop, halves, halves_image, picture, products
from .test_search import cards, choose, first_card, open_panel

pytestmark = pytest.mark.e2e

Visit = Callable[..., Page]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OUTFIT = halves(COLOURS["red"], COLOURS["blue"])


def test_main_garment_is_framed_and_only_its_kind_is_shown(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, OUTFIT)
    assert len(cards(page)) == 9  # all coats
    kind = page.get_by_role("group", name="Filters").get_by_role("button", name="Jacket or coat")
    expect(kind).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("slider", name="Right edge")).to_have_attribute("aria-valuenow", "45")
    expect(page.get_by_role("button", name="Jacket or coat", exact=True).first).to_have_attribute(
        "aria-pressed", "true"
    )
    assert shop.searches() == 1
    kind.click()
    expect(page.get_by_text("30 products, most similar first")).to_be_visible()
    expect(kind).to_have_attribute("aria-pressed", "false")


def test_strip_of_garments_chooses_another_one(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"), **PHONE)
    choose(page, OUTFIT)
    cards(page)
    strip = page.get_by_role("group", name="Garments in the photo")
    expect(strip.get_by_role("button")).to_have_count(3)
    strip.get_by_role("button", name="Skirt").tap()
    first_card(page, "Blue")
    expect(strip.get_by_role("button", name="Skirt")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("slider", name="Left edge")).to_have_attribute("aria-valuenow", "55")
    page.get_by_role("button", name="Whole photo").tap()
    expect(page.get_by_text("30 products, most similar first")).to_be_visible()
    expect(strip.get_by_role("button", name="Skirt")).to_have_attribute("aria-pressed", "false")


def test_price_narrows_the_results_and_says_so(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    cards(page)
    page.get_by_role("button", name="Price").click()
    page.get_by_role("spinbutton", name="From").fill("49")
    page.get_by_role("spinbutton", name="To").fill("41")
    page.get_by_role("button", name="Apply").click()
    # 41.50 to 48.50, in three colours; the amounts came in the wrong order.
    expect(page.get_by_text("24 products, most similar first")).to_be_visible()
    chip = page.get_by_role("button", name="€41 \u2013 €49")
    expect(chip).to_be_focused()
    chip.click()
    page.get_by_role("spinbutton", name="To").fill("")
    page.get_by_role("spinbutton", name="To").press("Enter")
    expect(page.get_by_role("button", name="From €41")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_role("button", name="Price")).to_be_visible()
    expect(page.get_by_text("30 products, most similar first")).to_be_visible()


def test_escape_closes_the_price_before_the_panel(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, picture(COLOURS["red"], (300, 400)))
    cards(page)
    page.get_by_role("button", name="Price").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Price")).to_be_focused()
    expect(page.get_by_role("spinbutton", name="From")).to_be_hidden()
    expect(page.locator("dialog[open]")).to_be_visible()


@pytest.mark.parametrize(("status", "words"), [(429, "That was many searches"), (503, "Many people")])
def test_refusal_says_when_to_try_again(shop: Shop, visit: Visit, status: int, words: str) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"), allow=f"status of {status}")
    shop.broken_once["/fashion/search"] = status
    shop.retry_after = "17"
    choose(page, picture(COLOURS["red"], (300, 400)))
    alert = page.get_by_role("alert").filter(has_text=words)
    expect(alert).to_contain_text("Try again in 17 seconds.")


def test_phone_offers_its_camera_and_its_library(shop: Shop, visit: Visit) -> None:
    page = visit(shop.page("<fashion-search></fashion-search>"), **PHONE)
    open_panel(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Take a photo").click()
    assert chooser.value.element.get_attribute("capture") == "environment"
    photo = {"name": "now.jpg", "mimeType": "image/jpeg", "buffer": picture(COLOURS["blue"], (300, 400))}
    chooser.value.set_files(photo)  # type: ignore[arg-type]
    first_card(page, "Blue")


def test_photo_that_a_phone_stored_turned_is_framed_upright(shop: Shop, visit: Visit) -> None:
    upright = halves_image(COLOURS["red"], COLOURS["blue"], 800, 400)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    file = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", exif=exif, quality=95)
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, file.getvalue(), "turned.jpg")
    first_card(page, "Red")
    canvas = page.locator("dialog .stage canvas")
    assert canvas.evaluate("(node) => [node.width, node.height]") == [800, 400]
    page.get_by_role("button", name="Skirt", exact=True).first.click()
    first_card(page, "Blue")
    left, right = (page.locator("dialog .stage").evaluate(PIXEL, x) for x in (0.25, 0.75))
    assert left[0] > 150 > left[2]
    assert right[2] > 150 > right[0]


PIXEL = """(stage, x) => {
    const canvas = stage.querySelector("canvas");
    const copy = document.createElement("canvas");
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, canvas.width * x, canvas.height / 2, 1, 1, 0, 0, 1, 1);
    return Array.from(context.getImageData(0, 0, 1, 1).data);
}"""


def test_photo_that_the_browser_cannot_show_is_searched_by_the_server(shop: Shop, visit: Visit) -> None:
    heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    image = halves_image(COLOURS["red"], COLOURS["blue"], 400, 200)
    heif.from_pillow(image).save(file, quality=90)
    page = visit(shop.page("<fashion-search></fashion-search>"))
    choose(page, file.getvalue(), "IMG_0001.HEIC")
    first_card(page, "Red")
    page.get_by_role("button", name="Skirt", exact=True).first.click()
    first_card(page, "Blue")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Another site with a photo, on loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "blue.png").write_bytes(picture(COLOURS["blue"], (300, 400)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_address_of_an_image_is_searched_by_the_server(elsewhere: str, tmp_path: Path, visit: Visit) -> None:
    downloader = Downloader(DownloadSettings(allow_private=frozenset({elsewhere}), retries=0))
    with (
        downloader,
        FashionPlugin.open(
            tmp_path / "shop.db", encoder=FakeEncoder(), parser=HalvesParser(), downloader=downloader
        ) as plugin,
    ):
        plugin.index(products(tmp_path))
        shop = Shop(plugin)
        try:
            page = visit(shop.page("<fashion-search></fashion-search>"), allow="422 (UNPROCESSABLE ENTITY)")
            open_panel(page)
            page.get_by_label("Address of an image").fill(f"http://{elsewhere}/blue.png")
            page.get_by_label("Address of an image").press("Enter")
            first_card(page, "Blue")
            page.get_by_role("button", name="Coats").click()
            expect(page.get_by_text("9 products, most similar first")).to_be_visible()
            page.get_by_role("button", name="New photo").click()
            page.get_by_label("Address of an image").fill(f"http://{elsewhere}/none.png")
            page.get_by_label("Address of an image").press("Enter")
            expect(page.get_by_role("alert").filter(has_text="cannot be read as a photo")).to_be_visible()
        finally:
            shop.close()


SHIFTS = """() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_rows_that_load_shift_nothing(shop: Shop, visit: Visit, size: dict[str, Any]) -> None:
    shop.files["shop.css"] = b"fashion-similar:not(:defined) { display: block; min-height: 392px }"
    body = (
        '<fashion-similar product-id="red-0"></fashion-similar><p>Between.</p>'
        '<fashion-similar product-id="red-0" mode="complete"></fashion-similar><p>After.</p>'
    )
    page = visit(shop.page(body, head='<link rel="stylesheet" href="/shop.css">'), **size)
    page.evaluate(SHIFTS)
    rows = page.locator("fashion-similar")
    for at in range(2):
        rows.nth(at).scroll_into_view_if_needed()
        expect(rows.nth(at).locator(".card:not(.waiting)").first).to_be_visible()
    page.wait_for_timeout(500)
    assert sum(page.evaluate("shifts")) < 0.01
