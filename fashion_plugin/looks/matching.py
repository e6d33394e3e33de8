"""Shop the look: the nearest products of the right kind for each garment of a photo."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.looks.labels import EITHER, GarmentLabels, LabelOf
from fashion_plugin.store.base import Hit

__all__ = ["Nearest", "match_garments"]

Nearest: TypeAlias = Callable[[NDArray[np.float32], int, Sequence[str]], Sequence[Hit]]
"""The nearest products to a unit vector (dim,), at most that many; others than of these labels may be left
out."""

_DEEPEST: Final = 1000


def match_garments(
    labels: Sequence[str],
    vectors: NDArray[np.float32],
    nearest: Nearest,
    limit: int,
    label_of: LabelOf | None = None,
) -> list[list[Hit]]:
    """For each garment, the nearest products that are garments of its kind; no product comes twice.

    A product belongs to the garment it is nearest to. Products whose label nothing tells are taken where
    those of the right label do not fill the row. ``vectors`` are (n, dim) float32 unit rows, one for each of
    the n ``labels``; ``limit`` is the length of a row.
    """
    told = label_of or GarmentLabels()
    rows = [_row(label, vector, nearest, limit, told) for label, vector in zip(labels, vectors, strict=True)]
    owner: dict[str, tuple[float, int]] = {}
    for number, row in enumerate(rows):
        for hit in row:
            owner[hit.product.id] = min(owner.get(hit.product.id, (9.0, -1)), (hit.distance, number))
    return [
        [hit for hit in row if owner[hit.product.id][1] == number][:limit] for number, row in enumerate(rows)
    ]


def _row(
    label: str, vector: NDArray[np.float32], nearest: Nearest, limit: int, label_of: LabelOf
) -> list[Hit]:
    """Enough of the right kind that a row stays full when another garment takes some: three times as many."""
    wanted, depth = EITHER.get(label, (label,)), 4 * limit
    while True:
        hits = nearest(vector, min(depth, _DEEPEST), wanted)
        right = [hit for hit in hits if label_of(hit.product) in wanted]
        if len(right) >= 3 * limit or len(hits) < depth or depth >= _DEEPEST:
            untold = [hit for hit in hits if label_of(hit.product) is None]
            return (right + untold)[: 3 * limit]
        depth *= 4
