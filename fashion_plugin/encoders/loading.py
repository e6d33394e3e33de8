"""From what a user names to an encoder."""

import os
from pathlib import Path
from typing import Any, cast

from fashion_plugin.encoders.base import Encoder
from fashion_plugin.encoders.bundle import projection_of, read_bundle
from fashion_plugin.encoders.keras import network_encoder, preset_encoder
from fashion_plugin.encoders.litert import LiteRTEncoder
from fashion_plugin.encoders.presets import DEFAULT, PRESETS
from fashion_plugin.encoders.whitening import WhitenedEncoder, Whitening
from fashion_plugin.errors import EncoderError, UnknownEncoder

__all__ = ["load_encoder"]

_NETWORK = "network.keras"  # in the folder of a run of `fashion-plugin train`


def load_encoder(encoder: str | os.PathLike[str] | Encoder | None = None) -> Encoder:
    """The encoder of a preset's name, of an exported file's path, or the given object itself.

    A preset reads nothing before its first use; a file's metadata and hash are checked at once. A preset that
    runs in Keras takes other weights after its name: ``vgg16@/path/to/weights.h5``, ``vgg16@none``. A trained
    network's file (``.keras``), the folder of its run and a saved `Whitening` (``.npz``) work too.

    Raises:
        UnknownEncoder: there is no preset of that name and no file at that path.
        WeightsError: the file is damaged or not an encoder.
        MissingExtra: the preset needs TensorFlow, and it is not installed.
        EncoderError: the object lacks what an encoder has.
    """
    if encoder is None:
        encoder = DEFAULT
    if isinstance(encoder, str):
        name, _, weights = encoder.partition("@")
        preset = PRESETS.get(name)
        if preset is not None and preset.runtime == "keras":
            return preset_encoder(preset, weights or "imagenet")
        if preset is not None and not weights:
            return LiteRTEncoder(preset)
    if isinstance(encoder, str | os.PathLike):
        return _from_path(Path(encoder))
    return _checked(encoder)


def _from_path(path: Path) -> Encoder:
    if (path / _NETWORK).is_file():
        return network_encoder(path / _NETWORK, path.resolve().name)
    if not path.is_file():
        names = ", ".join(sorted(PRESETS))
        problem = "is a folder without a network" if path.is_dir() else "is neither a preset nor a file"
        raise UnknownEncoder(
            f"{str(path)!r} {problem}. Presets: {names}. Or give the path of a file that "
            "`fashion-plugin export` wrote."
        )
    if path.suffix == ".keras":
        return network_encoder(path)
    if path.suffix == ".npz":
        whitening = Whitening.load(path)
        return WhitenedEncoder(load_encoder(whitening.encoder), whitening)
    preset, _ = read_bundle(path)
    encoder = LiteRTEncoder(preset, path)
    projection = projection_of(path)
    if projection is None:
        return encoder
    return WhitenedEncoder(encoder, Whitening.from_bytes(projection, str(path)))


def _checked(encoder: Any) -> Encoder:
    lacking = [name for name in ("name", "fingerprint", "dim", "encode") if not hasattr(encoder, name)]
    if isinstance(encoder, type):
        raise EncoderError(f"{encoder.__name__} is a class: give an instance, {encoder.__name__}(…).")
    if lacking:
        raise EncoderError(
            f"{type(encoder).__name__} is not an encoder: it lacks {', '.join(lacking)}. "
            "An encoder has name, fingerprint, dim and encode(images)."
        )
    for name in ("name", "fingerprint"):
        if not isinstance(getattr(encoder, name), str) or not getattr(encoder, name):
            raise EncoderError(
                f"The encoder's {name} must be a text that is not empty: {getattr(encoder, name)!r}."
            )
    if not isinstance(encoder.dim, int) or isinstance(encoder.dim, bool) or encoder.dim < 1:
        raise EncoderError(f"The encoder's dim must be a whole number above 0: {encoder.dim!r}.")
    if not callable(encoder.encode):
        raise EncoderError("The encoder's encode must be a method.")
    return cast(Encoder, encoder)
