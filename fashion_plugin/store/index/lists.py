"""Vectors in lists of like direction, written once and then only read, often straight from a file."""

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.flat import rows_of
from fashion_plugin.store.index.products import products

__all__ = ["Damaged", "Lists", "checksum"]


class Damaged(Exception):
    """The saved vectors are not those that were written."""


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Unit rows sorted by list, the id of each, where each list begins, and the lists' directions.

    Rows and ``centres`` (lists, dim) are turned by ``basis`` (dim, dim), whose orthonormal rows are the
    directions in which rows differ from their lists' centres, the greatest differences first: scalar products
    stay as they are, and few of the numbers say nearly all. These first are the ``heads`` (n, few), which a
    search reads of whole lists; the ``rests`` (n, dim - few) it reads of the most promising rows only.
    ``lengths`` is how far the mean of a list reaches along its centre.

    A search reads the nearest lists until they hold ``reach`` vectors; ``recall`` is which part of the ten
    nearest it then found when it was measured. ``sums`` (2, lists) holds the CRC-32
    of each list's heads and rests when they lie in a file, else nothing: they are compared with their sums
    when they are first read.
    """

    ids: NDArray[np.int64]
    heads: NDArray[np.float32]
    rests: NDArray[np.float32]
    starts: NDArray[np.int64]
    centres: NDArray[np.float32]
    lengths: NDArray[np.float32]
    basis: NDArray[np.float32]
    reach: int
    recall: float
    sums: NDArray[np.uint32]
    name: str = ""
    order: NDArray[np.int64] = field(init=False)
    sorted_ids: NDArray[np.int64] = field(init=False)
    checked: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        order = np.argsort(self.ids, kind="stable")
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "sorted_ids", self.ids[order])
        object.__setattr__(self, "checked", np.zeros(self.sums.shape, np.bool_))

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def few(self) -> int:
        """How many numbers of a turned vector are its head."""
        return int(self.heads.shape[1])

    @property
    def probes(self) -> int:
        """How many lists a search reads, were they all of one size."""
        return -(-min(self.reach, len(self)) * len(self.centres) // max(1, len(self)))

    def turned(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """A vector (dim,) as it would lie here."""
        return products(self.basis, vector)

    def gathered(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """These rows as they lie here, heads and rests together: (len(rows), dim)."""
        return np.concatenate((self.heads[rows], self.rests[rows]), axis=1)

    def vector(self, row: int) -> NDArray[np.float32]:
        """A row as it was before it was turned: (dim,)."""
        return np.asarray(self.gathered(np.array([row]))[0] @ self.basis)

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of these ids, without those that are not here."""
        return self.order[rows_of(self.sorted_ids, ids)]

    def list_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of the list that each row lies in."""
        return np.asarray(np.searchsorted(self.starts, rows, side="right") - 1, dtype=np.int64)

    def check_heads(self, numbers: NDArray[np.int64]) -> None:
        """Compare the heads of these lists with their sums, where that has not been done.

        Raises:
            Damaged: they differ.
        """
        self._check(0, self.heads, numbers)

    def check_rests(self, numbers: NDArray[np.int64]) -> None:
        """The same for the rests.

        Raises:
            Damaged: they differ.
        """
        self._check(1, self.rests, numbers)

    def _check(self, part: int, vectors: NDArray[np.float32], numbers: NDArray[np.int64]) -> None:
        if not self.sums.size:
            return
        for number in np.unique(numbers[~self.checked[part, numbers]]).tolist():
            if checksum(vectors[self.starts[number] : self.starts[number + 1]]) != self.sums[part, number]:
                raise Damaged(f"list {number} of {self.name} is not as it was written")
            self.checked[part, number] = True

    @property
    def memory_bytes(self) -> int:
        """What it takes in memory beside its file."""
        small = (self.centres, self.lengths, self.basis, self.starts)
        taken = self.ids.nbytes * 3 + sum(array.nbytes for array in small)
        return taken if self.name else taken + self._vector_bytes

    @property
    def file_bytes(self) -> int:
        """What of it is read from its file as needed."""
        return self._vector_bytes if self.name else 0

    @property
    def _vector_bytes(self) -> int:
        return self.heads.nbytes + self.rests.nbytes


def checksum(block: NDArray[np.float32]) -> int:
    """The CRC-32 of a block's bytes."""
    return zlib.crc32(np.ascontiguousarray(block).view(np.uint8).reshape(-1).data)
