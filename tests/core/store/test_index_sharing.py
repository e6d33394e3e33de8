"""The search index among threads and processes, each of which sees the changes of all."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.index import IndexSettings

from .conftest import Shop
from .indexed import LISTS, filled, settled


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def other_process(path: Path) -> Iterator[Any]:
    """Another process that puts and removes products at our word."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_obey, args=(path, theirs))
    process.start()
    yield ours
    ours.send(None)
    process.join(30)
    assert process.exitcode == 0


def _obey(path: Path, orders: Any) -> None:
    with SQLiteStore.open(path, index=LISTS) as store:
        shop = Shop()
        store.open_generation(shop.space)
        while (order := orders.recv()) is not None:
            put, remove, find = order
            store.put([shop.record(name, name) for name in put])
            store.remove(remove)
            orders.send(shop.ids(store, find, limit=3))


def test_processes_see_one_anothers_changes_at_once(path: Path, shop: Any, other_process: Any) -> None:
    with filled(path, shop, index=LISTS) as store:
        settled(store)
        for turn in range(40):
            name = f"theirs {turn}"
            other_process.send(([name], [f"theirs {turn - 3}"], name))
            assert other_process.recv()[0] == name
            assert shop.ids(store, name, limit=1) == [name]
            gone = f"theirs {turn - 3}"
            assert gone not in shop.ids(store, gone, limit=5)
            mine = f"mine {turn}"
            store.put([shop.record(mine, mine)])
            other_process.send(([], [], mine))
            assert other_process.recv()[0] == mine


def test_threads_see_their_own_writes(path: Path, shop: Any) -> None:
    problems: list[str] = []

    def write_and_find(thread: int) -> None:
        for turn in range(15):
            name = f"{thread} {turn}"
            store.put([shop.record(name, name)])
            if shop.ids(store, name, limit=1) != [name]:
                problems.append(f"{name} is missing")
            store.remove([name])
            if name in shop.ids(store, name, limit=3):
                problems.append(f"{name} is still there")

    with filled(path, shop, index=IndexSettings(smallest=0, flat=16, spare=8, recall=1.0)) as store:
        threads = [threading.Thread(target=write_and_find, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="platform: no fork here")
@pytest.mark.filterwarnings("ignore:This process")
def test_child_of_a_fork_searches_and_catches_up(path: Path, shop: Any) -> None:
    with filled(path, shop, index=LISTS) as store:
        settled(store)
        child = os.fork()
        if not child:
            code = 1
            try:
                store.put([shop.record("child", "child")])
                found = shop.ids(store, "child", limit=1) + shop.ids(store, "7", limit=1)
                code = 0 if found == ["child", "007"] else 2
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        assert shop.ids(store, "child", limit=1) == ["child"]


def test_close_ends_the_thread_behind(path: Path, shop: Any) -> None:
    for _ in range(5):
        store = filled(path, shop, 300, index=IndexSettings(smallest=0, at_once=0, flat=8))
        shop.ids(store, "7")
        store.close()
        assert not [t for t in threading.enumerate() if t.name == "fashion-index"]
