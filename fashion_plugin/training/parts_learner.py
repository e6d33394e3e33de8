"""What the parts of the shipped encoder learn: names of kinds and colours, and telling products apart."""

from collections.abc import Mapping
from typing import Any, Final

import keras
from keras import ops

from fashion_plugin.training.losses import angular_softmax, info_nce
from fashion_plugin.training.parts import PARTS

__all__ = ["PartsLearner"]

_TEMPERATURE: Final = 0.07
_FAR: Final = 1e9


@keras.saving.register_keras_serializable(package="fashion_plugin")
class PartsLearner(keras.Model):  # type: ignore[misc] # Keras has no types
    """Trains a `parts_network` on two views of each photo, view 1 of all and then view 2 of all.

    Labels are a dict of (2n,) whole numbers: `kind`, `colour` and `garment` (-1: not known), `photo`, and
    `item` (photos that may show one item share it). Besides the classifications, each view is to find the
    other one, among the batch's others (InfoNCE) and among a memory of every photo's embedding (instance
    discrimination, arXiv 1805.01978), which holds the hard negatives of its own kind and colour.
    """

    def __init__(self, parts: keras.Model, classes: Mapping[str, int], items: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts, self.items = parts, items
        dims = {"kind": PARTS["kind"], "colour": PARTS["colour"], "garment": PARTS["kind"]}
        self.proxies = {
            name: self.add_weight(shape=(max(1, classes[name]), dim), initializer="glorot_normal", name=name)
            for name, dim in dims.items()
        }
        shape = (len(items), PARTS["product"])
        self.memory = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="memory")

    def call(self, images: Any, training: bool = False) -> Any:
        """Images (2n, size, size, 3) in [-1, 1] in, a dict of unit rows out."""
        return self.parts(images, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The weighted sum of five losses, a scalar; also brings the memory up to date."""
        kind, colour, product = y_pred["kind"], y_pred["colour"], y_pred["product"]
        proxies = self.proxies
        loss = angular_softmax(kind, proxies["kind"], y["kind"], scale=20.0, margin=0.15, smoothing=0.05)
        garment = angular_softmax(
            kind, proxies["garment"], y["garment"], scale=16.0, margin=0.1, smoothing=0.05
        )
        named = angular_softmax(colour, proxies["colour"], y["colour"], scale=16.0, margin=0.1, smoothing=0.1)
        first, second = ops.split(product, 2)
        item = ops.split(y["item"], 2)[0]
        views = info_nce(first, second, item, temperature=_TEMPERATURE)
        remembered = self._remembered(product, y["photo"], y["item"])
        if training:
            self._remember(first + second, ops.split(y["photo"], 2)[0])
        return loss + 0.5 * garment + 0.6 * named + views + 0.5 * remembered

    def _remembered(self, product: Any, photo: Any, item: Any) -> Any:
        memory = ops.stop_gradient(ops.convert_to_tensor(self.memory))
        known = ops.cast(ops.sum(ops.square(memory), axis=-1) > 0, product.dtype)
        logits = ops.matmul(product, ops.transpose(memory)) / _TEMPERATURE
        own = ops.one_hot(photo, len(self.items), dtype=product.dtype)
        same = ops.cast(ops.equal(item[:, None], ops.convert_to_tensor(self.items)[None]), product.dtype)
        # Photos not seen yet, and others that may show the same item, are no negatives.
        masked = logits - _FAR * ops.maximum((same - own), (1.0 - known)[None] * (1.0 - own))
        losses = ops.logsumexp(masked, axis=-1) - ops.sum(own * logits, axis=-1)
        counted = ops.take(known, photo)
        return ops.sum(losses * counted) / ops.maximum(ops.sum(counted), 1.0)

    def _remember(self, views: Any, photo: Any) -> None:
        views = ops.stop_gradient(ops.normalize(views, axis=-1))
        mixed = ops.normalize(0.5 * ops.take(self.memory, photo, axis=0) + 0.5 * views, axis=-1)
        self.memory.assign(ops.scatter_update(ops.convert_to_tensor(self.memory), photo[:, None], mixed))
