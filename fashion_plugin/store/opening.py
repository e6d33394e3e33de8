"""Opening a database file: what is refused before anything is touched, and how a connection is set up."""

import os
from pathlib import Path

from fashion_plugin.errors import DatabaseCorrupt, DatabaseReadOnly, StoreError
from fashion_plugin.store.driver import Connection, driver, load_extension
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.problems import translated

__all__ = ["APPLICATION_ID", "MEMORY", "open_pool"]

MEMORY = ":memory:"
APPLICATION_ID = 0x46415348
"""Marks a file as ours (``FASH``); https://www.sqlite.org/pragma.html#pragma_application_id"""

_MAPPED_BYTES = 1 << 28


def open_pool(
    path: str | os.PathLike[str],
    *,
    patience: float,
    read_only: bool,
    application_id: int = APPLICATION_ID,
    extension: bool = True,
    size: int = 8,
) -> Pool:
    """Open a database, creating it where there is none and writing is allowed.

    Raises:
        StoreError: the path cannot hold a database, or holds something else; then it was not touched.
    """
    if os.fspath(path) == MEMORY:
        return _memory_pool(patience, application_id, extension)
    file = Path(path).absolute()
    fresh = _check(file, read_only, application_id)

    def connect() -> Connection:
        return _connect(_uri(file, read_only), patience, extension)

    pool = Pool(connect, name=str(file), size=size, patience=patience, read_only=read_only)
    try:
        with pool.connection() as connection:
            if fresh or _is_blank(connection):
                # Before WAL mode, so that the mark is in the file itself from its first moment.
                pool.patiently(connection, f"PRAGMA application_id = {application_id}")
            if not read_only:
                pool.patiently(connection, "PRAGMA journal_mode = WAL")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        pool.close()
        raise
    return pool


def _memory_pool(patience: float, application_id: int, extension: bool) -> Pool:
    def connect() -> Connection:
        connection = _connect(MEMORY, patience, extension)
        connection.execute(f"PRAGMA application_id = {application_id}")
        return connection

    return Pool(connect, name=MEMORY, size=1, patience=patience, shared=True)


def _is_blank(connection: Connection) -> bool:
    """Whether a crash in the first moment has left nothing of a database that was being created."""
    return bool(
        connection.execute("PRAGMA application_id").fetchone()[0] == 0
        and connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 0
    )


def _check(file: Path, read_only: bool, application_id: int) -> bool:
    """Refuse what cannot be opened; say whether the database has yet to be created."""
    if file.is_dir():
        raise StoreError(f"{file} is a folder: name a database file, for example {file / 'shop.db'}")
    if not file.parent.is_dir():
        raise StoreError(f"there is no folder {file.parent}: create it first")
    if not file.exists() or file.stat().st_size == 0:
        if read_only:
            raise StoreError(f"there is no database {file}: index products into it first")
        _check_writable(file.parent, f"the folder {file.parent}")
        return True
    if not os.access(file, os.R_OK):
        raise StoreError(f"{file} cannot be read: check its permissions")
    with translated(str(file)):
        # Asked of SQLite, which touches nothing with this option: closing a file that one has opened oneself
        # would drop the locks that this process holds on it.
        # https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
        header = driver().connect(file.as_uri() + "?immutable=1", uri=True)
        try:
            if header.execute("PRAGMA application_id").fetchone()[0] != application_id:
                raise DatabaseCorrupt(f"{file} is not a database of fashion-plugin: choose another file")
        finally:
            header.close()
    if not read_only:
        _check_writable(file, str(file))
        _check_writable(file.parent, f"the folder {file.parent}")
    return False


def _check_writable(path: Path, what: str) -> None:
    if not os.access(path, os.W_OK):
        raise DatabaseReadOnly(f"{what} cannot be written: allow this user to write there")


def _uri(file: Path, read_only: bool) -> str:
    if not read_only:
        return file.as_uri()
    # In a folder that cannot be written, WAL's helper files cannot be made; without a log nobody is writing.
    settled = not Path(os.path.realpath(file) + "-wal").exists() and not os.access(file.parent, os.W_OK)
    return file.as_uri() + ("?immutable=1" if settled else "?mode=ro")


def _connect(target: str, patience: float, extension: bool) -> Connection:
    connection: Connection = driver().connect(
        target,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        uri=target != MEMORY,
    )
    try:
        if extension:
            load_extension(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
        connection.execute("PRAGMA journal_size_limit = 67108864")
    except BaseException:
        connection.close()
        raise
    return connection
