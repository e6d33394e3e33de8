"""A worker's writes wait for the end of a burst of events, not for ever, and for nothing on a quiet day."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fashion_plugin.catalog import Product, ProductUpserted
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.standing_back import StandingBack

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Clock:
    """Time that passes in sleep only; ``meanwhile`` happens then."""

    def __init__(self) -> None:
        self.now = 100.0
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.meanwhile()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(store: SQLiteStore, clock: Clock) -> StandingBack:
    return StandingBack(store._pool, clock=clock, sleep=clock.sleep)


def deliver(store: SQLiteStore, number: int) -> None:
    store.jobs.submit([ProductUpserted(Product(f"p{at}", "Coat"), NOON) for at in range(number)])


def waited(worker: StandingBack, clock: Clock) -> float:
    start = clock.now
    worker.wait()
    return clock.now - start


def test_nothing_is_waited_for_when_events_are_few(
    store: SQLiteStore, clock: Clock, worker: StandingBack
) -> None:
    deliver(store, 1000)  # before anybody looked
    assert waited(worker, clock) == 0
    clock.now += 0.5
    deliver(store, 10)
    assert waited(worker, clock) == 0


def test_events_of_an_hour_are_no_burst(store: SQLiteStore, clock: Clock, worker: StandingBack) -> None:
    worker.look()
    clock.now += 3600
    deliver(store, 1000)
    assert waited(worker, clock) == 0


def test_burst_is_waited_out(store: SQLiteStore, clock: Clock, worker: StandingBack) -> None:
    left = 10

    def more() -> None:
        nonlocal left
        if left:
            left -= 1
            deliver(store, 20)

    worker.look()
    clock.now += 0.1
    deliver(store, 20)
    clock.meanwhile = more
    assert waited(worker, clock) == pytest.approx(0.55)  # ten times 50 ms, and one in which nothing came
    assert left == 0


def test_burst_without_end_lets_the_worker_write_in_turns(
    store: SQLiteStore, clock: Clock, worker: StandingBack
) -> None:
    worker.look()
    clock.now += 0.1
    deliver(store, 20)
    clock.meanwhile = lambda: deliver(store, 50)
    assert 3.0 <= waited(worker, clock) < 3.2
    clock.sleep(0.5)
    assert waited(worker, clock) == 0  # it may write what it has
    clock.sleep(0.6)
    assert 3.0 <= waited(worker, clock) < 3.2
