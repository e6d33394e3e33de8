"""One file for one encoder: a LiteRT network, followed by a ZIP archive that holds its metadata.

A FlatBuffer is read from its start and a ZIP archive from its end, so the file is both: LiteRT opens it as it
is, and ``unzip -p fashion_v5.tflite encoder.json`` prints what it is. LiteRT's own tools pack label
files in the same way (https://ai.google.dev/edge/litert/models/metadata).
"""

import hashlib
import io
import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fashion_plugin.encoders.presets import Preprocessing, Preset
from fashion_plugin.errors import WeightsError

__all__ = ["network_of", "pack", "projection_of", "read_bundle", "with_projection", "write_bundle"]

# zipfile is imported where it is used: importing it takes longer than the rest of the package's imports.
_ENTRY = "encoder.json"
_PROJECTION = "projection.npz"
_FORMAT = 1
_IDENTIFIER = b"TFL3"  # bytes 4 to 8 of every LiteRT FlatBuffer
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same input gives the same file


def pack(preset: Preset, network: bytes) -> bytes:
    """Join a network and its metadata, with the network's hash filled in, into the bytes of one file."""
    import zipfile

    preset = replace(preset, sha256=hashlib.sha256(network).hexdigest())
    meta = {"format": _FORMAT, **asdict(preset)}
    for name in ("file", "runtime", "backbone", "pooling"):  # a file may be renamed; the rest is for Keras
        del meta[name]
    file = io.BytesIO(network)
    file.seek(0, os.SEEK_END)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(zipfile.ZipInfo(_ENTRY, _EPOCH), json.dumps(meta, indent=2, sort_keys=True))
    return file.getvalue()


def write_bundle(path: Path, preset: Preset, network: bytes) -> None:
    """Write an encoder's file; it is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(pack(preset, network))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_bundle(path: Path) -> tuple[Preset, bytes]:
    """Read an encoder's file: its record, and the network's bytes, whose hash was checked.

    Raises:
        WeightsError: the file is missing, damaged, or not an encoder.
    """
    data = _read(path)
    network, meta = _split(data)
    if meta is None:
        what = "has no metadata of an encoder" if _is_network(data) else "is not an encoder"
        raise WeightsError(
            f"{path} {what}, or is damaged. Write one with `fashion-plugin export`, or copy it again."
        )
    preset = _preset(path, meta)
    return preset, _checked(path, network, preset)


def network_of(path: Path, preset: Preset) -> bytes:
    """The bytes of a known preset's network, whose hash was checked.

    Raises:
        WeightsError: the file is missing, damaged, or of another network.
    """
    # Without metadata at its end the file is the network alone, or damaged: the hash decides.
    return _checked(path, _split(_read(path))[0], preset)


def with_projection(path: Path, projection: bytes) -> bytes:
    """An encoder's file with a projection of its embeddings (`Whitening.to_bytes`) packed in.

    Raises:
        WeightsError: the file is missing, damaged, not an encoder, or has a projection already.
    """
    import zipfile

    read_bundle(path)
    if projection_of(path) is not None:
        raise WeightsError(f"{path} holds a projection already: start from the encoder it was made of.")
    file = io.BytesIO(_read(path))
    file.seek(0, os.SEEK_END)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(zipfile.ZipInfo(_PROJECTION, _EPOCH), projection)
    return file.getvalue()


def projection_of(path: Path) -> bytes | None:
    """The projection that an encoder's file holds, None where it holds none.

    Raises:
        WeightsError: the file is missing or damaged.
    """
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(_read(path))) as archive:
            return archive.read(_PROJECTION) if _PROJECTION in archive.namelist() else None
    except zipfile.BadZipFile as error:
        raise WeightsError(f"{path} is damaged, or not an encoder: {error}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise WeightsError(
            f"There is no encoder at {path}. Reinstall the package, or check the path."
        ) from None
    except OSError as error:
        raise WeightsError(f"The encoder {path} cannot be read: {error.strerror or error}.") from error


def _split(data: bytes) -> tuple[bytes, Any]:
    """The network's bytes and the metadata; all bytes and None where there is no metadata to be read."""
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            meta = json.loads(archive.read(_ENTRY))
            start = min(entry.header_offset for entry in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError, EOFError):
        return data, None
    return data[:start], meta


def _is_network(data: bytes) -> bool:
    return data[4:8] == _IDENTIFIER


def _checked(path: Path, network: bytes, preset: Preset) -> bytes:
    if hashlib.sha256(network).hexdigest() != preset.sha256:
        raise WeightsError(
            f"{path} is damaged, or is another network than {preset.name!r}: its hash differs from the one "
            "on record. Reinstall the package, or copy the file again."
        )
    if not _is_network(network):
        raise WeightsError(f"{path} holds no LiteRT network. Write one with `fashion-plugin export`.")
    return network


def _preset(path: Path, meta: Any) -> Preset:
    if not isinstance(meta, dict) or not isinstance(meta.get("format"), int):
        raise WeightsError(f"{path} has metadata of something else than an encoder.")
    if meta["format"] > _FORMAT:
        raise WeightsError(f"{path} was written by a newer version of this package. Upgrade fashion-plugin.")
    try:
        scaling = meta["preprocessing"]
        return Preset(
            name=str(meta["name"]),
            dim=int(meta["dim"]),
            input_size=int(meta["input_size"]),
            licence=str(meta["licence"]),
            source=str(meta["source"]),
            file=path.name,
            sha256=str(meta["sha256"]),
            score_floor=float(meta["score_floor"]),
            flips=bool(meta["flips"]),
            # The version is that of the code that will run, not of the one that wrote the file: where they
            # differ, so do the vectors and with them the fingerprint.
            preprocessing=Preprocessing(mean=_triple(scaling["mean"]), std=_triple(scaling["std"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{path} has incomplete metadata ({error!r}). Export the encoder again."
        ) from error


def _triple(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
