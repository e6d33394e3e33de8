"""The search index: it follows every committed change, and is thrown away when in doubt."""

import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fashion_plugin.catalog import Filters
from fashion_plugin.errors import InvalidInput
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo
from fashion_plugin.store.index import IndexSettings, saved
from fashion_plugin.store.rebuilding import rebuild

LISTS = IndexSettings(smallest=0, flat=32, recall=1.0)


def filled(path: Path, shop: Any, count: int = 100, **options: Any) -> SQLiteStore:
    store = SQLiteStore.open(path, **options)
    store.open_generation(shop.space)
    store.put([shop.record(f"{n:03}", f"{n}", tags=["rare"] if n % 50 == 0 else []) for n in range(count)])
    return store


def settled(store: SQLiteStore) -> SQLiteStore:
    assert store.index is not None
    assert store.index.settle(60)
    return store


def index_files(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}-index-*"))


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


def test_saved_lists_are_mapped_at_the_next_start(path: Path, shop: Any, monkeypatch: Any) -> None:
    settled(filled(path, shop, index=LISTS)).close()
    files = index_files(path)
    monkeypatch.setattr("fashion_plugin.store.index.live.plan", lambda *_: pytest.fail("made anew"))
    with SQLiteStore.open(path, index=LISTS) as store:
        store.put([shop.record("new", "new")])
        store.remove(["007"])
        assert settled(store).stats().index.kind == "lists"
        assert shop.ids(store, "new", limit=1) == ["new"]
        assert "007" not in shop.ids(store, "7", limit=100)
    assert index_files(path) == files


def test_saved_lists_give_the_first_answer_after_a_start(path: Path, shop: Any) -> None:
    settled(filled(path, shop, index=LISTS)).close()
    with SQLiteStore.open(path, index=LISTS) as store:
        assert shop.ids(store, "7", limit=1) == ["007"]
        stats = store.stats().index
        assert (stats.kind, stats.vectors, stats.building) == ("lists", 100, False)


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


def _truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 100)


def _changed(at: int) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        data = bytearray(file.read_bytes())
        data[at] ^= 0xFF
        file.write_bytes(data)

    return change


@pytest.mark.parametrize(
    "harm",
    [_truncated, _changed(10), _changed(4096), _changed(-1), Path.unlink, lambda file: file.write_bytes(b"")],
    ids=["truncated", "head", "ids", "vectors", "gone", "empty"],
)
def test_damaged_file_is_not_believed(path: Path, shop: Any, harm: Callable[[Path], None]) -> None:
    settled(filled(path, shop, index=LISTS)).close()
    (file,) = index_files(path)
    harm(file)
    with SQLiteStore.open(path, index=LISTS) as store, SQLiteStore.open(path, index="sqlite") as plain:
        for _ in range(3):
            for n in range(100):
                assert shop.ids(store, f"{n}") == shop.ids(plain, f"{n}")
            settled(store)
        assert store.stats().index.kind == "lists"
    assert len(index_files(path)) == 1
    assert index_files(path) != [file]


def test_file_from_before_a_restored_backup_is_not_believed(path: Path, shop: Any, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    with filled(path, shop, 60, index="sqlite") as store:
        store.backup(backup)
        store.put([shop.record(f"{n:03}", f"{n}") for n in range(60, 100)])
    settled(SQLiteStore.open(path, index=LISTS)).close()
    shutil.copy(backup, path)
    with SQLiteStore.open(path, index=LISTS) as store:
        # As many changes as there were, other ones, under the ids that embeddings had before.
        store.put([shop.record(f"{n:03}", f"other {n}") for n in range(60, 140)])
        settled(store)
        assert shop.ids(store, "other 77", limit=1) == ["077"]
        assert store.nearest(shop.vector("other 77/whole"), limit=1)[0].distance == pytest.approx(0, abs=1e-6)


def test_another_generation_gets_an_index_of_its_own(path: Path, shop: Any) -> None:
    settled(filled(path, shop, index=LISTS)).close()
    (file,) = index_files(path)
    other = GenerationInfo("other", "0" * 64, 8)
    assert saved.load(str(path), file.name.rpartition("-")[2], _generation(path)) is not None
    wrong = _generation(path)
    wrong = type(wrong)(wrong.pk, other, wrong.table)
    assert saved.load(str(path), file.name.rpartition("-")[2], wrong) is None


def _generation(path: Path) -> Any:
    from fashion_plugin.store import vectors

    with SQLiteStore.open(path) as store, store._pool.read() as connection:
        return vectors.live(connection)


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


def test_store_that_may_not_write_keeps_lists_in_memory(path: Path, shop: Any) -> None:
    filled(path, shop).close()
    with SQLiteStore.open(path, read_only=True, index=LISTS) as store:
        stats = settled(store).stats().index
        assert (stats.kind, stats.file_bytes) == ("lists", 0)
        assert shop.ids(store, "7", limit=1) == ["007"]
    assert index_files(path) == []


def test_full_disk_costs_memory_only(path: Path, shop: Any, monkeypatch: Any, caplog: Any) -> None:
    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saved, "write", full)
    with filled(path, shop, index=LISTS) as store:
        assert settled(store).stats().index.kind == "lists"
        assert shop.ids(store, "7", limit=1) == ["007"]
    assert "No space left" in caplog.text


def test_writer_that_was_killed_leaves_nothing_that_is_believed(path: Path, shop: Any) -> None:
    filled(path, shop).close()
    process = multiprocessing.get_context("spawn").Process(target=_die_while_saving, args=(path,))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    (part,) = index_files(path)
    assert part.suffix == ".part"
    os.utime(part, (0, 0))
    with SQLiteStore.open(path, index=LISTS) as store:
        assert settled(store).stats().index.kind == "lists"
        assert shop.ids(store, "7", limit=1) == ["007"]
    assert part not in index_files(path)


def _die_while_saving(path: Path) -> None:
    import signal

    import fashion_plugin.store.index.saved as module

    blocks = 0
    whole = module.checksum

    def dying(block: Any) -> int:
        nonlocal blocks
        blocks += 1
        if blocks == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(block)

    module.checksum = dying
    with SQLiteStore.open(path, index=LISTS) as store:
        assert store.index is not None
        store.index.settle(60)


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
    import sys

    sys.path.insert(0, str(Path(__file__).parent))
    from conftest import Shop

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


def test_lists_find_nearly_all_that_is_near(path: Path) -> None:
    from fashion_plugin.store.index.regroup import plan
    from fashion_plugin.store.index.scan import Scan
    from fashion_plugin.store.index.view import View

    random = np.random.default_rng(5)
    centres = random.normal(size=(60, 32))
    rows = centres[random.integers(0, 60, 6000)] + 0.6 * random.normal(size=(6000, 32))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    space = GenerationInfo("fake", "f" * 64, 32)
    view = View.empty(type(_fake_generation(space))(1, space, "vectors_1"))
    view = type(view)(view.generation, None, None, view.flat.added(np.arange(6000), rows), 6000, 0, 1, 0)
    made = plan(view, 0.99, lambda: None)
    listed = saved.held(made, lambda: None)
    assert listed.lists is not None
    assert listed.lists.probes <= len(listed.lists.centres) // 8 + 1
    hits = 0
    for query in rows[:200]:
        scan = Scan(listed, query)
        scan.widen()
        ids, lowest = scan.best(10)
        truth = np.argsort(-(rows @ query))[:10]
        hits += len(set(ids.tolist()) & set(truth.tolist()))
        assert lowest <= float((rows[ids] @ query).min()) + 1e-5
    assert hits / 2000 >= 0.97


def _fake_generation(space: GenerationInfo) -> Any:
    from fashion_plugin.store.vectors import Generation

    return Generation(1, space, "vectors_1")


def test_verify_tells_where_the_index_differs(path: Path, shop: Any) -> None:
    settled(filled(path, shop, index=LISTS)).close()
    (file,) = index_files(path)
    with SQLiteStore.open(path) as store:
        assert store.verify() == []
    _changed(-1)(file)
    with SQLiteStore.open(path) as store:
        (told,) = store.verify()
        assert told.startswith("1 lists of the search index are damaged")
    file.unlink()
    with SQLiteStore.open(path, index=LISTS) as store:
        settled(store)
        assert store.verify() == []
        assert store.index is not None
        view = store.index._view
        assert view is not None
        assert view.lists is not None
        other = view.lists.ids.copy()
        other[3] = 4711
        object.__setattr__(view.lists, "ids", other)
        assert [problem.partition(":")[0] for problem in store.verify()] == [
            "the search index lacks",
            "the search index has too many",
        ]
