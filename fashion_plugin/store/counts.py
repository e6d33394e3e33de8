"""How many products satisfy filters, and which categories there are, until the catalogue changes."""

import json
from dataclasses import replace

from fashion_plugin.catalog import Filters
from fashion_plugin.store import queries
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.filters import LISTED, Condition, condition

__all__ = ["Counts"]

_MOST = 1024


class Counts:
    """Counts of searchable products with an embedding, and their categories; every search asks for them."""

    def __init__(self) -> None:
        # Swapped whole, so that threads need no lock: counts stay with the state that they were taken of.
        self._taken: tuple[int, dict[Condition, int]] = (-1, {})
        self._named: tuple[int, list[str]] = (-1, [])

    def count(self, connection: Connection, filters: Filters | None) -> int:
        """How many products there are that may be found and satisfy the filters."""
        if filters is None or not filters.exclude:
            return self._count(connection, condition(filters, hidden=True))
        # Every search for what is similar excludes another product: count the rest once, and take those off.
        rest = condition(replace(filters, exclude=()), hidden=True)
        excluded = Condition(
            f"{rest.sql} AND p.id IN {LISTED}", (*rest.parameters, json.dumps(filters.exclude))
        )
        return self._count(connection, rest) - _counted(connection, excluded)

    def share(self, connection: Connection, filters: Filters | None) -> float:
        """Which part of the products with an embedding may be found, from 0 to 1."""
        return self.count(connection, filters) / max(1, self._count(connection, Condition("", ())))

    def categories(self, connection: Connection) -> list[str]:
        """The categories of products that may be found, in order of name."""
        now = _changes(connection)
        version, names = self._named
        if version != now:
            names = queries.categories(connection)
            if version < now:
                self._named = (now, names)
        return list(names)

    def _count(self, connection: Connection, wanted: Condition) -> int:
        now = _changes(connection)
        version, counts = self._taken
        if version != now:
            counts = {}
            if version < now:
                self._taken = (now, counts)
        count = counts.get(wanted)
        if count is None:
            count = _counted(connection, wanted)
            if len(counts) >= _MOST:
                counts.clear()
            counts[wanted] = count
        return count


def _changes(connection: Connection) -> int:
    return int(connection.execute("SELECT changes FROM state").fetchone()[0])


def _counted(connection: Connection, wanted: Condition) -> int:
    found = connection.execute(
        f"SELECT COUNT(*) FROM products p WHERE p.found AND {wanted.sql or '1'}",  # noqa: S608
        wanted.parameters,
    )
    return int(found.fetchone()[0])
