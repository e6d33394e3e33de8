"""Measure how soon the widget answers a shopper's hand: interaction to next paint on a slow phone.

    python tests/benchmarks/responsiveness.py [--slower 4]

Chromium with a phone's size and its CPU throttled; every interaction of a visit is done three times, and
the longest time from input to the next frame is printed (the browser counts in steps of 8 ms). The layout
shift of the page, which holds two rows, is printed below.
"""

import argparse
import base64
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from e2e.conftest import ARGUMENTS, CHROMIUM
from e2e.shop import COLOURS, HalvesParser, Shop, halves, products
from e2e.test_search import GIVE

from fashion_plugin import FashionPlugin
from fashion_plugin.testing import FakeEncoder

WATCH = """() => {
    globalThis.slowest = 0;
    globalThis.shifts = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            if (entry.interactionId) slowest = Math.max(slowest, entry.duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
}"""
READY = "dialog[open] ul.grid:not([aria-busy]) .card:not(.waiting)"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
BODY = (
    '<fashion-search cart></fashion-search><fashion-similar product-id="red-0"></fashion-similar>'
    '<fashion-similar product-id="blue-0" mode="complete"></fashion-similar>'
)


def main() -> None:
    """Visit a shop on loopback three times, and print the longest time of each interaction."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slower", type=float, default=4)
    slower = parser.parse_args().slower
    longest: dict[str, float] = {}
    shifts = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with FashionPlugin.open(
            Path(folder) / "shop.db", encoder=FakeEncoder(), parser=HalvesParser()
        ) as plugin:
            plugin.index(products(Path(folder)))
            shop = Shop(plugin)
            for _ in range(3):
                context = browser.new_context(**PHONE)
                page = context.new_page()
                context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
                shop.files["shop.css"] = (
                    b"fashion-similar:not(:defined) { display: block; min-height: 392px }"
                )
                page.goto(shop.page(BODY, head='<link rel="stylesheet" href="/shop.css">'))
                page.evaluate(WATCH)
                page.locator("fashion-similar .card:not(.waiting)").first.wait_for()
                for name, act in VISIT:
                    page.evaluate("() => { slowest = 0; }")
                    act(page)
                    page.wait_for_timeout(900)
                    longest[name] = max(longest.get(name, 0), page.evaluate("slowest"))
                shifts.append(page.evaluate("shifts"))
                context.close()
            shop.close()
        print(f"{platform.machine()}, Chromium {browser.version}, CPU {slower:g} times slower")
        browser.close()
    print("\n| interaction | longest, ms |\n|---|---|")
    for name, milliseconds in longest.items():
        print(f"| {name} | {milliseconds:.0f} |" if milliseconds else f"| {name} | under 16 |")
    print(f"\nlayout shift of the page: {max(shifts):.4f}")


def tap(name: str, first: str = "") -> Callable[[Page], None]:
    """Tap a button by its name."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.tap()
        if first:
            page.locator(first).first.wait_for()

    return act


def give(page: Page) -> None:
    """Paste a photo of 12 megapixels' shape; then the keys that follow are measured with it."""
    photo = base64.b64encode(halves(COLOURS["red"], COLOURS["blue"], 2000)).decode()
    page.locator("dialog[open] .drop").evaluate(GIVE, ["paste", photo])
    page.locator(READY).first.wait_for()
    page.keyboard.press("Tab")


def edge(page: Page) -> None:
    """Move an edge of the frame with the keyboard."""
    page.get_by_role("slider", name="Right edge").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")


VISIT: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("open the panel", tap("Search by photo", "dialog[open]")),
    ("keys while a photo is searched", give),
    ("choose another garment", tap("Skirt")),
    ("move the frame by keys", edge),
    ("search the whole photo", tap("Whole photo")),
    ("filter by category", tap("Coats")),
    ("clear the filters", tap("Clear filters")),
    ("open the price", tap("Price")),
    ("show more", tap("Show more")),
    ("add to the cart", tap("Add to cart")),
    ("close the panel", tap("Close")),
)

if __name__ == "__main__":
    main()
