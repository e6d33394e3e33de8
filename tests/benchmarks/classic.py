"""What the tutorials of image search do: VGG16 in Keras, and the nearest by a product of matrices."""

import importlib.util
import io
import random
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["INPUT", "Classic", "classic", "jpegs"]

INPUT = 224


class Classic:
    """VGG16 without its top, average pooling; ``weights``: Keras's name, "none" for random ones."""

    def __init__(self, weights: str) -> None:
        import keras

        given = None if weights == "none" else weights
        self.network: Any = keras.applications.VGG16(weights=given, include_top=False, pooling="avg")
        self.network.trainable = False

    def embed(self, files: list[bytes]) -> NDArray[np.float32]:
        """Files of photos to unit rows (n, 512): `model(x)`, all in one batch."""
        rows = np.asarray(self.network(self.pixels(files)))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def pixels(self, files: list[bytes]) -> NDArray[np.float32]:
        """Decoded whole, resized to 224 x 224, blue first, the mean of ImageNet taken away."""
        images = [Image.open(io.BytesIO(file)).convert("RGB").resize((INPUT, INPUT)) for file in files]
        pixels = np.stack([np.asarray(image, np.float32) for image in images])[..., ::-1]
        return np.ascontiguousarray(pixels - np.array([103.939, 116.779, 123.68], np.float32))


def classic(weights: str) -> Classic | None:
    """The network, None where TensorFlow is not installed."""
    return Classic(weights) if importlib.util.find_spec("tensorflow") else None


def jpegs(folder: Path, count: int, side: int = 1024, seed: int = 7) -> list[bytes]:
    """Photos of a folder, always the same, as JPEG with so many pixels on the long side."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    files = []
    for path in random.Random(seed).sample(paths, min(count, len(paths))):
        image = Image.open(path).convert("RGB")
        factor = side / max(image.size)
        size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        target = io.BytesIO()
        image.resize(size, Image.Resampling.BICUBIC).save(target, "JPEG", quality=88)
        files.append(target.getvalue())
    return files
