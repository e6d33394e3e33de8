"""How often garments are worn together, and how well their colours go with one another."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from fashion_plugin.looks.groups import GARMENT_LABELS

__all__ = ["PHOTOS", "WORN_TOGETHER", "affinity", "colour_harmony"]

PHOTOS: Final = 709
"""Street photos (training part of Clothing Co-Parsing) that everything here was counted on."""

WORN_TOGETHER: Final = {
    "top": (509, 231, 70, 346, 99, 445, 323, 50, 158, 105, 32),
    "outerwear": (231, 348, 62, 230, 55, 305, 210, 45, 94, 58, 28),
    "dress": (70, 62, 197, 16, 1, 160, 133, 19, 60, 30, 7),
    "bottom": (346, 230, 16, 409, 17, 365, 251, 48, 119, 89, 34),
    "skirt": (99, 55, 1, 17, 113, 101, 76, 7, 35, 16, 8),
    "shoes": (445, 305, 160, 365, 101, 617, 388, 58, 186, 118, 43),
    "bag": (323, 210, 133, 251, 76, 388, 453, 47, 141, 90, 32),
    "hat": (50, 45, 19, 48, 7, 58, 47, 71, 11, 16, 4),
    "eyewear": (158, 94, 60, 119, 35, 186, 141, 11, 213, 40, 11),
    "belt": (105, 58, 30, 89, 16, 118, 90, 16, 40, 132, 9),
    "scarf": (32, 28, 7, 34, 8, 43, 32, 4, 11, 9, 47),
}
"""Photos that show both garments, in the order of GARMENT_LABELS; the diagonal counts the garment itself."""

_EITHER: Final = (("dress", "bottom"), ("dress", "skirt"), ("bottom", "skirt"), ("dress", "top"))
"""Garments that take each other's place: worn together in few looks, and never what completes one."""


def affinity(worn: str, other: str) -> float:
    """Probability in [0, 1] that who wears one label also wears another.

    It is 0 for the same label and for an alternative. Counts get one photo of each added, so that a rare
    garment is not certain of anything.
    """
    if worn == other or (worn, other) in _EITHER or (other, worn) in _EITHER:
        return 0.0
    if worn not in WORN_TOGETHER or other not in WORN_TOGETHER:
        return 0.0
    counts = WORN_TOGETHER[worn]
    return (counts[GARMENT_LABELS.index(other)] + 1) / (counts[GARMENT_LABELS.index(worn)] + 2)


def colour_harmony(a: ArrayLike, b: ArrayLike) -> tuple[float, str]:
    """How well two CIELAB colours go together, in [0, 1], and in words.

    The score is how much oftener such a pair is worn together than by chance in the street photos, halved:
    colours of one hue 2.08 times, of neighbouring hues 1.19, two neutrals 1.05, opposite hues 0.89, a colour
    with a neutral 0.87; a lightness within ten units gives a tenth more. A neutral has a chroma under 12.
    """
    first, second = np.asarray(a, float), np.asarray(b, float)
    chroma = np.hypot(first[1], first[2]), np.hypot(second[1], second[2])
    turn = np.degrees(np.arctan2(first[2], first[1]) - np.arctan2(second[2], second[1]))
    hue = abs((turn + 180) % 360 - 180)
    if min(chroma) < 12:
        lift, words = (1.05, "two neutrals") if max(chroma) < 12 else (0.87, "a neutral with a colour")
    elif hue < 25:
        lift, words = 2.08, "tones of one colour"
    elif hue < 60:
        lift, words = 1.19, "neighbouring colours"
    elif hue < 130:
        lift, words = 1.16, "a contrast of colours"
    else:
        lift, words = 0.89, "opposite colours"
    if abs(first[0] - second[0]) < 10:
        lift *= 1.1
    return min(1.0, lift / 2), words
