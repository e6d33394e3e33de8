"""Shoes in profile, toe to the right, standing on y = 0; a foot is about one head long."""

from dataclasses import replace

import numpy as np

from fashion_demo_store.drawing import details as d
from fashion_demo_store.drawing.fabrics import Fabric, plain
from fashion_demo_store.drawing.geometry import Path, band, circle, shifted, spline
from fashion_demo_store.drawing.heels import flat, pump, sandal
from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.pieces import Fold, Mark, Piece, crease, moved, seam, stitches

__all__ = ["SHOES", "pair", "shoe"]

RUBBER: RGB = (238, 236, 230)
DARK: RGB = (44, 42, 44)


def _laces(
    start: tuple[float, float], end: tuple[float, float], count: int, colour: RGB, half: float = 0.11
) -> list[Piece]:
    """Laces across the instep, from the ankle to the toe."""
    out = []
    spots = np.linspace(start, end, count)
    run = np.subtract(end, start)
    run = run / np.hypot(*run)
    for x, y in spots:
        a = (x - half * 0.15, y - 0.02)
        b = (x + run[0] * 0.03 - run[1] * -half * 0.9, y + half * 0.95)
        out.append(
            Piece(
                band(d.line(a, ((a[0] + b[0]) / 2 + 0.02, (a[1] + b[1]) / 2 - 0.01), b), 0.019),
                plain(colour),
                round=0.014,
                lift=0.5,
            )
        )
        out.append(Piece(circle(b[0], b[1], 0.017), plain(mix(colour, DARK, 0.5)), round=0.01, lift=0.2))
    return out


def sneaker(
    fabric: Fabric, trim: Fabric, tall: float = 0.0, sole: RGB = RUBBER, chunky: float = 0.0, cap: bool = True
) -> list[Piece]:
    """A laced sneaker; ``tall`` raises its collar to the ankle."""
    h = tall
    under = -0.13 - chunky
    foot = [
        (-0.53, -0.01, 1),
        (-0.48, 0.0),
        (0.44, 0.0, 1),
        (0.56, -0.035 - chunky * 0.3),
        (0.56, under + 0.01, 1),
        (0.2, under + 0.02),
        (-0.3, under),
        (-0.51, under - 0.02, 1),
        (-0.56 - chunky * 0.3, -0.06),
    ]
    upper: Path = [
        (-0.49, under, 1),
        (-0.52, under - 0.16),
        (-0.47, -0.47 - h, 1),
        (-0.36, -0.45 - h),
        (-0.24, -0.43 - h),
        (-0.12, -0.55 - h, 1),
        (-0.02, -0.60 - h, 1),
        (0.03, -0.54 - h * 0.8),
        (0.24, -0.34 - h * 0.05),
        (0.42, -0.27),
        (0.55, -0.19),
        (0.565, under, 1),
    ]
    tongue: Path = [
        (-0.14, -0.58 - h, 1),
        (-0.02, -0.68 - h),
        (0.06, -0.62 - h, 1),
        (0.18, -0.38),
        (-0.06, -0.38, 1),
    ]
    hole = spline([(-0.47, -0.46 - h, 1), (-0.36, -0.52 - h), (-0.12, -0.57 - h, 1), (-0.24, -0.42 - h)])
    pieces = [
        Piece(hole, trim.plain(), round=0.02, lift=0.0, light=0.5),
        Piece(spline(tongue), fabric.plain(), round=0.05, lift=0.2, light=0.92),
    ]
    quarter = d.line((0.10, -0.50 - h * 0.6), (0.02, -0.30), (0.14, under))
    swoop = d.line((-0.50, -0.30), (-0.30, -0.26), (-0.16, under))
    marks = (
        seam(quarter, fabric, 0.014),
        stitches(shifted(quarter, 0.02, 0.0), d.thread(fabric), 0.010, 0.025),
        seam(swoop, fabric, 0.012),
    )
    pieces.append(
        Piece(
            spline(upper),
            fabric,
            round=0.13,
            lift=0.3,
            marks=marks,
            folds=(
                crease((0.22, -0.32), (0.27, -0.26), (0.25, -0.18), width=0.03, depth=-0.7),
                crease((0.30, -0.30), (0.34, -0.24), (0.32, -0.17), width=0.03, depth=-0.5),
            ),
        )
    )
    heel = spline(
        [
            (-0.50, under, 1),
            (-0.525, under - 0.16),
            (-0.475, -0.46 - h, 1),
            (-0.36, -0.42 - h, 1),
            (-0.36, -0.26),
            (-0.30, under, 1),
        ]
    )
    pieces.append(Piece(heel, trim, round=0.08, lift=0.25))
    for x in (-0.20, -0.09):
        bar = np.array([(x - 0.03, under), (x + 0.03, under), (x + 0.16, -0.40), (x + 0.11, -0.42)])
        pieces.append(Piece(bar, trim, round=0.03, lift=0.25))
    if cap:
        toe = spline([(0.34, under, 1), (0.33, -0.22), (0.42, -0.268, 1), (0.55, -0.185), (0.565, under, 1)])
        pieces.append(Piece(toe, plain(sole, "satin"), round=0.07, lift=0.3))
    pieces += _laces(
        (0.00, -0.53 - h * 0.8),
        (0.25, -0.335),
        5 + int(tall * 8),
        RUBBER if sum(fabric.colour) < 600 else (120, 120, 124),
    )
    stripe = d.line((-0.6, under + 0.055), (0.0, under + 0.065), (0.62, under + 0.05))
    pieces.append(
        Piece(
            spline(foot),
            plain(sole, "satin"),
            round=0.06,
            lift=0.35,
            marks=(Mark(stripe, 0.016, trim.colour, 0.9),),
        )
    )
    return pieces


def chelsea(
    fabric: Fabric, trim: Fabric, tall: float = 0.45, heel: float = 0.0, laced: bool = False
) -> list[Piece]:
    """An ankle boot with elastic sides, or laced, over a leather sole; ``tall`` to 1.5 for a knee boot."""
    top = -0.52 - tall
    wide = 0.03 + 0.03 * tall
    lift = -0.06 - heel
    upper: Path = [
        (-0.47, lift, 1),
        (-0.50, lift - 0.22),
        (-0.46, -0.5 - heel),
        (-0.48 - wide, top, 1),
        (-0.10 + wide, top - 0.02, 1),
        (-0.06, -0.60 - heel),
        (0.06, -0.44 - heel * 0.8),
        (0.30, -0.30 - heel * 0.2),
        (0.50, -0.22),
        (0.575, -0.12),
        (0.56, -0.055, 1),
        (0.15, -0.07),
        (0.02, -0.07 - heel * 0.6),
    ]
    folds: tuple[Fold, ...] = (
        crease((-0.12, -0.48 - heel), (0.0, -0.42 - heel), (0.05, -0.36 - heel), width=0.04, depth=-0.6),
        crease((-0.40, -0.50 - heel), (-0.28, -0.44 - heel), (-0.18, -0.46 - heel), width=0.04, depth=0.5),
        crease((0.2, -0.34), (0.25, -0.26), (0.22, -0.16), width=0.035, depth=-0.5),
    )
    if tall > 0.9:
        folds += tuple(
            crease((-0.44, y), (-0.28, y + 0.05), (-0.12, y - 0.01), width=0.05, depth=0.5 * s)
            for y, s in ((-0.85, 1), (-0.95, -1), (-1.1, 1))
        )
    marks = [
        seam(d.line((0.08, -0.46), (0.10, -0.24), (0.02, -0.06)), fabric),
        seam(np.array([(-0.6, top + 0.05), (0.1, top + 0.03)]), fabric),
    ]
    pieces = [Piece(spline(upper), fabric, round=0.13, lift=0.25, folds=folds, marks=tuple(marks))]
    if laced:
        pieces += _laces((-0.10, top + 0.08), (0.14, -0.40), 4 + int(tall * 7), mix(trim.colour, RUBBER, 0.2))
        pieces.append(
            Piece(
                spline(
                    [(-0.50, top + 0.02, 1), (-0.10, top, 1), (-0.12, top + 0.09, 1), (-0.49, top + 0.12, 1)]
                ),
                trim,
                round=0.04,
                lift=0.3,
            )
        )
    elif tall < 0.9:
        gore = spline(
            [(-0.34, top, 1), (-0.18, top, 1), (-0.17, -0.40), (-0.24, -0.26 - heel * 0.5), (-0.32, -0.42)]
        )
        pieces.append(Piece(gore, replace(trim, weave="rib", gloss=0.0), round=0.04, lift=0.2, light=0.9))
        tab = np.array([(-0.50, top - 0.09), (-0.44, top - 0.09), (-0.44, top + 0.08), (-0.50, top + 0.08)])
        pieces.append(Piece(tab, fabric, round=0.02, lift=0.3))
    dark = plain(
        DARK if sum(fabric.colour) < 480 or laced else mix(fabric.colour, (60, 36, 20), 0.6), "satin"
    )
    chunk = 0.07 if laced else 0.0
    if heel > 0.15:
        block = spline(
            [(-0.49, lift + 0.01, 1), (-0.24, lift + 0.05, 1), (-0.28, 0.0, 1), (-0.45, 0.0, 1)], steps=3
        )
        base = spline(
            [
                (-0.49, lift - 0.01, 1),
                (-0.24, lift),
                (0.05, -0.075),
                (0.3, -0.055),
                (0.57, -0.06, 1),
                (0.56, 0.0),
                (0.18, 0.0, 1),
                (0.0, -0.03),
                (-0.24, lift + 0.06),
                (-0.49, lift + 0.05, 1),
            ]
        )
    else:
        block = spline([(-0.50, -0.11, 1), (-0.18, -0.11, 1), (-0.20, 0.0, 1), (-0.49, 0.0, 1)], steps=3)
        base = spline(
            [
                (-0.50, -0.09 - chunk, 1),
                (0.0, -0.085 - chunk * 0.6),
                (0.57, -0.09 - chunk * 0.6, 1),
                (0.60, -0.03),
                (0.50, 0.0, 1),
                (0.05, 0.0),
                (0.0, -0.04),
                (-0.20, -0.045, 1),
                (-0.50, -0.045, 1),
            ]
        )
    return [*pieces, Piece(block, dark, round=0.03, lift=0.2), Piece(base, dark, round=0.03, lift=0.3)]


SHOES = {
    "low sneaker": lambda f, t: sneaker(f, t),
    "high sneaker": lambda f, t: sneaker(f, t, 0.30),
    "runner": lambda f, t: sneaker(f, t, 0.02, t.colour, 0.07, cap=False),
    "chelsea boot": lambda f, t: chelsea(f, t, 0.42),
    "combat boot": lambda f, t: chelsea(f, t, 0.55, laced=True),
    "heeled boot": lambda f, t: chelsea(f, t, 0.55, 0.28),
    "knee boot": lambda f, t: chelsea(f, t, 1.35, 0.18),
    "pump": lambda f, t: pump(f, t),
    "strap heel": lambda f, t: pump(f, t, 0.36, strap=True, block=True),
    "ballerina": lambda f, t: flat(f, t),
    "loafer": lambda f, t: flat(f, t, loafer=True),
    "sandal": lambda f, t: sandal(f, t),
    "wedge": lambda f, t: sandal(f, t, 0.26),
}
"""The styles, each drawn from a main and a trim cloth."""


def shoe(style: str, fabric: Fabric, trim: Fabric) -> list[Piece]:
    """One shoe in profile."""
    stretch = 1.16 if "sneaker" in style or style == "runner" else 1.08
    return moved(SHOES[style](replace(fabric, drape=0.3), trim), scale=(stretch, 1.0))


def pair(style: str, fabric: Fabric, trim: Fabric) -> list[Piece]:
    """Two shoes as a shop shows them: one behind the other, a little to the left."""
    behind = [
        replace(p, light=p.light * 0.93)
        for p in moved(shoe(style, fabric, trim), scale=0.97, move=(-0.26, -0.17))
    ]
    return [*behind, *shoe(style, fabric, trim)]
