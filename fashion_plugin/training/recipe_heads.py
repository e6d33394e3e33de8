"""Heads learned on a backbone's features at serving size: kind, colour and product, in minutes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from fashion_plugin.encoders.networks import L2Normalise
from fashion_plugin.training.losses import angular_softmax, info_nce

__all__ = ["HEADS", "Seen", "learn_heads"]

Rows = NDArray[np.float32]

HEADS: Final[Mapping[str, int]] = {"kind": 256, "colour": 192, "product": 256}
"""The heads and their sizes, before the join keeps some of their directions."""

_BATCH: Final = 512
_RATE: Final = 4e-3
_PLAIN: Final = 0.6  # the share of rows shown as they are served; made views share the rest


@dataclass(frozen=True, slots=True)
class Seen:
    """A backbone's rows for every photo in one view: ``levels`` (n, d) standardised, ``shades`` (n, bins)."""

    levels: Rows
    shades: Rows


class HeadsLearner(keras.Model):  # type: ignore[misc] # Keras has no types
    """Learns the heads from (levels, shades, the levels of another view) rows to a dict of unit rows."""

    def __init__(self, classes: Mapping[str, int]) -> None:
        super().__init__()
        self.kind = layers.Dense(HEADS["kind"], use_bias=False)
        self.colour = layers.Dense(HEADS["colour"], use_bias=False)
        self.product = layers.Dense(HEADS["product"], use_bias=False)
        self.dropout, self.light, self.unit = layers.Dropout(0.3), layers.Dropout(0.1), L2Normalise()
        heads = {"kind": "kind", "garment": "kind", "colour": "colour", "pair": "colour"}
        self.proxies = {
            name: self.add_weight(
                shape=(max(1, classes[name]), HEADS[head]), initializer="glorot_normal", name=name
            )
            for name, head in heads.items()
        }

    def call(self, rows: Any, training: bool = False) -> Any:
        levels, shades, other = rows
        both = ops.concatenate([levels, shades], axis=-1)
        return {
            "kind": self.unit(self.kind(self.dropout(levels, training=training))),
            "colour": self.unit(self.colour(self.dropout(both, training=training))),
            "product": self.unit(self.product(self.light(levels, training=training))),
            "other": self.unit(self.product(self.light(other, training=training))),
        }

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        kind, proxies = y_pred["kind"], self.proxies
        one = angular_softmax(kind, proxies["kind"], y["kind"], scale=24.0, margin=0.25, smoothing=0.05)
        two = angular_softmax(kind, proxies["garment"], y["garment"], scale=16.0, margin=0.1, smoothing=0.05)
        colour = y_pred["colour"]
        three = angular_softmax(colour, proxies["colour"], y["colour"], scale=16.0, margin=0.1, smoothing=0.1)
        four = angular_softmax(colour, proxies["pair"], y["pair"], scale=24.0, margin=0.2, smoothing=0.1)
        five = info_nce(y_pred["product"], y_pred["other"], y["item"], temperature=0.07)
        return one + 0.5 * two + 0.5 * three + four + five


def learn_heads(
    views: Sequence[Seen],
    labels: Mapping[str, NDArray[np.int64]],
    product: Rows,
    *,
    epochs: int = 40,
    seed: int = 0,
) -> tuple[Rows, Rows, Rows]:
    """Kernels of kind (d, 256), colour (d + bins, 192) and product (d, 256).

    The first of ``views`` is of the photos as they are served, the others are of made views; two views of a
    photo are a positive pair of the product head, which goes on from ``product`` (d, 256). ``labels`` are
    `kind`, `garment`, `colour`, `pair` (a kind in a colour) and `item`, (n,) whole numbers, -1 where not
    known.
    """
    keras.utils.set_random_seed(seed)
    heads = HeadsLearner({name: int(values.max(initial=0)) + 1 for name, values in labels.items()})
    steps = epochs * max(1, len(views[0].levels) // _BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=_RATE, warmup_steps=min(60, steps)
    )
    heads.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.05, use_ema=True, ema_momentum=0.99))
    batches = _batches(views, labels, steps, seed)
    first, told = next(batches)
    heads(first)
    heads.product.set_weights([product])
    heads.train_on_batch(first, told)
    for rows, told in batches:
        heads.train_on_batch(rows, told)
    heads.optimizer.finalize_variable_values(heads.trainable_variables)
    kind, colour, same = (
        np.asarray(layer.get_weights()[0]) for layer in (heads.kind, heads.colour, heads.product)
    )
    return kind, colour, same


def _batches(
    views: Sequence[Seen], labels: Mapping[str, NDArray[np.int64]], steps: int, seed: int
) -> Iterator[tuple[list[Rows], dict[str, NDArray[np.int64]]]]:
    """Random photos, each in one view for every head and in another for the product's."""
    rng, photos = np.random.default_rng(seed), len(views[0].levels)
    made = len(views) - 1
    share = [_PLAIN, *[(1 - _PLAIN) / made] * made] if made else [1.0]
    size = min(_BATCH, photos)
    for _ in range(steps):
        chosen = rng.choice(photos, size, replace=False)
        one = rng.choice(len(views), size, p=share)
        two = (one + rng.integers(1, len(views), size)) % len(views) if made else one
        rows = [
            np.stack([views[view].levels[i] for view, i in zip(one, chosen, strict=True)]),
            np.stack([views[view].shades[i] for view, i in zip(one, chosen, strict=True)]),
            np.stack([views[view].levels[i] for view, i in zip(two, chosen, strict=True)]),
        ]
        yield rows, {name: values[chosen] for name, values in labels.items()}
