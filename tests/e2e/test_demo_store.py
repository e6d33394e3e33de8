"""The demo store in a real browser: a shopper's way through it, an owner's change that is found at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fashion_demo_store import serving
from fashion_demo_store.drawing import draw_catalogue
from fashion_plugin import FashionPlugin
from fashion_plugin.testing import FakeEncoder

from .shop import COLOURS, HalvesParser, picture
from .test_search import cards, choose

pytestmark = pytest.mark.e2e

Visit = Callable[..., Page]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    draw_catalogue(folder, products=8, looks=1)
    return folder


@pytest.fixture
def store(drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("photos", "looks"):
        (tmp_path / name).symlink_to(drawn / name)
    for name in ("catalogue.jsonl", "looks.json"):
        (tmp_path / name).write_bytes((drawn / name).read_bytes())
    opening = FashionPlugin.open

    def faked(path: Path, **options: Any) -> FashionPlugin:
        return opening(path, encoder=FakeEncoder(), parser=HalvesParser(), **options)

    monkeypatch.setattr(FashionPlugin, "open", faked)
    serving.index(tmp_path, tmp_path / "catalogue.jsonl")
    with serving.running(tmp_path, serving.free_port(0, tmp_path)) as address:
        yield address


def test_a_shopper_searches_by_photo_and_buys_what_is_found(store: str, visit: Visit) -> None:
    page = visit(store)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    choose(page, picture(COLOURS["red"], (300, 400)))
    title = cards(page)[0]
    page.locator("dialog[open] .card a").first.click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    page.locator(".sizes input:not([disabled])").first.check(force=True)
    page.get_by_role("button", name="Add to bag").click()
    expect(page.get_by_role("heading", name="Your bag")).to_be_visible()
    expect(page.locator("main")).to_contain_text(title)


def test_a_look_shows_what_is_found_in_it_and_its_pieces_beside_it(store: str, visit: Visit) -> None:
    page = visit(f"{store}/looks/look-01")
    expect(page.locator("fashion-look .card:not(.waiting)").first).to_be_visible()
    assert page.locator(".look-list .card").count() >= 1


def test_a_product_page_shows_what_is_like_it(store: str, visit: Visit) -> None:
    page = visit(f"{store}/search")
    page.locator(".card a").first.click()
    row = page.locator("fashion-similar:not([mode])")
    row.scroll_into_view_if_needed()
    expect(row.locator(".card:not(.waiting)").first).to_be_visible()


def test_pages_fit_a_phone(store: str, visit: Visit) -> None:
    for path in ("/", "/c/women", "/looks", "/looks/look-01", "/cart", "/admin/", "/admin/products/new"):
        page = visit(store + path, **PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, path


def test_what_the_owner_changes_is_searched_a_moment_later(store: str, visit: Visit) -> None:
    page = visit(f"{store}/admin/products/new")
    page.get_by_label("Title").fill("A purple thing")
    page.get_by_label("Price in €").fill("12.50")
    page.get_by_label("Category").fill("Women > Coats")
    photo = {"name": "own.png", "mimeType": "image/png", "buffer": picture((120, 10, 160), (300, 400))}
    page.get_by_label("Photos").set_input_files(photo)  # type: ignore[arg-type]
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-deliveries]")).to_contain_text("delivered")
    expect(page.locator("[data-index]")).to_have_text("9 products can be found.")
    choose(page, picture((120, 10, 160), (300, 400)))
    assert cards(page)[0] == "A purple thing"


def test_a_hidden_product_is_not_found_any_more(store: str, visit: Visit, drawn: Path) -> None:
    photo = sorted((drawn / "photos").glob("*-front.jpg"))[0]
    product_id = photo.name.removesuffix("-front.jpg").upper()
    page = visit(f"{store}/admin/")
    title = page.locator(f'a[href="/admin/products/{product_id}"]').inner_text()
    choose(page, photo.read_bytes())
    assert cards(page)[0] == title
    page.keyboard.press("Escape")
    page.locator(f'form[action="/admin/hide/{product_id}"] button').click()
    expect(page.locator("[data-index]")).to_have_text("7 products can be found.")
    choose(page, photo.read_bytes())
    assert title not in cards(page)
    visit(f"{store}/products/{product_id}", allow="404")


def test_what_goes_with_a_product_stands_on_its_page(store: str, visit: Visit) -> None:
    page = visit(f"{store}/search")
    page.locator(".card a").first.click()
    row = page.locator('fashion-similar[mode="complete"]')
    row.scroll_into_view_if_needed()
    expect(row.locator(".card:not(.waiting) .price").first).to_be_visible()
    row.locator(".card a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
