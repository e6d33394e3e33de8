"""Paints pieces: soft edges, grain along the piece, light from above left, shadows between layers."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_demo_store.drawing.fabrics import tile
from fashion_demo_store.drawing.geometry import Points
from fashion_demo_store.drawing.pieces import Mark, Piece
from fashion_demo_store.drawing.shading import Relief, blurred, relief
from fashion_demo_store.drawing.view import Region, View

__all__ = ["Canvas"]

Field: TypeAlias = NDArray[np.float32]

_SUPER = 3


class Canvas:
    """A picture under way; pieces go on in painter's order."""

    def __init__(self, background: NDArray[np.uint8], view: View) -> None:
        # Planes of one colour each: NumPy is several times faster along long rows than along triples.
        self.planes: Field = background.transpose(2, 0, 1).astype(np.float32)
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
        self.planes *= 1.0 - np.float32(strength) * np.clip(shade, 0, 1)

    def add(self, pieces: Iterable[Piece], owner: int = 0) -> None:
        """Paint the pieces; ``owner`` is kept for every pixel they cover."""
        for piece in pieces:
            self._piece(piece, owner)

    def image(self) -> Image.Image:
        """The picture so far, RGB."""
        rgb = np.clip(self.planes + np.float32(0.5), 0, 255).astype(np.uint8)
        return Image.fromarray(np.ascontiguousarray(rgb.transpose(1, 2, 0)))

    def _piece(self, piece: Piece, owner: int) -> None:
        points = self.view.pixels(piece.outline)
        rim = int(0.09 * self.view.scale * piece.lift) + 3
        region = self._region(points, rim)
        if region is None:
            return
        x0, y0, x1, y1 = region
        mask = _coverage(points, region)
        if piece.lift > 0.0:
            self._occlude(mask, piece.lift, region)
        form = relief(piece, self.view, points, region)
        cloth = self._cloth(piece, region, form)
        if piece.marks:
            self._marks(cloth, piece.marks, region)
        cloth *= form.light * np.float32(piece.light)
        if form.shine is not None:
            cloth += form.shine * np.float32(piece.fabric.gloss * 120.0)
        spot = self.planes[:, y0:y1, x0:x1]
        cloth -= spot
        cloth *= mask
        spot += cloth
        self.owner[y0:y1, x0:x1][mask > 0.5] = owner

    def _region(self, points: Points, rim: int) -> Region | None:
        low, high = points.min(axis=0), points.max(axis=0)
        x0, y0 = max(0, int(low[0]) - rim), max(0, int(low[1]) - rim)
        x1, y1 = min(self.view.width, int(high[0]) + rim + 1), min(self.view.height, int(high[1]) + rim + 1)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def _occlude(self, mask: Field, lift: float, region: Region) -> None:
        x0, y0, x1, y1 = region
        height, width = mask.shape
        # The light stands above left, so the shadow falls a little below right.
        drop = max(1, int(0.016 * self.view.scale))
        if height <= drop or width <= drop:
            return
        shrink = max(1.0, 0.05 * self.view.scale)
        small = (max(2, round(width / shrink)), max(2, round(height / shrink)))
        soft = Image.fromarray(mask).resize(small, Image.Resampling.BILINEAR)
        full = np.asarray(soft.resize((width, height), Image.Resampling.BICUBIC))
        fallen = np.maximum(1.0 - np.float32(0.85 * lift) * full[: height - drop, : width - drop // 2], 0.2)
        self.planes[:, y0 + drop : y1, x0 + drop // 2 : x1] *= fallen

    def _cloth(self, piece: Piece, region: Region, form: Relief) -> Field:
        x0, y0, x1, y1 = region
        fabric = piece.fabric
        side = int(np.clip(round(2 * self.view.scale * fabric.period), 24, 768))
        texture = tile(fabric, side)
        left, top = self.view.pixels(np.array([piece.origin]))[0]
        unit = side / (fabric.period * self.view.scale)
        # The added multiple of the tile's side keeps positions positive, so that the cast rounds down.
        xs = (np.arange(x0, x1, dtype=np.float32) - np.float32(left)) * np.float32(unit)
        ys = (np.arange(y0, y1, dtype=np.float32) - np.float32(top)) * np.float32(unit)
        far = np.float32(side * 512)
        if piece.angle == 0.0 and form.slide is None:
            column, row = (xs + far).astype(np.int32) % side, (ys + far).astype(np.int32) % side
            return texture[:, row][:, :, column].astype(np.float32)
        c, s = np.float32(np.cos(piece.angle)), np.float32(np.sin(piece.angle))
        u = (xs * c + far)[None, :] + (ys * s)[:, None]
        v = (ys * c + far)[:, None] - (xs * s)[None, :]
        if form.slide is not None:
            u += form.slide[0] * np.float32(unit)
            v += form.slide[1] * np.float32(unit)
        column, row = u.astype(np.int32) % side, v.astype(np.int32) % side
        row *= side
        row += column
        return np.stack([plane.ravel()[row] for plane in texture]).astype(np.float32)

    def _marks(self, cloth: Field, marks: Iterable[Mark], region: Region) -> None:
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
            ink = np.asarray(layer.reduce(_SUPER), dtype=np.float32) * np.float32(mark.alpha / 255.0)
            spot = cloth[:, low[1] - y0 : high[1] - y0, low[0] - x0 : high[0] - x0]
            spot += (np.array(mark.colour, dtype=np.float32)[:, None, None] - spot) * ink


def _coverage(points: Points, region: Region) -> Field:
    x0, y0, x1, y1 = region
    mask = Image.new("L", ((x1 - x0) * _SUPER, (y1 - y0) * _SUPER))
    local = ((points - (x0, y0)) * _SUPER).tolist()
    ImageDraw.Draw(mask).polygon([(x, y) for x, y in local], fill=255)
    covered: Field = np.asarray(mask.reduce(_SUPER), dtype=np.float32) * np.float32(1 / 255)
    return covered


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
