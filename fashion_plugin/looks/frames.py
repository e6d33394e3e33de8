"""How a photo of any shape is put before the parser, and which part of the answer belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.catalog import Garment

__all__ = ["FRAMES", "STRIDE", "Framed", "frame_photo", "merge_windows", "windows"]

FRAMES: Final = {"portrait": (384, 256), "square": (320, 320), "landscape": (256, 384)}
"""Input (height, width) of each signature; a photo takes the frame that shows it largest."""

STRIDE: Final = 4
"""Input pixels per pixel of the answer."""

PADDING: Final = (124, 116, 104)
"""Colour around the photo: the ImageNet mean, as in training."""

_REDUCING_GAP: Final = 1.0  # twice the wanted size and more is first halved, which takes half the time

LONGEST: Final = 2.5
"""A photo whose sides differ by more is read in windows."""

MOST_WINDOWS: Final = 4
"""However long a photo is, at most this many windows are laid over it."""

Window = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Framed:
    """A photo set in a frame: the picture (w, h), and where in it the photo lies.

    `box` is x0, y0, x1, y1 in input pixels.
    """

    name: str
    picture: Image.Image
    box: tuple[int, int, int, int]

    def pixels(self, *, mirrored: bool = False) -> NDArray[np.float32]:
        """What the network takes, float32 (1, h, w, 3) in [-1, 1]."""
        flipped = Image.Transpose.FLIP_LEFT_RIGHT
        seen = np.asarray(self.picture.transpose(flipped) if mirrored else self.picture).astype(np.float32)
        seen *= np.float32(1 / 127.5)
        seen -= np.float32(1)
        return seen[None]

    def crop(self, answer: NDArray[np.float32]) -> NDArray[np.float32]:
        """The part of an answer (h/4, w/4, c) that shows the photo."""
        x0, y0, x1, y1 = self.box
        rows = slice(y0 // STRIDE, -(-y1 // STRIDE))
        return answer[rows, x0 // STRIDE : -(-x1 // STRIDE)]


def frame_photo(image: NDArray[np.uint8]) -> Framed:
    """Fit a photo uint8 (h, w, 3) into the frame that shows it largest, at its own proportions."""
    height, width = image.shape[:2]
    name = max(FRAMES, key=lambda key: min(FRAMES[key][0] / height, FRAMES[key][1] / width))
    frame_height, frame_width = FRAMES[name]
    scale = min(frame_height / height, frame_width / width)
    # The photo covers whole pixels of the answer, so that its crop is exact.
    inner_width = min(frame_width, max(STRIDE, round(width * scale / STRIDE) * STRIDE))
    inner_height = min(frame_height, max(STRIDE, round(height * scale / STRIDE) * STRIDE))
    x0 = (frame_width - inner_width) // 2 // STRIDE * STRIDE
    y0 = (frame_height - inner_height) // 2 // STRIDE * STRIDE
    small = Image.fromarray(image).resize(
        (inner_width, inner_height), Image.Resampling.BILINEAR, reducing_gap=_REDUCING_GAP
    )
    picture = Image.new("RGB", (frame_width, frame_height), PADDING)
    picture.paste(small, (x0, y0))
    return Framed(name, picture, (x0, y0, x0 + inner_width, y0 + inner_height))


def windows(width: int, height: int) -> list[Window]:
    """Boxes x0, y0, x1, y1 in pixels: the whole photo, or up to four overlapping ones along a long one."""
    long, short = max(width, height), min(width, height)
    if long <= LONGEST * short:
        return [(0, 0, width, height)]
    length = max(2 * short, -(-long * 2 // (MOST_WINDOWS + 1)))
    count = min(MOST_WINDOWS, -(-2 * (long - length) // length) + 1)
    starts = [round(i * (long - length) / max(count - 1, 1)) for i in range(count)]
    if width >= height:
        return [(start, 0, start + length, height) for start in starts]
    return [(0, start, width, start + length) for start in starts]


def merge_windows(
    found: Sequence[Sequence[Garment]], boxes: Sequence[Window], width: int, height: int
) -> list[Garment]:
    """Garments of all windows as fractions of the photo, each kept once, where it is surest."""
    if len(boxes) == 1:
        return list(found[0])
    moved = [
        replace(garment, box=_to_photo(garment.box, box, width, height))
        for garments, box in zip(found, boxes, strict=True)
        for garment in garments
    ]
    kept: list[Garment] = []
    for garment in sorted(moved, key=lambda garment: -garment.score):
        if not any(other.label == garment.label and _covered(garment.box, other.box) for other in kept):
            kept.append(garment)
    return kept


def _to_photo(
    box: tuple[float, float, float, float], window: Window, width: int, height: int
) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = window
    return (
        (x0 + box[0] * (x1 - x0)) / width,
        (y0 + box[1] * (y1 - y0)) / height,
        (x0 + box[2] * (x1 - x0)) / width,
        (y0 + box[3] * (y1 - y0)) / height,
    )


def _covered(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """Whether half of the smaller of two boxes lies in the other."""
    both = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    return both > 0.5 * min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
