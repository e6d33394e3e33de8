"""Networks from a backbone to an embedding: the multi-scale Siamese of the papers, and a plain modern head.

A *backbone* is a `keras.Model` with one image input, such as one of `keras.applications`. The graphs built on
it are flat: the backbone's layers keep their names and order, so that its weights files go on fitting.
"""

from typing import Any, Literal

import keras
from keras import layers, ops

__all__ = [
    "GeM",
    "L2Normalise",
    "Pooling",
    "Preprocess",
    "embedding_dim",
    "multi_scale_siamese",
    "plain_head",
    "vgg_fc2",
]

Pooling = Literal["average", "max", "gem"]

SHALLOW_FILTERS = 96
"""Filters of each shallow convolution (Wang et al., "Deep Ranking", arXiv 1404.4661, figure 3)."""

_IMAGENET_BGR = (103.939, 116.779, 123.68)
"""Mean of the ImageNet photos by channel, which VGG was trained to have taken away (arXiv 1409.1556)."""

_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""The same by channel of RGB in [0, 1], and the deviation: DenseNet's input."""


@keras.saving.register_keras_serializable(package="fashion_plugin")
class L2Normalise(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Scale each row to unit length; a zero row stays zero."""

    def call(self, inputs: Any) -> Any:
        """(n, d) in, the same shape out; worked out in float32 whatever the precision of the network."""
        return ops.normalize(ops.cast(inputs, "float32"), axis=-1, order=2, epsilon=1e-12)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Leave the shape as it is."""
        return input_shape


@keras.saving.register_keras_serializable(package="fashion_plugin")
class GeM(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Generalised-mean pooling with a learned power: mean(x^p)^(1/p) (Radenovic et al., arXiv 1711.02512).

    p = 1 is average pooling of the positive part, p → ∞ max pooling; 3 is where the paper starts.
    """

    def __init__(self, p: float = 3.0, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start, self.epsilon = float(p), float(epsilon)

    def build(self, input_shape: Any) -> None:
        """Create p, kept at 1 or more so that the root stays smooth."""
        self.p = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(self.start),
            constraint=_AtLeastOne(),
            dtype="float32",
            name="p",
        )

    def call(self, inputs: Any) -> Any:
        """(n, h, w, c) in, (n, c) out; the powers are float32, since x^3 overflows half precision."""
        # exp(p log x) for x^p: LiteRT runs a power outside its fast graph, which doubled an encoder's time.
        powers = ops.exp(self.p * ops.log(ops.maximum(ops.cast(inputs, "float32"), self.epsilon)))
        pooled = ops.exp(ops.log(ops.mean(powers, axis=(1, 2))) / self.p)
        return ops.cast(pooled, self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Drop height and width."""
        return (input_shape[0], input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """What `__init__` takes."""
        return {**super().get_config(), "p": self.start, "epsilon": self.epsilon}


@keras.saving.register_keras_serializable(package="fashion_plugin")
class Preprocess(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Turn images in [-1, 1] into what a backbone was trained on, so that every network takes the same input.

    ``mode`` is ``"tf"`` ([-1, 1], nothing to do), ``"raw"`` ([0, 255], for backbones that scale by
    themselves), ``"caffe"`` (BGR in [0, 255] less the ImageNet mean: VGG, ResNet) or ``"torch"`` (RGB in
    [0, 1], standardised: DenseNet).
    """

    def __init__(self, mode: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if mode not in ("tf", "raw", "caffe", "torch"):
            raise ValueError(f"mode must be tf, raw, caffe or torch, not {mode!r}")
        self.mode = mode

    def call(self, inputs: Any) -> Any:
        """(n, h, w, 3) in [-1, 1] in, the same shape out."""
        if self.mode == "tf":
            return inputs
        if self.mode == "torch":
            middle, spread = (
                ops.convert_to_tensor(values, dtype=inputs.dtype)
                for values in (_IMAGENET_MEAN, _IMAGENET_STD)
            )
            return ((inputs + 1.0) * 0.5 - middle) / spread
        pixels = (inputs + 1.0) * 127.5
        if self.mode == "raw":
            return pixels
        mean = ops.convert_to_tensor(_IMAGENET_BGR, dtype=pixels.dtype)
        return ops.flip(pixels, axis=-1) - mean

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Leave the shape as it is."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """What `__init__` takes."""
        return {**super().get_config(), "mode": self.mode}


@keras.saving.register_keras_serializable(package="fashion_plugin")
class _AtLeastOne(keras.constraints.Constraint):  # type: ignore[misc] # Keras has no types
    """Keep a weight at 1 or more."""

    def __call__(self, w: Any) -> Any:
        return ops.maximum(w, 1.0)


def multi_scale_siamese(
    backbone: keras.Model, *, dim: int = 4096, deep_dim: int = 4096, name: str = "multi_scale_siamese"
) -> keras.Model:
    """Build the network of VisNet (arXiv 1703.02344) and RankNet (arXiv 1901.03546) on a backbone.

    A deep branch of ``deep_dim`` and two shallow ones of 1536 each, joined and projected linearly to ``dim``,
    unit length. A backbone that ends in a vector (`vgg_fc2`) is the deep branch as it is; one that ends in a
    feature map is pooled and projected first.

    At 224 px: 4:1 → 56x56x3 → convolution 8x8 / 4 → 14x14x96 → max-pool 7x7 / 4 → 4x4x96 = 1536, and
    8:1 → 28x28x3 → convolution 8x8 / 4 → 7x7x96 → max-pool 3x3 / 2 → 4x4x96 = 1536. VisNet's diagram can be
    read with the two pools the other way round, but only these pairs (those of arXiv 1404.4661, from
    whom it took them) add up to its 3072.
    """
    image = backbone.inputs[0]
    deep = backbone.output
    if len(deep.shape) == 4:
        deep = layers.GlobalAveragePooling2D(name="deep_pool")(deep)
        deep = layers.Dense(deep_dim, activation="relu", name="deep")(deep)
    deep = L2Normalise(name="deep_unit")(deep)
    shallow = layers.Concatenate(name="shallow")(
        [_shallow(image, subsample=4, pool=7, stride=4), _shallow(image, subsample=8, pool=3, stride=2)]
    )
    shallow = L2Normalise(name="shallow_unit")(shallow)
    joined = layers.Concatenate(name="joined")([deep, shallow])
    embedding = layers.Dense(dim, name="embedding")(joined)
    return keras.Model(image, L2Normalise(name="unit", dtype="float32")(embedding), name=name)


def _shallow(image: Any, *, subsample: int, pool: int, stride: int) -> Any:
    tag = f"shallow_{subsample}to1"
    # Averaging before dropping pixels, so that fine stripes do not turn into coarse ones.
    x = layers.AveragePooling2D(subsample, name=f"{tag}_subsample")(image)
    x = layers.Conv2D(SHALLOW_FILTERS, 8, strides=4, padding="same", activation="relu", name=f"{tag}_conv")(x)
    x = layers.MaxPooling2D(pool, strides=stride, padding="same", name=f"{tag}_pool")(x)
    return layers.Flatten(name=f"{tag}_flat")(x)


def plain_head(
    backbone: keras.Model,
    *,
    dim: int = 256,
    pooling: Pooling = "gem",
    dropout: float = 0.0,
    name: str = "plain_head",
) -> keras.Model:
    """Build pooling, a linear embedding and unit length on a backbone that ends in a feature map."""
    if len(backbone.output.shape) != 4:
        raise ValueError("plain_head needs a backbone that ends in a feature map (include_top=False)")
    if pooling == "gem":
        pooled = GeM(name="pool")(backbone.output)
    elif pooling == "average":
        pooled = layers.GlobalAveragePooling2D(name="pool")(backbone.output)
    else:
        pooled = layers.GlobalMaxPooling2D(name="pool")(backbone.output)
    if dropout:
        pooled = layers.Dropout(dropout, name="dropout")(pooled)
    embedding = layers.Dense(dim, name="embedding")(pooled)
    return keras.Model(backbone.inputs[0], L2Normalise(name="unit", dtype="float32")(embedding), name=name)


def vgg_fc2(vgg: keras.Model) -> keras.Model:
    """Cut VGG16 or VGG19 (``include_top=True``) after its second fully connected layer: (n, 4096)."""
    return keras.Model(vgg.inputs[0], vgg.get_layer("fc2").output, name=f"{vgg.name}_fc2")


def embedding_dim(network: keras.Model) -> int:
    """The size of a network's embedding; ValueError where it does not end in one vector per image."""
    shape = network.output_shape
    if not isinstance(shape, tuple) or len(shape) != 2 or shape[1] is None:
        raise ValueError(f"an embedding network must end in (n, dim), not {shape}")
    return int(shape[1])
