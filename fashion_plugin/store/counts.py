"""How many products satisfy filters, remembered for as long as the catalogue does not change."""

import threading

from fashion_plugin.catalog import Filters
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.filters import Condition, condition

__all__ = ["Counts"]

_MOST = 1024


class Counts:
    """Counts of searchable products with an embedding; every search states one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = -1
        self._counts: dict[Condition, int] = {}

    def count(self, connection: Connection, filters: Filters | None) -> int:
        """How many products there are that may be found and satisfy the filters."""
        return self._count(connection, condition(filters, hidden=True))

    def share(self, connection: Connection, wanted: Condition) -> float:
        """Which part of the products with an embedding satisfies a condition, from 0 to 1."""
        return self._count(connection, wanted) / max(1, self._count(connection, Condition("", ())))

    def _count(self, connection: Connection, wanted: Condition) -> int:
        version = connection.execute("SELECT changes FROM state").fetchone()[0]
        with self._lock:
            if version > self._version:
                self._version, self._counts = version, {}
            elif version == self._version and wanted in self._counts:
                return self._counts[wanted]
        found = connection.execute(
            f"SELECT COUNT(*) FROM products p WHERE p.found AND {wanted.sql or '1'}",  # noqa: S608
            wanted.parameters,
        )
        count = int(found.fetchone()[0])
        with self._lock:
            # A reader of an older state must not leave its count to those of a newer one.
            if version == self._version and len(self._counts) < _MOST:
                self._counts[wanted] = count
        return count
