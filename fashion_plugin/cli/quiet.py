"""Loading the encoder without LiteRT's own line on standard error."""

import numpy as np

from fashion_plugin.encoders.base import Encoder
from fashion_plugin.silence import silent

__all__ = ["warm_up"]


def warm_up(encoder: Encoder) -> None:
    """Encode one small image, so that the network is loaded; nothing is printed.

    LiteRT writes "Created TensorFlow Lite XNNPACK delegate" when it makes its first interpreter. Only a
    command does this, before it starts a thread.
    """
    with silent():
        encoder.encode([np.zeros((8, 8, 3), dtype=np.uint8)])
