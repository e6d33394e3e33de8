"""What is trained: the network, its class proxies and the sum of losses; one step on any Keras backend."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops

from fashion_plugin.training import losses
from fashion_plugin.training.settings import Stage, TrainSettings

__all__ = ["Learner", "StagedAdamW"]


@keras.saving.register_keras_serializable(package="fashion_plugin")
class StagedAdamW(keras.optimizers.AdamW):  # type: ignore[misc] # Keras has no types
    """AdamW whose backbone learns at a lower rate.

    ``slow`` are the positions, among the trainable variables, of those that learn at ``ratio`` of the rate.
    """

    def __init__(self, *args: Any, slow: Sequence[int] = (), ratio: float = 1.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slow, self.ratio = frozenset(slow), ratio

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One variable's step."""
        if self._get_variable_index(variable) in self.slow:
            learning_rate = learning_rate * self.ratio
        super().update_step(gradient, variable, learning_rate)


class Learner(keras.Model):  # type: ignore[misc] # Keras has no types
    """A network with its losses: takes batches of queries, positives and negatives, one after the other.

    Images are (3n, size, size, 3) uint8; labels are ``product``, ``category`` and ``colour``, each (3n,)
    whole numbers, -1 where not known.
    """

    def __init__(
        self,
        network: keras.Model,
        settings: TrainSettings,
        classes: Mapping[str, int],
    ) -> None:
        super().__init__(name="learner")
        self.network = network
        self.settings = settings
        self.wanted = {name: weight for name, weight in settings.losses.items() if weight > 0}
        dim = int(network.output_shape[-1])
        self.proxies = {
            name: self.add_weight(
                shape=(classes[name], dim),
                initializer=keras.initializers.GlorotNormal(seed=settings.seed + number),
                name=f"{name}_proxies",
                dtype="float32",
            )
            for number, name in enumerate(("category", "colour"))
            if name in self.wanted and classes[name] > 1
        }
        self.means = {name: keras.metrics.Mean(name=name) for name in self.wanted if self._counts(name)}

    def call(self, images: Any, training: bool = False) -> Any:
        """(n, size, size, 3) uint8 to (n, dim) unit rows."""
        return self.network(ops.cast(images, "float32") / 127.5 - 1.0, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The weighted sum of the losses that the settings name."""
        embeddings = ops.cast(y_pred, "float32")
        query, positive, negative = ops.split(embeddings, 3, axis=0)
        products = ops.split(y["product"], 3, axis=0)[0]
        total = ops.zeros((), dtype="float32")
        for name, mean in self.means.items():
            value = self._loss(name, embeddings, (query, positive, negative), products, y)
            mean.update_state(value)
            total = total + self.wanted[name] * value
        return total

    def prepare(self, stage: Stage, steps: int, backbone: Sequence[Any], frozen: int) -> None:
        """Set up a stage of so many steps: what is trained, at which rates.

        ``backbone`` are the backbone's layers, of which the first ``frozen`` stay as they are. So do the
        batch-norm statistics of trained weights: small batches of one shop's photos would only blur them.
        """
        from_scratch = self.settings.network.weights == "none"
        for number, layer in enumerate(backbone):
            is_norm = isinstance(layer, keras.layers.BatchNormalization)
            layer.trainable = stage.backbone_rate > 0 and number >= frozen and (from_scratch or not is_norm)
        own = {id(v) for layer in backbone for v in layer.trainable_variables}
        slow = [i for i, v in enumerate(self.trainable_variables) if id(v) in own]
        warm_up = round(self.settings.warm_up * steps)
        rate = keras.optimizers.schedules.CosineDecay(
            stage.rate / 20 if warm_up else stage.rate,
            max(1, steps - warm_up),
            alpha=0.02,
            warmup_target=stage.rate if warm_up else None,
            warmup_steps=warm_up,
        )
        optimizer = StagedAdamW(
            rate,
            weight_decay=self.settings.weight_decay,
            global_clipnorm=5.0,
            slow=slow,
            ratio=stage.backbone_rate / stage.rate,
        )
        if self.settings.precision == "mixed_float16":
            # Small gradients would be zero in half precision; the learner itself is float32, so Keras, which
            # goes by the model's own precision, would not scale its loss.
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        self.compile(optimizer=optimizer, jit_compile=False)
        self.optimizer.build(self.trainable_variables)

    def _counts(self, name: str) -> bool:
        return name not in ("category", "colour") or name in self.proxies

    def _loss(self, name: str, embeddings: Any, parts: tuple[Any, Any, Any], products: Any, y: Any) -> Any:
        query, positive, negative = parts
        margin = self.settings.margin
        if name == "triplet":
            return losses.triplet_hinge(query, positive, negative, margin=margin)
        if name == "contrastive":
            same = ops.concatenate([ops.ones_like(products), ops.zeros_like(products)])
            others = ops.concatenate([positive, negative])
            return losses.contrastive(ops.concatenate([query, query]), others, same)
        if name == "semi_hard":
            return losses.semi_hard_triplet(embeddings, y["product"], margin=margin)
        if name == "info_nce":
            return losses.info_nce(
                query, positive, products, negative=negative, temperature=self.settings.temperature
            )
        return losses.angular_softmax(embeddings, self.proxies[name], y[name], smoothing=0.05)
