"""Encoders that run in Keras: any of its applications, or a trained network's file (the ``train`` extra)."""

import hashlib
import importlib.util
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import l2_normalise
from fashion_plugin.encoders.preprocess import checked_image, scale, square
from fashion_plugin.encoders.presets import OfPreset, Preprocessing, Preset
from fashion_plugin.encoders.published import PUBLISHED, digest_of, fetch
from fashion_plugin.errors import EncoderError, MissingExtra, WeightsError

__all__ = [
    "KerasEncoder",
    "Pooling",
    "application_encoder",
    "network_encoder",
    "preset_encoder",
    "require_keras",
]

Pooling = Literal["average", "max", "gem", "fc2"]

_BATCH = 8  # photos in one run; a shorter batch is filled up, since every new shape is compiled anew
_RAW = Preprocessing(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
_INSTALL = "pip install 'fashion-plugin[train]'"


class KerasEncoder(OfPreset):
    """Encodes photos with a Keras network; safe to call from several threads, which take turns.

    The network is built at the first `encode`. It runs as a compiled graph on whole batches:
    `keras.Model.predict` leaks memory when called again and again and is not safe in threads
    (https://github.com/keras-team/keras/issues/13118).
    """

    def __init__(
        self,
        preset: Preset,
        build: Callable[[], Any],
        prepare: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None,
    ) -> None:
        super().__init__(preset)
        self._build, self._prepare = build, prepare
        self._lock = threading.Lock()
        self._forward: Callable[[NDArray[np.float32]], Any] | None = None

    def __repr__(self) -> str:
        return f"KerasEncoder({self.name!r}, dim={self.dim}, backbone={self.preset.backbone!r})"

    def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Encode uint8 RGB images (H, W, 3) of any size into (n, dim) float32 rows of unit length.

        Raises:
            WeightsError: the weights cannot be had, are damaged, or are another network's.
            MissingExtra: Keras or TensorFlow is not installed.
        """
        images = [checked_image(image) for image in images]
        vectors = np.zeros((len(images), self.dim), dtype=np.float32)
        for start in range(0, len(images), _BATCH):
            batch = self._pixels(images[start : start + _BATCH])
            full = batch
            if 1 < len(batch) < _BATCH:
                full = np.concatenate([batch, np.zeros((_BATCH - len(batch), *batch.shape[1:]), batch.dtype)])
            with self._lock:
                if self._forward is None:
                    self._forward = _compiled(self._build())
                rows = np.asarray(self._forward(full), dtype=np.float32)
            vectors[start : start + _BATCH] = rows[: len(batch)]
        return l2_normalise(vectors)

    def _pixels(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        squares = np.stack([square(image, self.preset.input_size) for image in images])
        pixels = scale(squares, self.preset.preprocessing)
        return pixels if self._prepare is None else np.asarray(self._prepare(pixels), dtype=np.float32)


def preset_encoder(preset: Preset, weights: str | Path = "imagenet") -> KerasEncoder:
    """A Keras preset, which downloads nothing before it first encodes.

    ``weights`` is ``"imagenet"``, ``"none"`` (random ones, always the same) or a file's path.

    Raises:
        WeightsError: the weights file is missing.
        MissingExtra: Keras or TensorFlow is not installed.
    """
    if importlib.util.find_spec("keras") is None or importlib.util.find_spec("tensorflow") is None:
        raise MissingExtra(
            f"The encoder {preset.name!r} needs TensorFlow, which is not installed:  {_INSTALL}"
        )
    top = preset.pooling == "fc2"
    shape = (preset.input_size, preset.input_size, 3)

    def build() -> Any:
        known = weights != "imagenet" or (preset.backbone, top) in PUBLISHED
        try:
            backbone = _application(preset.backbone)(
                weights=None if known else "imagenet", include_top=top, input_shape=shape
            )
        except Exception as error:  # Keras raises plain Exception when a download fails
            raise WeightsError(f"{preset.backbone} and its weights cannot be had: {error}") from error
        if known:
            _load(backbone, weights, preset.backbone, top)
        return _pooled(backbone, preset.pooling)

    def prepare(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        # Every application's module has the preprocessing its weights were trained with beside it.
        module = sys.modules[_application(preset.backbone).__module__]
        return np.asarray(module.preprocess_input(pixels), dtype=np.float32)

    digest = _digest(weights, preset.backbone, top)
    return KerasEncoder(replace(preset, sha256=digest), build, prepare)


def application_encoder(
    backbone: str,
    *,
    weights: str | Path = "imagenet",
    pooling: Pooling = "average",
    input_size: int = 224,
    name: str | None = None,
) -> KerasEncoder:
    """Any of `keras.applications` by its class name, such as ``"ResNet50"``, as an encoder.

    ``pooling`` is of the last feature map; ``fc2`` is VGG's second fully connected layer.

    Raises:
        EncoderError: Keras has no such application, or the pooling does not fit it.
        WeightsError: the weights file is missing.
        MissingExtra: Keras or TensorFlow is not installed.
    """
    require_keras()
    if pooling == "fc2" and backbone not in ("VGG16", "VGG19"):
        raise EncoderError(
            f"Only VGG16 and VGG19 have a layer fc2, not {backbone}: pool average, max or gem."
        )
    if pooling not in ("average", "max", "gem", "fc2"):
        raise EncoderError(f"pooling must be average, max, gem or fc2, not {pooling!r}.")
    shape = (input_size, input_size, 3)
    try:
        features = _application(backbone)(weights=None, include_top=pooling == "fc2", input_shape=shape)
    except ValueError as error:
        raise EncoderError(f"{backbone} cannot be built for {input_size} px: {error}") from error
    preset = Preset(
        name=name or f"{backbone.lower()}-{pooling}",
        dim=4096 if pooling == "fc2" else int(features.output_shape[-1]),
        input_size=input_size,
        licence="Apache-2.0" if weights == "none" else "see the weights",
        source=f"keras.applications.{backbone}, weights {weights}",
        file="",
        sha256="",
        preprocessing=_RAW,
        runtime="keras",
        backbone=backbone,
        pooling=pooling,
    )
    return preset_encoder(preset, weights)


def network_encoder(path: Path, name: str | None = None) -> KerasEncoder:
    """A trained network's file (``.keras``) from images in [-1, 1] to embeddings, as an encoder.

    ``name`` is what it is called, by default as its file.

    Raises:
        WeightsError: the file is missing, damaged, or not such a network.
        MissingExtra: Keras or TensorFlow is not installed.
    """
    keras = require_keras()
    import fashion_plugin.encoders.networks  # noqa: F401 - registers its layers with Keras

    digest = digest_of(path)
    try:
        network = keras.models.load_model(path, compile=False)
    except (ValueError, TypeError, OSError, KeyError) as error:
        raise WeightsError(f"{path} is not a network that Keras can load: {error}") from error
    source, target = network.input_shape, network.output_shape
    if len(source) != 4 or source[1] != source[2] or not source[1] or len(target) != 2 or not target[1]:
        raise WeightsError(
            f"{path} turns {source} into {target}; an encoder's network turns (n, size, size, 3) "
            "into (n, dim)."
        )
    preset = Preset(
        name=name or path.stem,
        dim=int(target[1]),
        input_size=int(source[1]),
        licence="unknown",
        source=str(path.name),
        file=path.name,
        sha256=digest,
        runtime="keras",
    )
    return KerasEncoder(preset, lambda: network)


def require_keras() -> Any:
    """The Keras module.

    Raises:
        MissingExtra: Keras or TensorFlow is not installed.
    """
    try:
        import keras
    except ImportError as error:
        raise MissingExtra(f"This needs TensorFlow, which is not installed:  {_INSTALL}") from error
    return keras


def _application(backbone: str) -> Any:
    found = getattr(require_keras().applications, backbone, None)
    if not callable(found):
        raise EncoderError(f"Keras has no application {backbone!r}: see https://keras.io/api/applications/.")
    return found


def _load(backbone: Any, weights: str | Path, application: str, top: bool) -> None:
    if weights == "none":
        _randomise(backbone)
        return
    path = fetch(PUBLISHED[application, top]) if weights == "imagenet" else Path(weights)
    try:
        with warnings.catch_warnings():
            # Keras only warns of layers that it finds nothing for, and leaves them random.
            warnings.simplefilter("error", UserWarning)
            backbone.load_weights(path)
    except Exception as error:  # h5py and Keras raise what they like for a file of something else
        raise WeightsError(
            f"{path} is damaged, or does not hold weights of {application} "
            f"{'with' if top else 'without'} its fully connected layers: {str(error).split('. ')[0]}"
        ) from error


def _randomise(backbone: Any) -> None:
    """Give kernels He-normal values from a fixed seed, without touching anybody's random state."""
    rng = np.random.default_rng(0)
    for variable in backbone.trainable_variables:
        if "kernel" in variable.name:
            fan_in = int(np.prod(variable.shape[:-1]))
            variable.assign(rng.normal(0.0, np.sqrt(2.0 / fan_in), variable.shape).astype(np.float32))


def _pooled(backbone: Any, pooling: str) -> Any:
    keras = require_keras()
    from fashion_plugin.encoders.networks import GeM, vgg_fc2

    if pooling == "fc2":
        return vgg_fc2(backbone)
    layers = {
        "average": keras.layers.GlobalAveragePooling2D,
        "max": keras.layers.GlobalMaxPooling2D,
        "gem": GeM,
    }
    return keras.Model(backbone.inputs[0], layers[pooling]()(backbone.output))


def _digest(weights: str | Path, application: str, top: bool) -> str:
    if weights in ("imagenet", "none"):
        published = PUBLISHED.get((application, top))
        return hashlib.sha256(f"{weights}/{published.digest if published else ''}".encode()).hexdigest()
    return digest_of(Path(weights))


def _compiled(network: Any) -> Callable[[NDArray[np.float32]], Any]:
    if require_keras().backend.backend() != "tensorflow":
        return lambda batch: require_keras().ops.convert_to_numpy(network(batch, training=False))
    import tensorflow as tf

    graph: Callable[[Any], Any] = tf.function(lambda batch: network(batch, training=False))
    return lambda batch: graph(tf.constant(batch))
