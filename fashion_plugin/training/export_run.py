"""Export a run's network: photos to compare and calibrate on come from its manifest or catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.training import metrics
from fashion_plugin.training.convert import CALIBRATED, Precision, read_network
from fashion_plugin.training.export import ExportReport, export_encoder
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.questions import numbered

__all__ = ["export_network", "report_json", "report_text"]


class _Some(Sequence[NDArray[np.uint8]]):
    """Some photos of a manifest, read when they are looked at."""

    def __init__(self, manifest: Manifest, size: int) -> None:
        self._photos = Photos(manifest, size, memory=0)

    def __len__(self) -> int:
        return len(self._photos.manifest)

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, int):
            return [self[number] for number in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._photos[index]


def export_network(
    network: Path,
    out: Path,
    manifest: Manifest,
    *,
    name: str,
    precision: Precision = "fp16",
    flips: bool = False,
    licence: str = "unknown",
    count: int = 300,
) -> ExportReport:
    """Export a .keras file, compared on ``count`` photos of the validation split (or all, where it is small).

    Raises:
        TrainingError: the network cannot be exported, or would lose too much.
    """
    loaded = read_network(network)
    size = int(loaded.input_shape[1])
    kept_apart = manifest.split("validation")
    shown = _spread(kept_apart if len(kept_apart) >= count else manifest, count)
    return export_encoder(
        loaded,
        out,
        name=name,
        photos=_Some(shown, size),
        precision=precision,
        calibration=_Some(_spread(manifest.split("train"), count), size) if precision in CALIBRATED else (),
        figures=lambda vectors: _category_precision(vectors, shown),
        flips=flips,
        licence=licence,
        source=f"trained on {manifest.name}",
    )


def report_json(report: ExportReport) -> dict[str, Any]:
    """Plain values."""
    return {**asdict(report), "path": str(report.path), "largest_loss": report.largest_loss}


def report_text(report: ExportReport) -> str:
    """A few lines for people."""
    loss = (
        "" if report.largest_loss is None else f", retrieval lost at most {max(0.0, report.largest_loss):.4f}"
    )
    return (
        f"{report.path}: {report.precision}, {report.size / 1e6:.1f} MB, {report.preset.dim} dimensions, "
        f"{report.milliseconds:.1f} ms a photo on one thread.\n"
        f"Cosine to the original on {report.photos} photos: mean {report.cosine_mean:.4f}, first percentile "
        f"{report.cosine_first:.4f}{loss}.\n"
        f'FashionPlugin.open(..., encoder="{report.path}")'
    )


def _spread(manifest: Manifest, count: int) -> Manifest:
    step = max(1, len(manifest) // count)
    return Manifest(manifest.items[::step][:count], manifest.name, manifest.photos)


def _category_precision(vectors: NDArray[np.float32], manifest: Manifest) -> Mapping[str, float]:
    categories = numbered([item.category for item in manifest.items])
    products = numbered([item.product_id for item in manifest.items])
    same = categories[:, None] == categories[None, :]
    rankings = metrics.rank(vectors, vectors, same, products[:, None] == products[None, :])
    if len(set(categories.tolist())) < 2 or not rankings:
        return {}
    return {
        f"category P@{k}": float(np.mean([metrics.precision_at(ranking, k) for ranking in rankings]))
        for k in (1, 10)
    }
