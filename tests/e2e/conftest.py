import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin import FashionPlugin
from fashion_plugin.testing import FakeEncoder

from .shop import HalvesParser, Shop, products

# Without the e2e extra, the other tests must still be collected.
if find_spec("playwright") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

    # A machine under load may take long; what a test waits for is a state, never a speed.
    expect.set_options(timeout=60_000)

AXE = "4.14.1"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FashionPlugin]:
    folder = tmp_path_factory.mktemp("catalogue")
    with FashionPlugin.open(folder / "shop.db", encoder=FakeEncoder(), parser=HalvesParser()) as plugin:
        plugin.index(products(folder))
        yield plugin


@pytest.fixture
def shop(plugin: FashionPlugin) -> Iterator[Shop]:
    shop = Shop(plugin)
    yield shop
    shop.close()


@pytest.fixture
def visit(browser: "Browser", request: pytest.FixtureRequest) -> "Iterator[Callable[..., Page]]":
    """Open a URL in a context of its own; at the end, no page may have written an error to the console.

    What each page shows at the end is kept as a picture where FASHION_SCREENSHOTS names a folder for them.
    """
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_page(url: str, *, allow: str = "", **options: Any) -> "Page":
        options.setdefault("viewport", {"width": 1280, "height": 860})
        context = browser.new_context(**options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()

        def note(text: str) -> None:
            # The browser itself reports every answer of 400 and above, also one that a test is about.
            if not allow or allow not in text:
                said.append(text)

        page.on("console", lambda line: note(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.goto(url)
        return page

    yield open_page
    for number, context in enumerate(contexts):
        if folder := os.environ.get("FASHION_SCREENSHOTS"):
            name = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
            Path(folder).mkdir(parents=True, exist_ok=True)
            context.pages[0].screenshot(path=Path(folder) / f"{name}-{number}.png")
        context.close()
    assert said == []


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, which looks for what keeps people out of a page."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is needed to fetch axe-core")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "pack", "--silent", f"axe-core@{AXE}"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        source = archive.extractfile("package/axe.min.js")
        assert source
        return source.read().decode()
