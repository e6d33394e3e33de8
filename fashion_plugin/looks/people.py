"""Who wears what: pixels of a photo divided among the people in it."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.looks.components import Region, label_regions, regions
from fashion_plugin.looks.groups import CLOTHES, PIXEL_CLASSES

__all__ = ["people"]

_HEAD: Final = [PIXEL_CLASSES.index(name) for name in ("hair", "hat", "eyewear", "skin")]
_HAIR: Final = [PIXEL_CLASSES.index(name) for name in ("hair", "hat")]
_CLOTHES: Final = [PIXEL_CLASSES.index(name) for name in CLOTHES]

SECOND_PERSON: Final = 0.15
"""Least area of another person, as a share of the largest."""

SECOND_HEAD: Final = 0.35
"""Least area of another head within one connected figure, as a share of the largest."""

MOST_PEOPLE: Final = 16
"""People beyond the largest sixteen are left out, which bounds the work on a crowd."""


def people(classes: NDArray[np.integer]) -> NDArray[np.int32]:
    """Divide a class image among people: int32 (h, w), 0 for background, 1…n for each.

    A figure is a connected region of anything but background. A figure with clothes and skin, hair or shoes
    is a person of its own when it is large enough beside the largest; a lesser part (a bag set down, a shoe
    cut off) goes to the nearest person. A figure with several heads side by side is cut half-way between
    them.
    """
    labels, count = label_regions(classes != 0)
    figures = sorted(regions(labels, count), key=lambda figure: -figure.area)
    if not figures:
        return labels
    main = [figure for figure in figures if figure.area >= SECOND_PERSON * figures[0].area]
    main = [figure for figure in main if figure is figures[0] or _is_person(classes[labels == figure.number])]
    main = main[:MOST_PEOPLE]
    owners = np.zeros_like(labels)
    total = 0
    for figure in main:
        cuts = _between_heads(classes, labels == figure.number)
        for part in range(len(cuts) + 1):
            total += 1
            owners[_columns(labels == figure.number, cuts, part)] = total
    for figure in figures:
        if figure in main:
            continue
        nearest = min(main, key=lambda person: _gap(person.box, figure.box))
        ys, xs = np.nonzero(labels == nearest.number)
        x0, y0, x1, y1 = figure.box
        closest = np.argmin((xs - (x0 + x1) / 2) ** 2 + (ys - (y0 + y1) / 2) ** 2)
        owners[labels == figure.number] = owners[ys[closest], xs[closest]]
    return owners


def _is_person(classes: NDArray[np.integer]) -> bool:
    kinds = np.bincount(classes, minlength=len(PIXEL_CLASSES))
    clothes = kinds[_CLOTHES].sum()
    return bool(clothes > 0 and kinds.sum() > clothes and kinds[_HEAD].sum() + kinds[6] > 0)


def _between_heads(classes: NDArray[np.integer], figure: NDArray[np.bool_]) -> list[float]:
    """Columns at which a figure is cut, one between each two of its heads."""
    labels, count = label_regions(figure & np.isin(classes, _HEAD))
    hair = np.bincount(labels.ravel(), weights=np.isin(classes, _HAIR).ravel(), minlength=count + 1)
    heads = [head for head in regions(labels, count) if hair[head.number] >= 0.15 * head.area]
    if len(heads) < 2:
        return []
    largest = max(head.area for head in heads)
    heads = [head for head in heads if head.area >= SECOND_HEAD * largest]
    apart: list[Region] = []
    for head in sorted(heads, key=lambda head: -head.area):
        width = head.box[2] - head.box[0]
        if all(abs(_middle(head) - _middle(other)) >= 1.5 * max(width, 3) for other in apart):
            apart.append(head)
    middles = sorted(_middle(head) for head in apart[:MOST_PEOPLE])
    return [(a + b) / 2 for a, b in pairwise(middles)]


def _middle(region: Region) -> float:
    return (region.box[0] + region.box[2]) / 2


def _columns(figure: NDArray[np.bool_], cuts: list[float], part: int) -> NDArray[np.bool_]:
    columns = np.arange(figure.shape[1]) + 0.5
    inside = np.searchsorted(np.array(cuts), columns) == part
    return np.asarray(figure & inside[None, :])


def _gap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> float:
    """Distance between two boxes in pixels, 0 where they overlap."""
    dx = max(a[0] - b[2], b[0] - a[2], 0)
    dy = max(a[1] - b[3], b[1] - a[3], 0)
    return float(np.hypot(dx, dy))
