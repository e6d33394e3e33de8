"""From what each pixel may be to the garments of each person."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Garment
from fashion_plugin.looks.components import label_regions, regions
from fashion_plugin.looks.decide import RULES, Rules
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.people import people

__all__ = ["garments_of"]

MOST_GARMENTS: Final = 48
"""A photo gives at most this many garments, the best first."""


def garments_of(
    classes: NDArray[np.integer],
    probabilities: NDArray[np.float32] | None = None,
    *,
    smallest: float = 0.0,
    rules: Rules = RULES,
) -> list[Garment]:
    """Garments of a class image (h, w), the surest first: one per person and label, all its parts in one box.

    A box holds every part of a label but specks (`rules` say which), as both shoes are one item and an open
    jacket shows on both sides of the top beneath. A garment's score is the share of its label's probability,
    summed over the photo, that lies inside its mask (other people's garments of that label left out): low
    where the network hesitates about what it is or where it ends. It is 1 without `probabilities` (h, w, 16).
    Garments that cover less than the share `smallest` of the image are left out.
    """
    owners = people(classes)
    found: list[Garment] = []
    for index, label in enumerate(GARMENT_LABELS, start=1):
        alike = classes == index
        wearers = np.unique(owners[alike])
        speck = rules.specks.get(label, rules.speck)
        masks = [_without_specks(alike & (owners == person), speck) for person in wearers if person]
        masks = [mask for mask in masks if mask.sum() >= max(smallest * classes.size, 1)]
        inside = [1.0] * len(masks)
        total = float(len(masks))
        if probabilities is not None:
            inside = [float(probabilities[..., index][mask].sum()) for mask in masks]
            total = float(probabilities[..., index].sum())
        for mask, own in zip(masks, inside, strict=True):
            others = sum(inside) - own
            found.append(_garment(label, mask, own / max(total - others, own, 1e-9)))
    found.sort(key=lambda garment: -garment.score)
    return found[:MOST_GARMENTS]


def _garment(label: str, mask: NDArray[np.bool_], score: float) -> Garment:
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    box = (x0 / width, y0 / height, x1 / width, y1 / height)
    return Garment(label, box, score, mask=mask[y0:y1, x0:x1])


def _without_specks(mask: NDArray[np.bool_], speck: float) -> NDArray[np.bool_]:
    labels, count = label_regions(mask)
    if count < 2:
        return mask
    parts = regions(labels, count)
    largest = max(part.area for part in parts)
    kept = [part.number for part in parts if part.area >= speck * largest]
    return np.isin(labels, kept)
