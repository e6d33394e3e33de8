"""What a camera adds to a picture: an edge that is not razor-sharp, some grain, less light in the corners."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["photographed"]

Plane = NDArray[np.float32]

_SOFT = 0.18  # of a pixel's light falls on each neighbour
_GRAIN = 1.2  # of 255
_CORNERS = 0.10


def photographed(image: Image.Image, seed: int) -> Image.Image:
    """The picture as a camera would have taken it, colours unchanged; the same seed gives the same grain."""
    width, height = image.size
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    light = 1 - np.float32(_CORNERS) * np.clip(x * x + y * y - np.float32(0.5), 0, 1.5) / np.float32(1.5)
    grain = _grain(width, height, seed)
    grain += np.float32(0.5)  # to round
    planes = []
    for band in image.split():
        plane = _softened(np.asarray(band, dtype=np.float32))
        plane *= light
        plane += grain
        planes.append(Image.fromarray(np.clip(plane, 0, 255).astype(np.uint8)))
    return Image.merge("RGB", planes)


def _softened(plane: Plane) -> Plane:
    for axis in (0, 1):
        along = np.moveaxis(plane, axis, 0)
        soft = along * np.float32(1 - 2 * _SOFT)
        aside = along * np.float32(_SOFT)
        soft[1:] += aside[:-1]
        soft[0] += aside[0]
        soft[:-1] += aside[1:]
        soft[-1] += aside[-1]
        plane = np.moveaxis(soft, 0, axis)
    return plane


def _grain(width: int, height: int, seed: int) -> Plane:
    """Grain of two sizes, levels of 255; a quarter of the picture's is repeated, which nobody sees."""
    rng = np.random.default_rng([seed, 53])
    across, down = -(-width // 4) * 2, -(-height // 4) * 2
    fine = rng.standard_normal((down, across), dtype=np.float32)
    coarse = rng.standard_normal((down // 2, across // 2), dtype=np.float32)
    soft = Image.fromarray(coarse).resize((across, down), Image.Resampling.BICUBIC)
    grain = np.float32(_GRAIN) * (np.float32(0.6) * fine + np.asarray(soft))
    return np.tile(grain, (2, 2))[:height, :width]
