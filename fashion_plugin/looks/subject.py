"""What a photo is about: the garment that is embedded beside the whole photo, and its colours."""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Garment, Product
from fashion_plugin.colour import SAMPLE, Colour, dominant_colours
from fashion_plugin.looks.labels import EITHER
from fashion_plugin.looks.parser import GarmentParser
from fashion_plugin.looks.plain import MARGIN, crop_box, foreground, is_plain_background, main_garment

__all__ = ["Looking", "Subject", "Subjects", "coloured", "garment_colours", "worn"]

KINDS: Final = 3
SURE: Final = 0.6
PART: Final = 0.35
"""What tells a dressed person from a garment by itself: chosen on 500 clothing photos of the training part,
of which .004 pass, and 150 street photos, of which .89 do."""

_VERSION: Final = 2
"""Counts changes of this module that move a crop."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What a photo is about: a garment and its crop, both None where that is the whole photo.

    ``colours`` are the dominant ones, the largest first; ``region`` names the crop's embedding.
    """

    colours: tuple[Colour, ...]
    garment: Garment | None = None
    crop: NDArray[np.uint8] | None = None
    region: str = ""


class Subjects:
    """Finds what photos are about with a parser; safe to call from several threads."""

    def __init__(self, parser: GarmentParser) -> None:
        self._parser = parser
        parts = f"{parser.fingerprint}/{_VERSION}/{MARGIN}/{KINDS}/{SURE}/{PART}"
        self.recipe = hashlib.sha256(parts.encode()).hexdigest()[:12]

    def way(self, label: str | None = None) -> str:
        """How a photo is looked at for a product of this label: another way may give another crop."""
        return self.recipe if label is None else f"{self.recipe}/{label}"

    def find(self, photo: NDArray[np.uint8], label: str | None = None) -> Subject:
        """What a photo, upright uint8 RGB (H, W, 3), is about.

        `label` is the garment label of the product it shows: "" where that is no garment, None where nothing
        tells. A photo on a plain background shows its product and nothing else, and is not parsed.
        """
        if is_plain_background(photo):
            return Subject(dominant_colours(photo, foreground(photo)))
        return self.choose(photo, self._parser.parse(photo) if label != "" else [], label)

    def choose(
        self, photo: NDArray[np.uint8], garments: Sequence[Garment], label: str | None = None
    ) -> Subject:
        """The same where the garments are known already."""
        garment = _meant(garments, label)
        if garment is None:
            height, width = photo.shape[:2]
            middle = photo[height // 4 : height - height // 4, width // 4 : width - width // 4]
            return Subject(dominant_colours(middle))
        colours = garment_colours(photo, garment)
        if not _dressed(garments, garment):
            return Subject(colours)
        named = replace(garment, colours=tuple(colour.name for colour in colours))
        region = f"{garment.label}@{self.recipe}"
        return Subject(colours, named, crop_box(photo, garment.box), region)


@dataclass(frozen=True, slots=True)
class Looking:
    """How product photos are looked at: what finds their garment, and which label a product has."""

    subjects: Subjects
    label_of: Callable[[Product], str | None]


def worn(photo: NDArray[np.uint8], garments: Sequence[Garment]) -> Garment | None:
    """The garment that a photo uint8 (H, W, 3) is about, of those found in it, where somebody wears it."""
    if is_plain_background(photo):
        return None
    garment = main_garment(garments)
    return garment if garment and _dressed(garments, garment) else None


def coloured(photo: NDArray[np.uint8], garments: Sequence[Garment]) -> list[Garment]:
    """The same garments with the names of their colours."""
    return [
        replace(garment, colours=tuple(colour.name for colour in garment_colours(photo, garment)))
        for garment in garments
    ]


def garment_colours(photo: NDArray[np.uint8], garment: Garment) -> tuple[Colour, ...]:
    """The dominant colours of a garment in its photo uint8 (H, W, 3), inside its mask where it has one."""
    part = crop_box(photo, garment.box, margin=0.0)
    if garment.mask is None:
        return dominant_colours(part)
    # Only so many pixels are looked at, so a large part need not be masked whole.
    step = max(1, math.isqrt(part.shape[0] * part.shape[1] // (8 * SAMPLE)))
    part = part[::step, ::step]
    # The mask is coarser than the photo: each of its pixels stands for a block.
    height, width = garment.mask.shape
    rows = np.minimum(np.arange(part.shape[0]) * height // part.shape[0], height - 1)
    columns = np.minimum(np.arange(part.shape[1]) * width // part.shape[1], width - 1)
    return dominant_colours(part, garment.mask[rows[:, None], columns])


def _meant(garments: Sequence[Garment], label: str | None) -> Garment | None:
    """The main garment of the label, or of one that is taken for it; of all where no label is known."""
    if label is None:
        return main_garment(garments)
    alike = ([garment for garment in garments if garment.label == one] for one in EITHER.get(label, (label,)))
    return main_garment(next(filter(None, alike), []))


def _dressed(garments: Sequence[Garment], garment: Garment) -> bool:
    """Whether the photo shows somebody dressed, of whom the garment is a part.

    It has `KINDS` of garment with a score of `SURE` or more, and the box of this one is under the share
    `PART` of the photo. The parser does not know garments that lie on beds and floors: there a crop loses
    what they are.
    """
    x0, y0, x1, y1 = garment.box
    kinds = {one.label for one in garments if one.score >= SURE}
    return len(kinds) >= KINDS and (x1 - x0) * (y1 - y0) < PART
