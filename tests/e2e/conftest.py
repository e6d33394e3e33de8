from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from fashion_plugin import FashionPlugin
from fashion_plugin.testing import FakeEncoder

from .shop import Shop, products

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# A machine under load may take long; what a test waits for is a state, never a speed.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FashionPlugin]:
    folder = tmp_path_factory.mktemp("catalogue")
    with FashionPlugin.open(folder / "shop.db", encoder=FakeEncoder()) as plugin:
        plugin.index(products(folder))
        yield plugin


@pytest.fixture
def shop(plugin: FashionPlugin) -> Iterator[Shop]:
    shop = Shop(plugin)
    yield shop
    shop.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a URL in a context of its own; at the end, no page may have written an error to the console."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_page(url: str, *, allow: str = "", **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 860})
        context = browser.new_context(**options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()

        def note(text: str) -> None:
            # The browser reports every answer of 400 and above, also one that the page expects: a server
            # without a garment parser answers 501.
            expected = ("501 (NOT IMPLEMENTED)", allow) if allow else ("501 (NOT IMPLEMENTED)",)
            if not any(part in text for part in expected):
                said.append(text)

        page.on("console", lambda line: note(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
