"""What a camera adds to a picture: an edge that is not razor-sharp, some grain, less light in the corners."""

import numpy as np
from PIL import Image, ImageFilter

__all__ = ["photographed"]

_SOFT = 0.6  # pixels
_GRAIN = 1.2  # of 255
_CORNERS = 0.10


def photographed(image: Image.Image, seed: int) -> Image.Image:
    """The picture as a camera would have taken it, colours unchanged; the same seed gives the same grain."""
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(_SOFT)), dtype=np.float32)
    height, width = pixels.shape[:2]
    rng = np.random.default_rng([seed, 53])
    fine = rng.standard_normal((height, width), dtype=np.float32)
    coarse = Image.fromarray(rng.standard_normal((height // 2, width // 2), dtype=np.float32))
    grain = 0.6 * fine + np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    light = 1 - np.float32(_CORNERS) * np.clip(x * x + y * y - np.float32(0.5), 0, 1.5) / np.float32(1.5)
    taken = pixels * light[:, :, None] + np.float32(_GRAIN) * grain[:, :, None]
    return Image.fromarray(np.clip(taken + np.float32(0.5), 0, 255).astype(np.uint8))
