"""From what each pixel may be to the garments of each person."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Garment
from fashion_plugin.looks.components import label_regions, regions
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.people import people

__all__ = ["garments_of"]

SPECK: Final = 0.06
"""Parts of a garment under this share of its largest part are specks and left out of its box."""

MOST_GARMENTS: Final = 48
"""A photo gives at most this many garments, the best first."""


def garments_of(
    classes: NDArray[np.integer], scores: NDArray[np.float32] | None = None, *, smallest: float = 0.0
) -> list[Garment]:
    """Garments of a class image (h, w): one per person and label, all its parts in one box.

    A box holds every part of a label, as both shoes are one item and an open jacket shows on both sides of
    the top beneath. `scores` (h, w) in [0, 1] are averaged over a garment's pixels; garments that cover less
    than the share `smallest` of the image are left out.
    """
    height, width = classes.shape
    owners = people(classes)
    found = []
    for person in range(1, int(owners.max(initial=0)) + 1):
        own = owners == person
        for index, label in enumerate(GARMENT_LABELS, start=1):
            mask = _without_specks(own & (classes == index))
            area = int(mask.sum())
            if area == 0 or area < smallest * classes.size:
                continue
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
            score = 1.0 if scores is None else float(scores[mask].mean())
            box = (x0 / width, y0 / height, x1 / width, y1 / height)
            found.append(Garment(label, box, score, mask=mask[y0:y1, x0:x1]))
    found.sort(key=lambda garment: -garment.score)
    return found[:MOST_GARMENTS]


def _without_specks(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    labels, count = label_regions(mask)
    if count < 2:
        return mask
    parts = regions(labels, count)
    largest = max(part.area for part in parts)
    kept = [part.number for part in parts if part.area >= SPECK * largest]
    return np.isin(labels, kept)
