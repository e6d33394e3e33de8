"""Hats and scarves; a hat sits on a head whose crown is (0, 0) and whose ears are at y = 0.5."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fashion_demo_store.drawing import details as d
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.geometry import Points, band, oval, spline
from fashion_demo_store.drawing.pieces import Fold, Piece, crease, seam, stitches

__all__ = ["HATS", "hat", "scarf"]


def beanie(fabric: Fabric, trim: Fabric, pompom: bool = False) -> list[Piece]:
    """A knitted cap with a turned-up edge."""
    dome = spline(
        [
            (-0.42, 0.36, 1),
            (-0.44, 0.05),
            (-0.28, -0.20),
            (0.0, -0.29),
            (0.28, -0.20),
            (0.44, 0.05),
            (0.42, 0.36, 1),
            (0.0, 0.42),
        ]
    )
    folds = tuple(
        crease((x * 0.25, -0.26), (x * 0.85, -0.05), (x, 0.3), width=0.035, depth=-0.5)
        for x in (-0.30, -0.15, 0.0, 0.15, 0.30)
    )
    cuff = spline(
        [(-0.44, 0.16, 1), (0.0, 0.23), (0.44, 0.16, 1), (0.43, 0.42, 1), (0.0, 0.50), (-0.43, 0.42, 1)]
    )
    rib = replace(fabric.plain(), weave="rib")
    pieces = [Piece(dome, fabric, round=0.16, lift=0.2, folds=folds), Piece(cuff, rib, round=0.09, lift=0.4)]
    if pompom:
        pieces.append(
            Piece(_fuzzy(0.0, -0.36, 0.17), replace(trim.plain(), weave="fleece"), round=0.12, lift=0.3)
        )
    return pieces


def _fuzzy(x: float, y: float, radius: float) -> Points:
    turn = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    reach = radius * (1 + 0.05 * np.sin(turn * 17) + 0.04 * np.sin(turn * 29 + 1))
    return np.stack([x + reach * np.cos(turn), y + reach * np.sin(turn)], axis=1)


def cap(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A baseball cap, peak to the right."""
    dome = spline(
        [
            (-0.44, 0.30, 1),
            (-0.46, 0.02),
            (-0.26, -0.24),
            (0.04, -0.29),
            (0.32, -0.16),
            (0.46, 0.12),
            (0.46, 0.31, 1),
            (0.0, 0.36),
        ]
    )
    peak = spline(
        [
            (0.02, 0.27, 1),
            (0.46, 0.20),
            (0.80, 0.30),
            (0.92, 0.43),
            (0.80, 0.45),
            (0.45, 0.37),
            (0.05, 0.38, 1),
        ]
    )
    panels = (
        seam(d.line((0.05, -0.29), (0.20, 0.0), (0.22, 0.34)), fabric, 0.014),
        seam(d.line((0.03, -0.29), (-0.18, -0.05), (-0.26, 0.33)), fabric, 0.014),
    )
    row = d.line((0.06, 0.33), (0.45, 0.28), (0.84, 0.40))
    knob = Piece(oval(0.04, -0.295, 0.05, 0.03), trim, round=0.02, lift=0.3)
    badge = spline([(0.24, -0.04), (0.37, -0.02), (0.40, 0.12), (0.28, 0.14)])
    return [
        Piece(dome, fabric, round=0.16, lift=0.2, marks=panels),
        knob,
        Piece(badge, trim, round=0.03, lift=0.2),
        Piece(
            peak,
            trim if trim.colour != fabric.colour else fabric,
            0.1,
            round=0.07,
            lift=0.5,
            marks=(stitches(row, d.thread(trim), 0.012, 0.03),),
        ),
    ]


def bucket_hat(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A soft hat with a sloping brim."""
    under = oval(0.0, 0.42, 0.56, 0.10)
    dome = spline(
        [
            (-0.42, 0.30, 1),
            (-0.37, -0.14),
            (-0.22, -0.24),
            (0.22, -0.24),
            (0.37, -0.14),
            (0.42, 0.30, 1),
            (0.0, 0.35),
        ]
    )
    brim = spline([(-0.41, 0.18, 1), (0.0, 0.24), (0.41, 0.18, 1), (0.64, 0.46), (0.0, 0.60), (-0.64, 0.46)])
    rows = tuple(
        stitches(
            d.line((-0.41 - t, 0.24 + 1.1 * t), (0.0, 0.31 + 1.3 * t), (0.41 + t, 0.24 + 1.1 * t)),
            d.thread(fabric),
            0.010,
            0.028,
        )
        for t in (0.0, 0.06, 0.12, 0.17)
    )
    return [
        Piece(under, fabric, round=0.05, light=0.5, lift=0.0, behind=True),
        Piece(dome, fabric, round=0.12, lift=0.2),
        Piece(brim, fabric, round=0.09, lift=0.3, marks=rows),
    ]


def wide_brim(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A fedora or straw hat with a ribbon."""
    brim = spline(
        [
            (-0.98, 0.28),
            (-0.5, 0.20),
            (0.0, 0.17),
            (0.5, 0.20),
            (0.98, 0.28),
            (0.72, 0.45),
            (0.0, 0.54),
            (-0.72, 0.45),
        ]
    )
    dome = spline(
        [
            (-0.43, 0.34, 1),
            (-0.41, 0.02),
            (-0.32, -0.27),
            (-0.12, -0.24),
            (0.0, -0.20),
            (0.12, -0.24),
            (0.32, -0.27),
            (0.41, 0.02),
            (0.43, 0.34, 1),
            (0.0, 0.42),
        ]
    )
    ribbon = spline(
        [
            (-0.425, 0.16, 1),
            (0.0, 0.24),
            (0.425, 0.16, 1),
            (0.435, 0.335, 1),
            (0.0, 0.415),
            (-0.435, 0.335, 1),
        ]
    )
    dent = (crease((-0.10, -0.20), (0.0, -0.06), (0.04, 0.12), width=0.07, depth=-0.7),)
    bow = spline([(0.30, 0.18, 1), (0.46, 0.14), (0.45, 0.40), (0.30, 0.36, 1)])
    return [
        Piece(brim, fabric, round=0.08, lift=0.3),
        Piece(dome, fabric, round=0.13, lift=0.5, folds=dent),
        Piece(ribbon, trim, round=0.05, lift=0.2),
        Piece(bow, trim, round=0.05, lift=0.4),
    ]


def beret(fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A felt beret worn to one side."""
    disc = spline(
        [
            (-0.50, 0.14),
            (-0.54, -0.06),
            (-0.20, -0.24),
            (0.30, -0.26),
            (0.66, -0.04),
            (0.58, 0.14),
            (0.2, 0.22),
            (-0.2, 0.24),
        ]
    )
    rim = spline(
        [(-0.42, 0.16, 1), (0.0, 0.20), (0.40, 0.12, 1), (0.40, 0.22, 1), (0.0, 0.31), (-0.41, 0.27, 1)]
    )
    stem = np.array([(0.06, -0.36), (0.10, -0.36), (0.10, -0.22), (0.06, -0.22)])
    return [
        Piece(stem, fabric, round=0.02),
        Piece(
            disc,
            fabric,
            round=0.18,
            lift=0.2,
            folds=(crease((-0.4, 0.08), (0.0, 0.02), (0.45, 0.06), width=0.06, depth=-0.5),),
        ),
        Piece(rim, fabric, round=0.04, lift=0.35, light=0.9),
    ]


HATS: dict[str, Callable[[Fabric, Fabric], list[Piece]]] = {
    "beanie": beanie,
    "bobble hat": lambda f, t: beanie(f, t, pompom=True),
    "cap": cap,
    "bucket hat": bucket_hat,
    "wide-brimmed hat": wide_brim,
    "beret": beret,
}
"""The styles, each drawn from a main and a trim cloth."""


def hat(style: str, fabric: Fabric, trim: Fabric) -> list[Piece]:
    """A hat from the front."""
    return HATS[style](fabric, trim)


def scarf(fabric: Fabric, long: float = 1.0, fringe: bool = True) -> list[Piece]:
    """A scarf wound once round the neck, its ends hanging; the neck is at (0, 1.45)."""
    pieces: list[Piece] = []
    loop_back = spline([(-0.40, 1.36), (0.0, 1.18), (0.40, 1.36), (0.36, 1.52), (0.0, 1.42), (-0.36, 1.52)])
    pieces.append(Piece(loop_back, fabric, np.pi / 2, round=0.1, lift=0.2, light=0.7, behind=True))
    for x, low, lean in ((0.20, 2.9 + 0.5 * long, 0.06), (-0.16, 2.7 + 0.5 * long, -0.05)):
        end = spline(
            [
                (x - 0.15, 1.6, 1),
                (x + 0.15, 1.6, 1),
                (x + 0.20 + lean, 2.3),
                (x + 0.23 + lean * 1.6, low, 1),
                (x - 0.20 + lean * 1.6, low + 0.02, 1),
                (x - 0.18 + lean, 2.3),
            ]
        )
        folds = (
            Fold(
                spline([(x - 0.06, 1.7), (x - 0.04 + lean, 2.3), (x - 0.06 + lean, low)], closed=False),
                0.05,
                -0.7,
            ),
            Fold(
                spline([(x + 0.07, 1.7), (x + 0.10 + lean, 2.4), (x + 0.10 + lean, low)], closed=False),
                0.06,
                0.6,
            ),
        )
        if fringe:
            for k in np.linspace(-0.17, 0.20, 9):
                tip = x + k + lean * 1.6
                pieces.append(
                    Piece(
                        band(
                            d.line(
                                (tip, low - 0.02),
                                (tip + 0.012 * np.sin(k * 60), low + 0.10),
                                (tip + 0.02 * np.sin(k * 90), low + 0.20),
                            ),
                            0.014,
                        ),
                        fabric.plain(),
                        round=0.012,
                        lift=0.15,
                    )
                )
        pieces.append(Piece(end, fabric, round=0.09, lift=0.45, folds=folds))
    wrap = spline(
        [
            (-0.42, 1.38),
            (-0.22, 1.50),
            (0.0, 1.54),
            (0.22, 1.50),
            (0.42, 1.38),
            (0.47, 1.55),
            (0.34, 1.78),
            (0.0, 1.92),
            (-0.34, 1.78),
            (-0.47, 1.55),
        ]
    )
    creases = tuple(
        Fold(spline([(-0.42, 1.46 + t), (0.0, 1.62 + t * 1.5), (0.42, 1.46 + t)], closed=False), 0.04, depth)
        for t, depth in ((0.02, -0.7), (0.07, 0.7), (0.13, -0.7), (0.18, 0.6))
    )
    pieces.append(Piece(wrap, fabric, np.pi / 2, round=0.12, lift=0.5, folds=creases))
    return pieces
