"""Connected regions of a mask, in NumPy alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Region", "label_regions", "regions"]


@dataclass(frozen=True, slots=True)
class Region:
    """One connected region: its number in the label image, its pixels, and the box around them.

    The box is x0, y0, x1, y1 in pixels, x1 and y1 exclusive.
    """

    number: int
    area: int
    box: tuple[int, int, int, int]


def label_regions(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Number the 8-connected regions of a mask: int32 (h, w), 0 outside and 1…n inside, and n.

    Rows are cut into runs, runs of neighbouring rows that touch are joined (union-find), and runs are painted
    with the number of their set; numbers go by the first pixel in reading order.
    """
    height, width = mask.shape
    labels = np.zeros((height, width), np.int32)
    # Columns of False at both sides make every run start and end inside its row.
    framed = np.zeros((height, width + 2), np.int8)
    framed[:, 1:-1] = mask
    edges = np.diff(framed, axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    if len(rows) == 0:
        return labels, 0
    parents = list(range(len(rows)))
    for upper, lower in _touching(rows, starts, ends, height, width):
        a, b = _root(parents, upper), _root(parents, lower)
        parents[max(a, b)] = min(a, b)
    roots = np.array([_root(parents, run) for run in range(len(rows))])
    numbers = np.unique(roots, return_inverse=True)[1].astype(np.int32) + 1
    labels[mask] = np.repeat(numbers, ends - starts)
    return labels, int(numbers.max())


def _touching(
    rows: NDArray[np.intp], starts: NDArray[np.intp], ends: NDArray[np.intp], height: int, width: int
) -> list[tuple[int, int]]:
    """Pairs of runs in neighbouring rows that share a column or touch at a corner."""
    # With rows laid end to end, the runs above a run are a contiguous stretch that two searches find.
    span = width + 3
    first = np.searchsorted(rows * span + ends, (rows - 1) * span + starts, side="left")
    last = np.searchsorted(rows * span + starts, (rows - 1) * span + ends, side="right")
    first = np.maximum(first, np.searchsorted(rows, rows - 1, side="left"))
    last = np.minimum(last, np.searchsorted(rows, rows - 1, side="right"))
    return [(upper, run) for run in range(len(rows)) for upper in range(first[run], last[run])]


def _root(parents: list[int], run: int) -> int:
    while parents[run] != run:
        parents[run] = parents[parents[run]]
        run = parents[run]
    return run


def regions(labels: NDArray[np.int32], count: int) -> list[Region]:
    """Area and box of each numbered region, in the order of their numbers."""
    ys, xs = np.nonzero(labels)
    numbers = labels[ys, xs]
    areas = np.bincount(numbers, minlength=count + 1)
    x0, y0 = np.full(count + 1, labels.shape[1]), np.full(count + 1, labels.shape[0])
    x1, y1 = np.zeros(count + 1, int), np.zeros(count + 1, int)
    np.minimum.at(x0, numbers, xs)
    np.minimum.at(y0, numbers, ys)
    np.maximum.at(x1, numbers, xs + 1)
    np.maximum.at(y1, numbers, ys + 1)
    return [
        Region(n, int(areas[n]), (int(x0[n]), int(y0[n]), int(x1[n]), int(y1[n])))
        for n in range(1, count + 1)
    ]
