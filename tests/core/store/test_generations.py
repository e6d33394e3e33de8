"""Vector spaces beside the live one: filled, made live in one step, gone back from, dropped."""

import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fashion_plugin.catalog import Product
from fashion_plugin.errors import EncoderMismatch, GenerationError
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo, ImageRecord, ProductRecord, VectorStore
from fashion_plugin.store.leases import new_owner
from fashion_plugin.store.memory import MemoryStore

NEXT = GenerationInfo("next", "a" * 64, 12, "presets/next")


def next_vector(shop: Any, photo: str) -> Any:
    """The vector of a photo in the next space."""
    return unit(shop.vector(f"{photo}/next").repeat(2)[: NEXT.dim])


def unit(vector: Any) -> Any:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def beside(shop: Any, id: str, *photos: str) -> ProductRecord:
    """The record of a product with vectors of the next space."""
    record: ProductRecord = shop.record(id, *photos, encoded=False)
    images = (
        replace(image, vectors={"whole": next_vector(shop, photo)}, regions=("whole",))
        for image, photo in zip(record.images, photos, strict=True)
    )
    return replace(record, images=tuple(images))


def pending(store: VectorStore) -> list[str]:
    return [product.id for product in store.generations.pending(NEXT, limit=100)]


def found(store: VectorStore, vector: Any, limit: int = 1) -> list[str]:
    return [hit.product.id for hit in store.nearest(vector, limit=limit)]


@pytest.fixture
def filled(store: VectorStore, shop: Any) -> VectorStore:
    """Two products, the first of which stands in the next generation."""
    store.put([shop.record("a", "x"), shop.record("b", "y")])
    store.generations.begin(NEXT, "me")
    store.generations.view(NEXT).put([beside(shop, "a", "x")])
    store.generations.release("me")
    return store


def test_generation_is_filled_beside_the_live_one(filled: VectorStore, shop: Any) -> None:
    assert filled.generation() == shop.space
    assert pending(filled) == ["b"]
    assert filled.generations.progress(NEXT) == (1, 2)
    assert shop.ids(filled, "x", limit=1) == ["a"]
    assert filled.stats().embeddings == 2
    live, building = filled.generations.list()
    assert (live.state, live.embeddings, live.missing) == ("live", 2, 0)
    assert (building.state, building.embeddings, building.missing) == ("building", 1, 1)
    assert (building.encoder, building.dim, building.source) == ("next", 12, "presets/next")
    assert filled.generations.beside() == [NEXT]
    assert filled.generations.find(NEXT.fingerprint) == NEXT
    view = filled.generations.view(NEXT)
    assert [stored.source for stored in view.vectors("a")] == ["x.jpg"]
    assert view.vectors("b") == []
    assert view.embedded([shop.photo("x"), shop.photo("y")]) == {shop.photo("x"): {"whole"}}
    assert [hit.product.id for hit in view.nearest(next_vector(shop, "x"), limit=5)] == ["a"]


def test_switch_waits_for_what_is_lacking(filled: VectorStore, shop: Any) -> None:
    assert filled.generations.switch(NEXT) == ("b",)
    assert filled.generation() == shop.space
    filled.generations.view(NEXT).put([beside(shop, "b", "y")])
    within = filled.within(NEXT)
    assert filled.generations.switch(NEXT) == ()
    assert filled.generation() == NEXT
    assert found(within, next_vector(shop, "y")) == ["b"]
    assert within.count() == 2
    assert [(one.encoder, one.state) for one in filled.generations.list()] == [
        ("next", "live"),
        ("fake", "retired"),
    ]
    assert filled.generations.switch(shop.space) == ()
    assert shop.ids(filled, "y", limit=1) == ["b"]
    assert [one.state for one in filled.generations.list()] == ["live", "building"]


def test_switch_without_what_is_lacking_does_not_find_it(filled: VectorStore, shop: Any) -> None:
    assert filled.generations.switch(NEXT, without=["b"]) == ()
    within = filled.within(NEXT)
    assert found(within, next_vector(shop, "y"), limit=9) == ["a"]
    assert within.count() == 1
    assert within.put([beside(shop, "b", "y")]).updated == ("b",)
    assert within.count() == 2


def test_vectors_of_two_spaces_are_never_compared(filled: VectorStore, shop: Any) -> None:
    before = filled.within(shop.space)
    assert shop.ids(before, "x", limit=1) == ["a"]
    filled.generations.switch(NEXT, without=["b"])
    refused = (
        lambda: before.nearest(shop.vector("x/whole"), limit=1),
        lambda: before.vectors("a"),
        lambda: before.known(["a"]),
        lambda: before.embedded([shop.photo("x")]),
        lambda: before.put([shop.record("c", "z")]),
        lambda: list(before.iter_vectors()),
    )
    for ask in refused:
        with pytest.raises(EncoderMismatch, match="reembed"):
            ask()
    filled.generations.switch(shop.space, without=["b"])
    assert shop.ids(before, "x", limit=1) == ["a"]
    filled.put([shop.record("b", "y")])


def test_what_is_new_or_changed_is_lacking_and_what_is_removed_goes(filled: VectorStore, shop: Any) -> None:
    filled.put([shop.record("c", "z"), shop.record("a", "w")])
    assert pending(filled) == ["a", "b", "c"]
    # The photo that was looked at is not shown any more: its embedding is not taken.
    filled.generations.view(NEXT).put([beside(shop, "a", "x")])
    assert pending(filled) == ["a", "b", "c"]
    filled.generations.view(NEXT).put(
        [beside(shop, "a", "w"), beside(shop, "c", "z"), beside(shop, "n", "z")]
    )
    assert pending(filled) == ["b"]
    assert filled.product("n") is None
    filled.remove(["a", "b"])
    assert pending(filled) == []
    assert [one.embeddings for one in filled.generations.list()] == [1, 1]


def test_photo_that_is_embedded_already_is_linked(filled: VectorStore, shop: Any) -> None:
    filled.put([shop.record("c", "x", encoded=False)])
    assert pending(filled) == ["b", "c"]
    assert filled.generations.view(NEXT).put([shop.record("c", "x", encoded=False)]).missing == ()
    assert pending(filled) == ["b"]
    assert filled.generations.view(NEXT).put([shop.record("b", "y", encoded=False)]).missing == ("b",)


def test_image_found_by_other_regions_is_lacking_elsewhere(store: VectorStore, shop: Any) -> None:
    record = shop.record("a", "x")
    store.put([record])
    store.generations.begin(NEXT, "me")
    store.generations.view(NEXT).put([beside(shop, "a", "x")])
    assert pending(store) == []
    dress = ImageRecord(record.images[0].ref, shop.photo("x"), {"dress": shop.vector("x/dress")})
    store.put([ProductRecord(record.product, (dress,))])
    assert pending(store) == ["a"]


def test_one_owner_at_a_time(filled: VectorStore) -> None:
    generations = filled.generations
    generations.begin(NEXT, "me")
    with pytest.raises(GenerationError, match="at work"):
        generations.begin(NEXT, "you")
    with pytest.raises(GenerationError, match="at work"):
        generations.drop(NEXT)
    assert [one.working for one in generations.list()] == [False, True]
    assert generations.renew("me")
    assert generations.pause() == 1
    assert not generations.renew("me")
    generations.begin(NEXT, "you")
    generations.release("you")
    assert [one.working for one in generations.list()] == [False, False]


def test_one_generation_is_built_at_a_time(filled: VectorStore, shop: Any) -> None:
    with pytest.raises(GenerationError, match="being built"):
        filled.generations.begin(GenerationInfo("third", "3" * 64, 8), "me")
    with pytest.raises(GenerationError, match="live"):
        filled.generations.begin(shop.space, "me")


def test_live_generation_is_not_dropped(filled: VectorStore, shop: Any) -> None:
    with pytest.raises(GenerationError, match="live"):
        filled.generations.drop(shop.space)
    assert filled.generations.drop(NEXT) == 1
    assert [one.encoder for one in filled.generations.list()] == ["fake"]
    for ask in (
        lambda: filled.generations.drop(NEXT),
        lambda: filled.generations.switch(NEXT),
        lambda: filled.generations.view(NEXT).known(["a"]),
    ):
        with pytest.raises(GenerationError, match="no generation"):
            ask()
    assert shop.ids(filled, "y", limit=1) == ["b"]


def test_lease_of_a_process_that_died_is_free(tmp_path: Path, shop: Any) -> None:
    code = "from fashion_plugin.store.leases import new_owner; print(new_owner())"
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(shop.space)
        store.generations.begin(NEXT, dead.strip())
        if os.name == "posix":
            store.generations.begin(NEXT, new_owner())
        with pytest.raises(GenerationError, match="--pause"):
            store.generations.begin(NEXT, "elsewhere/1/x")


PHOTOS = "pqrs"


class Sequences(RuleBasedStateMachine):
    """Any sequence of changes leaves the generations of both stores equal."""

    @initialize()
    def open(self) -> None:
        self.stores: list[VectorStore] = [SQLiteStore.open(":memory:"), MemoryStore()]
        self.shop = _Shop()
        for store in self.stores:
            store.within(self.shop.space).open_generation(self.shop.space)

    def teardown(self) -> None:
        if hasattr(self, "stores"):
            assert not [problem for problem in self.stores[0].verify() if "no embedding:" not in problem]
            self.stores[0].close()

    def both(self, ask: Any) -> Any:
        results = []
        for store in self.stores:
            try:
                results.append(ask(store))
            except (EncoderMismatch, GenerationError) as error:
                results.append(type(error))
        assert results[0] == results[1]
        return results[0]

    @rule(name=st.sampled_from("abc"), photos=st.lists(st.sampled_from(PHOTOS), max_size=2, unique=True))
    def put(self, name: str, photos: list[str]) -> None:
        live = self.stores[0].generation()
        make = beside if live == NEXT else _Shop.record
        self.both(lambda store: store.put([make(self.shop, name, *photos)]))

    @rule(name=st.sampled_from("abc"), photos=st.lists(st.sampled_from(PHOTOS), max_size=2, unique=True))
    def put_beside(self, name: str, photos: list[str]) -> None:
        self.both(lambda store: store.generations.view(NEXT).put([beside(self.shop, name, *photos)]))

    @rule(name=st.sampled_from("abc"))
    def remove(self, name: str) -> None:
        self.both(lambda store: store.remove([name]))

    @rule()
    def begin(self) -> None:
        self.both(lambda store: (store.generations.begin(NEXT, "me"), store.generations.release("me")))

    @rule(forward=st.booleans(), without=st.sampled_from([(), tuple("abc")]))
    def switch(self, forward: bool, without: tuple[str, ...]) -> None:
        space = NEXT if forward else self.shop.space
        self.both(lambda store: store.generations.switch(space, without=without))

    @rule(forward=st.booleans())
    def drop(self, forward: bool) -> None:
        self.both(lambda store: store.generations.drop(NEXT if forward else self.shop.space))

    @rule()
    def vacuum(self) -> None:
        self.stores[0].vacuum()

    @invariant()
    def alike(self) -> None:
        if not hasattr(self, "stores"):
            return
        self.both(lambda store: store.generation())
        self.both(lambda store: store.generations.list())
        self.both(lambda store: store.known(list("abc")))
        for space in (NEXT, self.shop.space):
            self.both(lambda store, space=space: store.generations.progress(space))
            self.both(lambda store, space=space: store.generations.view(space).known(list("abc")))
            self.both(lambda store, space=space: [p.id for p in store.generations.pending(space, limit=9)])


class _Shop:
    space = GenerationInfo("fake", "f" * 64, 8)

    @staticmethod
    def photo(name: str) -> str:
        return sha256(name.encode()).hexdigest()

    @staticmethod
    def vector(name: str) -> Any:
        drawn = np.random.default_rng(sum(name.encode())).normal(size=8)
        return unit(drawn)

    def record(self, id: str, *photos: str, encoded: bool = True) -> ProductRecord:
        product = Product(id, images=[f"{photo}.jpg" for photo in photos])
        images = (
            ImageRecord(
                ref, self.photo(photo), {"whole": self.vector(photo)} if encoded else {}, regions=("whole",)
            )
            for ref, photo in zip(product.images, photos, strict=True)
        )
        return ProductRecord(product, tuple(images))


TestSequences = Sequences.TestCase
TestSequences.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
