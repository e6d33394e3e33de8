"""The façade over a real SQLite store; only the encoder is faked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fashion_plugin import FashionPlugin, Filters, Product
from fashion_plugin.catalog import Failure, Progress, Variant
from fashion_plugin.errors import (
    BlockedURL,
    EncoderMismatch,
    FashionPluginError,
    ImageError,
    InvalidInput,
    InvalidProduct,
    ProductNotFound,
)
from fashion_plugin.testing import FakeEncoder

COLOURS = {"red": (220, 30, 40), "rose": (225, 60, 80), "blue": (30, 40, 210), "green": (20, 170, 60)}


def photo(path: Path, colour: tuple[int, int, int]) -> Path:
    Image.new("RGB", (40, 60), colour).save(path)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    return {name: photo(tmp_path / f"{name}.png", colour) for name, colour in COLOURS.items()}


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def shop(tmp_path: Path, photos: dict[str, Path], encoder: FakeEncoder) -> Iterator[FashionPlugin]:
    with FashionPlugin.open(tmp_path / "shop.db", encoder=encoder) as shop:
        shop.index(
            [
                Product("red", title="Red coat", images=photos["red"], price="129 EUR", category="Coats"),
                Product("rose", title="Rose coat", images=photos["rose"], price="80 EUR", category="Coats"),
                Product(
                    "blue", title="Blue dress", images=photos["blue"], category="Dresses", in_stock=False
                ),
                Product("green", title="Green hat", images=photos["green"], category="Hats", tags=("sale",)),
            ]
        )
        yield shop


def ids(results: object) -> list[str]:
    return [match.product.id for match in results]  # type: ignore[attr-defined]


def test_a_photo_finds_itself_first_with_full_score(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    for name, path in photos.items():
        results = shop.search(path)
        assert results[0].product.id == name
        assert results[0].score >= 0.999
        assert results[0].image is not None
        assert results[0].image.source == str(path)
        scores = [match.score for match in results]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        assert results.total == 4


def test_path_bytes_picture_and_array_find_the_same(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    path = photos["blue"]
    picture = Image.open(path)
    for query in (path, str(path), path.read_bytes(), picture, np.asarray(picture)):
        assert ids(shop.search(query)) == ids(shop.search(path))


def test_filters_hold_and_the_nearest_that_satisfy_them_come(
    shop: FashionPlugin, photos: dict[str, Path]
) -> None:
    assert ids(shop.search(photos["red"], filters=Filters(category="dresses"))) == ["blue"]
    assert ids(shop.search(photos["red"], filters=Filters(max_price="100 EUR"))) == ["rose"]
    assert "blue" not in ids(shop.search(photos["blue"], filters=Filters(in_stock=True)))
    assert shop.search(photos["red"], filters=Filters(tags="sale")).total == 1


def test_limit_is_kept_and_checked(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    assert len(shop.search(photos["red"], limit=2)) == 2
    for limit in (0, -1, 1001, 2.5, True, "3"):
        with pytest.raises(InvalidInput):
            shop.search(photos["red"], limit=limit)  # type: ignore[arg-type]


def test_facets_count_the_nearest_products(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    results = shop.search(photos["red"], limit=1, facets=("category", "in_stock", "tags"))
    assert results.facets["category"] == {"Coats": 2, "Dresses": 1, "Hats": 1}
    assert results.facets["in_stock"] == {"true": 3, "false": 1}
    assert results.facets["tags"] == {"sale": 1}
    with pytest.raises(InvalidInput, match="category"):
        shop.search(photos["red"], facets=("size",))


def test_a_box_searches_a_part_of_the_photo(shop: FashionPlugin, tmp_path: Path) -> None:
    outfit = Image.new("RGB", (100, 100), COLOURS["red"])
    outfit.paste(COLOURS["blue"], (0, 50, 100, 100))
    outfit.save(tmp_path / "outfit.png")
    results = shop.search(tmp_path / "outfit.png", box=(0, 0.5, 1, 1))
    assert results[0].product.id == "blue"
    assert results.garment is not None
    assert results.garment.box == (0, 0.5, 1, 1)
    for box in ((0, 0, 0, 1), (0, 0, 2, 1), (0, 0, float("nan"), 1), (0, 0, 1)):
        with pytest.raises(InvalidInput):
            shop.search(tmp_path / "outfit.png", box=box)  # type: ignore[arg-type]


def test_similar_leaves_the_product_itself_out(shop: FashionPlugin) -> None:
    results = shop.similar("red", limit=2)
    assert ids(results)[0] == "rose"
    assert "red" not in ids(shop.similar("red"))
    with pytest.raises(ProductNotFound, match="nope"):
        shop.similar("nope")


def test_a_product_comes_once_by_its_nearest_image_and_variant(
    tmp_path: Path, photos: dict[str, Path], encoder: FakeEncoder
) -> None:
    with FashionPlugin.open(tmp_path / "variants.db", encoder=encoder) as shop:
        product = Product(
            "coat",
            images=(photos["red"], photos["blue"], photos["green"]),
            variants=[Variant("r", images=photos["red"]), Variant("b", images=photos["blue"])],
        )
        assert shop.index([product]).encoded == 3
        (match,) = shop.search(photos["blue"])
        assert match.variant is not None
        assert match.variant.id == "b"


def test_two_products_share_one_photo_that_is_encoded_once(
    tmp_path: Path, photos: dict[str, Path], encoder: FakeEncoder
) -> None:
    with FashionPlugin.open(tmp_path / "shared.db", encoder=encoder) as shop:
        report = shop.index([Product("a", images=photos["red"]), Product("b", images=photos["red"])])
        assert (report.added, encoder.encoded) == (2, 1)
        assert ids(shop.search(photos["red"])) == ["a", "b"]
        shop.remove("a")
        assert ids(shop.search(photos["red"])) == ["b"]


def test_indexing_again_encodes_only_what_changed(
    shop: FashionPlugin, photos: dict[str, Path], encoder: FakeEncoder
) -> None:
    before = encoder.encoded
    same = shop.product("red")
    report = shop.index([same, Product("rose", title="New title", images=photos["rose"])])
    assert (report.unchanged, report.updated, encoder.encoded) == (1, 1, before)
    photo(photos["red"], (10, 10, 10))
    report = shop.index([same])
    assert (report.updated, encoder.encoded) == (1, before + 1)
    assert shop.search(photos["red"])[0].product.id == "red"


def test_removed_product_is_not_found(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    assert shop.remove("red") == 1
    assert shop.remove(["red", "nope"]) == 0
    assert "red" not in ids(shop.search(photos["red"]))
    with pytest.raises(ProductNotFound):
        shop.product("red")


def test_hidden_product_is_kept_and_not_found(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    hidden = shop.index([Product("red", images=photos["red"], searchable=False)])
    assert "red" not in ids(shop.search(photos["red"]))
    shown = shop.index([Product("red", images=photos["red"])])
    assert ids(shop.search(photos["red"]))[0] == "red"
    assert (hidden.encoded, shown.encoded) == (0, 0)


def test_failures_are_reported_and_stop_nothing(
    tmp_path: Path, photos: dict[str, Path], encoder: FakeEncoder
) -> None:
    (tmp_path / "notes.jpg").write_text("no photo")
    products = [
        Product("text", images=tmp_path / "notes.jpg"),
        Product("missing", images=tmp_path / "missing.jpg"),
        Product("folder", images=tmp_path),
        Product("none"),
        Product("partly", images=(photos["red"], tmp_path / "missing.jpg")),
        Product("good", images=photos["blue"]),
        Product("good", images=photos["red"]),
        Failure("row", "", "line 3: broken"),
    ]
    with FashionPlugin.open(tmp_path / "failures.db", encoder=encoder) as shop:
        report = shop.index(products)
        assert (report.added, report.failed) == (2, 6)
        assert {failure.product_id for failure in report.failures} == {
            "text",
            "missing",
            "folder",
            "none",
            "partly",
            "good",
            "row",
        }
        assert all("\n" not in failure.message for failure in report.failures)
        assert [product.id for product in shop.products().products] == ["good", "partly"]


def test_a_photo_that_breaks_later_keeps_its_embedding(
    shop: FashionPlugin, photos: dict[str, Path], tmp_path: Path
) -> None:
    query = photos["red"].read_bytes()
    photos["red"].write_bytes(b"")
    report = shop.index([shop.product("red")])
    assert report.failed == 1
    assert ids(shop.search(query))[0] == "red"


def test_index_reads_lazily_and_reports_progress(
    tmp_path: Path, photos: dict[str, Path], encoder: FakeEncoder
) -> None:
    pulled = 0
    most_ahead = 0
    seen: list[Progress] = []

    def catalogue() -> Iterator[Product]:
        nonlocal pulled
        for number in range(400):
            pulled += 1
            yield Product(str(number), images=photos["red"])

    def watch(progress: Progress) -> None:
        nonlocal most_ahead
        seen.append(progress)
        most_ahead = max(most_ahead, pulled - progress.done)

    with FashionPlugin.open(tmp_path / "lazy.db", encoder=encoder) as shop:
        shop.index(catalogue(), on_progress=watch)
    assert seen[-1].done == 400
    assert seen[-1].total is None
    assert most_ahead < 200


def test_an_iterable_that_breaks_keeps_what_came_before(
    tmp_path: Path, photos: dict[str, Path], encoder: FakeEncoder
) -> None:
    def broken() -> Iterator[Product]:
        yield Product("a", images=photos["red"])
        raise RuntimeError("the shop's own fault")

    with FashionPlugin.open(tmp_path / "broken.db", encoder=encoder) as shop:
        with pytest.raises(RuntimeError, match="own fault"):
            shop.index(broken())
        assert ids(shop.search(photos["red"])) == ["a"]
        with pytest.raises(InvalidProduct, match="dict"):
            shop.index([{"id": "b"}])  # type: ignore[list-item]


def test_a_broken_encoder_stops_the_run_with_its_own_error(tmp_path: Path, photos: dict[str, Path]) -> None:
    class Broken(FakeEncoder):
        def encode(self, images: object) -> np.ndarray:  # type: ignore[override,type-arg]
            raise RuntimeError("out of memory")

    with FashionPlugin.open(tmp_path / "x.db", encoder=Broken()) as shop:
        with pytest.raises(RuntimeError, match="out of memory"):
            shop.index([Product(str(n), images=photos["red"]) for n in range(200)])
        assert shop.stats().products == 0


def test_an_empty_catalogue_answers_with_nothing(
    tmp_path: Path, photos: dict[str, Path], encoder: FakeEncoder
) -> None:
    with FashionPlugin.open(tmp_path / "empty.db", encoder=encoder) as shop:
        results = shop.search(photos["red"])
        assert len(results) == results.total == 0


def test_another_encoder_is_refused_and_says_what_to_do(tmp_path: Path, photos: dict[str, Path]) -> None:
    path = tmp_path / "shop.db"
    with FashionPlugin.open(path, encoder=FakeEncoder(8)) as shop:
        shop.index([Product("a", images=photos["red"])])
    with pytest.raises(EncoderMismatch, match="fake"):
        FashionPlugin.open(path, encoder=FakeEncoder(12, name="other"))
    with FashionPlugin.open(path, encoder=FakeEncoder(8)) as shop:
        assert ids(shop.search(photos["red"])) == ["a"]


def test_encode_gives_unit_rows_of_whole_photos(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    vectors = shop.encode(photos.values())
    assert vectors.shape == (4, 8)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_encode_keeps_the_order_of_any_number_of_photos(shop: FashionPlugin) -> None:
    photos = [np.full((4, 4, 3), number, np.uint8) for number in range(150)]
    vectors = shop.encode(photo for photo in photos)
    assert (np.diff(vectors[:, 0]) > 0).all()
    assert np.allclose(vectors, shop.encoder.encode(photos))
    assert shop.encode([]).shape == (0, 8)
    with pytest.raises(ImageError):
        shop.encode([*photos, b"no photo"])


@pytest.mark.parametrize(
    "query", [b"", b"hello", "missing.jpg", "http://127.0.0.1/a.jpg", "http://[::1]/a.jpg"]
)
def test_what_is_no_photo_gets_a_clear_error(shop: FashionPlugin, query: str | bytes) -> None:
    with pytest.raises((ImageError, BlockedURL)) as caught:
        shop.search(query)
    assert isinstance(caught.value, FashionPluginError)
    assert "\n" not in str(caught.value)


def test_threads_share_one_shop(shop: FashionPlugin, photos: dict[str, Path]) -> None:
    buffer = BytesIO()
    Image.new("RGB", (30, 30), COLOURS["green"]).save(buffer, "PNG")

    def search(number: int) -> str:
        if number % 5 == 0:
            shop.index([Product(f"new-{number}", images=photos["blue"])])
        return shop.search(buffer.getvalue())[0].product.id

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(search, range(40))) == {"green"}
    assert shop.stats().products == 4 + 8


def test_products_come_in_pages(shop: FashionPlugin) -> None:
    first = shop.products(limit=3)
    assert [product.id for product in first.products] == ["blue", "green", "red"]
    assert first.cursor is not None
    last = shop.products(limit=3, cursor=first.cursor)
    assert [product.id for product in last.products] == ["rose"]
    assert last.cursor is None
