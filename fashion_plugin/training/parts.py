"""The network of the encoder that ships: one backbone, several embeddings trained for different questions.

What is kind to a category ("a shirt is a shirt") is cruel to a product ("this shirt, not that one"), so each
question has an embedding of its own: the *kind*, the *colour* by its name, the *product*; a *palette* of the
photo's pixels needs no training. They are joined with weights, in one graph that serves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from fashion_plugin.encoders.networks import GeM, L2Normalise

__all__ = [
    "FROZEN",
    "PARTS",
    "Head",
    "Joint",
    "Palette",
    "PoolStatistics",
    "joined_network",
    "opponent",
    "parts_network",
]

PARTS: Final[Mapping[str, int]] = {"kind": 192, "colour": 64, "product": 256}
"""The trained embeddings and their sizes."""

FROZEN: Final = "block_5_add"
"""The backbone's last layer that stays as ImageNet left it: edges and textures serve every question."""

_TAPS: Final = (FROZEN, "block_9_add", "block_12_add", "block_15_add")

_OPPONENT: Final = np.array(
    [[0.299, 0.587, 0.114], [0.5, -0.5, 0.0], [0.25, 0.25, -0.5]], np.float32
) * np.array([[0.8], [1.6], [1.3]], np.float32)
"""Lightness, red-green and yellow-blue of gamma-coded sRGB in [0, 1], in about CIELAB's proportions."""

_NEAR_WHITE: Final = 0.93  # the darkest channel of studio background, of 1
_STEEP: Final = 60.0
_LEAST: Final = 0.02  # what a near-white pixel still counts: an all-white garment has a palette too
_CENTRE: Final = 0.5  # standard deviation of a pixel's weight by its place, in half sides of the photo
_POOL: Final = 4


@keras.saving.register_keras_serializable(package="fashion_plugin")
class PoolStatistics(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Mean and standard deviation of each channel over the map: (n, h, w, c) to (n, 2c)."""

    def call(self, inputs: Any) -> Any:
        """Worked out in float32 whatever the precision of the network."""
        x = ops.cast(inputs, "float32")
        mean = ops.mean(x, axis=(1, 2))
        variance = ops.mean(ops.square(x), axis=(1, 2)) - ops.square(mean)
        return ops.concatenate([mean, ops.sqrt(ops.maximum(variance, 1e-5))], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Drop height and width, double the channels."""
        return (input_shape[0], 2 * input_shape[-1])


@keras.saving.register_keras_serializable(package="fashion_plugin")
class Palette(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Soft histogram of an image's colours: (n, h, w, 3) in [-1, 1] to (n, bins) unit rows.

    Pixels, averaged four by four, are shared out among ``bins`` centres (`palette_centres`) by a Gaussian of
    width ``spread``; those near the middle and those not near white count most. The square root of the
    shares makes the dot product of two palettes their Bhattacharyya coefficient.
    """

    def __init__(self, bins: int = 128, spread: float = 0.05, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bins, self.spread = bins, spread

    def build(self, input_shape: Any) -> None:
        """Create the centres (bins, 3), all zero until they are set."""
        self.centres = self.add_weight(
            shape=(self.bins, 3), initializer="zeros", trainable=False, dtype="float32", name="centres"
        )

    def call(self, inputs: Any) -> Any:
        """The constant |pixel|² leaves a softmax as it is, so one matrix product gives the distances."""
        x = ops.average_pool(ops.cast(inputs, "float32"), _POOL, strides=_POOL, padding="valid")
        rgb = (x + 1.0) / 2.0
        centres = self.centres / (self.spread**2)
        kernel = ops.matmul(_OPPONENT.T, ops.transpose(centres))
        bias = -0.5 * ops.sum(self.centres * centres, axis=-1)
        share = ops.softmax(ops.matmul(rgb, kernel) + bias, axis=-1)
        white = ops.sigmoid((ops.min(rgb, axis=-1, keepdims=True) - _NEAR_WHITE) * _STEEP)
        weight = (1.0 - (1.0 - _LEAST) * white) * _middle(inputs.shape[1] // _POOL, inputs.shape[2] // _POOL)
        shares = ops.sum(weight * share, axis=(1, 2)) / ops.sum(weight, axis=(1, 2))
        return ops.sqrt(shares + 1e-5)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """One number a bin."""
        return (input_shape[0], self.bins)

    def get_config(self) -> dict[str, Any]:
        """What `__init__` takes."""
        return {**super().get_config(), "bins": self.bins, "spread": self.spread}


def _middle(height: int, width: int) -> NDArray[np.float32]:
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    return np.exp(-(y**2 + x**2) / (2 * _CENTRE**2)).astype(np.float32)[None, :, :, None]


def opponent(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """The space in which palette centres lie: (..., 3) of sRGB in [0, 1], (..., 3) about -1…1."""
    return rgb @ _OPPONENT.T


def parts_network(size: int = 224, weights: str | None = None) -> keras.Model:
    """Build the trained part: (n, size, size, 3) in [-1, 1] to a dict of unit rows, one for each of `PARTS`.

    ``weights`` are those of ``MobileNetV2(include_top=False)``: a path, "imagenet" or None. Batch
    normalisation keeps ImageNet's statistics (catalogue and shoppers' photos differ too much for a
    batch's); its scale and shift are trained above `FROZEN`.
    """
    name = "imagenet" if weights == "imagenet" else None
    base = keras.applications.MobileNetV2(input_shape=(size, size, 3), include_top=False, weights=name)
    if weights and name is None:
        base.load_weights(weights)
    frozen = True
    for layer in base.layers:
        layer.trainable = not frozen
        frozen = frozen and layer.name != FROZEN
    taps = [PoolStatistics(name=f"statistics_{tap}")(base.get_layer(tap).output) for tap in _TAPS]
    top = GeM(epsilon=1e-4, name="top")(base.output)
    pooled = layers.Concatenate(name="pooled")([*taps, top])
    levels = layers.BatchNormalization(center=False, scale=False, momentum=0.98, epsilon=1e-5, name="levels")(
        pooled
    )
    last = levels[:, -top.shape[-1] :]
    outputs = {}
    for part, dim in PARTS.items():
        # The kind is read from the top alone; colour and product also from the textures below it.
        source, rate = (last, 0.2) if part == "kind" else (levels, 0.1)
        dropped = layers.Dropout(rate, name=f"{part}_dropout")(source)
        dense = layers.Dense(dim, use_bias=False, name=part)(dropped)
        outputs[part] = L2Normalise(name=f"{part}_unit")(dense)
    return keras.Model(base.input, outputs, name="fashion_parts")


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One part of the joined embedding: unit(levels @ kernel + palette @ shades + bias) @ join.

    ``kernel`` is (levels, d), ``shades`` (bins, d) where the part also reads the palette, ``bias`` (d,), and
    ``join`` (d, kept) holds the directions that are kept, times the part's weight.
    """

    kernel: NDArray[np.float32]
    join: NDArray[np.float32]
    shades: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """What is fitted once the backbone is trained: a head for each part, and the palette's own join."""

    heads: Mapping[str, Head]
    centres: NDArray[np.float32]
    palette: NDArray[np.float32]

    @property
    def dim(self) -> int:
        """The size of the joined embedding."""
        return int(sum(head.join.shape[1] for head in self.heads.values()) + self.palette.shape[1])


def joined_network(parts: keras.Model, joint: Joint) -> keras.Model:
    """Build what serves: (n, size, size, 3) in [-1, 1] to one (n, dim), the parts projected and joined.

    The whole vector is brought to unit length outside the graph, in full precision.
    """
    image, levels = parts.inputs[0], parts.get_layer("levels").output
    measure = Palette(bins=len(joint.centres), name="palette")
    palette = measure(image)
    measure.centres.assign(joint.centres)
    depth, bins = levels.shape[-1], len(joint.centres)
    kernels, biases = [], []
    for head in joint.heads.values():
        dim = head.kernel.shape[1]
        shades = np.zeros((bins, dim), np.float32) if head.shades is None else head.shades
        kernels.append(np.vstack([np.reshape(head.kernel, (depth, dim)), shades]))
        biases.append(np.zeros(dim, np.float32) if head.bias is None else head.bias)
    both = layers.Concatenate(name="levels_palette")([levels, palette])
    rows = _dense(both, np.hstack(kernels), np.concatenate(biases), "heads")
    joined, start = [_dense(palette, joint.palette, None, "palette_join")], 0
    for part, head in joint.heads.items():
        stop = start + head.kernel.shape[1]
        unit = L2Normalise(name=f"{part}_row")(rows[:, start:stop])
        joined.append(_dense(unit, head.join, None, f"{part}_join"))
        start = stop
    return keras.Model(image, layers.Concatenate(name="embedding")(joined), name="fashion")


def _dense(source: Any, kernel: NDArray[np.float32], bias: NDArray[np.float32] | None, name: str) -> Any:
    dense = layers.Dense(kernel.shape[1], use_bias=bias is not None, name=name)
    row = dense(source)
    dense.set_weights([kernel] if bias is None else [kernel, bias])
    return row
