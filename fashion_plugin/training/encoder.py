"""A network under training as an `Encoder`, for evaluation and mining."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import l2_normalise
from fashion_plugin.encoders.preprocess import square

__all__ = ["NetworkEncoder"]


class NetworkEncoder:
    """Encodes with a Keras network from (n, size, size, 3) in [-1, 1] to (n, dim); not for serving.

    Its fingerprint follows from the weights at the time it is asked for.
    """

    def __init__(self, network: Any, name: str = "network", *, batch: int = 32) -> None:
        self.name = name
        self.size = int(network.input_shape[1])
        self.dim = int(network.output_shape[-1])
        self._network, self._batch = network, batch

    @property
    def fingerprint(self) -> str:
        """The sha256 (hex) of the weights."""
        digest = hashlib.sha256()
        for weight in self._network.get_weights():
            digest.update(np.ascontiguousarray(weight).tobytes())
        return digest.hexdigest()

    def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Encode uint8 RGB images (H, W, 3) of any size into (n, dim) float32 unit rows."""
        rows = np.empty((len(images), self.dim), dtype=np.float32)
        for start in range(0, len(images), self._batch):
            part = [square(image, self.size) for image in images[start : start + self._batch]]
            batch = np.zeros((self._batch, self.size, self.size, 3), dtype=np.float32)
            # One shape for every call, so that the graph is built once.
            batch[: len(part)] = np.stack(part) / np.float32(127.5) - 1.0
            rows[start : start + len(part)] = self._network.predict_on_batch(batch)[: len(part)]
        return l2_normalise(rows)
