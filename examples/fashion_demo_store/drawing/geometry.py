"""Outlines: smooth curves through a few points, tubes around joints, and what is derived from them.

All coordinates are (x, y) in heads, the unit of figure drawing: a figure is about eight heads tall, y grows
downwards from the crown and x = 0 is the middle of the body.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Path",
    "Points",
    "along",
    "band",
    "circle",
    "mirrored",
    "oval",
    "rotated",
    "shifted",
    "spline",
    "tube",
]

Points: TypeAlias = NDArray[np.float64]
Path: TypeAlias = Sequence[tuple[float, ...]]
"""Points (x, y); a third number marks a corner, where the curve may break its direction."""


@lru_cache(maxsize=8)
def _basis(steps: int) -> tuple[Points, Points, Points, Points]:
    s = np.linspace(0.0, 1.0, steps, endpoint=False)[None, :, None]
    h01 = 3 * s**2 - 2 * s**3
    return 1 - h01, s**3 - 2 * s**2 + s, h01, s**3 - s**2


def spline(points: Path, *, closed: bool = True, steps: int = 9) -> Points:
    """A smooth curve through points, (n, 2): Hermite, its tangents by chord length so that it never loops."""
    spot = np.array([point[:2] for point in points], dtype=np.float64)
    corner = np.array([[len(point) > 2 and bool(point[2])] for point in points])
    count = len(spot)
    following = np.concatenate([spot[1:], spot[:1]])
    after = following - spot
    ahead = np.hypot(after[:, 0], after[:, 1])[:, None] + 1e-9
    before, behind = after[np.arange(-1, count - 1)], ahead[np.arange(-1, count - 1)]
    smooth = (before / behind * ahead + after / ahead * behind) / (ahead + behind)
    leaving, arriving = np.where(corner, after / ahead, smooth), np.where(corner, before / behind, smooth)
    if not closed:
        leaving[0], arriving[-1] = after[0] / ahead[0], before[-1] / behind[-1]
    h00, h10, h01, h11 = _basis(steps)
    start, end = leaving * ahead, np.concatenate([arriving[1:], arriving[:1]]) * ahead
    curve: Points = h00 * spot[:, None] + h10 * start[:, None] + h01 * following[:, None] + h11 * end[:, None]
    if closed:
        return curve.reshape(-1, 2)
    return np.concatenate([curve[:-1].reshape(-1, 2), spot[-1:]])


def shifted(points: Points, x: float, y: float) -> Points:
    """Points moved."""
    moved: Points = points + np.array([x, y])
    return moved


def mirrored(points: Points) -> Points:
    """The same on the other side of the body."""
    other: Points = points * np.array([-1.0, 1.0])
    return other


def along(points: Points, fractions: Sequence[float] | Points) -> Points:
    """Positions at fractions of a curve's length, (n, 2)."""
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    wanted = np.asarray(fractions, dtype=np.float64) * run[-1]
    return np.stack([np.interp(wanted, run, points[:, 0]), np.interp(wanted, run, points[:, 1])], axis=1)


def _normals(points: Points) -> Points:
    across = np.empty_like(points)
    # What np.gradient gives, in a quarter of its time.
    ahead, behind = np.concatenate([points[1:], points[-1:]]), np.concatenate([points[:1], points[:-1]])
    across[:, 0], across[:, 1] = behind[:, 1] - ahead[:, 1], ahead[:, 0] - behind[:, 0]
    across /= np.hypot(across[:, 0], across[:, 1])[:, None] + 1e-12
    return across


def tube(
    joints: Path, widths: Sequence[float], *, until: float = 1.0, since: float = 0.0, steps: int = 12
) -> Points:
    """The outline of a tube round the joints; half-widths are spread evenly over ``since`` to ``until``."""
    middle = along(spline(joints, closed=False, steps=14), np.linspace(since, until, steps * 2))
    place = np.linspace(0.0, 1.0, len(middle))
    width = np.interp(place, np.linspace(0.0, 1.0, len(widths)), widths)
    # Interpolation leaves kinks where the widths change; a short average takes them out.
    padded = np.pad(width, 2, mode="edge")
    width = np.convolve(padded, np.ones(5) / 5.0, mode="valid")
    side = _normals(middle) * width[:, None]
    return np.concatenate([middle + side, (middle - side)[::-1]])


def band(path: Points, width: float | Callable[[Points], Points]) -> Points:
    """A ribbon along a curve; ``width`` is half of it, constant or a function of the place in [0, 1]."""
    place = np.linspace(0.0, 1.0, len(path))
    half = width(place) if callable(width) else np.full(len(path), width)
    side = _normals(path) * half[:, None]
    return np.concatenate([path + side, (path - side)[::-1]])


def oval(x: float, y: float, rx: float, ry: float, count: int = 36) -> Points:
    """An ellipse, (count, 2)."""
    turn = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return np.stack([x + rx * np.cos(turn), y + ry * np.sin(turn)], axis=1)


def circle(x: float, y: float, radius: float) -> Points:
    """A small circle, (16, 2)."""
    return oval(x, y, radius, radius, 16)


def rotated(points: Points, angle: float, about: tuple[float, float] = (0.0, 0.0)) -> Points:
    """Points turned by an angle in radians, clockwise as seen."""
    c, s = np.cos(angle), np.sin(angle)
    turned: Points = (points - about) @ np.array([[c, s], [-s, c]]) + about
    return turned
