"""What every encoder is compared with: the colours of the photo's centre, and ImageNet features."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.encoders.base import Encoder, l2_normalise
from fashion_plugin.encoders.keras import application_encoder
from fashion_plugin.encoders.published import PUBLISHED
from fashion_plugin.errors import MissingExtra, WeightsError

__all__ = ["ColourHistogram", "imagenet_features"]

_BINS = 8
_SIDE = 96  # pixels; finer changes a histogram of 512 bins by less than its sampling noise
_CENTRE = 0.6
_NEAR_WHITE = 240
_FILE = PUBLISHED["MobileNetV2", False].file


class ColourHistogram:
    """An encoder without a network: the colour histogram of a photo's centre.

    The middle 60 % of each side, near-white pixels left out, 8 levels a channel, square root of the counts
    (so that the cosine is the Bhattacharyya coefficient), unit length: 512 dimensions.
    """

    name = "colour histogram"
    dim = _BINS**3
    fingerprint = hashlib.sha256(f"histogram/{_BINS}/{_SIDE}/{_CENTRE}/{_NEAR_WHITE}".encode()).hexdigest()

    def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Encode uint8 RGB images (H, W, 3) of any size into (n, 512) float32 unit rows."""
        rows = np.stack([self._counts(image) for image in images]) if images else np.zeros((0, self.dim))
        return l2_normalise(np.sqrt(rows).astype(np.float32))

    def _counts(self, image: NDArray[np.uint8]) -> NDArray[np.float64]:
        height, width = image.shape[:2]
        top, left = int(height * (1 - _CENTRE) / 2), int(width * (1 - _CENTRE) / 2)
        centre = np.ascontiguousarray(
            image[top : max(top + 1, height - top), left : max(left + 1, width - left)]
        )
        picture = Image.fromarray(centre).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
        pixels = np.asarray(picture).reshape(-1, 3)
        coloured = pixels[pixels.min(axis=1) < _NEAR_WHITE]
        # An all-white centre is a colour too.
        levels = (coloured if len(coloured) else pixels).astype(np.int64) * _BINS // 256
        index = (levels[:, 0] * _BINS + levels[:, 1]) * _BINS + levels[:, 2]
        return np.bincount(index, minlength=self.dim).astype(np.float64)


def imagenet_features(weights: Path | None = None, *, size: int = 224) -> Encoder | str:
    """MobileNetV2's pooled ImageNet features as an encoder, or why there are none here.

    ``weights`` are those of ``MobileNetV2(include_top=False)``; without, the file that Keras keeps once it
    has fetched them. Nothing is downloaded.

    Raises:
        WeightsError: the weights that were named are not there.
    """
    path = weights or Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "models" / _FILE
    if not path.is_file():
        if weights is not None:
            raise WeightsError(f"there are no ImageNet weights at {path}")
        return "ImageNet features are not shown: their weights are not at hand (--imagenet PATH)"
    try:
        return application_encoder("MobileNetV2", weights=path, input_size=size, name="ImageNet MobileNetV2")
    except MissingExtra as error:
        return f"ImageNet features are not shown: {error}"
