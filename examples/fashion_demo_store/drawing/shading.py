"""Light on cloth: a height field from the outline and the folds, and its slope towards the light."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_demo_store.drawing.geometry import Points, band
from fashion_demo_store.drawing.pieces import Fold, Piece
from fashion_demo_store.drawing.view import Region, View
from fashion_demo_store.drawing.weaves import smooth_noise

__all__ = ["Relief", "blurred", "relief"]

Field = NDArray[np.float32]

_LIGHT = (-0.55, -0.83)
_TINY = 30  # pixels
_WIDTHS = (0.03, 0.045, 0.06, 0.08)
_FOLD_HEIGHT = 0.05  # heads: how high a fold of depth 1 stands


@dataclass(frozen=True, slots=True)
class Relief:
    """What a piece's form does to light, per pixel of its region: factor, shine, and the cloth's slide (px).

    Shine is there only for cloth that has gloss, the slide only for cloth that has a print to be moved.
    """

    light: Field
    shine: Field | None = None
    slide: tuple[Field, Field] | None = None


def blurred(field: Field, sigma: float) -> Field:
    """A soft blur of about ``sigma`` pixels, by shrinking and enlarging (both filtered, in C)."""
    if sigma < 0.5:
        return field
    height, width = field.shape
    shrink = max(1.0, 0.8 * sigma)
    small = (max(2, round(width / shrink)), max(2, round(height / shrink)))
    image = Image.fromarray(field).resize(small, Image.Resampling.BILINEAR)
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def relief(piece: Piece, view: View, points: Points, region: Region) -> Relief:
    """The light on a piece over a region of the picture, computed at a fraction of its size and enlarged."""
    x0, y0, x1, y1 = region
    width, height, scale = x1 - x0, y1 - y0, view.scale
    if max(width, height) < _TINY:
        return _knob(width, height, piece.fabric.gloss)
    shrink = _shrink(scale)
    # A rim keeps the piece's own edge apart from the picture's, where it is only cut.
    rim = int(piece.round * scale * 1.5 / shrink) + 2
    size = (width // shrink + 1 + 2 * rim, height // shrink + 1 + 2 * rim)
    mask = Image.new("L", (size[0] * 2, size[1] * 2))
    local = ((points - (x0, y0)) / shrink + rim) * 2
    ImageDraw.Draw(mask).polygon([(x, y) for x, y in local.tolist()], fill=255)
    inside = np.asarray(mask.reduce(2), dtype=np.float32) / np.float32(255.0)

    sigma = max(0.9, piece.round * scale / shrink / 2.2)
    edge = blurred(inside, sigma)
    slope = _towards_light(edge, sigma * 2.2)[0]
    light = 1.0 + 0.30 * slope - 0.46 * np.maximum(0.95 - edge, 0)
    slide = None
    drape = piece.fabric.drape
    if piece.folds or drape > 0:
        folds = _folds(piece.folds, view, region, rim, size, shrink)
        folds += _waves(scale, points, size, shrink) * np.float32(drape)
        steep, fx, fy = _towards_light(folds, _FOLD_HEIGHT * scale / shrink)
        light += np.clip(0.62 * steep, -0.34, 0.26) + np.clip(0.10 * folds, -0.14, 0.07)
        slope += steep
        if piece.fabric.print != "plain":
            reach, soft = _FOLD_HEIGHT * scale * scale * 0.016, 0.035 * scale / shrink
            push = [blurred(np.clip(f * np.float32(reach), -3, 3), soft) for f in (fx, fy)]
            slide = _enlarge(push[0], rim, region, shrink), _enlarge(push[1], rim, region, shrink)
    grown = _enlarge(np.clip(light, 0.3, 1.3), rim, region, shrink)
    if piece.fabric.gloss <= 0.0:
        return Relief(grown, None, slide)
    shine = np.clip(slope * 1.4 - 0.12, 0, 1) ** 1.5
    return Relief(grown, _enlarge(shine, rim, region, shrink), slide)


def _towards_light(field: Field, height: float) -> tuple[Field, Field, Field]:
    """How steeply a field rises towards the light, and its gradient along x and y."""
    fx, fy = np.zeros_like(field), np.zeros_like(field)
    fx[:, 1:-1] = (field[:, 2:] - field[:, :-2]) * np.float32(0.5)
    fy[1:-1] = (field[2:] - field[:-2]) * np.float32(0.5)
    steep = fx * np.float32(-_LIGHT[0] * height) + fy * np.float32(-_LIGHT[1] * height)
    return steep, fx, fy


def _knob(width: int, height: int, gloss: float) -> Relief:
    """The light on something as small as a button: brighter above left, darker below right."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = x * np.float32(_LIGHT[0]) + y * np.float32(_LIGHT[1])
    shine = np.asarray(np.maximum(slope - 0.3, 0) ** 2 * 2, dtype=np.float32)
    return Relief(np.asarray(1.0 + 0.22 * slope, dtype=np.float32), shine if gloss else None)


def _shrink(scale: float) -> int:
    """Form is smooth, so it is computed at a fraction of the picture's size: about 45 pixels per head."""
    return int(np.clip(round(scale / 45.0), 2, 6))


def _enlarge(field: Field, rim: int, region: Region, shrink: int) -> Field:
    inner = np.ascontiguousarray(field[rim:-rim, rim:-rim], dtype=np.float32)
    rows, columns = inner.shape
    grown = Image.fromarray(inner).resize((columns * shrink, rows * shrink), Image.Resampling.BILINEAR)
    return np.asarray(grown)[: region[3] - region[1], : region[2] - region[0]]


def _waves(scale: float, points: Points, size: tuple[int, int], shrink: int) -> Field:
    """Soft unevenness that every hanging cloth has; the same for the same piece at any scale."""
    noise = smooth_noise(256, 7, 5)
    start = int(abs(float(points[0, 0] * 3.1 + points[0, 1] * 1.7))) % 97
    step = 64.0 * shrink / scale
    columns = ((np.arange(size[0]) * step).astype(np.int32) + start) % 256
    rows = ((np.arange(size[1]) * step * 0.55).astype(np.int32) + 2 * start) % 256
    return blurred(noise[rows][:, columns] * np.float32(0.42), max(1.0, 0.02 * scale / shrink))


def _folds(
    folds: tuple[Fold, ...], view: View, region: Region, rim: int, size: tuple[int, int], shrink: int
) -> Field:
    total = np.zeros((size[1], size[0]), dtype=np.float32)
    for level in _WIDTHS:
        same = [fold for fold in folds if _level(fold.width) == level]
        if not same:
            continue
        layer = Image.new("L", (size[0] * 2, size[1] * 2), 128)
        draw = ImageDraw.Draw(layer)
        for fold in same:
            ribbon = band(fold.path, partial(_taper, width=fold.width))
            local = ((view.pixels(ribbon) - region[:2]) / shrink + rim) * 2
            spots = [(x, y) for x, y in local.tolist()]
            draw.polygon(spots, fill=round(128 + 127 * max(-1.0, min(1.0, fold.depth))))
        soft = np.asarray(layer.reduce(2), dtype=np.float32) * np.float32(1 / 127) - np.float32(128 / 127)
        total += blurred(soft, max(0.6, 0.55 * level * view.scale / shrink))
    return total


def _level(width: float) -> float:
    return min(_WIDTHS, key=lambda level: abs(level - width))


def _taper(place: Points, width: float) -> Points:
    slim: Points = width * np.sin(np.pi * np.clip(place * 0.9 + 0.06, 0.0, 1.0))
    return slim
