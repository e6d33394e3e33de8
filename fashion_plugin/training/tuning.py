"""Tuning an encoder to a shop in a minute or two: a linear map evens out what a product's views differ in.

No TensorFlow and no gradient: the directions in which the photos of one product, and views made of them,
spread are shrunk (within-class covariance normalisation: Hatch et al., "Within-class covariance normalization
for SVM-based speaker recognition", 2006). Shrinking goes half of the way, with the covariance half mixed with
a round one, so that kinds and colours, which no view changes, stay where they were.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import Encoder, l2_normalise
from fashion_plugin.encoders.whitening import Whitening
from fashion_plugin.errors import TrainingError
from fashion_plugin.training.augment import STRONG, made_view
from fashion_plugin.training.photos import Photos

__all__ = ["MOST", "VIEWS", "tune"]

VIEWS: Final = 4
"""Views made of each photo."""

MOST: Final = 3000
"""Photos taken at most: more change the map by little."""

_ROUND, _POWER = 0.5, 0.25  # half of the power, 0.5, that would whiten
_BATCH = 16
_PAIRS = 1000  # photos whose cosines, before and after, say where the floor of scores has moved


def tune(
    encoder: Encoder,
    photos: Photos,
    *,
    source: str,
    name: str,
    scenes: Sequence[NDArray[np.uint8]] = (),
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Whitening:
    """Fit the map on photos of the train split; the encoder itself stays as it is.

    Args:
        encoder: whose embeddings are tuned.
        photos: of two products or more; several photos of a product are views as they are.
        source: how `load_encoder` finds the encoder.
        name: what the tuned encoder is called.
        scenes: photos to put behind garments in made views.
        seed: of the choice of photos and of the views.
        on_progress: told how many photos of all are embedded.

    Raises:
        TrainingError: there are fewer than two products.
        InvalidSource: a photo cannot be read.
    """
    items = photos.manifest.items
    if len({item.product_id for item in items}) < 2:
        raise TrainingError(f"{photos.manifest.name}: tuning needs photos of at least two products")
    chosen = np.sort(np.random.default_rng(seed).permutation(len(items))[:MOST]).tolist()
    rows = np.empty((len(chosen), 1 + VIEWS, encoder.dim), dtype=np.float32)
    for start in range(0, len(chosen), _BATCH):
        part = chosen[start : start + _BATCH]
        views = [view for number in part for view in _views(photos, number, scenes, seed)]
        rows[start : start + len(part)] = encoder.encode(views).reshape(len(part), 1 + VIEWS, -1)
        if on_progress:
            on_progress(start + len(part), len(chosen))
    matrix = _evened(rows, [items[number].product_id for number in chosen])
    return Whitening(
        encoder=source,
        fitted_on=encoder.fingerprint,
        mean=np.zeros(encoder.dim, dtype=np.float32),
        matrix=matrix,
        name=name,
        score_floor=_floor(rows[:_PAIRS, 0], matrix, float(getattr(encoder, "score_floor", 0.0))),
    )


def _views(
    photos: Photos, number: int, scenes: Sequence[NDArray[np.uint8]], seed: int
) -> Iterator[NDArray[np.uint8]]:
    yield photos.plain(number)
    for view in range(VIEWS):
        yield made_view(photos[number], photos.size, (seed, number, view), how=STRONG, scenes=scenes)


def _evened(rows: NDArray[np.float32], products: Sequence[str]) -> NDArray[np.float32]:
    """The map (d, d) that evens out how the rows (n, views, d) of one product spread."""
    dim = rows.shape[-1]
    own: dict[str, list[int]] = defaultdict(list)
    for number, product in enumerate(products):
        own[product].append(number)
    within, freedom = np.zeros((dim, dim)), 0
    for numbers in own.values():
        group = rows[numbers].reshape(-1, dim).astype(np.float64)
        group -= group.mean(axis=0)
        within += group.T @ group
        freedom += len(group) - 1
    within /= freedom
    size = float(np.trace(within)) / dim
    if size <= 0:
        return np.eye(dim, dtype=np.float32)
    values, vectors = np.linalg.eigh((1 - _ROUND) * within / size + _ROUND * np.eye(dim))
    evened: NDArray[np.float32] = ((vectors * values**-_POWER) @ vectors.T).astype(np.float32)
    return evened


def _floor(rows: NDArray[np.float32], matrix: NDArray[np.float32], floor: float) -> float:
    """Where a score that was ``floor`` lies now: cosines after by cosines before, a straight line."""
    if floor <= 0 or len(rows) < 3:
        return floor
    mapped = l2_normalise(rows @ matrix)
    pairs = np.triu_indices(len(rows), 1)
    before, after = (rows @ rows.T)[pairs], (mapped @ mapped.T)[pairs]
    spread = float(np.var(before, dtype=np.float64))
    if spread <= 0:
        return floor
    slope = float(np.mean((before - before.mean()) * (after - after.mean()))) / spread
    return max(0.0, round(float(after.mean()) + slope * (floor - float(before.mean())), 3))
