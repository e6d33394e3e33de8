"""Bags from the front; (0, 0) is the middle of the top edge, a bag is about one head wide."""

from collections.abc import Callable

import numpy as np

from fashion_demo_store.drawing import details as d
from fashion_demo_store.drawing.fabrics import Fabric, plain
from fashion_demo_store.drawing.geometry import Path, band, circle, oval, spline
from fashion_demo_store.drawing.pieces import Mark, Piece, crease, seam, stitches

__all__ = ["BAGS", "bag"]

GOLD = (206, 170, 96)


def _strap(fabric: Fabric, *points: tuple[float, float], half: float = 0.035, light: float = 1.0) -> Piece:
    return Piece(band(d.line(*points), half), fabric.plain(), round=half * 0.8, lift=0.3, light=light)


def _rows(fabric: Fabric, path: Path) -> tuple[Mark, ...]:
    return (stitches(spline(path, closed=False, steps=4), d.thread(fabric), 0.012, 0.03),)


def tote(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """An open shopper with two handles."""
    body = spline(
        [
            (-0.58, 0.0, 1),
            (0.58, 0.0, 1),
            (0.52, 0.5),
            (0.47, 1.0, 0),
            (0.42, 1.05, 1),
            (-0.42, 1.05, 1),
            (-0.47, 1.0),
            (-0.52, 0.5),
        ]
    )
    back = _strap(trim, (-0.24, 0.06), (-0.22, -0.34), (0.0, -0.56), (0.22, -0.34), (0.24, 0.06), light=0.75)
    hole = spline([(-0.57, 0.01, 1), (-0.3, -0.05), (0.3, -0.05), (0.57, 0.01, 1), (0.0, 0.06)])
    folds = (
        crease((-0.5, 0.2), (-0.3, 0.55), (-0.34, 0.95), width=0.08, depth=0.5),
        crease((0.42, 0.15), (0.3, 0.5), (0.36, 0.9), width=0.08, depth=-0.4),
    )
    front = _strap(trim, (-0.27, 0.24), (-0.26, -0.26), (0.0, -0.48), (0.26, -0.26), (0.27, 0.24))
    rows = _rows(fabric, [(-0.55, 0.06), (0.55, 0.06)])
    rivets = [
        Piece(circle(x, 0.2, 0.03), plain(GOLD, "satin", 0.8), round=0.015, lift=0.4) for x in (-0.27, 0.27)
    ]
    return [
        back,
        Piece(hole, fabric.plain(), round=0.02, lift=0, light=0.5),
        Piece(body, fabric, round=0.10, lift=0.2, folds=folds, marks=rows),
        front,
        *rivets,
    ]


def shoulder(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A flap bag on a strap with a turn lock."""
    strap = _strap(trim, (-0.50, 0.10), (-0.46, -0.4), (0.0, -0.86), (0.46, -0.4), (0.50, 0.10), half=0.03)
    body = spline(
        [
            (-0.52, 0.0, 1),
            (0.52, 0.0, 1),
            (0.56, 0.62),
            (0.46, 0.76),
            (0.0, 0.78),
            (-0.46, 0.76),
            (-0.56, 0.62),
        ]
    )
    flap = spline(
        [
            (-0.54, -0.03, 1),
            (0.54, -0.03, 1),
            (0.55, 0.28),
            (0.34, 0.48),
            (0.0, 0.54),
            (-0.34, 0.48),
            (-0.55, 0.28),
        ]
    )
    edge = spline(
        [
            (-0.51, 0.02),
            (-0.515, 0.27),
            (-0.31, 0.45),
            (0.0, 0.505),
            (0.31, 0.45),
            (0.515, 0.27),
            (0.51, 0.02),
        ],
        closed=False,
    )
    lock = [
        Piece(oval(0.0, 0.46, 0.085, 0.06), plain(GOLD, "satin", 0.9), round=0.04, lift=0.4),
        Piece(oval(0.0, 0.46, 0.02, 0.045), plain((170, 132, 62), "satin", 0.9), round=0.02, lift=0.5),
    ]
    return [
        strap,
        Piece(body, fabric, round=0.12, lift=0.25),
        Piece(flap, fabric, round=0.10, lift=0.5, marks=(stitches(edge, d.thread(fabric), 0.012, 0.03),)),
        *lock,
    ]


def crossbody(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A small camera bag with a zip and a tassel."""
    strap = _strap(trim, (-0.42, 0.12), (-0.55, -0.5), (0.0, -1.0), (0.55, -0.5), (0.42, 0.12), half=0.026)
    body = spline(
        [
            (-0.44, 0.02),
            (0.0, -0.02),
            (0.44, 0.02),
            (0.47, 0.3),
            (0.44, 0.6),
            (0.0, 0.64),
            (-0.44, 0.6),
            (-0.47, 0.3),
        ]
    )
    zipper = d.line((-0.43, 0.12), (0.0, 0.09), (0.43, 0.12))
    panel = spline([(-0.36, 0.24), (0.36, 0.24), (0.37, 0.54), (0.0, 0.58), (-0.37, 0.54)])
    tassel = spline([(0.33, 0.12, 1), (0.37, 0.12, 1), (0.41, 0.42, 1), (0.29, 0.42, 1)])
    return [
        strap,
        Piece(
            body,
            fabric,
            round=0.13,
            lift=0.3,
            marks=(Mark(zipper, 0.05, (36, 34, 36), 0.9), Mark(zipper, 0.03, GOLD, 1.0, 0.018)),
        ),
        Piece(panel, fabric, round=0.05, lift=0.25, marks=_rows(fabric, [(-0.34, 0.27), (0.34, 0.27)])),
        Piece(tassel, trim, round=0.03, lift=0.4),
    ]


def backpack(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A rucksack with a front pocket."""
    straps = [
        _strap(
            trim, (s * 0.24, -0.02), (s * 0.62, 0.3), (s * 0.60, 0.9), (s * 0.40, 1.12), half=0.06, light=0.8
        )
        for s in (-1, 1)
    ]
    loop = _strap(trim, (-0.10, 0.0), (-0.09, -0.14), (0.09, -0.14), (0.10, 0.0), half=0.03)
    body = spline(
        [
            (-0.40, 0.06),
            (0.0, -0.06),
            (0.40, 0.06),
            (0.52, 0.45),
            (0.52, 1.05),
            (0.40, 1.20),
            (0.0, 1.23),
            (-0.40, 1.20),
            (-0.52, 1.05),
            (-0.52, 0.45),
        ]
    )
    arc = spline([(-0.47, 0.62), (-0.40, 0.20), (0.0, 0.08), (0.40, 0.20), (0.47, 0.62)], closed=False)
    pocket = spline(
        [(-0.36, 0.66), (0.36, 0.66), (0.40, 0.90), (0.34, 1.13), (0.0, 1.16), (-0.34, 1.13), (-0.40, 0.90)]
    )
    zips = (Mark(arc, 0.045, (34, 34, 38), 0.9), Mark(arc, 0.028, d.METAL, 1.0, 0.018))
    low = d.line((-0.33, 0.76), (0.0, 0.74), (0.33, 0.76))
    patch = spline([(-0.09, 0.36, 1), (0.09, 0.36, 1), (0.09, 0.50, 1), (-0.09, 0.50, 1)], steps=2)
    return [
        *straps,
        loop,
        Piece(body, fabric, round=0.16, lift=0.3, marks=zips),
        Piece(
            pocket,
            fabric,
            round=0.09,
            lift=0.4,
            marks=(Mark(low, 0.045, (34, 34, 38), 0.9), Mark(low, 0.028, d.METAL, 1.0, 0.018)),
        ),
        Piece(patch, trim, round=0.02, lift=0.3, marks=_rows(trim, [(-0.07, 0.38), (0.07, 0.38)])),
    ]


def bucket(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A drawstring bag."""
    strap = _strap(trim, (-0.38, 0.1), (-0.34, -0.5), (0.0, -0.82), (0.34, -0.5), (0.38, 0.1), half=0.03)
    body = spline(
        [
            (-0.42, 0.0, 1),
            (-0.2, 0.06),
            (0.0, 0.02),
            (0.2, 0.06),
            (0.42, 0.0, 1),
            (0.44, 0.30),
            (0.47, 0.75),
            (0.44, 0.92, 1),
            (0.0, 0.98),
            (-0.44, 0.92, 1),
            (-0.47, 0.75),
            (-0.44, 0.30),
        ]
    )
    folds = tuple(
        crease((x, 0.02), (x * 1.05, 0.22), (x * 1.1, 0.5), width=0.04, depth=0.8 if i % 2 else -0.8)
        for i, x in enumerate(np.linspace(-0.34, 0.34, 8))
    )
    hole = oval(0.0, 0.02, 0.41, 0.07)
    cord = [
        Piece(band(d.line((-0.46, 0.17), (0.0, 0.22), (0.46, 0.17)), 0.022), trim, round=0.015, lift=0.4),
        _strap(trim, (-0.03, 0.22), (-0.10, 0.42), (-0.08, 0.60), half=0.022),
        _strap(trim, (0.03, 0.22), (0.12, 0.38), (0.13, 0.54), half=0.022),
    ]
    base = spline(
        [(-0.47, 0.72, 1), (0.0, 0.77), (0.47, 0.72, 1), (0.44, 0.92, 1), (0.0, 0.98), (-0.44, 0.92, 1)]
    )
    return [
        strap,
        Piece(hole, fabric.plain(), round=0.02, lift=0, light=0.45),
        Piece(body, fabric, round=0.14, lift=0.25, folds=folds),
        Piece(base, trim, round=0.06, lift=0.25),
        *cord,
    ]


def clutch(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """An envelope clutch."""
    body = spline([(-0.60, 0.0, 1), (0.60, 0.0, 1), (0.61, 0.66, 1), (-0.61, 0.66, 1)], steps=4)
    flap = spline([(-0.61, -0.02, 1), (0.61, -0.02, 1), (0.04, 0.44), (-0.04, 0.44)], steps=6)
    row = spline([(-0.54, 0.02, 1), (-0.03, 0.405), (0.03, 0.405), (0.54, 0.02, 1)], closed=False)
    stud = [Piece(circle(0.0, 0.40, 0.04), plain(GOLD, "satin", 0.9), round=0.03, lift=0.5)]
    loop = _strap(trim, (0.58, 0.12), (0.86, 0.30), (0.80, 0.66), (0.60, 0.40), half=0.028)
    return [
        loop,
        Piece(body, fabric, round=0.06, lift=0.3),
        Piece(flap, fabric, round=0.06, lift=0.55, marks=(stitches(row, d.thread(fabric), 0.012, 0.03),)),
        *stud,
    ]


def satchel(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A structured top-handle bag."""
    handle = _strap(
        trim, (-0.22, 0.02), (-0.20, -0.26), (0.0, -0.36), (0.20, -0.26), (0.22, 0.02), half=0.042
    )
    body = spline(
        [(-0.46, 0.0, 1), (0.46, 0.0, 1), (0.60, 0.78, 1), (0.52, 0.84), (-0.52, 0.84), (-0.60, 0.78, 1)]
    )
    sides = tuple(
        seam(d.line((s * 0.40, 0.02), (s * 0.46, 0.4), (s * 0.48, 0.82)), fabric, 0.014) for s in (1, -1)
    )
    top = spline(
        [(-0.47, -0.02, 1), (0.47, -0.02, 1), (0.49, 0.16, 1), (0.0, 0.20), (-0.49, 0.16, 1)], steps=5
    )
    belts = []
    for s in (-1, 1):
        belts.append(
            Piece(
                np.array(
                    [
                        (s * 0.25 - 0.045, 0.0),
                        (s * 0.25 + 0.045, 0.0),
                        (s * 0.25 + 0.045, 0.40),
                        (s * 0.25, 0.44),
                        (s * 0.25 - 0.045, 0.40),
                    ]
                ),
                trim,
                round=0.025,
                lift=0.4,
            )
        )
        belts += d.buckle(s * 0.25, 0.28, GOLD, 0.06, 0.05)
    return [
        handle,
        Piece(body, fabric, round=0.10, lift=0.25, marks=sides),
        Piece(top, fabric, round=0.05, lift=0.4),
        *belts,
    ]


BAGS: dict[str, Callable[[Fabric, Fabric], list[Piece]]] = {
    "tote": tote,
    "shoulder bag": shoulder,
    "crossbody": crossbody,
    "backpack": backpack,
    "bucket bag": bucket,
    "clutch": clutch,
    "satchel": satchel,
}
"""The styles, each drawn from a main and a trim cloth."""


def bag(style: str, fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A bag from the front."""
    return BAGS[style](fabric, trim)
