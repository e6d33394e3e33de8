"""Packshots and crops: is the background plain, which garment is meant, and how it is cut out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.catalog import Box, Garment

__all__ = ["crop_box", "foreground", "is_plain_background", "main_garment", "soften_background", "widen"]

MARGIN: Final = 0.08
"""Share of a garment's longer side, in pixels, that its crop leaves around it."""

_SAMPLE: Final = 96
"""Side of the small copy at which a border is judged."""


def is_plain_background(image: NDArray[np.uint8], *, spread: float = 14.0, share: float = 0.8) -> bool:
    """Whether a photo uint8 (h, w, 3) shows its subject on one plain colour.

    The border, a frame of 4 % of the shorter side, is plain when the share `share` of it lies within `spread`
    levels (0…255, in each channel) of one smoothly varying background: the median of each side's border. The
    foot may be covered, as models stand on it, so the three other sides decide together.
    """
    small = Image.fromarray(image)
    small.thumbnail((_SAMPLE, _SAMPLE), Image.Resampling.BOX)
    pixels = np.asarray(small, np.int16)
    rim = max(1, round(0.04 * min(pixels.shape[:2])))
    sides = [pixels[:rim], pixels[:, :rim], pixels[:, -rim:]]
    near = []
    middles = []
    for side in sides:
        flat = side.reshape(-1, 3)
        middle = np.median(flat, axis=0)
        middles.append(middle)
        near.append((np.abs(flat - middle).max(axis=1) <= spread).mean())
    alike = np.ptp(np.array(middles), axis=0).max() <= 2.5 * spread
    return bool(alike and min(near) >= share)


def foreground(image: NDArray[np.uint8], *, apart: float = 24.0, least: float = 0.03) -> NDArray[np.bool_]:
    """What stands before a plain background: bool (h, w), pixels that differ from the border.

    A pixel differs when one channel is over `apart` levels (0…255) from the median of the border. Where less
    than the share `least` does (a white shirt on white), the middle of the photo counts.
    """
    height, width = image.shape[:2]
    rim = max(1, round(0.04 * min(height, width)))
    sides = (image[:rim].reshape(-1, 3), image[:, :rim].reshape(-1, 3), image[:, -rim:].reshape(-1, 3))
    border = np.median(np.concatenate(sides), axis=0).astype(np.int16)
    # Channel by channel: NumPy takes five times as long for the largest of three neighbours.
    before = np.zeros((height, width), bool)
    for channel in range(3):
        before |= np.abs(image[..., channel].astype(np.int16) - border[channel]) > apart
    if before.mean() < least:
        before = np.zeros((height, width), bool)
        before[height // 4 : max(1, height - height // 4), width // 4 : max(1, width - width // 4)] = True
    return before


def main_garment(garments: Sequence[Garment], labels: Sequence[str] = ()) -> Garment | None:
    """The garment a photo is about: the largest and most central, or None where there is none.

    With `labels` (those a product's category stands for), only garments of these labels are looked at while
    there are any. Clothes count by their box's area times how central it is; bags, shoes and other small
    things seldom are what a photo of a dressed person is about, so a garment under a third of the largest is
    taken only by label.
    """
    wanted = [garment for garment in garments if garment.label in labels]
    return max(wanted or garments, key=_weight, default=None)


def _weight(garment: Garment) -> float:
    x0, y0, x1, y1 = garment.box
    filled = 0.6 if garment.mask is None else float(garment.mask.mean())
    off_centre = np.hypot((x0 + x1) / 2 - 0.5, (y0 + y1) / 2 - 0.5)
    return float((x1 - x0) * (y1 - y0) * filled * garment.score * (1.0 - off_centre))


def widen(box: Box, width: int, height: int, margin: float = MARGIN) -> Box:
    """A box (fractions) with a margin of a share of its longer side in pixels, kept inside the photo."""
    x0, y0, x1, y1 = box
    extra = margin * max((x1 - x0) * width, (y1 - y0) * height)
    return (
        max(0.0, x0 - extra / width),
        max(0.0, y0 - extra / height),
        min(1.0, x1 + extra / width),
        min(1.0, y1 + extra / height),
    )


def crop_box(image: NDArray[np.uint8], box: Box, margin: float = MARGIN) -> NDArray[np.uint8]:
    """The part of a photo inside a box (fractions) and its margin: uint8 (h, w, 3), never empty."""
    height, width = image.shape[:2]
    left, top, right, bottom = _pixels(widen(box, width, height, margin), width, height)
    return image[top:bottom, left:right]


def soften_background(
    image: NDArray[np.uint8], garment: Garment, strength: float = 0.6, margin: float = MARGIN
) -> NDArray[np.uint8]:
    """A garment's crop whose surroundings fade towards their mean colour: uint8 (h, w, 3).

    `strength` in [0, 1] is how far; the mask's edge is blurred over a fiftieth of the crop, as masks are
    coarse. A garment without a mask gives the plain crop.
    """
    crop = crop_box(image, garment.box, margin)
    if garment.mask is None or strength <= 0:
        return crop
    height, width = image.shape[:2]
    left, top, right, bottom = _pixels(widen(garment.box, width, height, margin), width, height)
    x0, y0, x1, y1 = _pixels(garment.box, width, height)
    inside = Image.fromarray(garment.mask.astype(np.uint8) * 255).resize(
        (x1 - x0, y1 - y0), Image.Resampling.BILINEAR
    )
    canvas = Image.new("L", (right - left, bottom - top), 0)
    canvas.paste(inside, (x0 - left, y0 - top))
    keep = np.asarray(canvas, np.float32)[..., None] / 255.0
    keep = 1.0 - strength * (1.0 - np.clip(keep * 2.0, 0, 1))
    outside = crop.reshape(-1, 3)[(keep < 0.9).ravel()]
    if len(outside) == 0:
        return crop
    mean = outside.mean(axis=0, dtype=np.float32)
    return np.asarray(np.rint(crop * keep + mean * (1.0 - keep)), np.uint8)


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    left = min(int(box[0] * width), width - 1)
    top = min(int(box[1] * height), height - 1)
    return left, top, max(left + 1, int(np.ceil(box[2] * width))), max(top + 1, int(np.ceil(box[3] * height)))
