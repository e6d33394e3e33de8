"""From a photo of any size to a network's input."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.encoders.presets import Preprocessing
from fashion_plugin.errors import InvalidInput

__all__ = ["checked_image", "scale", "square"]

_WHITE = (255, 255, 255)
# Photos of four times the wanted size and more are first shrunk by a whole factor (a box filter): half the
# time at 1024 px, and a photo's pixels moved by 7 of 255 levels at most (mean 0.2).
_REDUCING_GAP = 2.0


def checked_image(image: Any) -> NDArray[np.uint8]:
    """The same image when it is uint8 RGB (H, W, 3) and not empty.

    Raises:
        InvalidInput: it is something else.
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        what = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise InvalidInput(f"An encoder takes uint8 RGB arrays of shape (H, W, 3), not {what}.")
    if 0 in image.shape:
        raise InvalidInput(f"An encoder cannot take an empty image: {image.shape}.")
    return image


def square(image: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Pad with white to a square around the centre and resize: uint8 RGB (H, W, 3) to (size, size, 3)."""
    height, width = image.shape[:2]
    side = max(height, width)
    picture = Image.fromarray(np.ascontiguousarray(image))
    if height != width:
        canvas = Image.new("RGB", (side, side), _WHITE)
        canvas.paste(picture, ((side - width) // 2, (side - height) // 2))
        picture = canvas
    if side != size:
        picture = picture.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=_REDUCING_GAP)
    return np.asarray(picture)


def scale(pixels: NDArray[np.uint8], how: Preprocessing) -> NDArray[np.float32]:
    """Scale pixels (..., 3) of 0 to 255 into float32 ``(pixel - mean) / std``."""
    factor = 1.0 / np.asarray(how.std, dtype=np.float32)
    out: NDArray[np.float32] = np.multiply(pixels, factor, dtype=np.float32)
    out -= np.asarray(how.mean, dtype=np.float32) * factor
    return out
