"""Filters hold inside the search."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from fashion_plugin.catalog import Filters, Money
from fashion_plugin.colour import Colour
from fashion_plugin.store.base import ProductRecord, VectorStore
from fashion_plugin.store.filters import fits
from fashion_plugin.store.seen import Seen


@pytest.fixture
def stocked(store: VectorStore, shop: Any) -> VectorStore:
    store.put(
        [
            shop.record(
                "dress", "1", category="Women > Dresses", brand="ÉCLAT", colour="Red", price="80 EUR"
            ),
            shop.record(
                "shoe", "2", category="women>shoes", brand="Straße", tags=["Sale", "new"], price="80 USD"
            ),
            shop.record("wo", "3", category="Womenswear", brand="eclat", tags=["sale"], price="80.01 EUR"),
            shop.record(
                "men", "4", category="Men > Women", in_stock=False, colour="dark red", price="10 JPY"
            ),
            shop.record("bare", "5"),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (None, {"dress", "shoe", "wo", "men", "bare"}),
        (Filters(), {"dress", "shoe", "wo", "men", "bare"}),
        (Filters(category="WOMEN"), {"dress", "shoe"}),
        (Filters(category="Women > Dresses"), {"dress"}),
        (Filters(category=" women >shoes"), {"shoe"}),
        (Filters(category=["women > dresses", "men"]), {"dress", "men"}),
        (Filters(category="Dresses"), set()),
        (Filters(category=">"), set()),
        (Filters(category="wom_n"), set()),
        (Filters(brand="éclat"), {"dress"}),
        (Filters(brand="e\N{COMBINING ACUTE ACCENT}clat"), {"dress"}),
        (Filters(brand=["STRASSE", "ECLAT"]), {"shoe", "wo"}),
        (Filters(colour="red"), {"dress"}),
        (Filters(tags="SALE"), {"shoe", "wo"}),
        (Filters(tags=["sale", "New"]), {"shoe"}),
        (Filters(in_stock=True), {"dress", "shoe", "wo", "bare"}),
        (Filters(in_stock=False), {"men"}),
        (Filters(exclude=["dress", "nobody", "bare"]), {"shoe", "wo", "men"}),
        (Filters(max_price="80 EUR"), {"dress"}),
        (Filters(min_price="80 EUR"), {"dress", "wo"}),
        (Filters(min_price=Money.of("80.005", "EUR"), max_price="81 EUR"), {"wo"}),
        (Filters(max_price=80), {"dress", "shoe", "men"}),
        (Filters(min_price="80.01"), {"wo"}),
        (Filters(min_price=Decimal("80.0099999999")), {"wo"}),
        (Filters(max_price=Decimal("80.0099999999")), {"dress", "shoe", "men"}),
        (Filters(category="women", tags="sale", in_stock=True, max_price="100 USD"), {"shoe"}),
        (Filters(category="women", colour="blue"), set()),
    ],
)
def test_only_products_that_fit_are_found(
    stocked: VectorStore, shop: Any, filters: Filters | None, expected: set[str]
) -> None:
    assert set(shop.ids(stocked, "1", filters=filters)) == expected
    assert stocked.count(filters) == len(expected)
    assert {p.id for p in stocked.products(limit=9, filters=filters).products} == expected


def test_as_many_as_asked_for_however_far_they_are(store: VectorStore, shop: Any) -> None:
    store.put(
        [shop.record(f"{n:03}", f"photo {n}", tags=["rare"] if n % 50 == 0 else []) for n in range(300)]
    )
    assert sorted(shop.ids(store, "photo 7", limit=6, filters=Filters(tags="rare"))) == [
        "000",
        "050",
        "100",
        "150",
        "200",
        "250",
    ]


@pytest.mark.parametrize("filters", [None, Filters(tags="even"), Filters(exclude=["000", "001"])])
def test_order_is_exact_beyond_what_one_search_may_return(
    store: VectorStore, shop: Any, monkeypatch: pytest.MonkeyPatch, filters: Filters | None
) -> None:
    monkeypatch.setattr("fashion_plugin.store.nearest._MOST", 10)
    records = [shop.record(f"{n:03}", f"photo {n}", tags=["even"] * (n % 2 == 0)) for n in range(50)]
    near = {"whole": shop.vector("x/whole")}
    # The first thirty are equally near: any ten of them could come first.
    records[:30] = [replace(r, images=(replace(r.images[0], vectors=near),)) for r in records[:30]]
    store.put(records)
    allowed = [r.product for r in records if filters is None or fits(r.product, filters)]
    found = shop.ids(store, "x", limit=20, filters=filters)
    assert found[:15] == [product.id for product in allowed][:15]
    assert len(shop.ids(store, "x", limit=5000, filters=filters)) == len(allowed)


def test_measured_colour_counts_where_the_shop_names_none(store: VectorStore, shop: Any) -> None:
    def coloured(id: str, colour: str, *measured: tuple[str, float]) -> ProductRecord:
        colours = tuple(Colour(name, (0, 0, 0), share) for name, share in measured)
        record = shop.record(id, id, colour=colour)
        return replace(record, images=(replace(record.images[0], seen=Seen("r", colours=colours)),))

    store.put(
        [
            coloured("named", "Red", ("blue", 1.0)),
            coloured("odd", "Midnight bloom", ("navy", 0.7), ("red", 0.3)),
            coloured("silent", "", ("red", 0.9), ("grey", 0.1)),
            coloured("plain", "", ("grey", 0.8)),
        ]
    )
    for colour, expected in {
        "red": {"named", "odd", "silent"},
        "blue": set(),
        "Navy": {"odd"},
        "gray": {"plain"},
        "midnight bloom": {"odd"},
        ("navy", "grey"): {"odd", "plain"},
    }.items():
        filters = Filters(colour=colour)
        assert set(shop.ids(store, "odd", filters=filters)) == expected
        assert store.count(filters) == len(expected)
    store.put([coloured("silent", "", ("pink", 1.0))])
    assert set(shop.ids(store, "odd", filters=Filters(colour="red"))) == {"named", "odd"}
    store.remove(["odd"])
    assert store.count(Filters(colour="red")) == 1


def test_categories_follow_a_change(stocked: VectorStore, shop: Any) -> None:
    names = ["Men > Women", "Women > Dresses", "Womenswear", "women>shoes"]
    assert stocked.categories() == names
    assert stocked.categories() == names  # as remembered
    stocked.put(
        [shop.record("dress", "1", category="Gowns"), shop.failed("new", "9", category="Nothing yet")]
    )
    stocked.remove(["wo"])
    assert stocked.categories() == ["Gowns", "Men > Women", "women>shoes"]
    names = list(stocked.categories())
    names.clear()
    assert len(stocked.categories()) == 3  # a caller's own list


def test_filters_follow_a_change(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("a", "x", colour="red"), shop.record("b", "y", colour="red")])
    red = Filters(colour="red")
    assert store.count(red) == 2
    store.put([shop.record("a", "x", encoded=False, colour="blue")])
    assert shop.ids(store, "x", filters=red) == ["b"]
    assert store.count(red) == 1
    store.remove(["b"])
    assert shop.ids(store, "x", filters=red) == []
    assert store.count(red) == 0
