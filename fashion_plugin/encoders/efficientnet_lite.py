"""EfficientNet-Lite as a Keras network: the backbone of the encoder that ships.

EfficientNet (arXiv 1905.11946) without squeeze-and-excitation, with ReLU6 for swish and a stem and head of
fixed width, as Google released it for phones (Apache-2.0). Keras has no such application.
"""

import math
from collections.abc import Iterator
from typing import Any, Final

import keras
from keras import layers

__all__ = ["efficientnet_lite"]

_STAGES: Final = (  # repeats, kernel, stride, expansion, channels: table 1 of the paper
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_SCALES: Final = {0: (1.0, 1.0), 1: (1.0, 1.1), 2: (1.1, 1.2), 3: (1.2, 1.4), 4: (1.4, 1.8)}
_STEM: Final = 32
_HEAD: Final = 1280


def efficientnet_lite(
    variant: int = 0,
    *,
    input_shape: tuple[int | None, int | None, int] = (224, 224, 3),
    weights: str | None = None,
    head: bool = True,
) -> keras.Model:
    """Build EfficientNet-Lite ``variant`` (0 to 4): (n, h, w, 3) in [-1, 1] to (n, h/32, w/32, 1280).

    Every block ends in a layer called ``block_<number>_out``. ``weights`` is a `.weights.h5` file of this
    network, None starts at random. Without ``head`` the last convolution is left out, and the output is that
    of the last block: (n, h/32, w/32, 320).
    """
    image = keras.Input(input_shape, name="image")
    x = _convolution(image, _STEM, 3, 2, "stem")
    for number, (kernel, stride, expansion, channels) in enumerate(_blocks(variant)):
        x = _block(x, kernel, stride, expansion, channels, f"block_{number}")
    if head:
        x = _convolution(x, _HEAD, 1, 1, "head")
    network = keras.Model(image, x, name=f"efficientnet_lite{variant}")
    if weights is not None:
        network.load_weights(weights)
    return network


def _blocks(variant: int) -> Iterator[tuple[int, int, int, int]]:
    width, depth = _SCALES[variant]
    last = len(_STAGES) - 1
    for stage, (repeats, kernel, stride, expansion, channels) in enumerate(_STAGES):
        count = repeats if stage in (0, last) else math.ceil(repeats * depth)
        for number in range(count):
            yield kernel, stride if number == 0 else 1, expansion, _scaled(channels, width)


def _scaled(channels: int, width: float) -> int:
    """The next multiple of eight that is not more than a tenth below ``channels`` times ``width``."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def _block(x: Any, kernel: int, stride: int, expansion: int, channels: int, name: str) -> Any:
    wide = x.shape[-1] * expansion
    y = _convolution(x, wide, 1, 1, f"{name}_expand") if expansion != 1 else x
    y = layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise")(y)
    y = _normalised(y, f"{name}_depthwise_norm")
    y = layers.ReLU(6.0, name=f"{name}_depthwise_relu")(y)
    y = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project")(y)
    residual = stride == 1 and x.shape[-1] == channels
    y = _normalised(y, f"{name}_project_norm" if residual else f"{name}_out")
    return layers.Add(name=f"{name}_out")([x, y]) if residual else y


def _convolution(x: Any, channels: int, kernel: int, stride: int, name: str) -> Any:
    x = layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False, name=name)(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(_normalised(x, f"{name}_norm"))


def _normalised(x: Any, name: str) -> Any:
    return layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=name)(x)
