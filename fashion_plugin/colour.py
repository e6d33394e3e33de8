"""Dominant colours of a garment, their names, and how far apart two colours are, all in CIELAB."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["COLOURS", "Colour", "colour_name", "dominant_colours", "from_lab", "to_lab"]

_WHITE: Final = np.array([0.95047, 1.0, 1.08883])
"""XYZ of illuminant D65, 2 degree observer (ASTM E308)."""

_TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to XYZ (IEC 61966-2-1, D65)."""

COLOURS: Final = {
    "black": ("#000000", "#1c1c1e", "#26262b"),
    "charcoal": ("#3d3d40", "#4a4a4d"),
    "grey": ("#808080", "#a0a0a2", "#5f6165"),
    "silver": ("#c0c0c4",),
    "white": ("#ffffff", "#ececec"),
    "cream": ("#fff8dc", "#f2e8d0"),
    "beige": ("#dcc8a5", "#c9b79c"),
    "camel": ("#c19a6b", "#b0895a", "#967357"),
    "brown": ("#6b4226", "#4a3022", "#855e42"),
    "khaki": ("#8f8560", "#a89f78", "#a99677"),
    "olive": ("#556033", "#6b6b2f", "#4f4c3a"),
    "green": ("#2e8b57", "#1f6b35", "#5fae4b", "#2f4a3a", "#86a884"),
    "mint": ("#aee5c8",),
    "teal": ("#1a7f80",),
    "turquoise": ("#40c8c8",),
    "light blue": ("#a8cbe8", "#86b0d6"),
    "blue": ("#2f5fb3", "#1f4fd0", "#4a74a8", "#5c7290"),
    "navy": ("#1b2343", "#232f5c", "#2b3248", "#3a4358"),
    "lilac": ("#c3b1dd",),
    "purple": ("#6a3d8f", "#4b2a63", "#8a4fa8", "#5d4560"),
    "pink": ("#f0a8bc", "#e8739c", "#d9447f"),
    "burgundy": ("#5e1a28", "#7a2036"),
    "red": ("#c8202c", "#e23b3b", "#a31d22", "#cf5058"),
    "coral": ("#f4806a",),
    "orange": ("#f08020", "#d9621e", "#ec9157"),
    "mustard": ("#c99a2e",),
    "yellow": ("#f2d12e", "#f5e27a"),
}
"""Names shoppers use, each with sRGB examples; a colour takes the name of the nearest example in CIELAB,
lightness counted seven tenths."""

_NAMES: Final = tuple(name for name, examples in COLOURS.items() for _ in examples)

SAMPLE: Final = 1024
"""Most pixels looked at in a photo."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of a garment: name, sRGB 0…255, and the share in [0, 1] of the garment it covers."""

    name: str
    rgb: tuple[int, int, int]
    share: float


def to_lab(rgb: ArrayLike) -> NDArray[np.float64]:
    """CIELAB (..., 3) of sRGB 0…255 (..., 3): L in [0, 100], a and b about -128…128 (CIE 15, D65)."""
    value = np.asarray(rgb, np.float64) / 255.0
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _WHITE
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def from_lab(lab: ArrayLike) -> NDArray[np.uint8]:
    """The sRGB uint8 (..., 3) nearest to a CIELAB colour (..., 3)."""
    value = np.asarray(lab, np.float64)
    y = (value[..., 0] + 16) / 116
    root = np.stack([y + value[..., 1] / 500, y, y - value[..., 2] / 200], axis=-1)
    xyz = np.where(root > 6 / 29, root**3, 3 * (6 / 29) ** 2 * (root - 4 / 29)) * _WHITE
    linear = np.clip(xyz @ np.linalg.inv(_TO_XYZ).T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(encoded * 255), np.uint8)


_EXAMPLES: Final = to_lab(
    [tuple(bytes.fromhex(example[1:])) for examples in COLOURS.values() for example in examples]
)


def colour_name(rgb: tuple[int, int, int]) -> str:
    """The name in COLOURS of an sRGB colour 0…255."""
    return _name(to_lab(rgb))


def dominant_colours(
    image: NDArray[np.uint8], mask: NDArray[np.bool_] | None = None, *, most: int = 3, least: float = 0.12
) -> tuple[Colour, ...]:
    """The colours of a photo uint8 (h, w, 3), or of the part inside `mask` (h, w), the largest first.

    Pixels are grouped by k-means in CIELAB, groups of one name are joined, and those that cover less than the
    share `least` are left out (the largest never is); at most `most` colours. The same photo always gives the
    same colours. An empty mask gives none.
    """
    pixels = image.reshape(-1, 3) if mask is None else image[mask]
    if len(pixels) == 0:
        return ()
    step = -(-len(pixels) // SAMPLE)
    lab = to_lab(pixels[::step])
    centres, members = _k_means(lab, groups=6)
    names = np.array([_name(centre) for centre in centres])
    found = []
    for name in dict.fromkeys(names.tolist()):
        inside = (names == name)[members]
        red, green, blue = from_lab(np.median(lab[inside], axis=0)).tolist()
        found.append(Colour(name, (red, green, blue), float(inside.mean())))
    found.sort(key=lambda colour: -colour.share)
    return tuple(colour for i, colour in enumerate(found[:most]) if i == 0 or colour.share >= least)


def _name(lab: NDArray[np.float64]) -> str:
    # Light and shade move lightness more than hue, so lightness counts less.
    return _NAMES[int(np.argmin((((_EXAMPLES - lab) * (0.7, 1.0, 1.0)) ** 2).sum(axis=1)))]


def _k_means(
    points: NDArray[np.float64], groups: int, rounds: int = 8
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Centres (k, 3) and the group of each point, k ≤ groups; begins with points far from one another."""
    centres = [np.median(points, axis=0)]
    distance = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < groups and distance.max() > 100.0:  # ten units of CIELAB: clearly another colour
        # The 98th percentile, not the farthest point: a few stray pixels are no colour.
        centres.append(points[np.argsort(distance)[int(0.98 * (len(points) - 1))]])
        distance = np.minimum(distance, ((points - centres[-1]) ** 2).sum(axis=1))
    means = np.array(centres)
    members = _nearest(points, means)
    for _ in range(rounds):
        counts = np.bincount(members, minlength=len(means))
        sums = [np.bincount(members, points[:, axis], len(means)) for axis in range(points.shape[1])]
        used = counts > 0
        means = np.stack(sums, axis=1)[used] / counts[used, None]
        before, members = members, _nearest(points, means)
        if used.all() and (members == before).all():
            break
    numbers, members = np.unique(members, return_inverse=True)
    return means[numbers], members.astype(np.intp)


def _nearest(points: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.intp]:
    """The number of the mean (k, 3) nearest to each point (n, 3)."""
    return np.asarray(((means**2).sum(axis=1) - 2.0 * points @ means.T).argmin(axis=1), np.intp)
