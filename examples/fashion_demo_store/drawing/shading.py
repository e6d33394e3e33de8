"""Light on cloth: a height field from the outline and the folds, and its slope towards the light."""

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_demo_store.drawing.geometry import Points, band
from fashion_demo_store.drawing.pieces import Fold, Piece
from fashion_demo_store.drawing.view import Region, View
from fashion_demo_store.drawing.weaves import smooth_noise

__all__ = ["Relief", "blurred", "enlarged", "relief"]

Field = NDArray[np.float32]

_LIGHT = (-0.55, -0.83)
_TINY = 30  # pixels
_WIDTHS = (0.03, 0.045, 0.06, 0.08)
_NOISE = 256
_SHINE = 120.0  # levels of 255 that a gloss of 1 adds where it faces the light
_PENUMBRA = 0.0625  # heads over which a shadow between layers fades
_FOLD_HEIGHT = 0.05  # heads: how high a fold of depth 1 stands


@dataclass(frozen=True, slots=True)
class Relief:
    """What a piece's form does to light, per pixel of its region.

    ``light`` is a factor, ``shade`` the factor of the shadow cast on what is beneath, before it is moved;
    ``shine`` is light added (levels of 255), only there for cloth that has gloss; ``slide`` moves the cloth
    (px), only there for cloth that has a print to be moved.
    """

    light: Field
    shade: Field
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


def enlarged(field: Field, times: int, rim: int = 1) -> Field:
    """A field without its rim, every cell drawn out smoothly to ``times`` by ``times`` pixels.

    NumPy does whole rows at once, which takes a fifth of the time that Pillow needs for floats.
    """
    spare = rim - 1
    inner = field[spare : len(field) - spare, spare : field.shape[1] - spare]
    return _drawn_out(np.ascontiguousarray(_drawn_out(np.ascontiguousarray(inner.T), times).T), times)


def _drawn_out(field: Field, times: int) -> Field:
    """Linear interpolation down the columns, the first and the last row left out."""
    before, here, after = field[:-2], field[1:-1], field[2:]
    up, down = here - before, after - here
    out = np.empty((len(here), times, field.shape[1]), dtype=np.float32)
    for step in range(times):
        place = np.float32((step + 0.5) / times - 0.5)
        row = out[:, step]
        np.multiply(up if place < 0 else down, place, out=row)
        row += here
    return out.reshape(-1, field.shape[1])


def relief(piece: Piece, view: View, points: Points, region: Region, mask: Field) -> Relief:
    """The light on a piece over a region of the picture, computed at a fraction of its size and enlarged."""
    x0, y0, x1, y1 = region
    width, height, scale = x1 - x0, y1 - y0, view.scale
    if max(width, height) < _TINY:
        return _knob(piece, mask, scale)
    shrink = _shrink(scale)
    # A rim keeps the piece's own edge apart from the picture's, where it is only cut.
    rim = int(piece.round * scale * 1.5 / shrink) + 2
    size = (width // shrink + 1 + 2 * rim, height // shrink + 1 + 2 * rim)
    small = Image.new("L", (size[0] * 2, size[1] * 2))
    local = ((points - (x0, y0)) / shrink + rim) * 2
    ImageDraw.Draw(small).polygon(local.ravel().tolist(), fill=255)
    inside = np.asarray(small.reduce(2), dtype=np.float32) / np.float32(255.0)

    def full(field: Field) -> Field:
        return enlarged(field, shrink, rim)[:height, :width]

    sigma = max(0.9, piece.round * scale / shrink / 2.2)
    edge = blurred(inside, sigma)
    slope = _towards_light(edge, sigma * 2.2)
    light = 1.0 + 0.30 * slope - 0.46 * np.maximum(0.95 - edge, 0)
    slide = None
    drape = piece.fabric.drape
    if piece.folds or drape > 0:
        folds = _folds(piece.folds, view, region, rim, size, shrink)
        folds += _waves(scale, points, size, shrink) * np.float32(drape)
        steep = _towards_light(folds, _FOLD_HEIGHT * scale / shrink)
        light += np.clip(0.62 * steep, -0.34, 0.26) + np.clip(0.10 * folds, -0.14, 0.07)
        slope += steep
        if piece.fabric.print != "plain":
            reach = np.float32(_FOLD_HEIGHT * scale * scale * 0.008)
            soft = np.pad(blurred(folds, 0.035 * scale / shrink), 1, mode="edge")
            push = soft[1:-1, 2:] - soft[1:-1, :-2], soft[2:, 1:-1] - soft[:-2, 1:-1]
            slide = full(np.clip(push[0] * reach, -3, 3)), full(np.clip(push[1] * reach, -3, 3))
    lit = full(np.clip(light, 0.3, 1.3) * np.float32(piece.light))
    shade = full(_shade(inside, piece.lift, scale / shrink))
    gloss = piece.fabric.gloss
    if gloss <= 0.0:
        return Relief(lit, shade, None, slide)
    bright = np.clip(slope * 1.4 - 0.12, 0, 1)
    shine = bright * np.sqrt(bright) * np.float32(gloss * _SHINE)
    return Relief(lit, shade, full(shine), slide)


def _shade(inside: Field, lift: float, scale: float) -> Field:
    shade: Field = 1.0 - np.float32(0.85 * lift) * blurred(inside, _PENUMBRA * scale)
    return np.maximum(shade, np.float32(0.2))


def _towards_light(field: Field, height: float) -> Field:
    """How steeply a field, of so many pixels' height where it is 1, rises towards the light."""
    steep = np.zeros_like(field)
    steep[:, 1:-1] = (field[:, 2:] - field[:, :-2]) * np.float32(-_LIGHT[0] * height / 2)
    steep[1:-1] += (field[2:] - field[:-2]) * np.float32(-_LIGHT[1] * height / 2)
    return steep


def _knob(piece: Piece, mask: Field, scale: float) -> Relief:
    """The light on something as small as a button: brighter above left, darker below right."""
    height, width = mask.shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = x * np.float32(_LIGHT[0]) + y * np.float32(_LIGHT[1])
    light = (1.0 + np.float32(0.22) * slope) * np.float32(piece.light)
    gloss = piece.fabric.gloss
    shine = np.maximum(slope - 0.3, 0) ** 2 * np.float32(2 * gloss * _SHINE) if gloss else None
    return Relief(light, _shade(mask, piece.lift, scale), shine)


def _shrink(scale: float) -> int:
    """Form is smooth, so it is computed at a fraction of the picture's size: about 45 pixels per head."""
    return int(np.clip(round(scale / 45.0), 2, 6))


def _waves(scale: float, points: Points, size: tuple[int, int], shrink: int) -> Field:
    """Soft unevenness that every hanging cloth has; the same for the same piece at any scale."""
    swell = _swell(shrink / scale)
    start = int(abs(float(points[0, 0] * 3.1 + points[0, 1] * 1.7))) % 97
    rows, columns = swell.shape
    top, left = 2 * start * rows // _NOISE, start * columns // _NOISE
    band: Field = swell.take(np.arange(top, top + size[1]), axis=0, mode="wrap")
    return band.take(np.arange(left, left + size[0]), axis=1, mode="wrap")


@lru_cache(maxsize=4)
def _swell(cell: float) -> Field:
    """Repeating noise, 4 heads wide and 7.3 high, at cells of this many heads."""
    columns, rows = round(_NOISE / (64.0 * cell)), round(_NOISE / (35.2 * cell))
    rim = 8
    around = Image.fromarray(np.pad(smooth_noise(_NOISE, 7, 5), rim, mode="wrap") * np.float32(0.42))
    inner = (rim, rim, rim + _NOISE, rim + _NOISE)
    return np.asarray(around.resize((columns, rows), Image.Resampling.BILINEAR, box=inner))


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
            draw.polygon(local.ravel().tolist(), fill=round(128 + 127 * max(-1.0, min(1.0, fold.depth))))
        soft = np.asarray(layer.reduce(2), dtype=np.float32) * np.float32(1 / 127) - np.float32(128 / 127)
        total += blurred(soft, max(0.6, 0.55 * level * view.scale / shrink))
    return total


def _level(width: float) -> float:
    return min(_WIDTHS, key=lambda level: abs(level - width))


def _taper(place: Points, width: float) -> Points:
    slim: Points = width * np.sin(np.pi * np.clip(place * 0.9 + 0.06, 0.0, 1.0))
    return slim
