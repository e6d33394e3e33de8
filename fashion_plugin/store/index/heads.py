"""What few numbers say of each row, and how far they may be wrong: enough to rule most rows out."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.products import products

__all__ = ["Heads"]

_STEP: Final = 16
_LEFT: Final = 0.05
"""The part of the rows' energy that heads leave out at most: then they rule out nearly all rows."""

_SAMPLE: Final = 8192
_ROUNDING: Final = 1e-6  # of the squared length of a rest: a difference of two sums of float32


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The components of ``count`` rows along ``directions`` (few, dim), and the lengths of what is left.

    A scalar product with a query is that of the heads and that of the rests, and the second is no larger than
    the product of their lengths (Cauchy-Schwarz): so a search need not read the rests of most rows to know
    that they are not among the nearest.
    """

    directions: NDArray[np.float32]
    count: int
    rows: NDArray[np.float32]
    rests: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> "Heads | None":
        """The heads of unit rows (n, dim) along their principal directions.

        None where half of the directions say too little of them.
        """
        dim, sample = vectors.shape[1], vectors[:: -(-len(vectors) // _SAMPLE)]
        energies, found = np.linalg.eigh((sample.T @ sample).astype(np.float64))
        left = 1 - np.cumsum(energies[::-1]) / max(float(energies.sum()), 1e-12)
        few = next((few for few in range(_STEP, dim // 2 + 1, _STEP) if left[few - 1] <= _LEFT), None)
        if few is None:
            return None
        directions = np.ascontiguousarray(found[:, ::-1][:, :few].T, dtype=np.float32)
        none = np.empty((0, few), np.float32), np.empty(0, np.float32)
        return cls(directions, 0, *none).added(vectors)

    def added(self, vectors: NDArray[np.float32]) -> "Heads":
        """With those of these unit rows (n, dim) at the end."""
        count = self.count + len(vectors)
        rows, rests = self.rows, self.rests
        if count > len(rests):
            room = max(count, self.count + self.count // 2)
            rows, rests = np.empty((room, rows.shape[1]), np.float32), np.empty(room, np.float32)
            rows[: self.count], rests[: self.count] = self.rows[: self.count], self.rests[: self.count]
        rows[self.count : count] = vectors @ self.directions.T
        rests[self.count : count] = _rest(vectors, rows[self.count : count])
        return Heads(self.directions, count, rows, rests)

    def guesses(self, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The products of the heads with a query's, (count,), and how far above whole rows may be."""
        head = products(self.directions, query)
        slack = self.rests[: self.count] * _rest(query[None], head[None])
        return products(self.rows[: self.count], head), slack

    @property
    def bytes(self) -> int:
        """What they take in memory."""
        return self.directions.nbytes + self.rows.nbytes + self.rests.nbytes


def _rest(vectors: NDArray[np.float32], heads: NDArray[np.float32]) -> NDArray[np.float32]:
    """The lengths of what the heads leave of vectors (n, dim), never too short."""
    whole, part = np.einsum("ij,ij->i", vectors, vectors), np.einsum("ij,ij->i", heads, heads)
    lengths: NDArray[np.float32] = np.sqrt(np.maximum(whole - part, 0) + _ROUNDING)
    return lengths
