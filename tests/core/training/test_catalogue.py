"""A shop's own catalogue as training data, and who may replace its live encoder."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.errors import InvalidSource, TrainingError
from fashion_plugin.store import SQLiteStore
from fashion_plugin.testing import FakeEncoder
from fashion_plugin.training.catalogue import catalogue_manifest, check_live, compare, live_source
from fashion_plugin.training.evaluate import Scores
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.photos import Photos

Draw = Callable[..., Manifest]


def _index(manifest: Manifest, db: Path) -> None:
    images: dict[str, list[str]] = {}
    for item in manifest.items:
        images.setdefault(item.product_id, []).append(item.image)
    with FashionPlugin.open(db, encoder=FakeEncoder()) as shop:
        shop.index(
            Product(id=name, images=own, category=name.split("-")[0], colour=name.split("-")[1])
            for name, own in images.items()
        )


def test_catalogue_becomes_a_manifest_with_products_held_out(catalogue: Draw, tmp_path: Path) -> None:
    drawn = catalogue(views=2)
    _index(drawn, tmp_path / "shop.db")
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        manifest = catalogue_manifest(store)
        assert len(manifest) == len(drawn)
        assert {(i.product_id, i.category, i.colour) for i in manifest.items} == {
            (i.product_id, i.category, i.colour) for i in drawn.items
        }
        sides = {side: {i.product_id for i in manifest.split(side).items} for side in ("train", "validation")}
        assert not sides["train"] & sides["validation"]
        assert min(len(products) for products in sides.values()) >= 2
        assert catalogue_manifest(store).digest == manifest.digest


def test_deleted_files_are_read_from_the_copies_that_indexing_kept(catalogue: Draw, tmp_path: Path) -> None:
    drawn = catalogue(views=1)
    _index(drawn, tmp_path / "shop.db")
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        assert store.photos is not None
        for item in drawn.items:
            data = Path(item.image).read_bytes()
            store.photos.put(hashlib.sha256(data).hexdigest(), data)
            Path(item.image).unlink()
        manifest = catalogue_manifest(store)
        assert len(manifest) == len(drawn)
        assert Photos(manifest, 64)[0].shape[2] == 3


def test_photos_that_are_nowhere_are_left_out_and_too_few_refused(catalogue: Draw, tmp_path: Path) -> None:
    drawn = catalogue(views=1)
    _index(drawn, tmp_path / "shop.db")
    for item in drawn.items[:9]:
        Path(item.image).unlink()
    with (
        SQLiteStore.open(tmp_path / "shop.db", keep_photos=False) as store,
        pytest.raises(TrainingError, match="3 products have a photo"),
    ):
        catalogue_manifest(store)


def test_photo_that_goes_while_training_is_named(catalogue: Draw) -> None:
    drawn = catalogue(views=1)
    Path(drawn.items[3].image).unlink()
    with pytest.raises(InvalidSource, match=Path(drawn.items[3].image).name):
        Photos(drawn, 64)[3]


def test_live_encoder_is_named_and_another_refused(catalogue: Draw, tmp_path: Path) -> None:
    with SQLiteStore.open(tmp_path / "empty.db") as store, pytest.raises(TrainingError, match="index some"):
        live_source(store)
    _index(catalogue(views=1), tmp_path / "shop.db")
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        assert live_source(store) == "fake"
        check_live(store, FakeEncoder())
        with pytest.raises(TrainingError, match="name the live encoder"):
            check_live(store, FakeEncoder(dim=9))


@pytest.mark.parametrize(
    ("new_ranks", "precisions", "worse"),
    [
        ([1.0, 0.5, 1.0, 1.0], [0.5] * 40, False),
        ([0.5, 0.5, 0.5, 1.0], [0.5] * 40, True),
        # The category's precision: far lower, a little lower everywhere or for few photos, as good.
        ([1.0, 0.5, 1.0, 1.0], [0.3] * 40, True),
        ([1.0, 0.5, 1.0, 1.0], [0.48] * 40, True),
        ([1.0, 0.5, 1.0, 1.0], [0.0, 0.0] + [0.5] * 38, True),
        ([0.5, 1.0, 1.0, 0.5], [0.495] * 40, False),
    ],
)
def test_network_that_retrieves_worse_may_not_replace_the_live_one(
    new_ranks: list[float], precisions: list[float], worse: bool
) -> None:
    live = Scores("live", 8, 1.0, {}, per_query=(0.5, 1.0, 1.0, 0.5), per_photo=(0.5,) * 40)
    new = Scores("new", 8, 1.0, {}, per_query=tuple(new_ranks), per_photo=tuple(precisions))
    comparison = compare(new, live, [0, 1, 2, 3])
    assert comparison.worse is worse
    assert "MRR" in str(comparison)
    assert "category P@10" in str(comparison)
