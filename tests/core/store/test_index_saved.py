"""The file of the search index: mapped at a start, and not believed when in doubt."""

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo
from fashion_plugin.store.index import saved

from .indexed import LISTS, filled, index_files, settled


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


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


def test_file_of_an_older_layout_is_replaced_without_a_word(path: Path, shop: Any, caplog: Any) -> None:
    settled(filled(path, shop, index=LISTS)).close()
    (file,) = index_files(path)
    data = file.read_bytes()
    older = json.loads(data[:4096]) | {"format": 1}
    file.write_bytes(json.dumps(older).encode().ljust(4096) + data[4096:])
    with SQLiteStore.open(path, index=LISTS) as store:
        assert shop.ids(store, "7", limit=1) == ["007"]
        assert settled(store).stats().index.kind == "lists"
        assert shop.ids(store, "7", limit=1) == ["007"]
    (newer,) = index_files(path)
    assert newer != file
    assert caplog.records == []


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
