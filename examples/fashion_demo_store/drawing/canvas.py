"""Paints pieces: soft edges, the cloth's grain along the piece, light from above left, shadows between layers."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_demo_store.drawing.fabrics import tile
from fashion_demo_store.drawing.geometry import Points
from fashion_demo_store.drawing.pieces import Mark, Piece
from fashion_demo_store.drawing.shading import Relief, blurred, relief
from fashion_demo_store.drawing.view import Region, View

__all__ = ["Canvas"]

_SUPER = 3


class Canvas:
    """A picture under way; pieces go on in painter's order."""

    def __init__(self, background: NDArray[np.uint8], view: View) -> None:
        self.rgb: NDArray[np.float32] = background.astype(np.float32)
        self.view = view
        self.owner: NDArray[np.int16] = np.zeros(background.shape[:2], dtype=np.int16)

    def cast_shadow(
        self, pieces: Iterable[Piece], *, blur: float, move: tuple[float, float], strength: float
    ) -> None:
        """Darken the background as the pieces together would; ``blur`` and ``move`` in heads."""
        small = 8
        size = (self.view.width // small + 1, self.view.height // small + 1)
        mask = Image.new("L", size)
        draw = ImageDraw.Draw(mask)
        for piece in pieces:
            spots = (self.view.pixels(piece.outline + move) / small).tolist()
            draw.polygon([(x, y) for x, y in spots], fill=255)
        soft = blurred(np.asarray(mask, dtype=np.float32) / 255.0, blur * self.view.scale / small)
        grown = Image.fromarray(soft).resize((size[0] * small, size[1] * small), Image.Resampling.BICUBIC)
        shade = np.asarray(grown)[: self.view.height, : self.view.width]
        self.rgb *= (1.0 - strength * np.clip(shade, 0, 1))[:, :, None]

    def add(self, pieces: Iterable[Piece], owner: int = 0) -> None:
        """Paint the pieces; ``owner`` is kept for every pixel they cover."""
        for piece in pieces:
            self._piece(piece, owner)

    def image(self) -> Image.Image:
        """The picture so far, RGB."""
        return Image.fromarray(np.clip(self.rgb + 0.5, 0, 255).astype(np.uint8))

    def _piece(self, piece: Piece, owner: int) -> None:
        points = self.view.pixels(piece.outline)
        rim = int(0.09 * self.view.scale * piece.lift) + 3
        region = self._region(points, rim)
        if region is None:
            return
        x0, y0, x1, y1 = region
        mask = _coverage(points, region)
        self._occlude(mask, piece, region)
        form = relief(piece, self.view, points, region)
        cloth = self._cloth(piece, region, form)
        spot = self.rgb[y0:y1, x0:x1]
        if piece.marks:
            self._marks(cloth, piece.marks, region)
        shade = form.light * piece.light
        cloth *= shade[:, :, None]
        if piece.fabric.gloss > 0.0:
            cloth += (form.shine * (piece.fabric.gloss * 120.0))[:, :, None]
        cloth -= spot
        cloth *= mask[:, :, None]
        spot += cloth
        self.owner[y0:y1, x0:x1][mask > 0.5] = owner

    def _region(self, points: Points, rim: int) -> Region | None:
        low, high = points.min(axis=0), points.max(axis=0)
        x0, y0 = max(0, int(low[0]) - rim), max(0, int(low[1]) - rim)
        x1, y1 = min(self.view.width, int(high[0]) + rim + 1), min(self.view.height, int(high[1]) + rim + 1)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def _occlude(self, mask: NDArray[np.float32], piece: Piece, region: Region) -> None:
        if piece.lift <= 0.0:
            return
        x0, y0, x1, y1 = region
        height, width = mask.shape
        shrink = max(1.0, 0.05 * self.view.scale)
        small = (max(2, round(width / shrink)), max(2, round(height / shrink)))
        soft = Image.fromarray(mask).resize(small, Image.Resampling.BILINEAR)
        full = np.asarray(soft.resize((width, height), Image.Resampling.BICUBIC))
        # The light stands above left, so the shadow falls a little below right.
        drop = max(1, int(0.016 * self.view.scale))
        fallen = np.zeros_like(full)
        fallen[drop:, drop // 2 :] = full[:-drop, : width - drop // 2]
        self.rgb[y0:y1, x0:x1] *= (1.0 - 0.85 * piece.lift * np.clip(fallen, 0, 1))[:, :, None]

    def _cloth(self, piece: Piece, region: Region, form: Relief) -> NDArray[np.float32]:
        x0, y0, x1, y1 = region
        fabric = piece.fabric
        period = fabric.period * fabric.size
        side = int(np.clip(round(2 * self.view.scale * period), 24, 768))
        texture = tile(fabric, side)
        left, top = self.view.pixels(np.array([piece.origin]))[0]
        unit = side / (period * self.view.scale)
        c, s = np.cos(piece.angle) * unit, np.sin(piece.angle) * unit
        xs = np.arange(x0, x1, dtype=np.float32) - left
        ys = np.arange(y0, y1, dtype=np.float32) - top
        # Pre-scaled offsets keep the remainder positive before the cast.
        u = (xs * c)[None, :] + (ys * s)[:, None]
        v = (ys * c)[:, None] - (xs * s)[None, :]
        if fabric.print != "plain":
            u += form.slide_x * unit
            v += form.slide_y * unit
        column = (u + side * 4096).astype(np.int32) % side
        row = (v + side * 4096).astype(np.int32) % side
        return texture.reshape(-1, 3)[row * side + column].astype(np.float32)

    def _marks(self, cloth: NDArray[np.float32], marks: Iterable[Mark], region: Region) -> None:
        x0, y0, x1, y1 = region
        for mark in marks:
            points = self.view.pixels(mark.path)
            half = mark.width * self.view.scale
            low = np.maximum(points.min(axis=0) - half - 2, (x0, y0)).astype(int)
            high = np.minimum(points.max(axis=0) + half + 3, (x1, y1)).astype(int)
            if (high <= low).any():
                continue
            layer = Image.new("L", tuple(((high - low) * _SUPER).tolist()))
            draw = ImageDraw.Draw(layer)
            width = max(1, round(half * _SUPER))
            local = (points - low) * _SUPER
            for run in _dashes(local, mark.dash * self.view.scale * _SUPER, mark.closed):
                draw.line([(float(x), float(y)) for x, y in run], fill=255, width=width, joint="curve")
            ink = np.asarray(layer.reduce(_SUPER), dtype=np.float32)[:, :, None] * (mark.alpha / 255.0)
            spot = cloth[low[1] - y0 : high[1] - y0, low[0] - x0 : high[0] - x0]
            spot += (np.array(mark.colour, dtype=np.float32) - spot) * ink


def _coverage(points: Points, region: Region) -> NDArray[np.float32]:
    x0, y0, x1, y1 = region
    mask = Image.new("L", ((x1 - x0) * _SUPER, (y1 - y0) * _SUPER))
    local = ((points - (x0, y0)) * _SUPER).tolist()
    ImageDraw.Draw(mask).polygon([(x, y) for x, y in local], fill=255)
    return np.asarray(mask.reduce(_SUPER), dtype=np.float32) / np.float32(255.0)


def _dashes(points: Points, dash: float, closed: bool) -> list[Points]:
    if closed:
        points = np.concatenate([points, points[:1]])
    if dash <= 0.0:
        return [points]
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    count = max(1, int(run[-1] / (dash * 1.6)))
    starts = np.arange(count) * dash * 1.6
    ends = starts + dash
    x, y = points[:, 0], points[:, 1]
    a = np.stack([np.interp(starts, run, x), np.interp(starts, run, y)], axis=1)
    b = np.stack([np.interp(ends, run, x), np.interp(ends, run, y)], axis=1)
    return [np.stack([p, q]) for p, q in zip(a, b, strict=True)]
