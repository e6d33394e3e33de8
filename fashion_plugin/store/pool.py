"""Connections: a bounded pool, one thread at a time on each, one writer at a time."""

import os
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from fashion_plugin.errors import DatabaseLocked, DatabaseReadOnly, StoreError
from fashion_plugin.store.driver import Connection, driver
from fashion_plugin.store.problems import is_busy, translated

__all__ = ["Pool"]

_NAP = 0.0007  # seconds between two tries to begin writing

_pools: "weakref.WeakSet[Pool]" = weakref.WeakSet()
_inherited: list[Connection] = []


class Pool:
    """Lends connections to threads; opens at most ``size`` of them, when they are needed.

    ``patience`` is how many seconds to wait for a lock before `DatabaseLocked`. With ``shared`` there is
    one connection only and it is never replaced: a database in memory lives in it.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        *,
        name: str,
        size: int,
        patience: float,
        read_only: bool = False,
        shared: bool = False,
    ) -> None:
        self.name = name
        self.read_only = read_only
        self._connect = connect
        self._size = 1 if shared else size
        self.patience = patience
        self._shared = shared
        self._closed = False
        self._start()
        _pools.add(self)

    def _start(self) -> None:
        self._free = threading.Condition()
        self._writing = threading.Lock()
        self._idle: list[Connection] = []
        self._connections: list[Connection] = []
        self._open = 0

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection that is in no transaction; nobody else uses it meanwhile."""
        with translated(self.name, self.patience):
            connection = self._take()
            try:
                yield connection
            finally:
                self._give(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Lend a connection in which every query sees one and the same state of the database."""
        with self.connection() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """Lend the one writing connection in a transaction: committed at the end, undone by an exception.

        What is not ``durable`` is not waited for until it is on the disk: a power cut may undo it, together
        with all that came after it, and nothing else can.

        Raises:
            DatabaseLocked: another writer did not finish in time.
            DatabaseReadOnly: the store was opened for reading only.
        """
        deadline = time.monotonic() + self.patience
        with self.maintain() as connection:
            # SQLite's busy handler sleeps up to 100 ms at a time, and a busy writer in another process is
            # then always just at work: short naps find the gap between two of its transactions.
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            try:
                self.patiently(connection, "BEGIN IMMEDIATE", deadline, nap=_NAP)
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(self.patience * 1000)}")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def maintain(self) -> Iterator[Connection]:
        """Lend a connection in no transaction while no other thread of this process writes.

        Raises:
            DatabaseLocked: another thread did not finish in time.
            DatabaseReadOnly: the store was opened for reading only.
        """
        if self.read_only:
            raise DatabaseReadOnly(f"{self.name} was opened for reading only: open it without read_only")
        # Threads of this process queue here: SQLite's own busy handler polls, and serves the lucky.
        writing = self._writing
        if not writing.acquire(timeout=self.patience):
            raise DatabaseLocked(
                f"{self.name} was kept locked by another thread for {self.patience:g} s: try again"
            )
        try:
            with self.connection() as connection:
                yield connection
        finally:
            writing.release()

    def close(self) -> None:
        """Close what is idle now and the rest when it comes back."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
            self._free.notify_all()
        for connection in idle:
            self._discard(connection)

    def patiently(
        self, connection: Connection, statement: str, deadline: float | None = None, *, nap: float = 0.01
    ) -> None:
        """Execute a statement, again and again while another connection is in the way.

        SQLite's busy timeout covers waiting for a lock; a few kinds of busy (a change of journal mode,
        recovery after a crash) come back at once instead.
        """
        deadline = deadline or time.monotonic() + self.patience
        while True:
            try:
                connection.execute(statement)
            except driver().OperationalError as error:
                if not is_busy(error) or time.monotonic() >= deadline:
                    raise
                time.sleep(nap * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
            else:
                return

    def _take(self) -> Connection:
        deadline = time.monotonic() + self.patience
        with self._free:
            while True:
                if self._closed:
                    raise StoreError(f"{self.name} was closed: open it again")
                if self._idle:
                    return self._idle.pop()
                if self._open < self._size:
                    self._open += 1
                    break
                if not self._free.wait(deadline - time.monotonic()):
                    raise DatabaseLocked(
                        f"all {self._size} connections to {self.name} were in use for {self.patience:g} s: "
                        "try again"
                    )
        try:
            connection = self._connect()
        except BaseException:
            with self._free:
                self._open -= 1
                self._free.notify()
            raise
        with self._free:
            self._connections.append(connection)
        return connection

    def _give(self, connection: Connection) -> None:
        sound = True
        if connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except driver().Error:
                sound = False
        with self._free:
            keep = not self._closed and (sound or self._shared)
            if keep:
                self._idle.append(connection)
            self._free.notify()
        if not keep:
            self._discard(connection)

    def _discard(self, connection: Connection) -> None:
        with self._free:
            self._open -= 1
            self._connections.remove(connection)
            self._free.notify()
        with suppress(driver().Error):
            connection.close()

    def _after_fork(self) -> None:
        # SQLite forbids using, and even closing, a connection in a child process: keep it from being
        # collected and start anew. Locks may have been held by a thread that is not here any more.
        # https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_connection_across_a_fork_
        _inherited.extend(self._connections)
        self._start()
        if self._shared:
            self._closed = True


def _renew_pools() -> None:
    for pool in list(_pools):
        pool._after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_renew_pools)
