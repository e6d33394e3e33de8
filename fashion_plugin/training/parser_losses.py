"""What the garment parser is trained for: every pixel, every class as a region, and what is worn at all."""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from fashion_plugin.looks.groups import PIXEL_CLASSES


def class_weights(counts: NDArray[np.int64], power: float = 0.3) -> NDArray[np.float32]:
    """Weights by frequency to the power of `-power`, with a mean of one over pixels: float32 (16,)."""
    frequency = np.maximum(counts, 1) / counts.sum()
    weights = frequency**-power
    return np.asarray(weights / (weights * frequency).sum(), np.float32)


class PixelLoss(keras.losses.Loss):  # type: ignore[misc]
    """Weighted cross entropy of each pixel plus the soft Dice loss of each class over the batch.

    Dice: 1 - 2|P∩T| / (|P| + |T|) (Milletari et al., arXiv 1606.04797), over the classes that occur in the
    batch.
    """

    def __init__(self, weights: NDArray[np.float32], dice: float = 0.5) -> None:
        super().__init__(name="pixel_loss")
        self.weights = weights
        self.dice = dice

    def call(self, y_true: Any, y_pred: Any) -> Any:
        count = len(PIXEL_CLASSES)
        target = ops.reshape(ops.one_hot(ops.cast(y_true, "int32"), count), (-1, count))
        log_probability = ops.reshape(ops.log_softmax(y_pred, axis=-1), (-1, count))
        cross_entropy = -ops.mean(ops.sum(target * log_probability * self.weights, axis=-1))
        probability = ops.exp(log_probability)
        overlap = ops.sum(probability * target, axis=0)
        seen = ops.sum(target, axis=0)
        dice = 1.0 - 2.0 * overlap / (ops.sum(probability, axis=0) + seen + 1.0)
        present = ops.cast(seen > 0, "float32")
        return cross_entropy + self.dice * ops.sum(dice * present) / ops.sum(present)
