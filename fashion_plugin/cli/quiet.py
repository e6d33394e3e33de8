"""Loading the encoder without LiteRT's own line on standard error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from fashion_plugin.encoders.base import Encoder

__all__ = ["warm_up"]


def warm_up(encoder: Encoder) -> None:
    """Encode one small image, so that the network is loaded; nothing is printed.

    LiteRT writes "Created TensorFlow Lite XNNPACK delegate" to the process's standard error when it makes its
    first interpreter, and has no switch for it. Only a command does this, before it starts a thread.
    """
    with _silent():
        encoder.encode([np.zeros((8, 8, 3), dtype=np.uint8)])


@contextmanager
def _silent() -> Iterator[None]:
    try:
        standard_error = sys.__stderr__.fileno() if sys.__stderr__ else -1
    except (OSError, ValueError):
        standard_error = -1
    if standard_error < 0:
        yield
        return
    kept = os.dup(standard_error)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, standard_error)
        yield
    finally:
        os.dup2(kept, standard_error)
        os.close(kept)
        os.close(nowhere)
