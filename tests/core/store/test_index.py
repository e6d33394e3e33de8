"""The search index: it follows every committed change, and small catalogues have none."""

import threading
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.catalog import Filters
from fashion_plugin.errors import InvalidInput
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.index import IndexSettings
from fashion_plugin.store.rebuilding import rebuild

from .indexed import LISTS, filled, index_files, settled


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def test_small_catalogue_is_left_to_sqlite(path: Path, shop: Any) -> None:
    with filled(path, shop) as store:
        assert shop.ids(store, "7", limit=1) == ["007"]
        assert store.stats().index.kind == "sqlite"


def test_big_catalogue_is_answered_from_memory(path: Path, shop: Any) -> None:
    with filled(path, shop, index=IndexSettings(smallest=50, at_once=0)) as store:
        assert shop.ids(store, "7", limit=1) == ["007"]
        stats = settled(store).stats().index
        assert (stats.kind, stats.vectors, stats.building) == ("matrix", 100, False)
        assert shop.ids(store, "7", limit=1) == ["007"]


def test_bigger_one_from_lists_that_are_saved(path: Path, shop: Any) -> None:
    with filled(path, shop, index=LISTS) as store:
        stats = settled(store).stats().index
        assert (stats.kind, stats.vectors, stats.file_bytes) == ("lists", 100, 100 * 8 * 4)
        assert 10 < stats.lists < 40
        assert len(index_files(path)) == 1
        assert shop.ids(store, "7", limit=1) == ["007"]


def test_index_can_be_switched_off(path: Path, shop: Any) -> None:
    with filled(path, shop, index="sqlite") as store:
        assert store.index is None
        assert shop.ids(store, "7", limit=1) == ["007"]
    with pytest.raises(InvalidInput, match="auto, memory, sqlite"):
        SQLiteStore.open(path, index="fast")  # type: ignore[arg-type]


def test_changes_since_the_lists_were_planned_are_kept(path: Path, shop: Any, monkeypatch: Any) -> None:
    from fashion_plugin.store.index.regroup import plan

    planned, go = threading.Event(), threading.Event()

    def slow_plan(*arguments: Any) -> Any:
        made = plan(*arguments)
        planned.set()
        assert go.wait(30)
        return made

    monkeypatch.setattr("fashion_plugin.store.index.live.plan", slow_plan)
    with filled(path, shop, index=LISTS) as store:
        shop.ids(store, "7")
        assert planned.wait(30)
        store.put([shop.record("new", "new")])
        store.remove(["007", "050"])
        assert shop.ids(store, "new", limit=1) == ["new"]
        go.set()
        assert settled(store).stats().index.kind == "lists"
        assert shop.ids(store, "new", limit=1) == ["new"]
        assert not {"007", "050"} & set(shop.ids(store, "7", limit=200))
        assert store.stats().index.vectors == 99


def test_vacuum_cuts_the_log_and_nothing_is_lost(path: Path, shop: Any) -> None:
    with filled(path, shop, index=LISTS) as store:
        settled(store)
        store.remove(["007"])
        store.vacuum()
        store.put([shop.record("new", "new")])
        assert "007" not in shop.ids(store, "7", limit=200)
        assert shop.ids(store, "new", limit=1) == ["new"]
        assert store.stats().index.vectors == 100


def test_search_goes_on_between_the_steps_of_a_vacuum(path: Path, shop: Any) -> None:
    with filled(path, shop, index=LISTS) as store:
        settled(store)
        for _ in range(2):
            rebuild(store._pool)
            assert shop.ids(store, "7", limit=1) == ["007"]
            assert store.verify() == []


def test_rare_products_are_found_however_far_they_are(path: Path, shop: Any) -> None:
    # As few lists as can be are read at first.
    with filled(path, shop, 600, index=IndexSettings(smallest=0, flat=32, recall=0.0)) as store:
        settled(store)
        rare = Filters(tags="rare")
        everything = {f"{n:03}" for n in range(0, 600, 50)}
        for _ in range(2):
            assert set(shop.ids(store, "7", limit=12, filters=rare)) == everything
        assert set(shop.ids(store, "7", limit=11, filters=rare.excluding("050"))) == everything - {"050"}
        store.put([shop.record("more", "more", tags=["rare"]), shop.record("050", "50", encoded=False)])
        assert set(shop.ids(store, "7", limit=20, filters=rare)) == everything - {"050"} | {"more"}
        assert len(shop.ids(store, "7", limit=600)) == 600
