"""Parts of a photo and its padding to a square."""

import math
from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Box
from fashion_plugin.errors import InvalidInput

__all__ = ["check_box", "crop", "to_square"]

# A box that was worked out in float32 may stand this far outside the photo.
_SLACK = 1e-6


def check_box(box: Sequence[float]) -> Box:
    """Turn four numbers x0 < x1, y0 < y1 (x0, y0, x1, y1), fractions of the upright photo, into a box.

    Raises:
        InvalidInput: not four finite numbers, outside the photo, or empty.
    """
    edges = [_number(edge) for edge in box] if isinstance(box, Sequence | np.ndarray) else []
    if len(edges) != 4 or not all(map(math.isfinite, edges)):
        raise InvalidInput(f"a box is four numbers (x0, y0, x1, y1), fractions of the photo, not {box!r:.80}")
    if not all(-_SLACK <= edge <= 1 + _SLACK for edge in edges):
        raise InvalidInput(
            f"a box holds fractions of the photo from 0 to 1, not {box!r:.80}: "
            "divide pixels by the photo's width and height"
        )
    x0, y0, x1, y1 = (min(max(edge, 0.0), 1.0) for edge in edges)
    if x0 >= x1 or y0 >= y1:
        raise InvalidInput(f"a box runs from its upper left to its lower right corner, not {box!r:.80}")
    return x0, y0, x1, y1


def _number(edge: object) -> float:
    return math.nan if isinstance(edge, bool) or not isinstance(edge, Real) else float(edge)


def crop(image: NDArray[np.uint8], box: Sequence[float]) -> NDArray[np.uint8]:
    """Return the part of ``image`` (H, W, 3) inside a box of fractions, as a view of at least one pixel.

    Raises:
        InvalidInput: the box is not four fractions x0 < x1, y0 < y1 in [0, 1].
    """
    x0, y0, x1, y1 = check_box(box)
    height, width = image.shape[:2]
    left, right = _span(x0, x1, width)
    top, bottom = _span(y0, y1, height)
    return image[top:bottom, left:right]


def _span(start: float, end: float, size: int) -> tuple[int, int]:
    first = min(round(start * size), size - 1)
    return first, max(round(end * size), first + 1)


def to_square(image: NDArray[np.uint8], fill: int = 255) -> NDArray[np.uint8]:
    """Pad ``image`` (H, W, 3) evenly to (S, S, 3) with S its long side; a square image comes back as it is.

    ``fill`` is the grey of the padding, 0 to 255; white is what product photos mostly stand on.
    """
    height, width = image.shape[:2]
    if height == width:
        return image
    side = max(height, width)
    square = np.full((side, side, 3), fill, dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = image
    return square
