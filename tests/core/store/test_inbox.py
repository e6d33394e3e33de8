"""Threads that bring events at the same time: one stores for all that wait, and none waits for another's."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.catalog import Product, ProductUpserted, ReceiptState
from fashion_plugin.store import SQLiteStore, inbox

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        yield store


def coat(key: str) -> ProductUpserted:
    return ProductUpserted(Product(key, "Coat", images="https://cdn.example/coat.jpg"), NOON)


def states(future: Any) -> list[ReceiptState]:
    return [receipt.state for receipt in future.result(10)]


def waiting(store: SQLiteStore) -> int:
    return len(store.jobs._inbox._waiting)  # type: ignore[attr-defined]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@contextmanager
def busy(store: SQLiteStore, threads: ThreadPoolExecutor, keys: list[str]) -> Iterator[list[Any]]:
    """Another writer holds the lock while a thread for each key brings its event, the first ahead of all."""
    with store._pool.write():
        first = threads.submit(store.jobs.submit, [coat(keys[0])])
        wait_until(lambda: store.jobs._inbox._led and not waiting(store))  # type: ignore[attr-defined]
        rest = [threads.submit(store.jobs.submit, [coat(key)]) for key in keys[1:]]
        wait_until(lambda: waiting(store) == len(rest))
    yield [first, *rest]


def test_what_comes_while_one_is_stored_is_stored_together(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = 0
    write = store._pool.write

    @contextmanager
    def counted(**options: Any) -> Iterator[Any]:
        nonlocal commits
        commits += 1
        with write(**options) as connection:
            yield connection

    monkeypatch.setattr(inbox, "_BUDGET", 10.0)
    keys = [f"p{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as threads, busy(store, threads, keys) as brought:
        monkeypatch.setattr(store._pool, "write", counted)
        assert [states(one) for one in brought] == [[ReceiptState.TAKEN]] * 8
    assert commits <= 2
    assert [product.id for product in store.products(limit=10).products] == keys
    assert waiting(store) == 0
    assert states_of_another(store) == [ReceiptState.TAKEN]


def states_of_another(store: SQLiteStore) -> list[ReceiptState]:
    with ThreadPoolExecutor(1) as threads:
        return states(threads.submit(store.jobs.submit, [coat("another")]))


@pytest.mark.parametrize("key", ["p0", "p2"])
def test_thread_that_is_stopped_stops_no_other_for_good(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    take = inbox.take

    def stopped(connection: Any, event: Any, *rest: Any) -> Any:
        if event.product_id == key:
            raise KeyboardInterrupt
        return take(connection, event, *rest)

    monkeypatch.setattr(inbox, "take", stopped)
    outcomes: list[str] = []
    with ThreadPoolExecutor(4) as threads, busy(store, threads, ["p0", "p1", "p2", "p3"]) as brought:
        for one in brought:
            try:
                outcomes += states(one)
            except BaseException as error:
                outcomes.append(type(error).__name__)
    # Those that were stored together with it are told to come again.
    assert set(outcomes) <= {"KeyboardInterrupt", "StoreError", "taken"}
    assert outcomes[0] == ("KeyboardInterrupt" if key == "p0" else "taken")
    assert outcomes.count("KeyboardInterrupt") == 1
    assert states_of_another(store) == [ReceiptState.TAKEN]


def test_event_that_cannot_be_stored_fails_alone(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    take = inbox.take

    def broken(connection: Any, event: Any, *rest: Any) -> Any:
        if event.product_id == "p2":
            raise ValueError("broken")
        return take(connection, event, *rest)

    monkeypatch.setattr(inbox, "take", broken)
    keys = ["p0", "p1", "p2", "p3"]
    with ThreadPoolExecutor(4) as threads, busy(store, threads, keys) as brought:
        with pytest.raises(ValueError, match="broken"):
            brought.pop(2).result(10)
        assert [states(one) for one in brought] == [[ReceiptState.TAKEN]] * 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="platform: no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_forked_child_does_not_wait_for_a_thread_that_it_has_not(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    write = store._pool.write

    def waits(**options: Any) -> Any:
        go_on.wait(10)
        return write(**options)

    monkeypatch.setattr(store._pool, "write", waits)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(store.jobs.submit, [coat("parent")])
        wait_until(lambda: store.jobs._inbox._led)  # type: ignore[attr-defined]
        child = os.fork()
        if child == 0:
            monkeypatch.undo()
            try:
                (receipt,) = store.jobs.submit([coat("child")])
                os._exit(0 if receipt.state is ReceiptState.TAKEN else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        go_on.set()
        assert states(first) == [ReceiptState.TAKEN]
    assert {product.id for product in store.products(limit=10).products} == {"parent", "child"}
