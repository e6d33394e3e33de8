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


def busy_writer(path: Path, shop: Any, problems: list[object]) -> tuple[threading.Thread, threading.Event]:
    """Another store on the database in which products come, change and go until told to end."""
    over = threading.Event()

    def write() -> None:
        turn = 0
        with SQLiteStore.open(path, busy_timeout=30) as other:
            while not over.is_set():
                try:
                    other.put([shop.record(f"w{n}", f"w{turn} {n}", "shared") for n in range(4)])
                    other.remove([f"w{turn % 4}"])
                except StoreError as error:
                    problems.append(error)
                turn += 1

    thread = threading.Thread(target=write)
    thread.start()
    return thread, over


def test_backup_is_consistent_while_others_write(database: Path, tmp_path: Path, shop: Any) -> None:
    problems: list[object] = []
    with SQLiteStore.open(database) as store:
        writer, over = busy_writer(database, shop, problems)
        try:
            for number in range(3):
                store.backup(tmp_path / f"copy{number}.db")
        finally:
            over.set()
            writer.join()
    assert problems == []
    for number in range(3):
        with SQLiteStore.open(tmp_path / f"copy{number}.db") as copy:
            assert copy.verify() == []


def test_vacuum_and_verify_are_safe_while_others_write(database: Path, shop: Any) -> None:
    problems: list[object] = []
    with SQLiteStore.open(database, busy_timeout=30) as store:
        store.generations.begin(replace(shop.space, fingerprint="9" * 64, dim=12), "me")
        writer, over = busy_writer(database, shop, problems)
        try:
            for _ in range(3):
                store.vacuum()
                problems += store.verify()
        finally:
            over.set()
            writer.join()
        assert problems == []
        assert store.verify() == []
        assert shop.ids(store, "3", limit=1) == ["3"]
        tables = store._pool.connection()
        with tables as connection:
            vec0 = "SELECT count(*) FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE vectors%'"
            assert connection.execute(vec0).fetchone()[0] == 2


def test_vacuum_clears_up_after_one_that_was_killed(database: Path, shop: Any) -> None:
    damage(database, "CREATE VIRTUAL TABLE vectors_1_rebuilt USING vec0(vector float[8])")
    with SQLiteStore.open(database) as store:
        store.vacuum()
        assert store.verify() == []
        assert shop.ids(store, "3", limit=1) == ["3"]


def test_backup_takes_the_photos_along(database: Path, tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(database) as store:
        assert store.photos is not None
        store.photos.put(shop.photo("3"), b"a picture")
        store.backup(tmp_path / "copy.db")
        (tmp_path / "other.photos.db").touch()
        with pytest.raises(StoreError, match=r"other\.photos\.db is there already"):
            store.backup(tmp_path / "other.db")
        assert not (tmp_path / "other.db").exists()
    with SQLiteStore.open(tmp_path / "copy.db") as copy:
        assert copy.photos is not None
        assert copy.photos.get(shop.photo("3")) == b"a picture"


def test_verify_looks_at_every_generation(database: Path, shop: Any) -> None:
    other = replace(shop.space, fingerprint="9" * 64, encoder="other")
    with SQLiteStore.open(database) as store:
        store.generations.begin(other, "me")
        store.generations.view(other).put([shop.record("1", "1", "also 1")])
        assert store.verify() == []
    damage(database, "UPDATE vectors_2 SET vector = zeroblob(32)")
    with SQLiteStore.open(database) as store:
        (problem,) = store.verify()
        assert "2 vectors of other are not of unit length" in problem


def test_vacuum_leaves_the_work_to_one_that_begins_later(database: Path, shop: Any) -> None:
    results: list[object] = []
    with SQLiteStore.open(database) as store:
        store.put([shop.record(f"more {n}", f"more {n}") for n in range(100)])

        def vacuum() -> None:
            with SQLiteStore.open(database) as other:
                try:
                    results.append(other.vacuum())
                except StoreError as error:
                    results.append(str(error))

        threads = [threading.Thread(target=vacuum) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert any(isinstance(result, int) for result in results)
        for result in results:
            assert isinstance(result, int) or "another vacuum has begun" in str(result)
        assert store.verify() == []
        assert shop.ids(store, "more 7", limit=1) == ["more 7"]
