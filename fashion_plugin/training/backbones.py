"""From settings to a network with its starting weights."""

import hashlib
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np

from fashion_plugin.encoders.keras import require_keras
from fashion_plugin.encoders.published import PUBLISHED, fetch
from fashion_plugin.errors import MissingExtra, TrainingError, WeightsError
from fashion_plugin.training.settings import NetworkSettings

__all__ = [
    "BACKBONES",
    "Built",
    "build_network",
    "file_digest",
    "frozen_layers",
    "load_keras",
    "make_repeatable",
]


@dataclass(frozen=True, slots=True)
class Backbone:
    """An architecture of `keras.applications`: its name there, and the input that its weights take."""

    application: str
    mode: Literal["tf", "raw", "caffe", "torch"]
    has_width: bool = False


BACKBONES: Final[Mapping[str, Backbone]] = MappingProxyType(
    {
        "convnext_tiny": Backbone("ConvNeXtTiny", "raw"),
        "efficientnet_v2_b0": Backbone("EfficientNetV2B0", "raw"),
        "mobilenet_v2": Backbone("MobileNetV2", "tf", has_width=True),
        "mobilenet_v3_large": Backbone("MobileNetV3Large", "raw"),
        "resnet50": Backbone("ResNet50", "caffe"),
        "tiny": Backbone("", "tf"),
        "vgg16": Backbone("VGG16", "caffe"),
        "vgg19": Backbone("VGG19", "caffe"),
    }
)
"""Backbones by name; any other of `keras.applications` goes by its class name, such as ``ResNet101V2``.

``tiny`` is three convolutions, to try a run out in seconds.
"""


@dataclass(frozen=True, slots=True)
class Built:
    """A network, from images in [-1, 1] to unit rows, and those of its layers that are the backbone's."""

    network: Any
    backbone: Sequence[Any]


def load_keras() -> Any:
    """The Keras module on a backend that works.

    Raises:
        MissingExtra: Keras is not installed.
        TrainingError: its backend (KERAS_BACKEND) is not.
    """
    try:
        return require_keras()
    except MissingExtra as error:
        cause = error.__cause__
        name = cause.name if isinstance(cause, ImportError) else None
        if name is not None and name.split(".")[0] in ("torch", "jax", "openvino"):
            raise TrainingError(
                f"Keras is set to the backend {name!r} (KERAS_BACKEND or keras.json), which is not "
                f"installed: pip install {name.split('.')[0]}, or run with KERAS_BACKEND=tensorflow"
            ) from error
        raise
    except ValueError as error:
        # Keras says so of a backend it does not know.
        raise TrainingError(
            f"Keras has no such backend: {error}. Run with KERAS_BACKEND=tensorflow"
        ) from error


def build_network(settings: NetworkSettings) -> Built:
    """Build the network that the settings name, with its starting weights.

    Raises:
        TrainingError: there is no such backbone, or the size is too small for it.
        WeightsError: the weights are missing, damaged or of another network.
    """
    keras = load_keras()
    backbone = BACKBONES.get(settings.backbone) or _any_application(keras, settings.backbone)
    from fashion_plugin.encoders import networks

    fully_connected = settings.kind == "siamese" and backbone.application.startswith("VGG")
    image = keras.Input((settings.size, settings.size, 3), name="image")
    tensor = image if backbone.mode == "tf" else networks.Preprocess(backbone.mode, name="preprocess")(image)
    base = _application(keras, backbone, settings, tensor, include_top=fully_connected)
    if fully_connected:
        base = networks.vgg_fc2(base)
    if settings.kind == "siamese":
        network = networks.multi_scale_siamese(base, dim=settings.dim)
    else:
        network = networks.plain_head(
            base, dim=settings.dim, pooling=settings.pooling, dropout=settings.dropout
        )
    if settings.weights not in ("imagenet", "none"):
        _load(network, base, Path(settings.weights))
    return Built(network, tuple(base.layers))


def _any_application(keras: Any, name: str) -> Backbone:
    builder = getattr(keras.applications, name, None)
    if not callable(builder):
        raise TrainingError(
            f"there is no backbone {name!r}: choose from {', '.join(BACKBONES)}, or a class of "
            "keras.applications, such as ResNet101V2"
        )
    # What its own preprocessing makes of a red pixel says which input its weights take.
    prepare = sys.modules[builder.__module__].preprocess_input
    red = prepare(np.array([[[[255.0, 0.0, 0.0]]]], dtype=np.float32))[0, 0, 0]
    modes: Mapping[Any, Sequence[float]] = {
        "tf": (1.0, -1.0, -1.0),
        "raw": (255.0, 0.0, 0.0),
        "caffe": (-103.939, -116.779, 131.32),
        "torch": (2.2489, -2.0357, -1.8044),
    }
    mode = next((mode for mode, pixel in modes.items() if np.allclose(red, pixel, atol=1e-3)), None)
    if mode is None:
        raise TrainingError(f"the backbone {name} takes an input of its own kind: {red.tolist()} for red")
    return Backbone(name, mode, has_width=name == "MobileNet")


def frozen_layers(backbone: Sequence[Any], first: str) -> int:
    """How many layers lie below the one named; 0 where none is.

    Raises:
        TrainingError: the backbone has no such layer.
    """
    names = [layer.name for layer in backbone]
    if first and first not in names:
        raise TrainingError(f"the backbone has no layer {first!r}: its layers are {', '.join(names)}")
    return names.index(first) if first else 0


def make_repeatable(keras: Any, seed: int) -> None:
    """Seed every generator, and hold TensorFlow to one order of operations."""
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def _application(
    keras: Any, backbone: Backbone, settings: NetworkSettings, tensor: Any, *, include_top: bool
) -> Any:
    if not backbone.application:
        return _tiny(keras, tensor, settings.weights)
    published = PUBLISHED.get((backbone.application, include_top)) if settings.width == 1.0 else None
    fetched = fetch(published) if published and settings.weights == "imagenet" else None
    source = "imagenet" if settings.weights == "imagenet" and fetched is None else None
    options: dict[str, Any] = {"alpha": settings.width} if backbone.has_width else {}
    try:
        base = getattr(keras.applications, backbone.application)(
            include_top=include_top,
            weights=source,
            input_tensor=tensor,
            input_shape=(settings.size, settings.size, 3),
            **options,
        )
    except ValueError as error:
        raise TrainingError(f"{settings.backbone} cannot be built at {settings.size} px: {error}") from error
    except Exception as error:
        if source is None:
            raise
        raise WeightsError(
            f"the ImageNet weights of {settings.backbone} could not be fetched ({error}): go online once, or "
            "pass --weights PATH or --weights none"
        ) from error
    if fetched is not None:
        base.load_weights(fetched)
    return base


def _tiny(keras: Any, tensor: Any, weights: str) -> Any:
    if weights == "imagenet":
        raise TrainingError("the backbone tiny has no ImageNet weights: pass --weights none")
    image = tensor
    for filters in (16, 32, 64):
        tensor = keras.layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(tensor)
    return keras.Model(image, tensor, name="tiny")


def file_digest(path: Path) -> str:
    """The sha256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(network: Any, base: Any, path: Path) -> None:
    if not path.is_file():
        raise WeightsError(f"there are no weights at {path}: pass --weights imagenet, none or a file's path")
    if path.suffix == ".keras":
        _copy(network, path)
        return
    before = [weight.copy() for weight in base.get_weights()]
    problems = []
    # A file of the whole network would load into its backbone as well, so that is tried first.
    for model in (network, base):
        try:
            with warnings.catch_warnings():
                # Keras only warns of layers that it finds nothing for, and leaves them random.
                warnings.simplefilter("error", UserWarning)
                model.load_weights(path)
        except Exception as error:  # h5py and Keras raise what they like for a file of something else
            problems.append((str(error).strip() or repr(error)).splitlines()[0].split(". ")[0].rstrip("."))
        else:
            if any(not np.array_equal(*pair) for pair in zip(before, base.get_weights(), strict=True)):
                return
            problems.append("nothing in it fits the backbone")
    raise WeightsError(
        f"{path} holds no weights of this network or of its backbone ({len(base.layers)} layers): "
        f"{problems[-1]}. Choose the backbone, width and dim that it was made with, or another file"
    )


def _copy(network: Any, path: Path) -> None:
    keras = load_keras()
    try:
        trained = keras.models.load_model(path, compile=False)
    except Exception as error:
        raise WeightsError(f"{path} cannot be read as a Keras network: {error}") from error
    wanted, got = ([tuple(w.shape) for w in model.weights] for model in (network, trained))
    if wanted != got:
        raise WeightsError(
            f"{path} is another network: it has {len(got)} weights and ends in {trained.output_shape}, while "
            f"these settings need {len(wanted)} and {network.output_shape}"
        )
    network.set_weights(trained.get_weights())
