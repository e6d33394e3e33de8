"""int8 where it pays: the convolutions but for the first, and the large dense layers; the rest in float32.

The first convolutions of a network work on large maps of few channels: they are no faster in int8, and their
rounding errors go through all that follows. Powers, logarithms and norms do not fit into 8 bits at all. Left
in float32 they cost little, and the answers stay near to the original's.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

__all__ = ["mixed_int8"]

Samples = Callable[[], Iterator[Any]]

_SHARE: Final = 8
"""A network keeps to float32 until its maps are an eighth of the input's side (26 of 208 pixels)."""

_LARGE: Final = 100_000
"""Weights of a dense layer from which on reading them takes longer than rounding its input."""


def mixed_int8(converter: Callable[[], Any], samples: Samples) -> bytes:
    """Convert a network of images (1, height, width, 3) float32 to LiteRT, int8 where it pays.

    ``converter`` makes a fresh `tf.lite.TFLiteConverter`; ``samples`` are inputs, as its representative data
    set wants them, on which the ranges of the int8 activations are measured. Input and output stay float32,
    as does all of a network that has nothing for int8.
    """
    import tensorflow as tf

    exact = bytes(converter().convert())
    kept, count = _kept_in_float(exact)
    if len(kept) == count:
        return exact
    calibrated = converter()
    calibrated.optimizations = [tf.lite.Optimize.DEFAULT]
    calibrated.representative_dataset = samples
    calibrated.target_spec.supported_ops = [
        tf.lite.OpsSet.TFLITE_BUILTINS_INT8,
        tf.lite.OpsSet.TFLITE_BUILTINS,
    ]
    with warnings.catch_warnings():
        # The debugger is TensorFlow's documented way to keep some operations in float; its interpreter warns
        # that another package will replace it.
        warnings.simplefilter("ignore", UserWarning)
        debugger = tf.lite.experimental.QuantizationDebugger(
            converter=calibrated,
            debug_dataset=samples,
            debug_options=tf.lite.experimental.QuantizationDebugOptions(denylisted_nodes=kept),
        )
        return bytes(debugger.get_nondebug_quantized_model())


def _kept_in_float(network: bytes) -> tuple[list[str], int]:
    """The names of the operations of a float32 network that int8 would not serve, and how many it has."""
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.convert_bytearray_to_object(network)
    kept = [name for graph in model.subgraphs for name in _kept_of(graph, model.operatorCodes)]
    return kept, sum(len(graph.operators) for graph in model.subgraphs)


def _kept_of(graph: Any, codes: Any) -> Iterator[str]:
    from tensorflow.lite.python.schema_py_generated import BuiltinOperator as Kind

    convolutions = {Kind.CONV_2D, Kind.DEPTHWISE_CONV_2D}
    on_maps = {*convolutions, Kind.ADD, Kind.PAD, Kind.CONCATENATION, Kind.RESIZE_BILINEAR}
    side, small = graph.tensors[graph.inputs[0]].shape[1], False
    for operator in graph.operators:
        code = codes[operator.opcodeIndex]
        kind = max(code.builtinCode, code.deprecatedBuiltinCode)
        out = graph.tensors[operator.outputs[0]]
        if kind == Kind.FULLY_CONNECTED:
            pays = np.prod(graph.tensors[operator.inputs[1]].shape) >= _LARGE
        else:
            small = small or (kind in convolutions and out.shape[1] * _SHARE <= side)
            pays = small and kind in on_maps and len(out.shape) == 4 and out.shape[1] > 1
        if not pays:
            yield out.name.decode()
