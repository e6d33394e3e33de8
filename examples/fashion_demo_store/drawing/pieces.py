"""What a drawing is made of: pieces of cloth with folds, seams and trimmings, in painter's order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from fashion_demo_store.drawing.fabrics import Fabric, plain
from fashion_demo_store.drawing.geometry import Points, circle, mirrored, spline
from fashion_demo_store.drawing.palette import RGB, mix

__all__ = [
    "Drawing",
    "Fold",
    "Mark",
    "Piece",
    "bounds",
    "button",
    "crease",
    "flip",
    "moved",
    "seam",
    "shadow_line",
    "stitches",
]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """A ridge (depth above 0) or valley (below) along a path; ``width`` in heads."""

    path: Points
    width: float = 0.06
    depth: float = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A drawn line on a piece: a seam, a row of stitches, an edge; ``dash`` in heads, 0 for a whole line."""

    path: Points
    width: float
    colour: RGB
    alpha: float = 1.0
    dash: float = 0.0
    closed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One piece of cloth.

    ``angle`` turns the cloth's grain (radians), ``origin`` places its print, ``round`` is how far (heads)
    the edge curves away from the light, ``lift`` in [0, 1] how dark a shadow it casts on what is beneath,
    ``light`` scales its brightness (a lining in shade is below 1), ``behind`` says that it lies behind who
    wears it. Marks are clipped to the piece.
    """

    outline: Points
    fabric: Fabric
    angle: float = 0.0
    origin: tuple[float, float] = (0.0, 0.0)
    folds: tuple[Fold, ...] = ()
    marks: tuple[Mark, ...] = ()
    round: float = 0.10
    lift: float = 0.35
    light: float = 1.0
    behind: bool = False


Drawing: TypeAlias = Sequence[Piece]


def bounds(pieces: Iterable[Piece]) -> tuple[float, float, float, float]:
    """The smallest box round the pieces: x0, y0, x1, y1 in heads."""
    every = np.concatenate([piece.outline for piece in pieces])
    (x0, y0), (x1, y1) = every.min(axis=0), every.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def _through(piece: Piece, change: "_Change") -> Piece:
    return replace(
        piece,
        outline=change(piece.outline),
        folds=tuple(replace(fold, path=change(fold.path)) for fold in piece.folds),
        marks=tuple(replace(mark, path=change(mark.path)) for mark in piece.marks),
    )


class _Change(Protocol):
    def __call__(self, points: Points, /) -> Points: ...


class _Mirror:
    def __call__(self, points: Points) -> Points:
        return mirrored(points)


@dataclass(frozen=True)
class _Affine:
    scale: tuple[float, float]
    move: tuple[float, float]
    turn: float

    def __call__(self, points: Points) -> Points:
        c, s = np.cos(self.turn), np.sin(self.turn)
        moved: Points = (points * self.scale) @ np.array([[c, s], [-s, c]]) + self.move
        return moved


def flip(pieces: Drawing) -> list[Piece]:
    """The same pieces on the other side of the body."""
    return [
        replace(_through(p, _Mirror()), angle=-p.angle, origin=(-p.origin[0], p.origin[1])) for p in pieces
    ]


def moved(
    pieces: Drawing,
    *,
    scale: float | tuple[float, float] = 1.0,
    move: tuple[float, float] = (0.0, 0.0),
    turn: float = 0.0,
) -> list[Piece]:
    """Pieces stretched and turned (radians) about the origin, then moved; the cloth keeps its own scale."""
    both = scale if isinstance(scale, tuple) else (scale, scale)
    change = _Affine(both, move, turn)
    size = float(np.sqrt(abs(both[0] * both[1])))
    return [
        replace(
            _through(p, change),
            angle=p.angle + turn,
            origin=(move[0] + p.origin[0] * both[0], move[1] + p.origin[1] * both[1]),
            round=p.round * size,
            folds=tuple(replace(f, path=change(f.path), width=f.width * size) for f in p.folds),
            marks=tuple(
                replace(m, path=change(m.path), width=m.width * size, dash=m.dash * size) for m in p.marks
            ),
        )
        for p in pieces
    ]


def crease(*points: tuple[float, float], width: float = 0.06, depth: float = 0.6) -> Fold:
    """A fold along a smooth curve through the points."""
    return Fold(spline(points, closed=False, steps=6), width, depth)


def seam(path: Points, fabric: Fabric, width: float = 0.012) -> Mark:
    """A sewn seam: a thin darker line."""
    return Mark(path, width, mix(fabric.colour, (10, 8, 14), 0.62), 0.55)


def shadow_line(path: Points, width: float = 0.03, alpha: float = 0.22) -> Mark:
    """A soft dark line, where cloth turns under."""
    return Mark(path, width, (18, 14, 22), alpha)


def stitches(path: Points, colour: RGB, width: float = 0.013, dash: float = 0.045) -> Mark:
    """A row of topstitching."""
    return Mark(path, width, colour, 0.9, dash)


def button(x: float, y: float, colour: RGB, radius: float = 0.042) -> Piece:
    """A sewn-on button with its four holes."""
    dark = mix(colour, (8, 8, 12), 0.6)
    holes = tuple(
        Mark(circle(x + dx * radius, y + dy * radius, radius * 0.11), radius * 0.2, dark, 0.9, closed=True)
        for dx in (-0.27, 0.27)
        for dy in (-0.27, 0.27)
    )
    rim = Mark(circle(x, y, radius * 0.72), radius * 0.16, dark, 0.35, closed=True)
    return Piece(
        circle(x, y, radius), plain(colour, "satin", 0.5), round=radius * 0.5, lift=0.6, marks=(rim, *holes)
    )
