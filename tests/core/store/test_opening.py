"""What can be wrong with a database file, each told in one sentence, and the file left as it was."""

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.errors import (
    DatabaseCorrupt,
    DatabaseFull,
    DatabaseLocked,
    DatabaseNewer,
    DatabaseReadOnly,
    StoreError,
)
from fashion_plugin.store import SQLiteStore, driver_report, migrations
from fashion_plugin.store.driver import driver


@pytest.fixture
def database(tmp_path: Path, shop: Any) -> Path:
    path = tmp_path / "shop.db"
    with SQLiteStore.open(path) as store:
        store.open_generation(shop.space)
        store.put([shop.record("a", "x")])
    return path


def test_what_was_stored_is_there_after_opening_again(database: Path, shop: Any) -> None:
    with SQLiteStore.open(database) as store:
        assert shop.ids(store, "x") == ["a"]
        assert store.generation() == shop.space
        assert store.stats().path == str(database)


def test_opening_an_up_to_date_database_does_not_write(database: Path) -> None:
    before = database.read_bytes()
    SQLiteStore.open(database).close()
    assert database.read_bytes() == before


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        SQLiteStore.open(tmp_path)


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no folder .*nowhere"):
        SQLiteStore.open(tmp_path / "nowhere" / "shop.db")


def test_other_file_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk, bread, eggs\n" * 50)
    with pytest.raises(DatabaseCorrupt, match="is not a database"):
        SQLiteStore.open(path)
    assert path.read_text() == "milk, bread, eggs\n" * 50
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_database_of_another_program_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE products (id TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseCorrupt, match="is not a database of fashion-plugin"):
        SQLiteStore.open(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["other.db"]


def test_empty_file_becomes_a_database(tmp_path: Path, shop: Any) -> None:
    path = tmp_path / "shop.db"
    path.touch()
    with SQLiteStore.open(path) as store:
        assert store.stats().products == 0


@pytest.mark.parametrize("size", [50, 5000, 20_000])
def test_cut_off_file_is_told(database: Path, size: int) -> None:
    database.write_bytes(database.read_bytes()[:size])
    with pytest.raises(DatabaseCorrupt, match=r"shop\.db is (not a database|damaged)"):
        SQLiteStore.open(database)


def test_damaged_pages_are_told_by_verify(database: Path) -> None:
    connection = driver().connect(database)
    page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'images'").fetchone()[0]
    connection.close()
    content = bytearray(database.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    database.write_bytes(content)
    with SQLiteStore.open(database) as store:
        assert any("damaged" in problem for problem in store.verify())
        with pytest.raises(DatabaseCorrupt, match=r"is damaged .* restore a backup"):
            store.known(["a"])


def test_database_of_a_newer_version_is_refused_and_stays(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('fashion_plugin', '9999_later')"
    )
    connection.commit()
    connection.close()
    before = database.read_bytes()
    with pytest.raises(DatabaseNewer, match=r"newer version .*9999_later.* run pip install --upgrade"):
        SQLiteStore.open(database)
    assert database.read_bytes() == before


def test_database_of_an_older_version_is_brought_up_to_date(
    database: Path, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(db: Any) -> None:
        db.execute("ALTER TABLE products ADD COLUMN more INTEGER")

    monkeypatch.setattr(migrations, "_STEPS", (*migrations._STEPS, ("9998_more", more)))
    with pytest.raises(DatabaseReadOnly, match="open it once for writing"):
        SQLiteStore.open(database, read_only=True)
    with SQLiteStore.open(database) as store:
        assert shop.ids(store, "x") == ["a"]
        assert store.verify() == []
    SQLiteStore.open(database, read_only=True).close()


def test_database_of_the_first_version_is_brought_up_to_date(
    tmp_path: Path, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.db"
    with monkeypatch.context() as older:
        older.setattr(migrations, "_STEPS", migrations._STEPS[:1])
        SQLiteStore.open(path).close()
    with SQLiteStore.open(path) as store:
        store.open_generation(shop.space)
        store.put([shop.record("a", "x")])
        assert shop.ids(store, "x") == ["a"]
        assert store.verify() == []


def test_migration_that_fails_leaves_the_database_as_it_was(
    database: Path, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(db: Any) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")
        db.execute("DROP TABLE images")
        raise ValueError("a mistake")

    with monkeypatch.context() as newer:
        newer.setattr(migrations, "_STEPS", (*migrations._STEPS, ("9999_mistake", fails)))
        with pytest.raises(ValueError, match="a mistake"):
            SQLiteStore.open(database)
    with SQLiteStore.open(database) as store:
        assert shop.ids(store, "x") == ["a"]
        assert store.verify() == []


def test_locked_database_is_told_after_the_timeout(database: Path, shop: Any) -> None:
    # By the same library: two in one process do not see each other's locks.
    holder = driver().connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with SQLiteStore.open(database, busy_timeout=0.2) as store:
        assert shop.ids(store, "x") == ["a"]
        with pytest.raises(DatabaseLocked, match=r"locked by another program for 0\.2 s"):
            store.put([shop.record("b", "y")])
        with pytest.raises(DatabaseLocked):
            store.remove(["a"])
        holder.execute("ROLLBACK")
        assert store.put([shop.record("b", "y")]).added == ("b",)
    holder.close()


def test_thread_that_holds_the_lock_for_too_long_is_told(database: Path, shop: Any) -> None:
    with SQLiteStore.open(database, busy_timeout=0.1) as store:
        inside, leave = threading.Event(), threading.Event()

        def hold() -> None:
            with store._pool.write():
                inside.set()
                leave.wait(10)

        thread = threading.Thread(target=hold)
        thread.start()
        inside.wait(10)
        with pytest.raises(DatabaseLocked, match=r"by another thread for 0\.1 s"):
            store.remove(["a"])
        leave.set()
        thread.join()


def test_full_disk_changes_nothing(database: Path, shop: Any) -> None:
    with SQLiteStore.open(database) as store:
        with store._pool.connection() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseFull, match="on a full disk"):
            store.put([shop.record("b", "y", description="long " * 10_000)])
        assert store.stats().products == 1
        assert not store.verify()


def test_read_only_store_answers_and_refuses_changes(database: Path, shop: Any) -> None:
    with SQLiteStore.open(database, read_only=True) as store:
        assert shop.ids(store, "x") == ["a"]
        assert not store.verify()
        for change in (lambda: store.put([shop.record("b", "y")]), lambda: store.remove(["a"]), store.vacuum):
            with pytest.raises(DatabaseReadOnly, match="for reading only"):
                change()
    with pytest.raises(StoreError, match=r"there is no database .*none\.db"):
        SQLiteStore.open(database.with_name("none.db"), read_only=True)


_AS_NOBODY = """
import os, sys
from pathlib import Path
from fashion_plugin.errors import DatabaseReadOnly
from fashion_plugin.store import SQLiteStore
SQLiteStore.open(":memory:").close()  # nobody may not be allowed to read Python's own folder
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
folder = Path(sys.argv[1])
for name in ("shop.db", "new.db"):
    try:
        SQLiteStore.open(folder / name)
    except DatabaseReadOnly as error:
        print(error)
with SQLiteStore.open(folder / "shop.db", read_only=True) as store:
    print(store.stats().products)
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="platform: no user ids here")
def test_folder_that_cannot_be_written_is_told(database: Path) -> None:
    folder = database.parent
    if os.geteuid() == 0:  # root may write anywhere: the child becomes another user, who must get there
        for parent in folder.parents[:-2]:
            parent.chmod(parent.stat().st_mode | 0o055)
    folder.chmod(0o555)
    database.chmod(0o444)
    answer = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(folder)], capture_output=True, text=True, check=False
    )
    folder.chmod(0o755)
    assert answer.returncode == 0, answer.stderr
    first, second, products = answer.stdout.splitlines()
    assert "shop.db cannot be written" in first
    assert "the folder" in second
    assert products == "1"


_OPEN_AT_ONCE = """
import sys, time
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo
SQLiteStore.open(":memory:").close()  # everything is imported by now
print(flush=True)
sys.stdin.readline()
with SQLiteStore.open(sys.argv[1]) as store:
    store.open_generation(GenerationInfo("fake", "f" * 64, 8))
    print(store.stats().products)
"""


def test_several_processes_may_create_one_database_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OPEN_AT_ONCE]
    for turn in range(2):
        path = str(tmp_path / f"{turn}.db")
        starters = [
            subprocess.Popen([*command, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        for starter in starters:
            assert starter.stdout is not None
            starter.stdout.readline()
        for starter in starters:
            assert starter.stdin is not None
            starter.stdin.write("go\n")
            starter.stdin.flush()
        assert [starter.communicate()[0].strip() for starter in starters] == ["0"] * 4
        with SQLiteStore.open(path) as store:
            assert store.verify() == []


def test_closed_store_says_so(database: Path) -> None:
    store = SQLiteStore.open(database)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="was closed: open it again"):
        store.stats()


def test_names_with_spaces_and_signs_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "my shop #1 100% ü?.db"
    SQLiteStore.open(path).close()
    assert path.exists()


def test_text_that_is_not_unicode_is_stored_or_refused(database: Path, shop: Any) -> None:
    with SQLiteStore.open(database) as store:
        record = shop.record("b", "caf\udce9")  # a file name in Latin-1, as Linux hands it over
        store.put([record])
        assert store.product("b") == record.product
        assert list(store.known(["b"])["b"].images) == ["caf\udce9.jpg"]
        assert store.vectors("b")[0].source == "caf\udce9.jpg"


def test_driver_is_reported() -> None:
    report = driver_report()
    assert report.sqlite == driver().sqlite_version
    assert report.sqlite_vec.count(".") == 2
    assert report.driver.startswith(("pysqlite3", "sqlite3"))


_NO_EXTENSIONS = """
import sqlite3, sys
sys.modules["pysqlite3"] = None
if hasattr(sqlite3.Connection, "enable_load_extension"):
    class Connection:
        def close(self): pass
    sqlite3.connect = lambda *a, **k: Connection()
from fashion_plugin.errors import DriverError
from fashion_plugin.store import SQLiteStore
try:
    SQLiteStore.open(":memory:")
except DriverError as error:
    print(error)
"""


_NO_SQLITE = """
import sys
sys.modules["sqlite3"] = None
from fashion_plugin.errors import DriverError
from fashion_plugin.store import SQLiteStore
try:
    SQLiteStore.open(":memory:")
except DriverError as error:
    print(error)
"""


def test_python_without_sqlite_is_told_to_use_another() -> None:
    answer = subprocess.run([sys.executable, "-c", _NO_SQLITE], capture_output=True, text=True, check=True)
    assert "built without its sqlite3 module: use a Python whose" in answer.stdout


def test_python_whose_sqlite_loads_no_extensions_is_told_what_to_run() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _NO_EXTENSIONS], capture_output=True, text=True, check=True
    )
    assert "no SQLite driver here can load sqlite-vec" in answer.stdout
    assert "run: pip install" in answer.stdout or "uv python install" in answer.stdout
