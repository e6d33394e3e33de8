"""What is fitted on a trained backbone's features in minutes: heads at serving size, palette, join."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import keras
import numpy as np
from numpy.typing import NDArray

from fashion_plugin.training.parts import Head, Joint, joined_network, opponent, parts_network
from fashion_plugin.training.recipe_data import SIDE
from fashion_plugin.training.recipe_heads import HEADS, Seen, learn_heads

__all__ = ["KEPT", "WEIGHTS", "Features", "fit_joint", "palette_centres", "shipped_network"]

Rows = NDArray[np.float32]

KEPT: Final[Mapping[str, int]] = {"kind": 128, "colour": 96, "product": 128, "texture": 96, "palette": 64}
"""How many directions of each part the joined embedding keeps: 512 in all."""

WEIGHTS: Final[Mapping[str, float]] = {
    "kind": 1.5,
    "colour": 1.3,
    "product": 0.75,
    "texture": 0.35,
    "palette": 0.65,
}
"""The parts' weights, chosen on the validation photos."""

TEXTURE: Final = 160
"""Directions of the texture part, before the join keeps some."""

_BINS: Final = 128
_SHADES: Final = 6.0  # brings palettes to about the spread of the standardised levels


@dataclass(frozen=True, slots=True)
class Features:
    """A backbone's rows for training photos at serving size, and their labels.

    ``levels`` (n, d) standardised and ``palette`` (n, bins) are of the photos as they are served, ``made``
    the same of made views; ``labels`` are `kind`, `garment`, `colour`, `pair` (a kind in a colour) and
    `item`, (n,) whole numbers each, -1 where not known.
    """

    levels: Rows
    palette: Rows
    labels: Mapping[str, NDArray[np.int64]]
    made: Sequence[tuple[Rows, Rows]] = ()


def palette_centres(pixels: Rows, bins: int = _BINS, rounds: int = 12, seed: int = 1) -> Rows:
    """Centres (bins, 3) of colours in use by k-means over foreground pixels (n, 3) of sRGB in [0, 1]."""
    rng = np.random.default_rng(seed)
    points = opponent(pixels)
    centres = points[rng.choice(len(points), bins, replace=False)]
    for _ in range(rounds):
        group = (np.square(centres).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)
        for number in np.unique(group):
            centres[number] = points[group == number].mean(axis=0)
    return centres.astype(np.float32)


def fit_joint(features: Features, product: Rows, centres: Rows, *, epochs: int = 40, seed: int = 0) -> Joint:
    """Fit the heads of kind, colour and product anew, whiten the texture, and join all parts.

    ``product`` is the trained kernel (d, dim) of the product part, to go on from. Features of photos as they
    are served cost one pass; a head trained on them for many epochs beats one that learned beside the
    backbone.
    """
    mean = features.palette.mean(axis=0)
    pairs = [(features.levels, features.palette), *features.made]
    views = [Seen(levels, (palette - mean) * _SHADES) for levels, palette in pairs]
    kind, colour, product = learn_heads(views, features.labels, product, epochs=epochs, seed=seed)
    depth = features.levels.shape[1]
    heads = {
        "kind": Head(kind, np.zeros((0, 0), np.float32)),
        "colour": Head(
            colour[:depth],
            np.zeros((0, 0), np.float32),
            shades=_SHADES * colour[depth:],
            bias=-_SHADES * mean @ colour[depth:],
        ),
        "product": Head(product, np.zeros((0, 0), np.float32)),
        "texture": Head(_half_whitened(features.levels, TEXTURE), np.zeros((0, 0), np.float32)),
    }
    joined = {
        part: Head(head.kernel, _join(_rows(head, features), part), head.shades, head.bias)
        for part, head in heads.items()
    }
    return Joint(joined, centres, _join(features.palette, "palette"))


def shipped_network(weights: Path, size: int = SIDE) -> keras.Model:
    """The network that ships, as Keras, to go on from: (n, size, size, 3) in [-1, 1] to (n, 512).

    ``weights`` is the `fashion_v5.weights.h5` of the source repository, which no wheel carries.
    """
    parts = parts_network(size)
    depth = parts.get_layer("levels").output.shape[-1]
    dims = {**HEADS, "texture": TEXTURE}
    heads = {}
    for part in ("kind", "colour", "product", "texture"):
        dim = dims[part]
        shades, bias = np.zeros((_BINS, dim), np.float32), np.zeros(dim, np.float32)
        reads = part == "colour"
        kernel, join = np.zeros((depth, dim), np.float32), np.zeros((dim, KEPT[part]), np.float32)
        heads[part] = Head(kernel, join, shades if reads else None, bias if reads else None)
    joint = Joint(heads, np.zeros((_BINS, 3), np.float32), np.zeros((_BINS, KEPT["palette"]), np.float32))
    network = joined_network(parts, joint)
    network.load_weights(weights)
    return network


def _rows(head: Head, features: Features) -> Rows:
    rows = features.levels @ head.kernel
    if head.shades is not None:
        rows = rows + features.palette @ head.shades
    if head.bias is not None:
        rows = rows + head.bias
    unit: Rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _join(rows: Rows, part: str) -> Rows:
    """The directions that hold most of the rows' length, times the part's weight."""
    return (WEIGHTS[part] * _directions(rows, KEPT[part])).astype(np.float32)


def _directions(rows: Rows, kept: int) -> Rows:
    """The directions (d, kept) along which rows (n, d) are longest; zero beyond the rows' rank."""
    if len(rows) < rows.shape[1]:
        found = np.linalg.svd(rows, full_matrices=False)[2].T[:, :kept]
        wide: Rows = np.pad(found, ((0, 0), (0, kept - found.shape[1]))).astype(np.float32)
        return wide
    values, vectors = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    return vectors[:, np.argsort(-values)[:kept]].astype(np.float32)


def _half_whitened(levels: Rows, kept: int) -> Rows:
    """Principal directions scaled by deviation^-½: half-way to whitened rows, which amplify noise."""
    directions = _directions(levels, kept)
    spread: Rows = (levels @ directions).std(axis=0)
    scaled: Rows = (directions / np.sqrt(np.maximum(spread, 1e-3 * spread.max()))).astype(np.float32)
    return scaled
