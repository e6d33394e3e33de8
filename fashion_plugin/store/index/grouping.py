"""Grouping vectors by direction (spherical k-means), so that a search reads the groups nearest to it only."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["GROUP_SAMPLE", "Stopped", "assign", "centroids", "group_count", "unit_rows"]

GROUP_SAMPLE = 48
"""Vectors looked at for each group: more move the centres by little (k-means takes 40 to 256 elsewhere)."""

_ROUNDS = 8
_BLOCK = 1024  # rows in one product: a search that waits for the processor's turn waits some milliseconds


class Stopped(Exception):
    """The work was told to end."""


def group_count(vectors: int) -> int:
    """How many groups for so many vectors: about twice the square root, a compromise of two costs.

    A search compares with every centre, and then with every vector of the nearest groups.
    """
    return max(1, round(2 * math.sqrt(vectors)))


def centroids(sample: NDArray[np.float32], count: int, go_on: Callable[[], None]) -> NDArray[np.float32]:
    """The directions of ``count`` groups of a sample (n, dim) of unit rows: (count, dim) unit rows.

    ``go_on`` is called between steps and may raise.
    """
    random = np.random.default_rng(0)
    centres = sample[random.choice(len(sample), count, replace=False)].copy()
    for _ in range(_ROUNDS):
        groups = assign(sample, centres, go_on)
        order = np.argsort(groups, kind="stable")
        sizes = np.bincount(groups, minlength=count)
        used = sizes > 0
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))[used]
        # In pieces would be leaner; a sample of a million's groups is 200 MB.
        centres[used] = np.add.reduceat(sample[order], starts)
        centres[~used] = sample[random.choice(len(sample), int((~used).sum()))]
        centres = unit_rows(centres)
    return centres


def assign(
    vectors: NDArray[np.float32], centres: NDArray[np.float32], go_on: Callable[[], None]
) -> NDArray[np.int32]:
    """The number of the nearest centre of each row."""
    groups = np.empty(len(vectors), dtype=np.int32)
    for start in range(0, len(vectors), _BLOCK):
        go_on()
        block = slice(start, start + _BLOCK)
        groups[block] = np.argmax(vectors[block] @ centres.T, axis=1)
    return groups


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1; a row of zeros stays."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    scaled: NDArray[np.float32] = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled
