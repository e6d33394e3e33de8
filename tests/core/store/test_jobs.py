"""The inbox and the job queue on a real database; time is a number that the test moves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fashion_plugin.catalog import Product, ProductRemoved, ProductUpserted, RemoteImage
from fashion_plugin.catalog.jobs import JobState
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo, ImageRecord, ProductRecord
from fashion_plugin.store.jobs import SQLiteJobs
from fashion_plugin.store.queue import Policy, Settled

SPACE = GenerationInfo("fake", "f" * 64, 8)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class Clock:
    seconds: float = 1_780_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(SPACE)
        yield store


@pytest.fixture
def jobs(store: SQLiteStore, clock: Clock) -> SQLiteJobs:
    return SQLiteJobs(store._pool, policy=Policy(lease=60, backoff=10, attempts=3), now=clock)


def coat(*names: str, title: str = "Coat", id: str = "p1", searchable: bool = True) -> Product:
    urls = tuple(f"https://cdn.example/{name}.jpg" for name in names)
    return Product(id=id, title=title, images=urls, searchable=searchable)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def upsert(product: Product, seconds: float) -> ProductUpserted:
    return ProductUpserted(product, at(seconds))


def photo(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def embedded(product: Product, *, failing: tuple[str, ...] = ()) -> ProductRecord:
    """What indexing makes of a product whose images can be had, but for those named."""
    images = []
    for place, ref in enumerate(product.images):
        name = ref.source
        vector = np.zeros(8, np.float32)
        vector[(place + len(name)) % 8] = 1
        broken = any(part in name for part in failing)
        images.append(
            ImageRecord(ref, None, error=f"{name}: gone")
            if broken
            else ImageRecord(ref, photo(name), {"whole": vector}, etag=f'"{photo(name)[:6]}"')
        )
    return ProductRecord(product, tuple(images))


def work(jobs: SQLiteJobs, *, failing: tuple[str, ...] = ()) -> list[Settled]:
    owner = jobs.new_owner()
    claims = jobs.claim(owner, 10)
    return list(jobs.complete([embedded(claim.product, failing=failing) for claim in claims], SPACE))


def states(jobs: SQLiteJobs, *events: object) -> list[str]:
    return [str(receipt.state) for receipt in jobs.submit(list(events))]  # type: ignore[arg-type]


def found(store: SQLiteStore) -> list[str]:
    vectors = np.eye(8, dtype=np.float32)
    return sorted({hit.product.id for vector in vectors for hit in store.nearest(vector, limit=10)})


def test_new_product_waits_and_is_found_after_work(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    (receipt,) = jobs.submit([upsert(coat("a"), 0)])
    assert (receipt.state, receipt.queued) == ("taken", True)
    assert store.product("p1") == coat("a")
    assert found(store) == []
    assert work(jobs) == [Settled.DONE]
    assert found(store) == ["p1"]
    assert jobs.list() == []


def test_repeated_event_is_a_duplicate_and_an_older_one_is_stale(jobs: SQLiteJobs) -> None:
    news = upsert(coat("a", title="New"), 10)
    assert states(jobs, news, news, upsert(coat("a", title="Old"), 5)) == ["taken", "duplicate", "stale"]
    assert (jobs.stats().taken, jobs.stats().duplicates, jobs.stats().stale) == (1, 1, 1)


def test_equal_time_with_other_content_is_taken(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    assert states(jobs, upsert(coat("a"), 0), upsert(coat("a", title="Other"), 0)) == ["taken", "taken"]
    assert store.product("p1") == coat("a", title="Other")


def test_title_change_is_seen_at_once_and_queues_nothing(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    work(jobs)
    (receipt,) = jobs.submit([upsert(coat("a", title="Red coat"), 1)])
    assert not receipt.queued
    assert store.product("p1") == coat("a", title="Red coat")
    assert found(store) == ["p1"]


def test_draft_is_hidden_at_once_and_published_without_encoding(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    work(jobs)
    jobs.submit([upsert(coat("a", searchable=False), 1)])
    assert found(store) == []
    (receipt,) = jobs.submit([upsert(coat("a"), 2)])
    assert not receipt.queued
    assert found(store) == ["p1"]


def test_removed_product_is_gone_and_a_late_update_does_not_bring_it_back(
    store: SQLiteStore, jobs: SQLiteJobs
) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    work(jobs)
    assert states(jobs, ProductRemoved("p1", at(5)), upsert(coat("a"), 4), upsert(coat("a"), 5)) == [
        "taken",
        "stale",
        "stale",
    ]
    assert store.product("p1") is None
    assert found(store) == []
    assert store.verify() == []


def test_removal_of_an_unknown_product_holds_off_its_late_creation(jobs: SQLiteJobs) -> None:
    assert states(jobs, ProductRemoved("p1", at(5)), upsert(coat("a"), 1)) == ["taken", "stale"]


def test_restored_product_is_found_at_once_without_work(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a", "b"), 0)])
    work(jobs)
    before = [stored.vector.tolist() for stored in store.vectors("p1")]
    jobs.submit([ProductRemoved("p1", at(5))])
    (receipt,) = jobs.submit([upsert(coat("a", "b"), 6)])
    assert (receipt.state, receipt.queued) == ("taken", False)
    assert found(store) == ["p1"]
    assert [stored.vector.tolist() for stored in store.vectors("p1")] == before
    assert store.known(["p1"])["p1"].images["https://cdn.example/a.jpg"].etag
    assert store.verify() == []


def test_restored_product_with_one_new_image_is_found_at_once_and_queued(
    store: SQLiteStore, jobs: SQLiteJobs
) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    work(jobs)
    jobs.submit([ProductRemoved("p1", at(5))])
    (receipt,) = jobs.submit([upsert(coat("a", "new"), 6)])
    assert receipt.queued
    assert found(store) == ["p1"]
    assert work(jobs) == [Settled.DONE]
    assert len(store.vectors("p1")) == 2


def test_product_removed_while_it_is_embedded_stays_removed(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    (claim,) = jobs.claim(jobs.new_owner(), 1)
    jobs.submit([ProductRemoved("p1", at(1))])
    assert jobs.complete([embedded(claim.product)], SPACE) == (Settled.GONE,)
    assert store.product("p1") is None


def test_price_change_while_it_is_embedded_is_kept(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    (claim,) = jobs.claim(jobs.new_owner(), 1)
    jobs.submit([upsert(coat("a", title="Sale"), 1)])
    assert jobs.complete([embedded(claim.product)], SPACE) == (Settled.DONE,)
    assert store.product("p1") == coat("a", title="Sale")
    assert found(store) == ["p1"]


def test_images_changed_while_they_are_embedded_go_on_waiting(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    (claim,) = jobs.claim(jobs.new_owner(), 1)
    jobs.submit([upsert(coat("a", "b"), 1)])
    assert jobs.complete([embedded(claim.product)], SPACE) == (Settled.AGAIN,)
    assert found(store) == ["p1"]
    assert work(jobs) == [Settled.DONE]
    assert store.product("p1") == coat("a", "b")
    assert len(store.vectors("p1")) == 2


def test_swapped_image_that_cannot_be_had_keeps_the_old_one(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    work(jobs)
    jobs.submit([upsert(coat("b", title="Blue coat"), 1)])
    shown = store.product("p1")
    assert shown is not None
    assert (shown.title, shown.images) == ("Blue coat", coat("a").images)
    assert work(jobs, failing=("b.jpg",)) == [Settled.RETRY]
    assert found(store) == ["p1"]
    (job,) = jobs.list()
    assert "b.jpg: gone" in job.error


def test_image_that_never_comes_is_given_up_and_noted_on_the_product(
    store: SQLiteStore, jobs: SQLiteJobs, clock: Clock
) -> None:
    jobs.submit([upsert(coat("a", "bad"), 0)])
    for expected in (Settled.RETRY, Settled.RETRY, Settled.FAILED):
        assert work(jobs, failing=("bad",)) == [expected]
        assert jobs.claim(jobs.new_owner(), 1) == []
        clock.seconds += 1000
    assert [job.product_id for job in jobs.list(JobState.FAILED)] == ["p1"]
    assert jobs.wait_seconds() is None
    images = store.known(["p1"])["p1"].images
    assert images["https://cdn.example/bad.jpg"].error == "https://cdn.example/bad.jpg: gone"
    # A further change of its price leaves it given up, with the note.
    jobs.submit([upsert(coat("a", "bad", title="Sale"), 9)])
    assert jobs.claim(jobs.new_owner(), 1) == []
    assert store.known(["p1"])["p1"].images["https://cdn.example/bad.jpg"].error
    assert jobs.retry() == 1
    assert work(jobs) == [Settled.DONE]


def test_dropped_job_does_not_come_back_with_the_next_price(jobs: SQLiteJobs, clock: Clock) -> None:
    jobs.submit([upsert(coat("bad"), 0)])
    work(jobs, failing=("bad",))
    assert jobs.drop(["p1", "unknown"]) == 1
    (receipt,) = jobs.submit([upsert(coat("bad", title="Sale"), 1)])
    assert not receipt.queued


def test_claimed_job_is_nobody_elses_until_its_lease_ends(jobs: SQLiteJobs, clock: Clock) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    first, second = jobs.new_owner(), jobs.new_owner()
    assert len(jobs.claim(first, 5)) == 1
    assert jobs.claim(second, 5) == []
    clock.seconds += 50
    jobs.renew(first)
    clock.seconds += 50
    assert jobs.claim(second, 5) == []
    assert jobs.stats().running == 1
    clock.seconds += 11
    assert [claim.attempts for claim in jobs.claim(second, 5)] == [2]


def test_released_job_is_free_as_if_untried(jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    owner = jobs.new_owner()
    jobs.claim(owner, 5)
    jobs.release(owner)
    assert [claim.attempts for claim in jobs.claim(jobs.new_owner(), 5)] == [1]


def test_webhooks_go_before_bulk(jobs: SQLiteJobs, clock: Clock) -> None:
    jobs.submit([upsert(coat("a", id="bulk"), 0)], bulk=True)
    clock.seconds += 1
    jobs.submit([upsert(coat("b", id="webhook"), 0)])
    assert [claim.product.id for claim in jobs.claim(jobs.new_owner(), 1)] == ["webhook"]


def test_job_that_was_begun_often_comes_alone(jobs: SQLiteJobs, clock: Clock) -> None:
    jobs.submit([upsert(coat("a", id="poison"), 0)])
    for _ in range(3):  # three workers died over it
        assert len(jobs.claim(jobs.new_owner(), 5)) == 1
        clock.seconds += 61
    jobs.submit([upsert(coat("b", id=f"p{n}"), 0) for n in range(3)])
    assert [claim.product.id for claim in jobs.claim(jobs.new_owner(), 5)] == ["poison"]
    assert len(jobs.claim(jobs.new_owner(), 5)) == 3


def test_dry_run_changes_nothing(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    (receipt,) = jobs.submit([upsert(coat("a"), 0)], dry_run=True)
    assert (receipt.state, receipt.queued) == ("taken", True)
    assert store.product("p1") is None
    assert jobs.stats().taken == 0


def test_event_after_a_plain_removal_adds_the_product_again(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    event = upsert(coat("a"), 0)
    jobs.submit([event])
    work(jobs)
    store.remove(["p1"])
    assert states(jobs, event) == ["taken"]
    assert work(jobs) == [Settled.DONE]
    assert found(store) == ["p1"]


def test_job_of_a_product_that_was_plainly_removed_is_dropped(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    store.remove(["p1"])
    assert work(jobs) == [Settled.GONE]
    assert store.product("p1") is None
    assert jobs.list() == []


def test_embeddings_of_products_removed_long_ago_are_forgotten(
    store: SQLiteStore, jobs: SQLiteJobs, clock: Clock
) -> None:
    jobs.submit([upsert(coat("a"), 0)])
    work(jobs)
    jobs.submit([ProductRemoved("p1", at(1))])
    assert jobs.purge() == 0
    clock.seconds += 31 * 86_400
    assert jobs.purge() == 1
    (receipt,) = jobs.submit([upsert(coat("a"), 2)])
    assert receipt.queued


def test_variants_and_every_field_survive_a_job(store: SQLiteStore, jobs: SQLiteJobs) -> None:
    from fashion_plugin.catalog import Variant

    url = "https://cdn.example/red.jpg"
    product = replace(
        coat("a", "red"),
        price="129.00 EUR",  # type: ignore[arg-type]
        tags=("new", "wool"),
        attributes={"handle": "coat"},
        variants=(
            Variant(
                "v1", "Red", "SKU-1", "129.00 EUR", in_stock=False, options={"Colour": "Red"}, images=(url,)
            ),
            Variant("v2", "Blue"),
        ),
    )
    jobs.submit([upsert(product, 0)])
    assert work(jobs) == [Settled.DONE]
    assert store.product("p1") == product
    assert store.product("p1").variants[0].images == (RemoteImage(url),)  # type: ignore[union-attr]


def test_events_of_many_threads_are_all_stored(jobs: SQLiteJobs) -> None:
    with ThreadPoolExecutor(8) as pool:
        events = [upsert(coat("a", id=f"p{n}"), 0) for n in range(64)]
        receipts = list(pool.map(lambda event: jobs.submit([event]), events))
    assert [one.product_id for (one,) in receipts] == [f"p{n}" for n in range(64)]
    assert jobs.stats().waiting == 64


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_events_in_any_order_end_where_the_newest_of_each_product_says(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    steps = data.draw(
        st.lists(
            st.tuples(st.sampled_from("xyz"), st.sampled_from(["up", "up", "hide", "remove"])), max_size=12
        )
    )
    events: list[ProductUpserted | ProductRemoved] = []
    for second, (key, what) in enumerate(steps):
        product = coat(f"image{second % 4}", title=f"Title {second}", id=key, searchable=what != "hide")
        removed = ProductRemoved(key, at(second))
        events.append(removed if what == "remove" else ProductUpserted(product, at(second)))
    wanted = {event.product_id: event for event in events}
    played = data.draw(st.permutations([*events, *events[:3]]))
    with SQLiteStore.open(tmp_path_factory.mktemp("jobs") / "shop.db") as store:
        store.open_generation(SPACE)
        receipts = []
        for event in played:
            receipts += store.jobs.submit([event])
            if data.draw(st.booleans()):
                work(store.jobs)
        while work(store.jobs):
            pass
        left = {key: event for key, event in wanted.items() if isinstance(event, ProductUpserted)}
        products = {product.id: product for product in store.products(limit=10).products}
        assert products == {key: event.product for key, event in left.items()}
        assert set(found(store)) == {key for key, event in left.items() if event.product.searchable}
        assert all(len(store.vectors(key)) == 1 for key in left)
        assert store.verify() == []
        assert len(receipts) == len(played)
