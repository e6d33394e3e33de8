"""Vectors in lists of like direction, written once and then only read, often straight from a file."""

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.flat import rows_of

__all__ = ["Damaged", "Lists"]


class Damaged(Exception):
    """The saved vectors are not those that were written."""


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Unit rows (n, dim) sorted by list, the id of each, where each list begins, and the lists' directions.

    ``probes`` is how many of the nearest lists a search reads, and ``recall`` which part of the ten nearest
    it then found for vectors of the catalogue. ``sums`` holds the CRC-32 of each list's vectors when they lie
    in a file, else nothing: a list is compared with its sum when it is first read.
    """

    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]
    starts: NDArray[np.int64]
    centres: NDArray[np.float32]
    probes: int
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
        object.__setattr__(self, "checked", np.zeros(len(self.sums), np.bool_))

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of these ids, without those that are not here."""
        return self.order[rows_of(self.sorted_ids, ids)]

    def block(self, number: int) -> NDArray[np.float32]:
        """The vectors of one list.

        Raises:
            Damaged: they are not those that were written.
        """
        block = self.vectors[self.starts[number] : self.starts[number + 1]]
        if len(self.sums) and not self.checked[number]:
            if checksum(block) != self.sums[number]:
                raise Damaged(f"list {number} of {self.name} is not as it was written")
            self.checked[number] = True
        return block

    def check(self, number: int) -> None:
        """Compare a list with its sum, if that has not been done.

        Raises:
            Damaged: they differ.
        """
        if len(self.sums) and not self.checked[number]:
            self.block(number)

    def list_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of the list that each row lies in."""
        return np.asarray(np.searchsorted(self.starts, rows, side="right") - 1, dtype=np.int64)

    @property
    def memory_bytes(self) -> int:
        """What it takes in memory beside its file."""
        taken = self.ids.nbytes * 3 + self.centres.nbytes + self.starts.nbytes
        return taken if self.name else taken + self.vectors.nbytes

    @property
    def file_bytes(self) -> int:
        """What of it is read from its file as needed."""
        return self.vectors.nbytes if self.name else 0


def checksum(block: NDArray[np.float32]) -> int:
    """The CRC-32 of a block's bytes."""
    return zlib.crc32(np.ascontiguousarray(block).view(np.uint8).reshape(-1).data)
