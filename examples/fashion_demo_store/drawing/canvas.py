"""Paints pieces: soft edges, grain along the piece, light from above left, shadows between layers."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_demo_store.drawing.fabrics import threads, tile
from fashion_demo_store.drawing.geometry import Points
from fashion_demo_store.drawing.pieces import Mark, Piece
from fashion_demo_store.drawing.shading import blurred, enlarged, relief
from fashion_demo_store.drawing.view import Region, View

__all__ = ["Canvas", "Field", "planes"]

Field: TypeAlias = NDArray[np.float32]

_SUPER = 3
_STEP = 1.12  # from one side of a tile to the next


class Canvas:
    """A picture under way; pieces go on in painter's order."""

    def __init__(self, background: Field, view: View) -> None:
        """Begin on a background that `planes` gave, which stays as it is."""
        self._planes = background
        self.view = view

    def cast_shadow(
        self, pieces: Iterable[Piece], *, blur: float, move: tuple[float, float], strength: float
    ) -> None:
        """Darken the background as the pieces together would; ``blur`` and ``move`` in heads."""
        small = 8
        mask = Image.new("L", (self.view.width // small + 3, self.view.height // small + 3))
        draw = ImageDraw.Draw(mask)
        for piece in pieces:
            draw.polygon((self.view.pixels(piece.outline + move) / small + 1).ravel().tolist(), fill=255)
        soft = blurred(np.asarray(mask, dtype=np.float32) / 255.0, blur * self.view.scale / small)
        shade = enlarged(1.0 - np.float32(strength) * np.clip(soft, 0, 1), small)
        self._planes = self._planes * shade[: self.view.height, : self.view.width]

    def add(self, pieces: Iterable[Piece]) -> None:
        """Paint pieces, one over another."""
        self._begin()
        for piece in pieces:
            self._piece(piece, self.view.pixels(piece.outline))

    def add_visible(self, pieces: Sequence[Piece]) -> NDArray[np.uint16]:
        """Paint pieces but those that later ones hide, a fifth of what a dressed figure is made of.

        Returns which piece, counted from 1, lies on top at each pixel, 0 where none does: (h, w).
        """
        self._begin()
        outlines = [self.view.pixels(piece.outline) for piece in pieces]
        top = self._top(outlines)
        seen = np.bincount(top.ravel(), minlength=len(pieces) + 1)[1:]
        for piece, points, pixels in zip(pieces, outlines, seen, strict=True):
            if pixels:
                self._piece(piece, points)
        return top

    def _begin(self) -> None:
        if not self._planes.flags.writeable:
            self._planes = self._planes.copy()

    def _top(self, outlines: Sequence[Points]) -> NDArray[np.uint16]:
        image = Image.new("I;16", (self.view.width, self.view.height))
        draw = ImageDraw.Draw(image)
        for number, points in enumerate(outlines, 1):
            draw.polygon(points.ravel().tolist(), fill=number)
        return np.asarray(image)

    def image(self) -> Image.Image:
        """The picture so far, RGB."""
        level, bands = np.empty(self._planes.shape[1:], dtype=np.float32), []
        for plane in self._planes:
            np.add(plane, np.float32(0.5), out=level)
            np.minimum(level, np.float32(255.0), out=level)
            bands.append(Image.fromarray(level.astype(np.uint8)))
        return Image.merge("RGB", bands)

    def _piece(self, piece: Piece, points: Points) -> None:
        rim = int(0.09 * self.view.scale * piece.lift) + 3
        region = self._region(points, rim)
        if region is None:
            return
        x0, y0, x1, y1 = region
        mask = _coverage(points, region)
        form = relief(piece, self.view, points, region, mask)
        spot = self._planes[:, y0:y1, x0:x1]
        beneath = self._beneath(mask, form.shade if piece.lift > 0.0 else None)
        cover = form.light * mask
        for plane, cloth in zip(spot, self._cloth(piece, region, form.slide, cover), strict=True):
            plane *= beneath
            plane += cloth
        for mark in piece.marks:
            self._mark(mark, region, mask, form.light)
        if form.shine is not None:
            spot += form.shine * mask

    def _region(self, points: Points, rim: int) -> Region | None:
        low, high = points.min(axis=0), points.max(axis=0)
        x0, y0 = max(0, int(low[0]) - rim), max(0, int(low[1]) - rim)
        x1, y1 = min(self.view.width, int(high[0]) + rim + 1), min(self.view.height, int(high[1]) + rim + 1)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def _beneath(self, mask: Field, shade: Field | None) -> Field:
        """What is left to see of what lies beneath a piece, and how much in its shadow."""
        left: Field = 1.0 - mask
        # The light stands above left, so the shadow falls a little below right.
        drop = max(1, int(0.016 * self.view.scale))
        height, width = mask.shape
        if shade is not None and height > drop and width > drop:
            left[drop:, drop // 2 :] *= shade[: height - drop, : width - drop // 2]
        return left

    def _cloth(
        self, piece: Piece, region: Region, slide: tuple[Field, Field] | None, cover: Field
    ) -> Iterator[Field]:
        """The cloth's red, green and blue times ``cover``."""
        fabric = piece.fabric
        side = _side(2 * self.view.scale * fabric.period)
        sampled = self._sampling(piece, region, slide, side)
        if fabric.print == "plain":
            cover = cover * sampled(threads(fabric.weave, side))
            yield from (cover * np.float32(tone) for tone in fabric.colour)
        else:
            yield from (cover * sampled(plane) for plane in tile(fabric, side))

    def _sampling(
        self, piece: Piece, region: Region, slide: tuple[Field, Field] | None, side: int
    ) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """What takes from a repeating tile of cloth what lies at each pixel of a region."""
        x0, y0, x1, y1 = region
        unit = 1 / (piece.fabric.period * self.view.scale)
        left, top = self.view.pixels(np.array([piece.origin]))[0]
        xs = ((np.arange(x0, x1) - left) * unit).astype(np.float32)
        ys = ((np.arange(y0, y1) - top) * unit).astype(np.float32)
        if piece.angle == 0.0 and slide is None:
            columns, rows = _places(xs, side), _places(ys, side)
            return lambda tile: tile.take(columns, axis=1, mode="wrap").take(rows, axis=0, mode="wrap")
        c, s = np.float32(np.cos(piece.angle)), np.float32(np.sin(piece.angle))
        u, v = (xs * c) + (ys * s)[:, None], (ys * c)[:, None] - (xs * s)
        if slide is not None:
            u += slide[0] * np.float32(unit)
            v += slide[1] * np.float32(unit)
        spots = _places(v, side)
        spots *= side
        spots += _places(u, side)
        return lambda tile: tile.ravel().take(spots, mode="wrap")

    def _mark(self, mark: Mark, region: Region, mask: Field, light: Field) -> None:
        x0, y0, x1, y1 = region
        points = self.view.pixels(mark.path)
        half = mark.width * self.view.scale
        low = np.maximum(points.min(axis=0) - half - 2, (x0, y0)).astype(int)
        high = np.minimum(points.max(axis=0) + half + 3, (x1, y1)).astype(int)
        if (high <= low).any():
            return
        layer = Image.new("L", tuple(((high - low) * _SUPER).tolist()))
        draw = ImageDraw.Draw(layer)
        width = max(1, round(half * _SUPER))
        local = (points - low) * _SUPER
        for run in _dashes(local, mark.dash * self.view.scale * _SUPER, mark.closed):
            draw.line(run, fill=255, width=width, joint="curve")
        part = slice(low[1] - y0, high[1] - y0), slice(low[0] - x0, high[0] - x0)
        ink = np.asarray(layer.reduce(_SUPER), dtype=np.float32) * np.float32(mark.alpha / 255.0) * mask[part]
        lit = ink * light[part]
        ink = 1.0 - ink
        for plane, tone in zip(self._planes, mark.colour, strict=True):
            spot = plane[low[1] : high[1], low[0] : high[0]]
            spot *= ink
            spot += lit * np.float32(tone)


def planes(picture: NDArray[np.uint8]) -> Field:
    """A picture (h, w, 3) as planes of one colour each, float32 (3, h, w), to paint on copies of.

    NumPy is several times faster along long rows than along triples.
    """
    bands = Image.fromarray(picture).split()
    whole = np.stack([np.asarray(band, dtype=np.float32) for band in bands])
    whole.setflags(write=False)
    return whole


def _side(wanted: float) -> int:
    """The side of a cloth's tile in texels: one of few, so that pictures share tiles, near the one wanted."""
    return int(np.clip(24 * _STEP ** round(math.log(wanted / 24, _STEP)), 24, 768))


def _places(turns: Field, side: int) -> NDArray[np.intp]:
    """Which of ``side`` texels lie at places counted in tiles; ``side`` itself, by rounding, is 0 again."""
    return ((turns - np.floor(turns)) * np.float32(side)).astype(np.intp)


def _coverage(points: Points, region: Region) -> Field:
    x0, y0, x1, y1 = region
    mask = Image.new("L", ((x1 - x0) * _SUPER, (y1 - y0) * _SUPER))
    ImageDraw.Draw(mask).polygon(((points - (x0, y0)) * _SUPER).ravel().tolist(), fill=255)
    covered: Field = np.asarray(mask.reduce(_SUPER), dtype=np.float32) * np.float32(1 / 255)
    return covered


def _dashes(points: Points, dash: float, closed: bool) -> list[list[float]]:
    """A line as runs x, y, x, y, …: itself, or its dashes."""
    if closed:
        points = np.concatenate([points, points[:1]])
    if dash <= 0.0:
        return [points.ravel().tolist()]
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    count = max(1, int(run[-1] / (dash * 1.6)))
    starts = np.arange(count) * dash * 1.6
    places = np.stack([starts, starts + dash], axis=1)
    ends = [np.interp(places, run, points[:, axis]) for axis in (0, 1)]
    dashes: list[list[float]] = np.stack(ends, axis=2).reshape(count, 4).tolist()
    return dashes
