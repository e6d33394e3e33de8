"""How well garments are found: recall and precision of boxes, and mean IoU of pixels. NumPy only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Box, Garment
from fashion_plugin.looks.groups import GROUPS, PIXEL_CLASSES
from fashion_plugin.training.parser_data import StreetBox

__all__ = ["Tally", "box_iou", "match_garments", "mean_iou", "score_garments"]

SMALL = 0.004
"""Garments that cover less of the photo than this count neither way."""


@dataclass(slots=True)
class Tally:
    """How many labelled garments there were, how many were found, and how many finds counted."""

    real: int = 0
    found: int = 0
    finds: int = 0

    @property
    def recall(self) -> float:
        """Share of real garments that were found."""
        return self.found / self.real if self.real else 0.0

    @property
    def precision(self) -> float:
        """Share of finds that are real garments."""
        return self.found / self.finds if self.finds else 0.0

    def add(self, other: "Tally") -> None:
        """Add the counts of another tally."""
        self.real += other.real
        self.found += other.found
        self.finds += other.finds


@dataclass(frozen=True, slots=True)
class GarmentScores:
    """Tallies over all groups and by group."""

    total: Tally = field(default_factory=Tally)
    groups: dict[str, Tally] = field(default_factory=lambda: {group: Tally() for group in GROUPS})

    def lines(self) -> list[str]:
        """A line per group and one for all, for a report."""
        rows = [("all", self.total), *self.groups.items()]
        return [
            f"{name:10} recall {t.recall:.3f} precision {t.precision:.3f} ({t.found}/{t.real}, {t.finds})"
            for name, t in rows
        ]


def box_iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes in the same unit."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def match_garments(finds: Sequence[Garment], real: Sequence[StreetBox], threshold: float = 0.5) -> list[int]:
    """Index of the real garment that each find matches, -1 for none: best overlap first."""
    pairs = sorted(
        (
            (box_iou(find.box, item.box), i, j)
            for i, find in enumerate(finds)
            for j, item in enumerate(real)
            if find.label == item.group
        ),
        reverse=True,
    )
    matched = [-1] * len(finds)
    taken: set[int] = set()
    for overlap, i, j in pairs:
        if overlap >= threshold and matched[i] < 0 and j not in taken:
            matched[i] = j
            taken.add(j)
    return matched


def score_garments(photos: Iterable[tuple[Sequence[Garment], Sequence[StreetBox]]]) -> GarmentScores:
    """Recall and precision at IoU 0.5 over photos, each with its finds and its labelled boxes.

    Garments under 0.4 % of the photo, finds that match one, and labels outside GROUPS count neither way.
    """
    scores = GarmentScores()
    for found, labelled in photos:
        for group, tally in scores.groups.items():
            finds = [find for find in found if find.label == group]
            real = [item for item in labelled if item.group == group]
            matched = match_garments(finds, [item for item in real if item.area >= SMALL])
            small = [item for item in real if item.area < SMALL]
            left = [find for find, index in zip(finds, matched, strict=True) if index < 0]
            excused = sum(index >= 0 for index in match_garments(left, small))
            hits = len(finds) - len(left)
            photo = Tally(len(real) - len(small), hits, len(finds) - excused)
            tally.add(photo)
            scores.total.add(photo)
    return scores


def mean_iou(pairs: Iterable[tuple[NDArray[np.integer], NDArray[np.integer]]]) -> dict[str, float]:
    """Pixel IoU by class over (predicted, true) class images; NaN for a class that never occurs."""
    count = len(PIXEL_CLASSES)
    confusion = np.zeros((count, count), np.int64)
    for predicted, true in pairs:
        index = true.astype(np.int64).ravel() * count + predicted.astype(np.int64).ravel()
        confusion += np.bincount(index, minlength=count * count).reshape(count, count)
    both = np.diag(confusion).astype(float)
    either = confusion.sum(0) + confusion.sum(1) - both
    with np.errstate(invalid="ignore"):
        return dict(zip(PIXEL_CLASSES, (both / either).tolist(), strict=True))
