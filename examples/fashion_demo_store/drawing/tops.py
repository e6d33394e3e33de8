"""Tops: one trunk and two sleeves, cut by neckline, fit, length and trimmings."""

from dataclasses import dataclass, replace

import numpy as np

from fashion_demo_store.drawing.body import Body, Side, sample
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.geometry import Points, along, band, shifted, spline
from fashion_demo_store.drawing.palette import mix
from fashion_demo_store.drawing.pieces import Fold, Mark, Piece, crease, seam, shadow_line, stitches

__all__ = ["TopCut", "neck_hole", "sleeve", "top", "trunk"]


@dataclass(frozen=True, slots=True)
class TopCut:
    """How a top is cut; lengths in heads, ``sleeve`` as a share of the arm (0 for none)."""

    neck: str = "crew"
    sleeve: float = 0.36
    hem: float = 4.05
    ease: float = 0.12
    shape: float = 0.35
    cuff: float = 1.0
    puff: float = 0.0
    flare: float = 0.0
    ribbed: bool = False
    drop: float = 0.0
    trim: Fabric | None = None


_NECKS = {
    "crew": (0.30, 0.24),
    "v": (0.29, 0.62),
    "deep v": (0.30, 0.95),
    "scoop": (0.42, 0.52),
    "boat": (0.52, 0.12),
    "square": (0.40, 0.48),
    "high": (0.27, 0.10),
    "roll": (0.27, 0.12),
    "collar": (0.27, 0.20),
    "straps": (0.37, 0.60),
    "hood": (0.32, 0.26),
}


def neck_line(cut: TopCut) -> list[tuple[float, ...]]:
    """The right half of the neckline, from the middle of the front to the shoulder."""
    width, depth = _NECKS[cut.neck]
    low, high = 1.46 + depth, 1.45 + 0.30 * (width - 0.27)
    if cut.neck in ("v", "deep v"):
        return [(0.0, low, 1), (width * 0.55, 1.46 + depth * 0.42), (width, high, 1)]
    if cut.neck == "square":
        return [
            (0.0, low),
            (width * 0.86, low - 0.01, 1),
            (width * 0.97, low - depth * 0.55),
            (width, high, 1),
        ]
    return [
        (0.0, low),
        (width * 0.62, low - depth * 0.16),
        (width * 0.98, 1.46 + depth * 0.42),
        (width, high, 1),
    ]


def side_x(body: Body, cut: TopCut, y: float) -> float:
    """Half the garment's width at a height: between the body's own line and a straight one."""
    chest = body.bust + cut.ease
    own = body.half(y) + cut.ease * 0.8
    straight = max(chest, body.hip * 0.96 + cut.ease * 0.7) if y > 3.3 else chest
    flare = cut.flare * max(0.0, (y - 2.9) / 1.2)
    return own * cut.shape + straight * (1 - cut.shape) + flare


def trunk(body: Body, fabric: Fabric, cut: TopCut) -> Piece:
    """The front of a top: neckline, shoulders, armholes, sides and hem."""
    width = body.shoulder + cut.drop + cut.ease * 0.25
    if cut.sleeve <= 0 and cut.neck != "straps":
        width -= 0.10
    armpit = (body.bust + cut.ease, 2.30 + cut.ease * 0.5 + cut.drop * 0.6)
    strap = cut.neck == "straps"
    shoulder: list[tuple[float, ...]] = [
        (width - 0.32, 1.53 + cut.drop * 0.05),
        (width - 0.015, 1.70 + cut.drop * 0.42, 1),
        (min(width, armpit[0]) - 0.055, 2.02 + cut.drop * 0.5),
    ]
    if strap:
        shoulder = [(0.52, 1.50, 1), (0.50, 1.86), (0.57, 2.14)]
    hem = cut.hem
    sides: list[tuple[float, ...]] = [(*armpit, 1)]
    for y in np.arange(2.75, hem - 0.15, 0.42):
        sides.append((side_x(body, cut, float(y)), float(y)))
    sides.append((side_x(body, cut, hem) - (0.05 if cut.ribbed else 0.0), hem, 1))
    right = [*neck_line(cut), *shoulder, *sides, (0.0, hem + 0.045)]
    left = [(-p[0], *p[1:]) for p in reversed(right) if abs(p[0]) > 1e-9]
    outline = body.shift(spline([*right, *left]))
    return Piece(
        outline,
        fabric,
        folds=_trunk_folds(body, cut),
        marks=_trunk_marks(body, fabric, cut),
        round=0.17,
        lift=0.4,
    )


def _trunk_folds(body: Body, cut: TopCut) -> tuple[Fold, ...]:
    arm, w = body.bust + cut.ease, body.waist + cut.ease
    loose = 0.6 + cut.ease * 1.6
    folds = []
    for side in (1, -1):
        folds += [
            crease(
                (side * arm * 0.92, 2.26),
                (side * arm * 0.66, 2.46),
                (side * 0.22, 2.60),
                width=0.075,
                depth=0.5,
            ),
            crease(
                (side * arm * 0.94, 2.40),
                (side * arm * 0.74, 2.72),
                (side * arm * 0.5, 2.98),
                width=0.06,
                depth=-0.5,
            ),
            crease(
                (side * w * 1.0, 2.85),
                (side * w * 0.72, 3.10),
                (side * w * 0.30, 3.22),
                width=0.07,
                depth=0.42 * loose,
            ),
            crease(
                (side * w * 1.02, 3.20),
                (side * w * 0.74, 3.34),
                (side * w * 0.36, 3.36),
                width=0.05,
                depth=-0.45 * loose,
            ),
            crease(
                (side * w * 0.80, 3.30),
                (side * w * 0.84, 3.7),
                (side * w * 0.80, 4.1),
                width=0.09,
                depth=0.5 * loose,
            ),
            crease((side * 0.26, 1.78), (side * 0.42, 2.02), (side * 0.46, 2.3), width=0.06, depth=0.28),
        ]
    folds.append(crease((0.10, 3.0), (-0.06, 3.4), (0.02, 3.95), width=0.085, depth=-0.4 * loose))
    if cut.flare > 0:
        for x in (-0.7, -0.42, -0.14, 0.18, 0.46, 0.72):
            folds.append(crease((x * 0.62, 2.9), (x * 0.9, 3.5), (x * 1.15, cut.hem), width=0.07, depth=0.6))
    return tuple(replace(f, path=body.shift(f.path)) for f in folds)


def _trunk_marks(body: Body, fabric: Fabric, cut: TopCut) -> tuple[Mark, ...]:
    marks = []
    edge = spline([*[(-p[0], *p[1:]) for p in reversed(neck_line(cut)[1:])], *neck_line(cut)], closed=False)
    if not cut.ribbed and cut.neck not in ("collar", "roll", "hood"):
        marks.append(seam(body.shift(shifted(edge, 0.0, 0.065)), fabric))
    if not cut.ribbed:
        wide = side_x(body, cut, cut.hem) + 0.1
        hem = spline([(-wide, cut.hem - 0.09), (0.0, cut.hem - 0.045), (wide, cut.hem - 0.09)], closed=False)
        marks.append(stitches(body.shift(hem), mix(fabric.colour, (15, 12, 20), 0.35), 0.012, 0.03))
    return tuple(marks)


def neck_hole(body: Body, fabric: Fabric, cut: TopCut) -> Piece:
    """The inside of the back that shows through the neckline."""
    width, _ = _NECKS[cut.neck]
    front = neck_line(cut)
    back = [(width * 0.5, 1.475), (0.0, 1.505)]
    right = [*front, *back]
    left = [(-p[0], *p[1:]) for p in reversed(right) if abs(p[0]) > 1e-9]
    outline = body.shift(spline([*right, *left]))
    return Piece(outline, fabric.plain(), round=0.05, lift=0.0, light=0.66, behind=True)


def sleeve(body: Body, fabric: Fabric, cut: TopCut, side: Side) -> list[Piece]:
    """One sleeve with its cuff, from under the trunk's shoulder down the arm."""
    line = body.arm(side)
    end = cut.sleeve
    slack = cut.ease * 0.45
    top = 0.215 + slack * 0.8 + cut.drop * 0.3
    fractions = np.linspace(0.10, end, 7)
    bulge = np.interp(np.linspace(0, 1, 7), [0, 0.25, 0.75, 1], [0.0, 0.3, 1.0, 0.35]) * cut.puff
    arm = np.interp(fractions, [0.0, 0.5, 1.0], [top, 0.175 + slack, 0.125 + slack * 0.5]) * 1.0 + bulge
    arm[-1] *= cut.cuff
    outer, inner = [], []
    for fraction, half in zip(fractions, arm, strict=True):
        spot, across = sample(line, float(fraction))
        outer.append(spot - side * across * half)
        inner.append(spot + side * across * half)
    width = body.shoulder + cut.drop + cut.ease * 0.25
    tip = np.array([side * (width - 0.16), 1.60 + cut.drop * 0.42])
    crown = np.array([side * (width + 0.055 + cut.puff * 0.4), 1.76 - cut.puff * 0.3 + cut.drop * 0.45])
    pit = np.array([side * (body.bust + cut.ease - 0.05), 2.36 + cut.ease * 0.5 + cut.drop * 0.6])
    hidden = np.array([side * (body.bust - 0.12), 1.85])
    outside = [(*tip, 1), (*crown, 0), *[(*p, 0) for p in outer[2:-1]], (*outer[-1], 1)]
    inside = [
        (*inner[-1], 1),
        *[(*p, 0) for p in reversed(inner[2:-1]) if p[1] > pit[1] + 0.05],
        (*pit, 1),
        (*hidden, 1),
    ]
    outline = spline([*outside, *inside])
    angle = _lean(line, 0.3)
    folds = _sleeve_folds(line, side, end, slack, cut.puff)
    cuff = along(line, [end])[0]
    pieces = [
        Piece(
            outline,
            fabric,
            angle,
            (float(cuff[0]), float(cuff[1])),
            folds=folds,
            round=0.13,
            lift=0.32,
            marks=_cuff_marks(line, end, fabric, cut),
        )
    ]
    if cut.ribbed and end > 0.5:
        pieces.append(
            cuff_band(
                body, cut.trim or replace(fabric.plain(), weave="rib"), side, end, float(arm[-1]) * 0.94
            )
        )
    return pieces


def cuff_band(
    body: Body, fabric: Fabric, side: Side, end: float, half: float, length: float = 0.075
) -> Piece:
    """A cuff round the end of a sleeve."""
    line = along(body.arm(side), np.linspace(end - length * 0.55, min(1.0, end + length * 0.45), 6))
    outline = band(line, lambda s: half * (1.0 - 0.16 * s))
    return Piece(outline, fabric, _lean(body.arm(side), end), round=0.07, lift=0.25)


def _lean(line: Points, fraction: float) -> float:
    a, b = along(line, [max(0.0, fraction - 0.1), min(1.0, fraction + 0.1)])
    return float(-np.arctan2(b[0] - a[0], b[1] - a[1]))


def _cuff_marks(line: Points, end: float, fabric: Fabric, cut: TopCut) -> tuple[Mark, ...]:
    if cut.ribbed:
        return ()
    spot, across = sample(line, end - 0.03)
    row = np.stack([spot - across * 0.6, spot + across * 0.6])
    return (stitches(row, mix(fabric.colour, (15, 12, 20), 0.35), 0.012, 0.03),)


def _sleeve_folds(line: Points, side: Side, end: float, slack: float, puff: float) -> tuple[Fold, ...]:
    folds = []
    plan = [(0.16, -0.5, 0.5), (0.26, 0.45, 0.6)]
    if end > 0.5:
        plan += [
            (0.40, 0.5, 0.5),
            (0.47, -0.55, 0.9),
            (0.53, 0.5, 0.8),
            (0.60, -0.4, 0.6),
            (0.80, 0.4, 0.7),
            (0.9, -0.45, 0.8),
        ]
    if puff > 0.05:
        plan += [(f, 0.6 if i % 2 else -0.5, 0.3) for i, f in enumerate(np.linspace(0.3, 1.0, 5) * end)]
    for fraction, depth, reach in plan:
        if fraction > end - 0.03:
            continue
        spot, across = sample(line, fraction)
        near, far = spot + side * across * 0.24, spot - side * across * (0.24 * reach)
        lift = np.array([0.0, 0.12])
        folds.append(
            Fold(
                spline([tuple(near), tuple(spot + lift), tuple(far + lift * 0.6)], closed=False, steps=5),
                0.05,
                depth * (0.8 + slack),
            )
        )
    return tuple(folds)


def collar_rib(body: Body, fabric: Fabric, cut: TopCut) -> list[Piece]:
    """The ribbed band round a neckline; a tall one for a roll neck."""
    rib = replace((cut.trim or fabric).plain(), weave="rib")
    if cut.neck == "roll":
        tall = [
            (-0.30, 1.52, 1),
            (-0.285, 1.22),
            (-0.27, 1.14, 1),
            (0.0, 1.17),
            (0.27, 1.14, 1),
            (0.285, 1.22),
            (0.30, 1.52, 1),
            (0.0, 1.66),
        ]
        fold = spline([(-0.31, 1.34), (0.0, 1.40), (0.31, 1.34)], closed=False)
        return [Piece(spline(tall), rib, round=0.12, lift=0.4, marks=(shadow_line(fold, 0.03, 0.35),))]
    half = neck_line(cut)
    edge = spline([*[(-p[0], *p[1:]) for p in reversed(half[1:])], *half], closed=False)
    wide = 0.05 if cut.neck != "high" else 0.07
    return [Piece(body.shift(band(shifted(edge, 0.0, wide * 0.45), wide)), rib, round=0.035, lift=0.25)]


def hem_band(body: Body, fabric: Fabric, cut: TopCut, tall: float = 0.22) -> Piece:
    """The ribbed band at the hem."""
    rib = replace((cut.trim or fabric).plain(), weave="rib")
    wide = side_x(body, cut, cut.hem) - 0.05
    right = [
        (0.0, cut.hem - 0.02),
        (wide + 0.015, cut.hem - 0.05, 1),
        (wide - 0.03, cut.hem + tall - 0.06, 1),
        (0.0, cut.hem + tall),
    ]
    left = [(-p[0], *p[1:]) for p in reversed(right) if abs(p[0]) > 1e-9]
    return Piece(body.shift(spline([*right, *left])), rib, round=0.10, lift=0.2)


def top(body: Body, fabric: Fabric, cut: TopCut) -> list[Piece]:
    """A pullover top: t-shirt, sweater, blouse without a collar."""
    pieces = [neck_hole(body, fabric, cut)]
    if cut.sleeve > 0:
        for side in (1, -1):
            pieces += sleeve(body, fabric, cut, side)
    pieces.append(trunk(body, fabric, cut))
    if cut.ribbed:
        pieces += collar_rib(body, fabric, cut)
        if cut.hem > 2.8:
            pieces.append(hem_band(body, fabric, cut))
    elif cut.neck == "crew":
        pieces += collar_rib(body, fabric, cut)
    return pieces
