"""The state of the index at one moment, which never changes: who holds it may read it without a lock."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.filters import Condition
from fashion_plugin.store.index.flat import Flat, rows_of
from fashion_plugin.store.index.lists import Lists
from fashion_plugin.store.vectors import Generation

__all__ = ["Allowed", "View"]

_KEPT = 1 << 21
"""Rows of filters that are kept at most: 16 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """Rows that a filter lets through: of the lists in rising order, by list, and of what is newer."""

    rows: NDArray[np.int64]
    lists: NDArray[np.int64]
    starts: NDArray[np.int64]
    recent: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows) + len(self.recent)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A generation's vectors as they stood after ``changes``: in lists, and in a matrix what is newer.

    ``dead`` marks rows of the lists that were removed. ``last`` is the highest id of an embedding that was
    looked at, ``removed`` the last place in the log of those that went.
    """

    generation: Generation
    lists: Lists | None
    dead: NDArray[np.bool_] | None
    flat: Flat
    last: int
    removed: int
    changes: int
    epoch: int
    _allowed: dict[Condition, Allowed] = field(default_factory=dict)

    @classmethod
    def empty(cls, generation: Generation) -> "View":
        """Before the first vector."""
        return cls(generation, None, None, Flat.empty(generation.info.dim), 0, 0, 0, 0)

    def __len__(self) -> int:
        gone = int(np.count_nonzero(self.flat.dead)) + (0 if self.dead is None else int(self.dead.sum()))
        return self.flat.count + (len(self.lists) if self.lists else 0) - gone

    @property
    def memory_bytes(self) -> int:
        """What it takes in memory."""
        return self.flat.bytes + (self.lists.memory_bytes if self.lists else 0)

    def ids(self) -> Iterator[NDArray[np.int64]]:
        """The ids of all rows, removed ones too, in two parts."""
        yield self.flat.ids[: self.flat.count]
        if self.lists:
            yield self.lists.ids

    def alive(self) -> Iterator[NDArray[np.int64]]:
        """The ids of the rows that are there, in two parts."""
        yield self.flat.ids[: self.flat.count][~self.flat.dead]
        if self.lists:
            yield self.lists.ids if self.dead is None else self.lists.ids[~self.dead]

    def vector(self, embedding: int) -> NDArray[np.float32]:
        """The vector of an embedding that is there."""
        wanted = np.array([embedding], dtype=np.int64)
        row = rows_of(self.flat.ids[: self.flat.count], wanted)
        if len(row):
            return np.asarray(self.flat.vectors[row[0]])
        if self.lists is None:
            raise KeyError(embedding)
        return self.lists.vector(int(self.lists.rows(wanted)[0]))

    def kept(self, wanted: Condition) -> Allowed | None:
        """The rows that a condition lets through, if they were listed before."""
        return self._allowed.get(wanted)

    def keep(self, wanted: Condition, ids: NDArray[np.int64]) -> Allowed:
        """Note the ids that a condition lets through, for the next search in this state."""
        allowed = self._rows(ids)
        if sum(map(len, list(self._allowed.values()))) + len(allowed) > _KEPT:
            self._allowed.clear()
        self._allowed[wanted] = allowed
        return allowed

    def _rows(self, ids: NDArray[np.int64]) -> Allowed:
        recent = rows_of(self.flat.ids[: self.flat.count], ids)
        none = np.empty(0, np.int64)
        if not self.lists:
            return Allowed(none, none, np.zeros(1, np.int64), np.unique(recent))
        rows = np.unique(self.lists.rows(ids))
        lists, firsts = np.unique(self.lists.list_of(rows), return_index=True)
        return Allowed(rows, lists, np.append(firsts, len(rows)), np.unique(recent))
