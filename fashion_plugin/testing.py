"""Parts for the tests of those who build on the package: an encoder with predictable numbers."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import l2_normalise

__all__ = ["FakeEncoder"]


class FakeEncoder:
    """An encoder that needs no weights: an image's embedding is its mean colour and how it varies.

    Two images of the same colour are near, opposite colours are far, and the numbers can be worked out by
    hand: component i < 3 is the mean of channel i minus 0.5, component i < 6 its standard deviation, each
    on a [0, 1] scale; a constant 0.1 follows, and zeros fill up to ``dim``.
    """

    def __init__(self, dim: int = 8, name: str = "fake") -> None:
        if dim < 7:
            raise ValueError("dim must be at least 7")
        self.name = name
        self.dim = dim
        self.fingerprint = hashlib.sha256(f"{name}/{dim}".encode()).hexdigest()
        self.encoded = 0

    def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Encode images into (n, dim) float32 unit rows, and count them in ``encoded``."""
        vectors = np.zeros((len(images), self.dim), dtype=np.float32)
        for row, image in zip(vectors, images, strict=True):
            pixels = np.asarray(image, dtype=np.float64).reshape(-1, 3) / 255.0
            row[:3] = pixels.mean(axis=0) - 0.5
            row[3:6] = pixels.std(axis=0)
            row[6] = 0.1
        self.encoded += len(images)
        return l2_normalise(vectors)
