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
_REDUCE = 3
_WIDTHS = (0.03, 0.045, 0.06, 0.08)
_FOLD_HEIGHT = 0.05  # heads: how high a fold of depth 1 stands


@dataclass(frozen=True, slots=True)
class Relief:
    """What a piece's form does to light, per pixel of its region: factor, shine, and the cloth's slide (px)."""

    light: Field
    shine: Field
    slide_x: Field
    slide_y: Field


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
    """The light on a piece over a region of the picture, computed at half size and enlarged."""
    x0, y0, x1, y1 = region
    width, height, scale = x1 - x0, y1 - y0, view.scale
    # A rim keeps the piece's own edge apart from the picture's, where it is only cut.
    rim = int(piece.round * scale * 1.5 / _REDUCE) + 2
    size = (width // _REDUCE + 1 + 2 * rim, height // _REDUCE + 1 + 2 * rim)
    mask = Image.new("L", (size[0] * 2, size[1] * 2))
    local = ((points - (x0, y0)) / _REDUCE + rim) * 2
    ImageDraw.Draw(mask).polygon([(x, y) for x, y in local.tolist()], fill=255)
    inside = np.asarray(mask.reduce(2), dtype=np.float32) / np.float32(255.0)

    sigma = max(0.9, piece.round * scale / _REDUCE / 2.2)
    edge = blurred(inside, sigma)
    gy, gx = np.gradient(edge)
    slope = -(gx * _LIGHT[0] + gy * _LIGHT[1]) * sigma * 2.2
    light = 1.0 + 0.30 * slope - 0.46 * np.clip(0.95 - edge, 0, 1)
    push_x = push_y = np.zeros_like(edge)

    drape = piece.fabric.drape
    wave = _waves(piece, scale, points, size)
    if piece.folds or drape > 0:
        folds = _folds(piece.folds, view, region, rim, size) + wave * drape
        fy, fx = np.gradient(folds)
        steep = -(fx * _LIGHT[0] + fy * _LIGHT[1]) * (_FOLD_HEIGHT * scale / _REDUCE)
        light = light + np.clip(0.62 * steep, -0.34, 0.26) + np.clip(0.10 * folds, -0.14, 0.07)
        slope = slope + steep
        if piece.fabric.print != "plain":
            reach, soft = _FOLD_HEIGHT * scale * scale * 0.016, 0.035 * scale / _REDUCE
            push_x = blurred(np.clip(fx * reach, -3, 3), soft)
            push_y = blurred(np.clip(fy * reach, -3, 3), soft)
    shine = np.clip(slope * 1.4 - 0.12, 0, 1) ** 1.5
    out = [_enlarge(f, rim, width, height) for f in (np.clip(light, 0.3, 1.3), shine)]
    if piece.fabric.print == "plain":
        return Relief(out[0], out[1], out[0], out[0])
    return Relief(out[0], out[1], _enlarge(push_x, rim, width, height), _enlarge(push_y, rim, width, height))


def _enlarge(field: Field, rim: int, width: int, height: int) -> Field:
    inner = np.ascontiguousarray(field[rim:-rim, rim:-rim], dtype=np.float32)
    rows, columns = inner.shape
    grown = Image.fromarray(inner).resize((columns * _REDUCE, rows * _REDUCE), Image.Resampling.BILINEAR)
    return np.asarray(grown)[:height, :width]


def _waves(piece: Piece, scale: float, points: Points, size: tuple[int, int]) -> Field:
    """Soft unevenness that every hanging cloth has; the same for the same piece at any scale."""
    noise = smooth_noise(256, 7, 5)
    start = int(abs(float(points[0, 0] * 3.1 + points[0, 1] * 1.7))) % 97
    step = 64.0 * _REDUCE / scale
    columns = ((np.arange(size[0]) * step).astype(np.int32) + start) % 256
    rows = ((np.arange(size[1]) * step * 0.55).astype(np.int32) + 2 * start) % 256
    return blurred(noise[rows][:, columns] * np.float32(0.42), max(1.0, 0.02 * scale / _REDUCE))


def _folds(folds: tuple[Fold, ...], view: View, region: Region, rim: int, size: tuple[int, int]) -> Field:
    total = np.zeros((size[1], size[0]), dtype=np.float32)
    for level in _WIDTHS:
        same = [fold for fold in folds if _level(fold.width) == level]
        if not same:
            continue
        layer = Image.new("L", (size[0] * 2, size[1] * 2), 128)
        draw = ImageDraw.Draw(layer)
        for fold in same:
            ribbon = band(fold.path, partial(_taper, width=fold.width))
            local = ((view.pixels(ribbon) - region[:2]) / _REDUCE + rim) * 2
            spots = [(x, y) for x, y in local.tolist()]
            draw.polygon(spots, fill=round(128 + 127 * max(-1.0, min(1.0, fold.depth))))
        soft = np.asarray(layer.reduce(2), dtype=np.float32) * np.float32(1 / 127) - np.float32(128 / 127)
        total += blurred(soft, max(0.6, 0.55 * level * view.scale / _REDUCE))
    return total


def _level(width: float) -> float:
    return min(_WIDTHS, key=lambda level: abs(level - width))


def _taper(place: Points, width: float) -> Points:
    slim: Points = width * np.sin(np.pi * np.clip(place * 0.9 + 0.06, 0.0, 1.0))
    return slim
