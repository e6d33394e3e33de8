"""What every store promises, asked of each of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fashion_plugin.catalog import Filters, LocalImage, Money, Product, RemoteImage, Variant
from fashion_plugin.colour import Colour
from fashion_plugin.errors import EncoderMismatch, InvalidInput
from fashion_plugin.store.base import GenerationInfo, ImageRecord, ProductRecord, VectorStore
from fashion_plugin.store.seen import Seen


def test_product_comes_back_as_it_was_given(store: VectorStore, shop: Any) -> None:
    product = Product(
        "p1",
        title="Coat \N{SNOWMAN}",
        images=[RemoteImage("https://cdn.example/1.jpg", alt="front"), LocalImage(Path("a b%.jpg"))],
        url="/p/1",
        price="129.00 EUR",
        list_price="199 EUR",
        category="Women > Coats",
        brand="Ærø",
        colour="Red",
        tags=["b", "a"],
        in_stock=False,
        description="Warm.",
        attributes={"material": "wool", "care": "dry"},
        variants=[
            Variant("v1", "S", "sku", "1.5 BHD", "2 BHD", False, {"Size": "S"}, ["a b%.jpg"]),
            Variant("v2", images=["https://cdn.example/1.jpg", "a b%.jpg"]),
        ],
    )
    store.put([ProductRecord(product, tuple(shop.image(ref, ref.source) for ref in product.images))])
    found = store.product("p1")
    assert found == product
    assert found is not None
    assert found.images[0].alt == "front"
    assert list(found.attributes) == ["material", "care"]
    assert store.product("p2") is None


def test_put_says_what_was_added_updated_and_unchanged(store: VectorStore, shop: Any) -> None:
    first = store.put([shop.record("a", "x"), shop.record("b", "y")])
    assert (first.added, first.updated, first.unchanged) == (("a", "b"), (), ())
    again = store.put([shop.record("a", "x", encoded=False), shop.record("b", "y", title="new")])
    assert (again.added, again.updated, again.unchanged) == ((), ("b",), ("a",))


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "t"},
        {"price": "1 EUR"},
        {"tags": ["t"]},
        {"searchable": False},
        {"attributes": {"a": "b"}},
        {"variants": [Variant("v")]},
        {"variants": [Variant("v", images=["x.jpg"])]},
    ],
)
def test_any_change_is_an_update(store: VectorStore, shop: Any, fields: dict[str, Any]) -> None:
    store.put([shop.record("a", "x")])
    assert store.put([shop.record("a", "x", encoded=False, **fields)]).updated == ("a",)
    assert store.put([shop.record("a", "x", encoded=False, **fields)]).unchanged == ("a",)
    assert store.put([shop.record("a", "x", encoded=False)]).updated == ("a",)
    assert store.product("a") == shop.record("a", "x").product


def test_what_a_product_no_longer_has_goes(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("a", "x", "y", tags=["t"], variants=[Variant("v", images=["y.jpg"])])])
    store.put([shop.record("a", "x", encoded=False)])
    product = store.product("a")
    assert product is not None
    assert (product.tags, product.variants, [i.source for i in product.images]) == ((), (), ["x.jpg"])
    assert store.embedded([shop.photo("x"), shop.photo("y")]) == {shop.photo("x"): {"whole"}}
    assert store.stats().embeddings == 1


def test_images_can_change_places(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("a", "x", "y")])
    assert store.put([shop.record("a", "y", "x", encoded=False)]).updated == ("a",)
    assert [vector.source for vector in store.vectors("a")] == ["y.jpg", "x.jpg"]


def test_two_records_of_one_product_are_stored_one_after_the_other(store: VectorStore, shop: Any) -> None:
    result = store.put([shop.record("a", "x"), shop.record("a", "y", title="second")])
    assert (result.added, result.updated) == (("a",), ("a",))
    assert [vector.source for vector in store.vectors("a")] == ["y.jpg"]


def test_each_product_is_found_once_by_its_nearest_image(store: VectorStore, shop: Any) -> None:
    variant = Variant("v", images=["y.jpg"])
    store.put([shop.record("a", "x", "y", variants=[variant]), shop.record("b", "z")])
    hits = store.nearest(shop.vector("y/whole"), limit=5)
    assert sorted(hit.product.id for hit in hits) == ["a", "b"]
    assert (hits[0].product.id, hits[0].image.source, hits[0].variant) == ("a", "y.jpg", variant)
    assert hits[0].distance == pytest.approx(0, abs=1e-6)
    assert hits[0].distance <= hits[1].distance


def test_products_that_share_a_photo_are_both_found(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("b", "x"), shop.record("a", "x", encoded=False)])
    assert shop.ids(store, "x") == ["a", "b"]
    assert store.stats().embeddings == 1
    assert shop.ids(store, "x", filters=Filters(exclude="a")) == ["b"]
    assert store.remove(["b"]) == 1
    assert shop.ids(store, "x") == ["a"]


def test_products_that_share_a_photo_can_use_different_regions_of_it(store: VectorStore, shop: Any) -> None:
    for name, region in (("shirt", "top"), ("jeans", "bottom")):
        product = Product(name, images="look.jpg")
        store.put([ProductRecord(product, (shop.image(product.images[0], "look", region),))])
    assert store.nearest(shop.vector("look/top"), limit=1)[0].product.id == "shirt"
    assert store.nearest(shop.vector("look/bottom"), limit=1)[0].product.id == "jeans"
    assert [vector.region for vector in store.vectors("jeans")] == ["bottom"]
    store.remove(["shirt"])
    assert store.embedded([shop.photo("look")]) == {shop.photo("look"): {"bottom"}}


def test_a_region_that_is_added_later_joins_the_others(store: VectorStore, shop: Any) -> None:
    record = shop.record("a", "x")
    store.put([record])
    ref = record.product.images[0]
    later = ImageRecord(ref, shop.photo("x"), {"dress": shop.vector("x/dress")})
    assert store.put([ProductRecord(record.product, (later,))]).updated == ("a",)
    assert [vector.region for vector in store.vectors("a")] == ["whole", "dress"]
    only = replace(later, vectors={}, regions=("dress",))
    assert store.put([ProductRecord(record.product, (only,))]).updated == ("a",)
    assert [vector.region for vector in store.vectors("a")] == ["dress"]
    assert store.known(["a"])["a"].images["x.jpg"].regions == ("dress",)


def test_regions_of_a_photo_go_with_the_last_image_that_uses_them(store: VectorStore, shop: Any) -> None:
    product = Product("a", images=["1.jpg", "2.jpg"])
    first, second = product.images
    both, one = shop.image(first, "x", "whole", "top"), shop.image(second, "x", "whole")
    store.put([ProductRecord(product, (both, one))])
    store.put([ProductRecord(Product("a", images=["2.jpg"]), (one,))])
    assert store.embedded([shop.photo("x")]) == {shop.photo("x"): {"whole"}}


def test_vectors_of_regions_that_are_not_named_are_not_kept(store: VectorStore, shop: Any) -> None:
    record = shop.record("a", "x")
    image = replace(shop.image(record.product.images[0], "x", "whole", "top"), regions=("top",))
    store.put([replace(record, images=(image,))])
    assert store.embedded([shop.photo("x")]) == {shop.photo("x"): {"top"}}


def test_failed_download_keeps_the_embedding_and_says_so(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("a", "x")])
    assert store.put([shop.failed("a", "x")]).unchanged == ("a",)
    known = store.known(["a"])["a"].images["x.jpg"]
    assert (known.photo, known.error) == (shop.photo("x"), "the server is away")
    assert shop.ids(store, "x") == ["a"]
    assert store.stats().failed_images == 1
    store.put([shop.record("a", "x", encoded=False)])
    assert store.known(["a"])["a"].images["x.jpg"].error == ""


def test_product_without_an_embedding_is_kept_but_not_found(store: VectorStore, shop: Any) -> None:
    store.put([shop.failed("a", "x"), shop.record("b", "y")])
    assert store.product("a") is not None
    assert shop.ids(store, "x") == ["b"]
    assert (store.count(), store.stats().products) == (1, 2)


def test_photo_that_was_to_be_embedded_already_and_is_not_is_named(store: VectorStore, shop: Any) -> None:
    result = store.put([shop.record("a", "x", encoded=False), shop.record("b", "y")])
    assert (result.added, result.missing) == (("a", "b"), ("a",))
    assert store.put([shop.record("a", "x", encoded=False)]).missing == ("a",)
    healed = store.put([shop.record("a", "x")])
    assert (healed.updated, healed.missing) == (("a",), ())
    assert shop.ids(store, "x", limit=1) == ["a"]


def test_validators_of_a_download_are_known(store: VectorStore, shop: Any) -> None:
    record = shop.record("a", "x")
    image = replace(record.images[0], etag='"1"', last_modified="Mon")
    store.put([replace(record, images=(image,))])
    known = store.known(["a", "nobody"])
    assert list(known) == ["a"]
    assert known["a"].product == record.product
    stored = known["a"].images["x.jpg"]
    assert (stored.source, stored.photo, stored.etag, stored.last_modified, stored.error, stored.regions) == (
        *("x.jpg", shop.photo("x"), '"1"', "Mon", ""),
        ("whole",),
    )


def test_what_an_image_shows_is_known_as_long_as_its_photo_is_the_same(store: VectorStore, shop: Any) -> None:
    seen = Seen("r1", "top", (0.125, 0.25, 0.5, 0.75), (Colour("red", (200, 20, 30), 0.75),))
    record = shop.record("a", "x")
    store.put([replace(record, images=(replace(record.images[0], seen=seen),))])

    def known() -> Seen | None:
        return store.known(["a"])["a"].images[record.images[0].ref.source].seen

    assert known() == seen
    (hit,) = store.nearest(shop.vector("x/whole"), limit=1)
    assert hit.colours == seen.colours
    assert store.put([shop.record("a", "x", encoded=False)]).unchanged == ("a",)
    store.put([shop.failed("a", "x")])
    assert known() == seen
    image = replace(shop.image(record.images[0].ref, "y"))
    store.put([replace(record, images=(image,))])
    assert known() is None


def test_looks_and_category_labels_are_kept(store: VectorStore) -> None:
    assert list(store.looks.all()) == []
    looks = [("a.jpg", ("1", "2")), ("", ("2", "3", "1")), ("c.jpg", ("4",))]
    store.looks.replace(looks)
    assert list(store.looks.all()) == looks
    assert dict(store.looks.worn_with("1")) == {"2": 2, "3": 1}
    assert dict(store.looks.worn_with("4")) == {}
    store.looks.replace(looks[2:])
    assert dict(store.looks.worn_with("1")) == {}
    store.looks.set_labels({"Oben": "top", "Kram": "", "Unten": "bottom"})
    store.looks.set_labels({"Oben": "outerwear", "Unten": None})
    assert dict(store.looks.labels()) == {"Oben": "outerwear", "Kram": ""}


def test_hidden_product_is_kept_but_never_found(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("a", "x", searchable=False), shop.record("b", "y")])
    assert shop.ids(store, "x") == ["b"]
    assert store.count() == 1
    assert [p.id for p in store.products(limit=9).products] == ["a", "b"]
    assert [p.id for p in store.products(limit=9, filters=Filters()).products] == ["b"]
    assert store.put([shop.record("a", "x", encoded=False)]).updated == ("a",)
    assert shop.ids(store, "x", limit=1) == ["a"]


def test_removed_product_is_not_found(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("a", "x"), shop.record("b", "y")])
    assert store.remove(["a", "a", "nobody"]) == 1
    assert shop.ids(store, "x") == ["b"]
    assert store.stats().embeddings == 1
    assert store.embedded([shop.photo("x")]) == {}
    assert store.remove(["a"]) == 0
    assert store.put([shop.record("a", "x")]).added == ("a",)
    assert shop.ids(store, "x", limit=1) == ["a"]


def test_equal_distances_are_in_order_of_id(store: VectorStore, shop: Any) -> None:
    ids = [f"{number:03}" for number in range(40)]
    records = [shop.record(name, f"photo {name}") for name in reversed(ids)]
    same = {"whole": shop.vector("x/whole")}
    store.put([replace(r, images=(replace(r.images[0], vectors=same),)) for r in records])
    assert shop.ids(store, "x", limit=7) == ids[:7]
    assert shop.ids(store, "x", limit=7, filters=Filters(exclude=ids[:3])) == ids[3:10]


def test_as_many_as_asked_for_when_a_product_has_many_images(store: VectorStore, shop: Any) -> None:
    crowd = [f"crowd {number}" for number in range(60)]
    record = shop.record("a", *crowd)
    near = {"whole": shop.vector("x/whole")}
    images = tuple(replace(image, vectors=near) for image in record.images)
    store.put([replace(record, images=images), shop.record("b", "y"), shop.record("c", "z")])
    assert shop.ids(store, "x", limit=3)[0] == "a"
    assert sorted(shop.ids(store, "x", limit=3)) == ["a", "b", "c"]


def test_products_are_paged_in_order_of_id(store: VectorStore, shop: Any) -> None:
    store.put([shop.record(name, "x") for name in ("b", "ä", "a", "B", "c")])
    pages, cursor = [], None
    while True:
        page = store.products(limit=2, cursor=cursor)
        pages.append([product.id for product in page.products])
        cursor = page.cursor
        if cursor is None:
            break
    assert pages == [["B", "a"], ["b", "c"], ["ä"]]
    assert store.products(limit=5).cursor is None


def test_every_vector_is_iterated_with_its_product(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("b", "x", "y"), shop.record("a", "x")])
    found = [(name, stored.source) for name, stored in store.iter_vectors()]
    assert found == [("a", "x.jpg"), ("b", "x.jpg"), ("b", "y.jpg")]
    np.testing.assert_array_equal(next(store.iter_vectors())[1].vector, shop.vector("x/whole"))


def test_another_encoder_is_refused(store: VectorStore, shop: Any) -> None:
    store.put([shop.record("a", "x")])
    with pytest.raises(EncoderMismatch, match=r"'fake'.*'other'.*reembed --encoder other"):
        store.open_generation(GenerationInfo("other", "e" * 64, shop.space.dim))
    assert store.generation() == shop.space


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        (np.full(8, 0.5, np.float32), "unit length"),
        (np.zeros(8, np.float32), "unit length"),
        (np.full(8, np.nan, np.float32), "finite"),
        (np.full(8, np.inf, np.float32), "finite"),
        (np.ones(1, np.float32), r"shape \(8,\)"),
        (np.eye(8, dtype=np.float64)[0], "float32"),
        ([1.0] * 8, "float32"),
    ],
)
def test_wrong_vector_is_refused_and_nothing_is_stored(
    store: VectorStore, shop: Any, vector: Any, message: str
) -> None:
    bad = shop.record("b", "y")
    bad = replace(bad, images=(replace(bad.images[0], vectors={"whole": vector}),))
    with pytest.raises(InvalidInput, match=message):
        store.put([shop.record("a", "x"), bad])
    assert store.stats().products == 0
    with pytest.raises(InvalidInput, match=message):
        store.nearest(vector, limit=1)


def test_image_of_another_product_is_refused(store: VectorStore, shop: Any) -> None:
    with pytest.raises(InvalidInput, match=r"has no image 'y\.jpg'"):
        store.put([replace(shop.record("a", "x"), images=shop.record("b", "y").images)])


def test_prices_keep_their_digits(store: VectorStore, shop: Any) -> None:
    for text in ("0.000001 EUR", "999999999999.99 EUR", "5 JPY", "1.234 BHD"):
        store.put([shop.record("a", "x", price=text)])
        product = store.product("a")
        assert product is not None
        assert product.price == Money.parse(text)


def test_products_are_named_by_the_ids_of_their_variants(store: VectorStore, shop: Any) -> None:
    store.put(
        [
            shop.record("b", "x", variants=[Variant("v1"), Variant("v2")]),
            shop.record("a", "x", encoded=False, variants=[Variant("v2")]),
        ]
    )
    assert store.owners(["v1", "v2", "nobody", "\ud800"]) == {"v1": "b", "v2": "a"}
    store.remove(["a"])
    assert store.owners(["v2"]) == {"v2": "b"}
    assert store.owners([]) == {}
