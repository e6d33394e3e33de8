"""Write a trained Keras network as an encoder that serves: convert, compare, refuse or write."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import l2_normalise
from fashion_plugin.encoders.bundle import read_bundle, write_bundle
from fashion_plugin.encoders.litert import LiteRTEncoder
from fashion_plugin.encoders.preprocess import scale, square
from fashion_plugin.encoders.presets import Preprocessing, Preset
from fashion_plugin.errors import TrainingError
from fashion_plugin.training.convert import Precision, compiled, in_float32, to_litert, without_normalisation

__all__ = ["ExportReport", "Limits", "export_encoder"]

Images = Sequence[NDArray[np.uint8]]
Figures = Callable[[NDArray[np.float32]], Mapping[str, float]]

_PHOTOS = 10  # to compare on, at the least
_CHUNK = 32


@dataclass(frozen=True, slots=True)
class Limits:
    """What an export may lose: it passes by cosine or by retrieval.

    ``cosine`` is the least first percentile, over the photos, of the cosine between the exported network's
    embedding and the original's; ``retrieval`` the most that any retrieval figure may fall.
    """

    cosine: float = 0.99
    retrieval: float = 0.005


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written and how near it is to the original.

    ``cosine_first`` is the first percentile and ``cosine_mean`` the mean over ``photos`` photos;
    ``original`` and ``exported`` are retrieval figures; ``milliseconds`` the median for one photo from
    pixels to embedding on one thread; ``size`` the file's bytes.
    """

    path: Path
    preset: Preset
    precision: Precision
    size: int
    photos: int
    milliseconds: float
    cosine_first: float
    cosine_mean: float
    original: Mapping[str, float] = field(default_factory=dict)
    exported: Mapping[str, float] = field(default_factory=dict)

    @property
    def largest_loss(self) -> float | None:
        """The most that a retrieval figure fell, None without figures."""
        return max((self.original[name] - self.exported[name] for name in self.original), default=None)


def export_encoder(
    network: Any,
    path: Path,
    *,
    name: str,
    photos: Images,
    precision: Precision = "fp16",
    calibration: Images = (),
    figures: Figures | None = None,
    limits: Limits | None = None,
    preprocessing: Preprocessing | None = None,
    flips: bool = False,
    score_floor: float = 0.0,
    licence: str = "unknown",
    source: str = "",
) -> ExportReport:
    """Write a network as one file that `load_encoder` and ``FashionPlugin.open(encoder=PATH)`` take.

    Args:
        network: a `keras.Model` from (n, size, size, 3), scaled as ``preprocessing`` says, to (n, dim). A
            final layer that scales to unit length is left out: the runtime does it.
        path: the file to write, by custom ``.tflite``. Refused exports write nothing.
        name: what the encoder is called.
        photos: uint8 RGB images to compare the two on, of any size; read one by one.
        precision: fp32, fp16 (half the size, the same speed), mixed (int8 where it is faster, float32 where
            int8 would cost accuracy) or int8.
        calibration: real photos for mixed and int8, from the training data.
        figures: retrieval figures of an embedding of each of ``photos`` (n, dim); higher is better.
        limits: what the export may lose.
        preprocessing: what the network was trained on; by default [-1, 1].
        flips: whether the encoder averages a photo's embedding with its mirror image's.
        score_floor: the score below which nothing is close.
        licence: of the weights.
        source: where they come from.

    Raises:
        TrainingError: the network does not fit, cannot be converted, or would lose more than the limits.
        MissingExtra: TensorFlow is not installed.
    """
    limits = limits or Limits()
    if len(photos) < _PHOTOS:
        raise TrainingError(
            f"An export is compared with the original on photos: give at least {_PHOTOS}, not {len(photos)}."
        )
    network = in_float32(without_normalisation(network))
    preset = Preset(
        name=name,
        dim=_dim(network),
        input_size=_input_size(network),
        licence=licence,
        source=source,
        file=path.name,
        sha256="",
        score_floor=score_floor,
        flips=flips,
        preprocessing=preprocessing or Preprocessing(),
    )
    converted = to_litert(
        network, preset.input_size, precision, preprocessing=preset.preprocessing, calibration=calibration
    )
    with _drafted(path) as draft:
        write_bundle(draft, preset, converted)
        preset, _ = read_bundle(draft)
        report = _compare(network, LiteRTEncoder(preset, draft), photos, figures, precision, path)
        _refuse(report, limits)
    return replace(report, size=path.stat().st_size)


@contextmanager
def _drafted(path: Path) -> Iterator[Path]:
    """A file to write, which takes its place when the block ends well.

    Raises:
        TrainingError: it cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
            draft = Path(folder) / path.name
            yield draft
            draft.replace(path)
    except OSError as error:
        raise TrainingError(f"the encoder cannot be written to {path}: {error.strerror or error}") from error


def _compare(
    network: Any,
    encoder: LiteRTEncoder,
    photos: Images,
    figures: Figures | None,
    precision: Precision,
    path: Path,
) -> ExportReport:
    forward = compiled(network)
    original = np.concatenate([_original(forward, chunk, encoder.preset) for chunk in _chunks(photos)])
    exported = np.concatenate([encoder.encode(chunk) for chunk in _chunks(photos)])
    cosines = np.sum(original * exported, axis=1, dtype=np.float64)
    return ExportReport(
        path=path,
        preset=encoder.preset,
        precision=precision,
        size=0,
        photos=len(photos),
        milliseconds=_milliseconds(encoder, photos),
        cosine_first=float(np.percentile(cosines, 1)),
        cosine_mean=float(cosines.mean()),
        original=dict(figures(original)) if figures else {},
        exported=dict(figures(exported)) if figures else {},
    )


def _refuse(report: ExportReport, limits: Limits) -> None:
    loss = report.largest_loss
    near = report.cosine_first >= limits.cosine
    as_good = loss is not None and loss <= limits.retrieval
    if near or as_good:
        return
    retrieval = "no retrieval figures were given" if loss is None else f"retrieval falls by {loss:.4f}"
    raise TrainingError(
        f"Refused to export {report.preset.name!r} as {report.precision}: its embeddings differ from the "
        f"original's (first percentile of the cosine {report.cosine_first:.4f}, at least {limits.cosine} "
        f"is wanted; {retrieval}, at most {limits.retrieval} is allowed). Export fp16 or fp32, or calibrate "
        "on more photos of the kind it will see."
    )


def _original(forward: Any, photos: Images, preset: Preset) -> NDArray[np.float32]:
    squares = [square(photo, preset.input_size) for photo in photos]
    vectors = _rows(forward, squares, preset)
    if preset.flips:
        vectors = l2_normalise(vectors) + l2_normalise(_rows(forward, [s[:, ::-1] for s in squares], preset))
    return l2_normalise(vectors)


def _rows(forward: Any, squares: Images, preset: Preset) -> NDArray[np.float32]:
    batch = np.stack([scale(pixels, preset.preprocessing) for pixels in squares])
    return np.asarray(forward(batch), dtype=np.float32)


def _chunks(photos: Images) -> Iterator[list[NDArray[np.uint8]]]:
    for start in range(0, len(photos), _CHUNK):
        yield [photos[index] for index in range(start, min(start + _CHUNK, len(photos)))]


def _milliseconds(encoder: LiteRTEncoder, photos: Images) -> float:
    times = []
    for index in range(min(50, len(photos))):
        photo = photos[index]
        start = time.perf_counter()
        encoder.encode([photo])
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e3


def _input_size(network: Any) -> int:
    shape = network.input_shape
    if (
        not isinstance(shape, tuple)
        or len(shape) != 4
        or shape[1] != shape[2]
        or shape[3] != 3
        or not shape[1]
    ):
        raise TrainingError(f"An encoder's network takes (n, size, size, 3), and this one takes {shape}.")
    return int(shape[1])


def _dim(network: Any) -> int:
    shape = network.output_shape
    if not isinstance(shape, tuple) or len(shape) != 2 or not shape[1]:
        raise TrainingError(f"An encoder's network ends in one vector per photo, and this one in {shape}.")
    return int(shape[1])
