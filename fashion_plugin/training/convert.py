"""From a Keras network to the bytes of a LiteRT network."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.keras import require_keras
from fashion_plugin.encoders.preprocess import scale, square
from fashion_plugin.encoders.presets import Preprocessing
from fashion_plugin.errors import TrainingError
from fashion_plugin.training.quantise import mixed_int8

__all__ = [
    "CALIBRATED",
    "Precision",
    "compiled",
    "in_float32",
    "read_network",
    "to_litert",
    "without_normalisation",
]

Precision = Literal["fp32", "fp16", "mixed", "int8"]

CALIBRATED: Final = frozenset({"mixed", "int8"})
"""The precisions that need photos to measure the activations' ranges on."""

_NORMALISATIONS = ("L2Normalise", "UnitNormalization")
_CALIBRATION = 100  # photos at the least, to know the range of every activation


def to_litert(
    network: Any,
    input_size: int,
    precision: Precision,
    *,
    preprocessing: Preprocessing | None = None,
    calibration: Sequence[NDArray[np.uint8]] = (),
) -> bytes:
    """Convert a Keras network of one image input for one photo at a time.

    mixed is int8 where that is faster and harmless (`mixed_int8`), float32 elsewhere. int8 means full int8:
    weights, activations and the input (uint8); the output stays float32, since the embedding is normalised
    afterwards. Operations that LiteRT has no int8 kernel for stay float32. Both are calibrated on photos.

    Raises:
        TrainingError: the network cannot be converted, or there are too few photos to calibrate on.
    """
    keras = require_keras()
    if keras.backend.backend() != "tensorflow":
        raise TrainingError(
            f"Export needs Keras on TensorFlow, not on {keras.backend.backend()}: save the network as "
            ".keras, and export it with KERAS_BACKEND=tensorflow."
        )
    if precision in CALIBRATED and len(calibration) < _CALIBRATION:
        raise TrainingError(
            f"{precision} needs at least {_CALIBRATION} photos to calibrate on, and there are "
            f"{len(calibration)}. Give more, or export fp16."
        )
    import tensorflow as tf

    how = preprocessing or Preprocessing()

    def samples() -> Iterator[list[NDArray[np.float32]]]:
        for photo in calibration:
            yield [scale(square(photo, input_size), how)[None]]

    with tempfile.TemporaryDirectory(prefix="fashion-export-") as folder:
        shape = (1, input_size, input_size, 3)
        try:
            # Converting from a concrete function would leave the weights out of the file.
            network.export(
                folder,
                format="tf_saved_model",
                verbose=False,
                input_signature=[tf.TensorSpec(shape, tf.float32)],
            )
            if precision == "mixed":
                return mixed_int8(lambda: tf.lite.TFLiteConverter.from_saved_model(folder), samples)
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
            if precision == "fp16":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
                converter.target_spec.supported_types = [tf.float16]
            elif precision == "int8":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
                converter.representative_dataset = samples
                converter.target_spec.supported_ops = [
                    tf.lite.OpsSet.TFLITE_BUILTINS_INT8,
                    tf.lite.OpsSet.TFLITE_BUILTINS,
                ]
                converter.inference_input_type = tf.uint8
                converter.inference_output_type = tf.float32
            return bytes(converter.convert())
        except (ValueError, RuntimeError, TypeError, tf.errors.OpError) as error:
            raise TrainingError(f"The network cannot be converted to LiteRT {precision}: {error}") from error


def compiled(network: Any) -> Any:
    """The network's forward pass as one graph, several times as fast as layer by layer."""
    import tensorflow as tf

    return tf.function(lambda batch: network(batch, training=False), reduce_retracing=True)


def without_normalisation(network: Any) -> Any:
    """The network up to a final layer that scales to unit length: the runtime does that in full precision."""
    if type(network.layers[-1]).__name__ not in _NORMALISATIONS:
        return network
    return require_keras().Model(network.inputs[0], network.layers[-1].input, name=network.name)


def in_float32(network: Any) -> Any:
    """A copy whose layers all compute in float32; the network itself where they do already."""
    if all(layer.compute_dtype == "float32" for layer in network.layers):
        return network
    twin = type(network).from_config(_float32(network.get_config()))
    twin.set_weights(network.get_weights())
    return twin


def read_network(path: Path) -> Any:
    """Load a saved Keras network (.keras) with the package's own layers.

    Raises:
        TrainingError: the file is missing or is not a Keras network.
    """
    keras = require_keras()
    import fashion_plugin.encoders.networks  # noqa: F401 - registers its layers with Keras

    if not path.is_file():
        raise TrainingError(f"There is no network at {path}. Give the .keras file that training wrote.")
    try:
        return keras.models.load_model(path, compile=False)
    except (ValueError, TypeError, OSError, KeyError) as error:
        raise TrainingError(f"{path} is not a network that Keras can load: {error}") from error


def _float32(config: Any) -> Any:
    if isinstance(config, list | tuple):
        return type(config)(_float32(part) for part in config)
    if not isinstance(config, dict):
        return config
    return {key: "float32" if key == "dtype" else _float32(part) for key, part in config.items()}
