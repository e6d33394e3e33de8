"""Parts for the tests of those who build on the package: an encoder with predictable numbers, and checks."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.adapter_checks import check_adapter
from fashion_plugin.encoders.base import Encoder, l2_normalise

__all__ = ["FakeEncoder", "check_adapter", "check_encoder"]


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


def check_encoder(encoder: Encoder, tolerance: float = 1e-4) -> None:
    """Try everything that the package relies on in an encoder, on drawn images.

    ``tolerance`` is how far a component may differ between one call and another.

    Raises:
        AssertionError: the encoder broke a rule; the message says which.
    """
    _hold(isinstance(encoder, Encoder), "it has name, fingerprint, dim and encode")
    _hold(bool(encoder.name) and bool(encoder.fingerprint), "name and fingerprint are not empty")
    _hold(encoder.dim >= 1, "dim is at least 1")
    images = _images()
    before = [image.copy() for image in images]
    fingerprint = encoder.fingerprint

    empty = encoder.encode([])
    _hold(empty.shape == (0, encoder.dim) and empty.dtype == np.float32, "no images give (0, dim) float32")
    vectors = encoder.encode(images)
    _hold(vectors.shape == (len(images), encoder.dim), "n images of any size give (n, dim)")
    _hold(vectors.dtype == np.float32, "embeddings are float32")
    _hold(bool(np.isfinite(vectors).all()), "embeddings are finite")
    _hold(bool(np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)), "embeddings have unit length")
    _hold(all(map(np.array_equal, images, before)), "images are left as they were")
    _hold(float(np.abs(vectors[0] - vectors[1]).max()) > 1e-5, "different images have different embeddings")
    _hold(encoder.fingerprint == fingerprint, "the fingerprint does not change with use")

    def near(others: NDArray[np.float32]) -> bool:
        return bool(np.abs(others - vectors).max() <= tolerance)

    _hold(near(encoder.encode(images)), "the same images give the same embeddings")
    _hold(near(np.concatenate([encoder.encode([image]) for image in images])), "alone as in a batch")
    _hold(near(encoder.encode(images[::-1])[::-1]), "whatever the order")
    _hold(near(encoder.encode([_awkward(image) for image in images])), "whatever the memory layout")
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(encoder.encode, [images[:2]] * 8))
    same = all(bool(np.abs(rows - vectors[:2]).max() <= tolerance) for rows in found)
    _hold(same, "in any thread, at the same time")


def _hold(rule: bool, says: str) -> None:
    if not rule:
        raise AssertionError(f"an encoder must keep this: {says}")


def _images() -> list[NDArray[np.uint8]]:
    """Six drawn images: plain and patterned, tall and wide, from 1 pixel to 700."""
    rows, columns = np.mgrid[0:300, 0:180]
    stripes = np.where((columns // 12 % 2 == 0)[..., None], (200, 30, 40), (250, 245, 230))
    ramp = np.stack([rows % 256, columns, (rows + columns) % 256], axis=-1)
    return [
        np.full((64, 64, 3), (190, 20, 30), dtype=np.uint8),
        stripes.astype(np.uint8),
        ramp.astype(np.uint8),
        np.full((1, 1, 3), (10, 90, 160), dtype=np.uint8),
        np.tile(stripes, (1, 4, 1))[:40].astype(np.uint8),
        np.zeros((33, 47, 3), dtype=np.uint8),
    ]


def _awkward(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same pixels in an array that is read-only and not contiguous."""
    padded = np.zeros((image.shape[0], image.shape[1] * 2, 3), dtype=np.uint8)
    padded[:, ::2] = image
    view = padded[:, ::2]
    view.flags.writeable = False
    return view
