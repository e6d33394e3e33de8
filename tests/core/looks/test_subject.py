"""What a photo is about, and what indexing and search make of it; encoder and parser are predictable."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin import FashionPlugin, Filters, Product
from fashion_plugin.catalog import Garment
from fashion_plugin.errors import InvalidInput
from fashion_plugin.looks.curated import CuratedLook
from fashion_plugin.looks.plain import foreground
from fashion_plugin.looks.subject import Subjects, garment_colours
from fashion_plugin.store.base import WHOLE
from fashion_plugin.testing import FakeEncoder

RED, BLUE, GREEN, WHITE = (200, 32, 44), (47, 95, 179), (46, 139, 87), (255, 255, 255)
TOP, BOTTOM, SHOES = (0.4, 0.2, 0.6, 0.45), (0.4, 0.45, 0.6, 0.85), (0.4, 0.85, 0.6, 0.95)


class PersonParser:
    """Sees a dressed person in the middle of every photo, and says how often it was asked."""

    fingerprint = "person"

    def __init__(self) -> None:
        self.asked = 0

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        self.asked += 1
        return [Garment("bottom", BOTTOM, 0.9), Garment("top", TOP, 0.8), Garment("shoes", SHOES, 0.7)]


def street(folder: Path, name: str, top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Path:
    """A figure before a street of many colours, which no border test takes for a plain background."""
    noise = np.random.default_rng(len(name)).integers(0, 255, (20, 20, 3), np.uint8)
    picture = Image.fromarray(noise).resize((200, 200), Image.Resampling.NEAREST)
    for box, colour in ((TOP, top), (BOTTOM, bottom), (SHOES, (0, 0, 0))):
        picture.paste(colour, tuple(round(200 * edge) for edge in box))
    picture.save(folder / f"{name}.png")
    return folder / f"{name}.png"


def packshot(folder: Path, name: str, colour: tuple[int, int, int]) -> Path:
    picture = Image.new("RGB", (100, 100), WHITE)
    picture.paste(colour, (30, 20, 70, 80))
    picture.save(folder / f"{name}.png")
    return folder / f"{name}.png"


@pytest.fixture
def parser() -> PersonParser:
    return PersonParser()


@pytest.fixture
def shop(tmp_path: Path, parser: PersonParser) -> Iterator[FashionPlugin]:
    with FashionPlugin.open(tmp_path / "s.db", encoder=FakeEncoder(), parser=parser) as shop:
        yield shop


def regions(shop: FashionPlugin, id: str) -> list[str]:
    return [stored.region.partition("@")[0] for stored in shop.store.vectors(id)]


def ids(results: object) -> list[str]:
    return [match.product.id for match in results]  # type: ignore[attr-defined]


def test_a_worn_garment_is_embedded_beside_the_whole_photo(shop: FashionPlugin, tmp_path: Path) -> None:
    photo = street(tmp_path, "outfit", RED, BLUE)
    shop.index(
        [
            Product("shirt", images=photo, category="Shirts"),
            Product("jeans", images=photo, category="Jeans"),
            Product("ring", images=photo, category="Rings"),
            Product("hat", images=photo, category="Hats"),
            Product("odd", images=photo, category="Xyzzy"),
        ]
    )
    assert regions(shop, "shirt") == [WHOLE, "top"]
    assert regions(shop, "jeans") == [WHOLE, "bottom"]
    assert regions(shop, "ring") == regions(shop, "hat") == [WHOLE]
    assert regions(shop, "odd") == [WHOLE, "bottom"]


def test_a_packshot_is_not_parsed(shop: FashionPlugin, parser: PersonParser, tmp_path: Path) -> None:
    photo = packshot(tmp_path, "shirt", RED)
    shop.index([Product("shirt", images=photo, category="Shirts")])
    assert shop.search(photo).garment is None
    assert regions(shop, "shirt") == [WHOLE]
    assert parser.asked == 0


def test_search_looks_for_the_main_garment_and_says_so(shop: FashionPlugin, tmp_path: Path) -> None:
    shop.index(
        [
            Product("jeans", images=packshot(tmp_path, "jeans", BLUE), category="Jeans"),
            Product("shirt", images=packshot(tmp_path, "shirt", RED), category="Shirts"),
        ]
    )
    photo = street(tmp_path, "query", RED, BLUE)
    results = shop.search(photo)
    assert results.garment is not None
    assert (results.garment.label, results.garment.box) == ("bottom", BOTTOM)
    assert results.garment.colours == ("blue",)
    assert ids(results)[0] == "jeans"
    boxed = shop.search(photo, box=TOP)
    assert boxed.garment is not None
    assert boxed.garment.label == "selection"
    assert ids(boxed)[0] == "shirt"


def test_a_photo_finds_itself_whatever_garment_was_searched_for(shop: FashionPlugin, tmp_path: Path) -> None:
    photo = street(tmp_path, "look", RED, BLUE)
    jeans = [Product(f"jeans{n}", images=packshot(tmp_path, f"j{n}", BLUE)) for n in range(3)]
    shop.index([*jeans, Product("shirt", images=photo, category="Shirts")])
    results = shop.search(photo, limit=1)
    assert ids(results) == ["shirt"]
    assert results[0].score >= 0.999


def test_without_a_parser_photos_are_taken_whole(tmp_path: Path) -> None:
    photo = street(tmp_path, "look", RED, BLUE)
    with FashionPlugin.open(tmp_path / "s.db", encoder=FakeEncoder(), parser=False) as shop:
        shop.index([Product("shirt", images=photo, category="Shirts")])
        assert regions(shop, "shirt") == [WHOLE]
        assert shop.search(photo).garment is None


def test_a_database_made_without_a_parser_gets_its_garments_with_the_next_run(
    tmp_path: Path, parser: PersonParser
) -> None:
    product = Product("shirt", images=street(tmp_path, "look", RED, BLUE), category="Shirts")
    encoder = FakeEncoder()
    with FashionPlugin.open(tmp_path / "s.db", encoder=encoder, parser=False) as shop:
        shop.index([product])
        whole = shop.store.vectors("shirt")[0].vector
    with FashionPlugin.open(tmp_path / "s.db", encoder=encoder, parser=parser) as shop:
        assert ids(shop.search(tmp_path / "look.png")) == ["shirt"]
        assert shop.index([product]).updated == 1
        assert regions(shop, "shirt") == [WHOLE, "top"]
        np.testing.assert_array_equal(shop.store.vectors("shirt")[0].vector, whole)
        before = encoder.encoded, parser.asked
        assert shop.index([product]).unchanged == 1
        assert (encoder.encoded, parser.asked) == before
        assert shop.store.generation().fingerprint == encoder.fingerprint  # type: ignore[union-attr]


def test_another_parser_replaces_the_garments_of_the_one_before(tmp_path: Path, parser: PersonParser) -> None:
    class Another(PersonParser):
        fingerprint = "another"

    product = Product("shirt", images=street(tmp_path, "look", RED, BLUE), category="Shirts")
    for finder in (parser, Another()):
        with FashionPlugin.open(tmp_path / "s.db", encoder=FakeEncoder(), parser=finder) as shop:
            shop.index([product])
            assert [stored.region for stored in shop.store.vectors("shirt")] == [
                WHOLE,
                f"top@{Subjects(finder).recipe}",
            ]


def test_measured_colours_are_found_counted_and_shown(shop: FashionPlugin, tmp_path: Path) -> None:
    shop.index(
        [
            Product("worn", images=street(tmp_path, "look", RED, BLUE), category="Shirts"),
            Product("packed", images=packshot(tmp_path, "packed", GREEN), category="Shirts"),
            Product("named", images=packshot(tmp_path, "named", GREEN), category="Shirts", colour="Fern"),
        ]
    )
    results = shop.search(packshot(tmp_path, "query", GREEN), facets=("colour",))
    assert {match.product.id: match.colours for match in results} == {
        "worn": ("red",),
        "packed": ("green",),
        "named": ("green",),
    }
    assert results.facets["colour"] == {"red": 1, "green": 1, "Fern": 1}
    assert ids(shop.similar("worn", filters=Filters(colour="green"))) == ["named", "packed"]
    assert ids(shop.similar("packed", filters=Filters(colour="red"))) == ["worn"]


@pytest.mark.parametrize(
    "change",
    [
        lambda garments: garments[:2],
        lambda garments: [replace(garment, score=0.5) for garment in garments],
        lambda garments: [replace(garment, box=(0.0, 0.1, 1.0, 0.9)) for garment in garments],
        lambda garments: [],
    ],
)
def test_a_garment_by_itself_is_taken_with_its_whole_photo(
    parser: PersonParser, change: Callable[[list[Garment]], list[Garment]]
) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    subjects = Subjects(parser)
    assert subjects.choose(photo, parser.parse(photo)).crop is not None
    assert subjects.choose(photo, change(parser.parse(photo))).crop is None


def test_colours_are_those_inside_the_mask() -> None:
    photo = np.full((100, 100, 3), GREEN, np.uint8)
    photo[20:80, 20:50] = RED
    mask = np.array([[True, False]])
    garment = Garment("top", (0.2, 0.2, 0.8, 0.8), mask=mask)
    assert [colour.name for colour in garment_colours(photo, garment)] == ["red"]


def test_white_on_white_counts_the_middle() -> None:
    photo = np.full((80, 60, 3), 255, np.uint8)
    assert foreground(photo).sum() == 40 * 30
    photo[10:70, 10:50] = RED
    assert foreground(photo).sum() == 60 * 40


def test_the_shops_own_looks_come_first(shop: FashionPlugin, tmp_path: Path) -> None:
    def product(id: str, category: str, colour: tuple[int, int, int], **fields: bool) -> Product:
        return Product(id, images=packshot(tmp_path, id, colour), category=category, **fields)  # type: ignore[arg-type]

    shop.index(
        [
            product("shirt", "Shirts", RED),
            product("jeans", "Jeans", BLUE),
            product("boots", "Boots", GREEN),
            product("candle", "Candles", GREEN),
            product("gone", "Bags", RED, in_stock=False),
        ]
    )
    shop.looks.replace([CuratedLook(("shirt", "candle", "gone", "nobody"), "look.jpg")])
    results = shop.complete_the_look("shirt", filters=Filters(in_stock=True))
    assert ids(results)[0] == "candle"
    assert results[0].reasons[0] == "in one of the shop's own looks"
    assert "gone" not in ids(results)
    assert {"jeans", "boots"} <= set(ids(results))
    assert ids(shop.complete_the_look("candle")) == ["gone", "shirt"]


def test_categories_with_odd_names_are_learned_from_their_photos(shop: FashionPlugin, tmp_path: Path) -> None:
    def products(category: str, colour: tuple[int, int, int]) -> list[Product]:
        shades = [tuple(max(0, c - 3 * n) for c in colour) for n in range(6)]
        return [
            Product(f"{category}{n}", images=packshot(tmp_path, f"{category}{n}", shade), category=category)  # type: ignore[arg-type]
            for n, shade in enumerate(shades)
        ]

    shop.index([*products("Shirts", RED), *products("Jeans", BLUE), *products("Xyzzy", BLUE)])
    assert dict(shop.looks.by_category()) == {"Jeans": "bottom", "Shirts": "top", "Xyzzy": "bottom"}
    look = shop.shop_the_look(street(tmp_path, "query", RED, BLUE))
    rows = {garment.label: [m.product.category for m in garment.matches] for garment in look.garments}
    assert "Xyzzy" in rows["bottom"]
    assert "Xyzzy" not in rows["top"]
    uncategorised = Product("loose", title="Blue jeans", images=packshot(tmp_path, "loose", BLUE))
    shop.index([uncategorised])
    look = shop.shop_the_look(tmp_path / "query.png", limit=20)
    rows = {garment.label: ids(garment.matches) for garment in look.garments}
    assert "loose" in rows["bottom"]
    shop.looks.set_labels({"Xyzzy": ""})
    assert shop.looks.by_category()["Xyzzy"] == ""
    shop.looks.set_labels({"Xyzzy": None})
    assert shop.looks.by_category()["Xyzzy"] == "bottom"
    with pytest.raises(InvalidInput, match="no garment label"):
        shop.looks.set_labels({"Xyzzy": "trousers"})


def test_a_product_of_which_no_word_tells_is_judged_by_its_photo(shop: FashionPlugin, tmp_path: Path) -> None:
    def product(id: str, category: str, colour: tuple[int, int, int]) -> Product:
        return Product(id, title=id, images=packshot(tmp_path, id, colour), category=category)

    shades = [tuple(max(0, c - 4 * n) for c in BLUE) for n in range(4)]
    shop.index(
        [
            *(product(f"S{n}", "Shirts", RED) for n in range(4)),
            *(product(f"J{n}", "Jeans", shade) for n, shade in enumerate(shades)),  # type: ignore[arg-type]
            product("X1", "Xyzzy", shades[1]),  # type: ignore[arg-type]
            product("X2", "", shades[2]),  # type: ignore[arg-type]
        ]
    )
    assert shop.looks.by_category()["Xyzzy"] is None
    label_of = shop.looks.labels()
    assert [label_of(shop.product(name)) for name in ("S1", "J1", "X1", "X2")] == [
        "top",
        "bottom",
        "bottom",
        "bottom",
    ]
    assert ids(shop.complete_the_look("X2", limit=1))[0].startswith("S")
