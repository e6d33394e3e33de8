"""The newest vectors, in a matrix that grows at its end."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.grouping import unit_rows
from fashion_plugin.store.index.heads import Heads

__all__ = ["Flat"]

_FIRST: Final = 256
_HEADED: Final = 4096
"""Rows from which on a search reads a part of each first: fewer are in the cache. With twice as many rows the
directions are sought again, which takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The first ``count`` rows of a matrix with room for more, by rising id.

    ``dead`` marks rows that were removed; ``heads`` say nearly all of each in few numbers, where they can and
    there are many rows: they were sought when there were ``sought``. What has been handed out never changes:
    rows are added behind the count, by the holder of the index's lock only, and marks in a copy.
    """

    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]
    count: int
    dead: NDArray[np.bool_]
    heads: Heads | None = None
    sought: int = 0

    @classmethod
    def empty(cls, dim: int) -> "Flat":
        """No rows."""
        return cls(np.empty(0, np.int64), np.empty((0, dim), np.float32), 0, np.empty(0, np.bool_))

    def added(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> "Flat":
        """With these rows (n, dim) at the end, scaled to unit length; their ids follow all others."""
        count = self.count + len(ids)
        all_ids, all_vectors = self.ids, self.vectors
        if count > len(all_ids):
            room = max(_FIRST, count, self.count + self.count // 2)
            all_ids = np.empty(room, np.int64)
            all_vectors = np.empty((room, self.vectors.shape[1]), np.float32)
            all_ids[: self.count] = self.ids[: self.count]
            all_vectors[: self.count] = self.vectors[: self.count]
        all_ids[self.count : count] = ids
        all_vectors[self.count : count] = unit_rows(vectors)
        dead = np.zeros(count, np.bool_)
        dead[: self.count] = self.dead
        heads, sought = self.heads, self.sought
        if count >= max(_HEADED, 2 * sought):
            heads, sought = Heads.of(all_vectors[:count]), count
        elif heads:
            heads = heads.added(all_vectors[self.count : count])
        return Flat(all_ids, all_vectors, count, dead, heads, sought)

    def without(self, ids: NDArray[np.int64]) -> "Flat":
        """With these ids marked as removed; others than ours are passed over."""
        rows = rows_of(self.ids[: self.count], ids)
        if not len(rows):
            return self
        dead = self.dead.copy()
        dead[rows] = True
        return replace(self, dead=dead)

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        heads = self.heads.bytes if self.heads else 0
        return self.ids.nbytes + self.vectors.nbytes + self.dead.nbytes + heads


def rows_of(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of the wanted in rising ids, without those that are not there."""
    if not len(ids) or not len(wanted):
        return np.empty(0, np.int64)
    rows = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.asarray(rows[ids[rows] == wanted], dtype=np.int64)
