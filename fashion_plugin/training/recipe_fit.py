"""What is fitted on a trained backbone's features in minutes: heads at serving size, palette, join."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from fashion_plugin.encoders.networks import L2Normalise
from fashion_plugin.training.losses import angular_softmax
from fashion_plugin.training.parts import PARTS, Head, Joint, joined_network, opponent, parts_network

__all__ = ["KEPT", "WEIGHTS", "Features", "fit_joint", "palette_centres", "shipped_network"]

Rows = NDArray[np.float32]

KEPT: Final[Mapping[str, int]] = {"kind": 128, "colour": 48, "product": 144, "texture": 128, "palette": 64}
"""How many directions of each part the joined embedding keeps: 512 in all."""

WEIGHTS: Final[Mapping[str, float]] = {
    "kind": 1.3,
    "colour": 0.85,
    "product": 0.7,
    "texture": 0.4,
    "palette": 0.7,
}
"""The parts' weights, chosen on the validation photos."""

TEXTURE: Final = 160
"""Directions of the texture part, before the join keeps some."""

_BINS: Final = 128
_SHADES: Final = 6.0  # brings palettes to about the spread of the standardised levels
_BATCH: Final = 256
_RATE: Final = 4e-3


class Features:
    """A backbone's rows for training photos at serving size, and their labels.

    ``levels`` (n, d) standardised, ``palette`` (n, bins); ``labels`` are `kind`, `garment` and `colour`, (n,)
    whole numbers each, -1 where not known.
    """

    def __init__(self, levels: Rows, palette: Rows, labels: Mapping[str, NDArray[np.int64]]) -> None:
        self.levels, self.palette, self.labels = levels, palette, labels


def palette_centres(pixels: Rows, bins: int = _BINS, rounds: int = 12, seed: int = 1) -> Rows:
    """Centres (bins, 3) of colours in use by k-means over foreground pixels (n, 3) of sRGB in [0, 1]."""
    rng = np.random.default_rng(seed)
    points = opponent(pixels)
    centres = points[rng.choice(len(points), bins, replace=False)]
    for _ in range(rounds):
        group = (np.square(centres).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)
        for number in np.unique(group):
            centres[number] = points[group == number].mean(axis=0)
    return centres.astype(np.float32)


def fit_joint(features: Features, product: Rows, centres: Rows, *, epochs: int = 26, seed: int = 0) -> Joint:
    """Fit the heads of kind and colour anew, whiten the texture, and join all parts.

    ``product`` is the trained kernel (d, dim) of the product part. Features of photos as they are served cost
    one pass; a head trained on them for many epochs beats one that learned beside the backbone.
    """
    mean = features.palette.mean(axis=0)
    shades = (features.palette - mean) * _SHADES
    kind, colour = _train_heads(features, shades, epochs, seed)
    depth = features.levels.shape[1]
    heads = {
        "kind": Head(kind, np.zeros((0, 0), np.float32)),
        "colour": Head(
            colour[:depth],
            np.zeros((0, 0), np.float32),
            shades=_SHADES * colour[depth:],
            bias=-_SHADES * mean @ colour[depth:],
        ),
        "product": Head(product, np.zeros((0, 0), np.float32)),
        "texture": Head(_half_whitened(features.levels, TEXTURE), np.zeros((0, 0), np.float32)),
    }
    joined = {
        part: Head(head.kernel, _join(_rows(head, features), part), head.shades, head.bias)
        for part, head in heads.items()
    }
    return Joint(joined, centres, _join(features.palette, "palette"))


def shipped_network(weights: Path, size: int = 224) -> keras.Model:
    """The network that ships, as Keras, to go on from: (n, size, size, 3) in [-1, 1] to (n, 512).

    ``weights`` is the `fashion_v1.weights.h5` of the source repository, which no wheel carries.
    """
    parts = parts_network(size)
    depth = parts.get_layer("levels").output.shape[-1]
    dims = {**PARTS, "texture": TEXTURE}
    heads = {}
    for part in ("kind", "colour", "product", "texture"):
        dim = dims[part]
        shades, bias = np.zeros((_BINS, dim), np.float32), np.zeros(dim, np.float32)
        reads = part == "colour"
        kernel, join = np.zeros((depth, dim), np.float32), np.zeros((dim, KEPT[part]), np.float32)
        heads[part] = Head(kernel, join, shades if reads else None, bias if reads else None)
    joint = Joint(heads, np.zeros((_BINS, 3), np.float32), np.zeros((_BINS, KEPT["palette"]), np.float32))
    network = joined_network(parts, joint)
    network.load_weights(weights)
    return network


def _rows(head: Head, features: Features) -> Rows:
    rows = features.levels @ head.kernel
    if head.shades is not None:
        rows = rows + features.palette @ head.shades
    if head.bias is not None:
        rows = rows + head.bias
    unit: Rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _join(rows: Rows, part: str) -> Rows:
    """The directions that hold most of the rows' length, times the part's weight."""
    return (WEIGHTS[part] * _directions(rows, KEPT[part])).astype(np.float32)


def _directions(rows: Rows, kept: int) -> Rows:
    """The directions (d, kept) along which rows (n, d) are longest; zero beyond the rows' rank."""
    if len(rows) < rows.shape[1]:
        found = np.linalg.svd(rows, full_matrices=False)[2].T[:, :kept]
        wide: Rows = np.pad(found, ((0, 0), (0, kept - found.shape[1]))).astype(np.float32)
        return wide
    values, vectors = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    return vectors[:, np.argsort(-values)[:kept]].astype(np.float32)


def _half_whitened(levels: Rows, kept: int) -> Rows:
    """Principal directions scaled by deviation^-½: half-way to whitened rows, which amplify noise."""
    directions = _directions(levels, kept)
    spread: Rows = (levels @ directions).std(axis=0)
    scaled: Rows = (directions / np.sqrt(np.maximum(spread, 1e-3 * spread.max()))).astype(np.float32)
    return scaled


class HeadsLearner(keras.Model):  # type: ignore[misc] # Keras has no types
    """Learns the heads of kind and colour from (levels, shades) rows to a dict of unit rows."""

    def __init__(self, classes: Mapping[str, int]) -> None:
        super().__init__()
        self.kind = layers.Dense(192, use_bias=False)
        self.colour = layers.Dense(64, use_bias=False)
        self.dropout, self.unit = layers.Dropout(0.3), L2Normalise()
        dims = {"kind": 192, "garment": 192, "colour": 64}
        self.proxies = {
            name: self.add_weight(shape=(max(1, classes[name]), dim), initializer="glorot_normal", name=name)
            for name, dim in dims.items()
        }

    def call(self, rows: Any, training: bool = False) -> Any:
        levels, shades = rows
        both = ops.concatenate([levels, shades], axis=-1)
        return {
            "kind": self.unit(self.kind(self.dropout(levels, training=training))),
            "colour": self.unit(self.colour(self.dropout(both, training=training))),
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
        return one + 0.5 * two + 1.5 * three


def _train_heads(features: Features, shades: Rows, epochs: int, seed: int) -> tuple[Rows, Rows]:
    keras.utils.set_random_seed(seed)
    labels = features.labels
    heads = HeadsLearner({name: int(values.max(initial=0)) + 1 for name, values in labels.items()})
    steps = epochs * max(1, len(shades) // _BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=_RATE, warmup_steps=min(50, steps)
    )
    heads.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.2, use_ema=True, ema_momentum=0.99))
    heads.fit([features.levels, shades], dict(labels), batch_size=_BATCH, epochs=epochs, verbose=0)
    heads.optimizer.finalize_variable_values(heads.trainable_variables)
    return np.asarray(heads.kind.get_weights()[0]), np.asarray(heads.colour.get_weights()[0])
