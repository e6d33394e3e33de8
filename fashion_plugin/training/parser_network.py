"""The garment parser's network: MobileNetV2, a light U-Net decoder, and a head for what is worn at all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
from keras import layers

from fashion_plugin.looks.groups import GARMENT_LABELS, PIXEL_CLASSES

SKIPS = ("block_13_expand_relu", "block_6_expand_relu", "block_3_expand_relu")
"""MobileNetV2 activations at strides 16, 8 and 4."""


def parser_network(
    size: tuple[int, int] = (384, 256),
    *,
    width: int = 96,
    weights: str | Path | None = None,
    frozen_blocks: int = 3,
    dropout: float = 0.2,
) -> keras.Model:
    """Network from (n, h, w, 3) float32 in [-1, 1] to pixel and presence logits.

    `pixels` is (n, h/4, w/4, 16) in the order of PIXEL_CLASSES; `present` is (n, 11) in the order of
    GARMENT_LABELS. The presence logits are added to the pixels of their class, so that what the whole photo
    says about a coat reaches each of its pixels (the context term of EncNet, arXiv 1803.08904).
    """
    backbone = keras.applications.MobileNetV2(input_shape=(None, None, 3), include_top=False, weights=None)
    if weights is not None:
        load_backbone(backbone, weights)
    freeze(backbone, frozen_blocks)
    taps = keras.Model(
        backbone.input,
        [backbone.output, *(backbone.get_layer(name).output for name in SKIPS)],
        name="backbone",
    )
    image = keras.Input((*size, 3), name="image")
    top, *skips = taps(image)

    context = layers.Concatenate(name="context")(
        [layers.GlobalAveragePooling2D()(top), layers.GlobalMaxPooling2D()(top)]
    )
    context = layers.Dropout(dropout)(context)
    present = layers.Dense(len(GARMENT_LABELS), name="present", dtype="float32")(context)

    x = _unit(top, 2 * width, 1, "top")
    for stride, skip in zip((16, 8, 4), skips, strict=True):
        x = layers.UpSampling2D(2, interpolation="bilinear", name=f"up{stride}")(x)
        x = layers.Concatenate(name=f"join{stride}")([x, _unit(skip, width // 2, 1, f"skip{stride}")])
        x = _separable(x, width if stride > 4 else width * 2 // 3, f"mix{stride}a")
        x = _separable(x, width if stride > 4 else width * 2 // 3, f"mix{stride}b")
    x = layers.SpatialDropout2D(dropout / 2)(x)
    local = layers.Conv2D(len(PIXEL_CLASSES), 1, name="local")(x)
    hints = layers.Dense(len(PIXEL_CLASSES), use_bias=False, kernel_initializer=_context_start, name="hints")(
        present
    )
    pixels = layers.Add(name="pixels", dtype="float32")(
        [local, layers.Reshape((1, 1, len(PIXEL_CLASSES)))(hints)]
    )
    return keras.Model(image, {"pixels": pixels, "present": present}, name="garment_parser")


def with_size(network: keras.Model, size: tuple[int, int]) -> keras.Model:
    """The same layers and weights on images of another size (both sides multiples of 32)."""
    image = keras.Input((*size, 3), name="image")
    return keras.models.clone_model(network, input_tensors=image, clone_function=lambda layer: layer)


def load_backbone(backbone: keras.Model, weights: str | Path) -> None:
    """Load MobileNetV2 weights; a file that also holds an embedding head gives its backbone."""
    try:
        backbone.load_weights(weights)
    except ValueError:
        pooled = layers.GlobalAveragePooling2D()(backbone.output)
        keras.Model(backbone.input, layers.Dense(256, name="embedding")(pooled)).load_weights(weights)


def freeze(backbone: keras.Model, blocks: int) -> None:
    """Keep the stem and the first `blocks` inverted residual blocks as they are; the rest learns.

    Frozen batch norms use their stored statistics. The others follow the batches fast enough (momentum 0.97)
    to be right after a run of some hundred steps, where the 0.999 they come with needs thousands.
    """
    for layer in backbone.layers:
        layer.trainable = _block_of(layer.name) >= blocks
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.97


def _block_of(name: str) -> int:
    if name.startswith("block_"):
        return int(name.split("_")[1])
    return 0 if name.startswith(("expanded_conv", "Conv1", "bn_Conv1", "input")) else 99


def _context_start(shape: Sequence[int], dtype: Any = None) -> Any:
    """Start: each label hints at its own class, half a logit per logit."""
    rows, columns = shape
    start = [[0.5 if column == row + 1 else 0.0 for column in range(columns)] for row in range(rows)]
    return keras.ops.convert_to_tensor(start, dtype=dtype)


def _unit(x: Any, filters: int, kernel: int, name: str) -> Any:
    x = layers.Conv2D(filters, kernel, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.BatchNormalization(momentum=0.97, name=f"{name}_bn")(x)
    return layers.ReLU(max_value=6.0, name=f"{name}_relu")(x)


def _separable(x: Any, filters: int, name: str) -> Any:
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"{name}_depthwise")(x)
    return _unit(x, filters, 1, name)
