import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

Encode = Callable[..., bytes]

# Upper left, upper right, lower left, lower right: no two turns or flips of the flag look the same.
CORNERS = ((220, 30, 30), (30, 200, 30), (30, 30, 220), (240, 240, 60))


@pytest.fixture
def flag() -> Image.Image:
    """400 x 300 pixels, a colour in each quarter."""
    pixels = np.zeros((300, 400, 3), dtype=np.uint8)
    for corner, colour in enumerate(CORNERS):
        top, left = 150 * (corner // 2), 200 * (corner % 2)
        pixels[top : top + 150, left : left + 200] = colour
    return Image.fromarray(pixels)


@pytest.fixture
def encode() -> Encode:
    """Write an image in a format, with that format's options."""

    def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
        file = io.BytesIO()
        if kind == "HEIF":
            pillow_heif.encode(image.mode, image.size, image.tobytes(), file, quality=90, **options)
        else:
            image.save(file, kind, **options)
        return file.getvalue()

    return encoded


@pytest.fixture
def looks_like_the_flag() -> Callable[[NDArray[np.uint8]], bool]:
    """Whether each quarter has its colour, but for what a lossy format changes."""

    def looks(image: NDArray[np.uint8]) -> bool:
        height, width = image.shape[:2]
        seen = [image[y, x] for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
        return width > height and bool(np.abs(np.array(seen, dtype=int) - np.array(CORNERS)).max() <= 8)

    return looks
