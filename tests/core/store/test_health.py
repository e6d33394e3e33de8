"""Looking after a database: verify finds what is wrong, vacuum gives space back, backup copies."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.errors import StoreError
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.driver import driver, load_extension


@pytest.fixture
def database(tmp_path: Path, shop: Any) -> Path:
    path = tmp_path / "shop.db"
    with SQLiteStore.open(path) as store:
        store.open_generation(shop.space)
        store.put([shop.record(f"{n}", f"{n}", f"also {n}") for n in range(5)])
    return path


def damage(path: Path, *statements: str) -> None:
    connection = driver().connect(path, isolation_level=None)
    load_extension(connection)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "told", "healed"),
    [
        ("DELETE FROM vectors_1 WHERE rowid = 3", "1 embeddings of fake have no vector", False),
        (
            "INSERT INTO vectors_1 (rowid, vector) SELECT 99, vector FROM vectors_1 WHERE rowid = 1",
            "1 vectors of fake belong to no embedding",
            True,
        ),
        ("UPDATE vectors_1 SET vector = zeroblob(32) WHERE rowid = 2", "not of unit length", False),
        ("DELETE FROM image_embeddings WHERE image = 1", "images have a photo but no embedding", False),
        ("DELETE FROM images WHERE pk = 1", "photos are shown by no image", True),
        ("UPDATE products SET found = 0", "5 products are counted wrongly", True),
        ("DELETE FROM products WHERE id = '1'", "refers to one that is not there", False),
    ],
)
def test_verify_tells_what_is_wrong(
    database: Path, shop: Any, statement: str, told: str, healed: bool
) -> None:
    with SQLiteStore.open(database) as store:
        assert store.verify() == []
    damage(database, statement)
    with SQLiteStore.open(database) as store:
        assert any(told in problem for problem in store.verify())
        if healed:
            store.vacuum()
            assert store.verify() == []


def test_lost_vector_is_healed_by_vacuum_and_put(database: Path, shop: Any) -> None:
    damage(database, "DELETE FROM vectors_1 WHERE rowid = 1")
    with SQLiteStore.open(database) as store:
        store.vacuum()
        assert store.put([shop.record("0", "0", "also 0", encoded=False)]).missing == ("0",)
        assert store.put([shop.record("0", "0", "also 0")]).updated == ("0",)
        assert store.verify() == []
        assert shop.ids(store, "0", limit=1) == ["0"]


def test_vacuum_gives_back_what_was_deleted(tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(replace(shop.space, dim=8))
        names = [f"{n}" for n in range(600)]
        store.put([shop.record(n, n, description="word " * 100) for n in names])
        full = store.stats().database_bytes
        store.remove(names[10:])
        freed = store.vacuum()
        assert freed > full / 2
        assert store.stats().database_bytes < full / 4
        assert store.verify() == []
        assert sorted(shop.ids(store, "3", limit=20)) == sorted(names[:10])
        assert store.vacuum() < full / 100
        assert store.put([shop.record("new", "new")]).added == ("new",)
        assert shop.ids(store, "new", limit=1) == ["new"]


def test_search_goes_on_while_vacuum_runs(database: Path, shop: Any) -> None:
    with SQLiteStore.open(database) as store, SQLiteStore.open(database) as other:
        done = threading.Event()
        problems: list[object] = []

        def search() -> None:
            while not done.is_set():
                try:
                    for searched in (store, other):
                        if shop.ids(searched, "3", limit=1) != ["3"]:
                            problems.append("not found")
                except StoreError as error:
                    problems.append(error)

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            store.vacuum()
        done.set()
        for thread in threads:
            thread.join()
        assert problems == []


def test_backup_is_a_database_of_its_own(database: Path, tmp_path: Path, shop: Any) -> None:
    copy = tmp_path / "copy.db"
    with SQLiteStore.open(database) as store:
        store.put([shop.record("fresh", "fresh")])  # still in the log
        store.backup(copy)
        with pytest.raises(StoreError, match=r"copy\.db is there already"):
            store.backup(copy)
        with pytest.raises(StoreError, match="there is no folder"):
            store.backup(tmp_path / "nowhere" / "copy.db")
        store.remove(["fresh"])
    with SQLiteStore.open(copy) as restored:
        assert restored.verify() == []
        assert shop.ids(restored, "fresh", limit=1) == ["fresh"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.db", "shop.db"]


def test_backup_of_a_store_in_memory(tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(":memory:") as store:
        store.open_generation(shop.space)
        store.put([shop.record("a", "x")])
        store.backup(tmp_path / "copy.db")
    with SQLiteStore.open(tmp_path / "copy.db") as restored:
        assert shop.ids(restored, "x") == ["a"]


def test_backup_is_consistent_while_others_write(database: Path, tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(database) as store:
        done = threading.Event()

        def write() -> None:
            turn = 0
            while not done.is_set():
                store.put([shop.record(f"w{n}", f"w{turn} {n}") for n in range(4)])
                turn += 1

        writer = threading.Thread(target=write)
        writer.start()
        for number in range(3):
            store.backup(tmp_path / f"copy{number}.db")
        done.set()
        writer.join()
    for number in range(3):
        with SQLiteStore.open(tmp_path / f"copy{number}.db") as copy:
            assert copy.verify() == []
