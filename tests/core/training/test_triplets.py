"""Triplets: their kinds and ratio, their repeatability, and what cannot be built."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fashion_plugin.errors import TrainingError
from fashion_plugin.training.manifest import Item, Manifest
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.sheet import draw_triplets, write_triplets
from fashion_plugin.training.triplets import TripletSampler


def _items(categories: int = 3, products: int = 4, photos: int = 2) -> list[Item]:
    return [
        Item(f"{c}-{p}-{n}", f"{c}-{p}", f"category {c}", domain="wild" if n else "catalog")
        for c in range(categories)
        for p in range(products)
        for n in range(photos)
    ]


def test_positive_is_the_same_product_and_negative_another() -> None:
    items = _items()
    for triplet in TripletSampler(items):
        query, positive, negative = (
            items[view.item] for view in (triplet.query, triplet.positive, triplet.negative)
        )
        assert positive.product_id == query.product_id
        assert positive is not query
        assert negative.product_id != query.product_id
        assert (negative.category == query.category) == (triplet.kind == "in-class")


def test_shoppers_photo_is_paired_with_the_shops() -> None:
    items = _items(photos=4)
    assert all(
        items[triplet.query.item].domain != items[triplet.positive.item].domain
        for triplet in TripletSampler(items)
    )


@pytest.mark.parametrize("share", [0.0, 0.25, 0.7, 1.0])
def test_share_of_in_class_negatives_is_met_exactly(share: float) -> None:
    sampler = TripletSampler(_items(products=10, photos=4), in_class=share)
    kinds = Counter(triplet.kind for triplet in sampler)
    assert kinds["in-class"] == int(share * len(sampler) + 1e-9)


def test_every_photo_queries_once_in_an_epoch() -> None:
    sampler = TripletSampler(_items())
    for epoch in range(3):
        positions = range(epoch * len(sampler), (epoch + 1) * len(sampler))
        assert sorted(sampler.triplet(p).query.item for p in positions) == list(range(len(sampler)))


def test_triplet_follows_from_seed_and_position_alone() -> None:
    first, again, other = (TripletSampler(_items(), seed=seed) for seed in (5, 5, 6))
    forward = [first.triplet(position) for position in range(100)]
    assert [again.triplet(position) for position in reversed(range(100))] == forward[::-1]
    assert [other.triplet(position) for position in range(100)] != forward


def test_single_photos_get_a_made_view_named_synthetic() -> None:
    sampler = TripletSampler(_items(photos=1))
    assert sampler.synthetic_share == 1.0
    for triplet in sampler:
        assert triplet.synthetic
        assert triplet.query.made is not None
        assert triplet.positive.made is None
        assert triplet.query.item == triplet.positive.item


def test_without_synthetic_views_single_photos_only_serve_as_negatives() -> None:
    items = [*_items(photos=1), Item("x-0", "x", "category 0"), Item("x-1", "x", "category 0")]
    sampler = TripletSampler(items, synthetic=False)
    assert {items[triplet.query.item].product_id for triplet in sampler} == {"x"}
    assert not any(triplet.synthetic for triplet in sampler)


def test_hard_negatives_are_used_for_half_of_the_in_class_ones() -> None:
    items = _items(products=20, photos=4)
    hard = {n: [m] for n in range(len(items)) for m in [(n + 4) % 80 + n // 80 * 80]}
    sampler = TripletSampler(items, in_class=1.0, hard=hard)
    used = [triplet for triplet in sampler if triplet.hard]
    assert all(triplet.negative.item in hard[triplet.query.item] for triplet in used)
    assert 0.35 < len(used) / len(sampler) < 0.65


def test_category_of_one_product_falls_back_to_other_categories() -> None:
    items = [Item("a", "1", "hats"), Item("b", "2", "bags"), Item("c", "3", "bags")]
    for triplet in TripletSampler(items, in_class=1.0):
        if items[triplet.query.item].category == "hats":
            assert triplet.kind == "out-of-class"


def test_one_category_needs_in_class_negatives_alone() -> None:
    items = _items(categories=1)
    with pytest.raises(TrainingError, match=r"one category \(category 0\).*--in-class 1"):
        TripletSampler(items)
    assert {triplet.kind for triplet in TripletSampler(items, in_class=1.0)} == {"in-class"}


def test_one_product_is_refused() -> None:
    with pytest.raises(TrainingError, match="at least two products"):
        TripletSampler(_items(categories=1, products=1))


def test_one_photo_per_product_without_synthetic_views_is_refused() -> None:
    with pytest.raises(TrainingError, match="each of the 12 products has one photo"):
        TripletSampler(_items(photos=1), synthetic=False)


def test_share_out_of_range_is_refused() -> None:
    with pytest.raises(TrainingError, match="between 0 and 1"):
        TripletSampler(_items(), in_class=1.5)


def test_sheet_shows_triplets_and_lists_write_them(
    catalogue: Callable[..., Manifest], tmp_path: Path
) -> None:
    from PIL import Image

    manifest = catalogue(views=1).split("train")
    sampler = TripletSampler(manifest.items)
    draw_triplets(sampler, Photos(manifest, 64), tmp_path / "sheet.png", count=6)
    with Image.open(tmp_path / "sheet.png") as sheet:
        # More than white paper: the drawn shapes and the three frames.
        assert len(sheet.convert("RGB").getcolors(1 << 20) or []) > 20
    write_triplets(sampler, tmp_path / "triplets.jsonl")
    assert len((tmp_path / "triplets.jsonl").read_text().splitlines()) == len(sampler)
