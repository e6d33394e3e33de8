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

    The truth (n, h, w, 16) says which classes each pixel may be: one where it is labelled, several where only
    the product is known, all where nothing is. The loss of a pixel is -log of what its possible classes get
    together (learning from partial labels: Cour et al., JMLR 2011), which for one class is cross entropy.
    Dice: 1 - 2|P∩T| / (|P| + |T|) (Milletari et al., arXiv 1606.04797), over labelled pixels and the classes
    that occur among them in the batch.
    """

    def __init__(self, weights: NDArray[np.float32], dice: float = 0.5) -> None:
        super().__init__(name="pixel_loss")
        self.weights = weights
        self.dice = dice

    def call(self, y_true: Any, y_pred: Any) -> Any:
        count = len(PIXEL_CLASSES)
        possible = ops.reshape(y_true, (-1, count))
        log_probability = ops.reshape(ops.log_softmax(y_pred, axis=-1), (-1, count))
        labelled = ops.cast(ops.sum(possible, axis=-1) == 1, "float32")
        right = ops.logsumexp(ops.where(possible > 0, log_probability, -1e9), axis=-1)
        weight = labelled * ops.sum(possible * self.weights, axis=-1) + 1.0 - labelled
        cross_entropy = -ops.mean(right * weight)
        probability = ops.exp(log_probability) * labelled[:, None]
        target = possible * labelled[:, None]
        overlap = ops.sum(probability * target, axis=0)
        seen = ops.sum(target, axis=0)
        dice = 1.0 - 2.0 * overlap / (ops.sum(probability, axis=0) + seen + 1.0)
        present = ops.cast(seen > 0, "float32")
        return cross_entropy + self.dice * ops.sum(dice * present) / ops.maximum(ops.sum(present), 1.0)


class PresenceLoss(keras.losses.Loss):  # type: ignore[misc]
    """Binary cross entropy of logits (n, 11) over the labels that are known: 1 worn, 0 not, -1 unknown."""

    def __init__(self) -> None:
        super().__init__(name="presence_loss")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        known = ops.cast(y_true >= 0, "float32")
        each = ops.binary_crossentropy(ops.maximum(y_true, 0.0), y_pred, from_logits=True)
        return ops.sum(each * known) / ops.maximum(ops.sum(known), 1.0)
