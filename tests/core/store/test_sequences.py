"""Any sequence of changes leaves the SQLite store equal to the brute-force model."""

from hashlib import sha256

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fashion_plugin.catalog import Filters, Product, Variant
from fashion_plugin.colour import Colour
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo, ImageRecord, ProductRecord
from fashion_plugin.store.index import IndexMode, IndexSettings
from fashion_plugin.store.memory import MemoryStore
from fashion_plugin.store.seen import Seen

SPACE = GenerationInfo("fake", "f" * 64, 8)
PHOTOS = tuple("pqrstu")
REGIONS = ("whole", "top", "dress")
DRAWN = np.random.default_rng(3).normal(size=(len(PHOTOS) * len(REGIONS), 8))
# A few vectors are the same for two photos, so that distances are equal.
VECTORS = (DRAWN / np.linalg.norm(DRAWN, axis=1, keepdims=True)).astype(np.float32)
VECTORS[4] = VECTORS[0]
VECTORS[9] = VECTORS[0]
EVERY = {
    (photo, region): VECTORS[number * len(REGIONS) + place]
    for number, photo in enumerate(PHOTOS)
    for place, region in enumerate(REGIONS)
}


SEEN = (
    None,
    Seen(
        "r1",
        "top",
        (0.1, 0.2, 0.5, 0.75),
        (Colour("red", (200, 20, 30), 0.7), Colour("blue", (9, 9, 200), 0.3)),
    ),
    Seen("r2", colours=(Colour("blue", (10, 20, 200), 0.8), Colour("red", (200, 0, 0), 0.2))),
)


def photo_of(name: str) -> str:
    return sha256(name.encode()).hexdigest()


@st.composite
def records(draw: st.DrawFn) -> ProductRecord:
    sources = draw(st.lists(st.sampled_from("123"), unique=True, max_size=3))
    refs = [f"{source}.jpg" for source in sources]
    variants = [Variant("v", images=draw(st.lists(st.sampled_from(["1.jpg", "9.jpg"]), unique=True)))]
    product = Product(
        draw(st.sampled_from("abcdef")),
        images=refs,
        category=draw(st.sampled_from(["", "Women", "Women > Tops", "Men"])),
        colour=draw(st.sampled_from(["", "red", "Blue"])),
        price=draw(st.sampled_from([None, "10 EUR", "20 EUR", "15 USD"])),
        tags=draw(st.lists(st.sampled_from(["x", "Y"]), unique=True)),
        in_stock=draw(st.booleans()),
        searchable=draw(st.integers(0, 3)) > 0,
        variants=draw(st.sampled_from([[], variants])),
    )
    images = tuple(draw(image_records(ref)) for ref in product.images if draw(st.integers(0, 5)))
    return ProductRecord(product, images)


@st.composite
def image_records(draw: st.DrawFn, ref: object) -> ImageRecord:
    name = draw(st.sampled_from(PHOTOS))
    if draw(st.integers(0, 4)) == 0:
        return ImageRecord(ref, None, error="away")  # type: ignore[arg-type]
    regions = draw(st.lists(st.sampled_from(REGIONS), unique=True))
    named = draw(st.sampled_from([(), tuple(regions), ("whole",)]))
    vectors = {region: EVERY[name, region] for region in regions}
    seen = draw(st.sampled_from(SEEN))
    etag = draw(st.sampled_from("ab"))
    return ImageRecord(ref, photo_of(name), vectors, etag=etag, regions=named, seen=seen)  # type: ignore[arg-type]


FILTERS = st.none() | st.builds(
    Filters,
    category=st.sampled_from([(), "women", "Women > Tops", ("men", "women")]),
    colour=st.sampled_from([(), "RED", ("red", "blue")]),
    tags=st.sampled_from([(), "x", ("X", "y")]),
    min_price=st.sampled_from([None, "10 EUR", 12]),
    max_price=st.sampled_from([None, 15, 20]),
    in_stock=st.sampled_from([None, True]),
    exclude=st.sampled_from([(), "a", ("b", "c", "zz")]),
)


class Sequences(RuleBasedStateMachine):
    index: IndexMode | IndexSettings = "sqlite"

    @initialize()
    def open(self) -> None:
        self.store, self.model = SQLiteStore.open(":memory:", index=self.index), MemoryStore()
        self.store.open_generation(SPACE)
        self.model.open_generation(SPACE)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            # An image whose photo was never encoded is not the store's fault.
            assert not [problem for problem in self.store.verify() if "no embedding:" not in problem]
            self.store.close()

    @rule(some=st.lists(records(), min_size=1, max_size=4))
    def put(self, some: list[ProductRecord]) -> None:
        ours, theirs = self.store.put(some), self.model.put(some)
        for name in ("added", "updated", "unchanged", "missing"):
            assert sorted(getattr(ours, name)) == sorted(getattr(theirs, name)), name

    @rule(ids=st.lists(st.sampled_from("abcdefz"), max_size=3))
    def remove(self, ids: list[str]) -> None:
        assert self.store.remove(ids) == self.model.remove(ids)

    @rule()
    def vacuum(self) -> None:
        self.store.vacuum()

    @rule(near=st.sampled_from(list(EVERY)), limit=st.integers(1, 8), filters=FILTERS)
    def nearest(self, near: tuple[str, str], limit: int, filters: Filters | None) -> None:
        ours = self.store.nearest(EVERY[near], limit=limit, filters=filters)
        theirs = self.model.nearest(EVERY[near], limit=limit, filters=filters)
        assert [hit.product for hit in ours] == [hit.product for hit in theirs]
        assert [hit.image for hit in ours] == [hit.image for hit in theirs]
        assert [hit.variant for hit in ours] == [hit.variant for hit in theirs]
        assert [hit.colours for hit in ours] == [hit.colours for hit in theirs]
        np.testing.assert_allclose([h.distance for h in ours], [h.distance for h in theirs], atol=1e-6)
        assert self.store.count(filters) == self.model.count(filters)

    @rule(text=st.sampled_from(["women", "top", "red blue", "wmen", "x y"]), filters=FILTERS)
    def find(self, text: str, filters: Filters | None) -> None:
        ours = self.store.find(text, limit=4, filters=filters)
        theirs = self.model.find(text, limit=4, filters=filters)
        assert [hit.id for hit in ours.hits] == [hit.id for hit in theirs.hits]
        assert ours.total == theirs.total

    @rule(filters=FILTERS, limit=st.integers(1, 7), cursor=st.sampled_from([None, "b", "d"]))
    def page(self, filters: Filters | None, limit: int, cursor: str | None) -> None:
        assert self.store.products(limit=limit, cursor=cursor, filters=filters) == self.model.products(
            limit=limit, cursor=cursor, filters=filters
        )

    @invariant()
    def all_is_known_alike(self) -> None:
        if not hasattr(self, "store"):
            return
        ids = list("abcdef")
        assert self.store.known(ids) == self.model.known(ids)
        photos = [photo_of(name) for name in PHOTOS]
        assert self.store.embedded(photos) == self.model.embedded(photos)
        ours, theirs = list(self.store.iter_vectors()), list(self.model.iter_vectors())
        assert [(n, v.source, v.region) for n, v in ours] == [(n, v.source, v.region) for n, v in theirs]
        for (_, stored), (_, model) in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(stored.vector, model.vector)


class IndexedSequences(Sequences):
    """The same with lists in memory that are made anew every few vectors, behind the searches."""

    index = IndexSettings(smallest=0, flat=3, spare=2, recall=1.0)


SETTINGS = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    # Shrinking a sequence takes longer than any test may.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
TestSequences = Sequences.TestCase
TestSequences.settings = SETTINGS
TestIndexedSequences = IndexedSequences.TestCase
TestIndexedSequences.settings = SETTINGS
