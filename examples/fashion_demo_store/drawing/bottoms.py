"""Trousers, jeans and shorts: two legs, a waistband and what is sewn on it."""

from dataclasses import dataclass, replace

import numpy as np

from fashion_demo_store.drawing import details as d
from fashion_demo_store.drawing.body import Body, Side, sample
from fashion_demo_store.drawing.fabrics import Fabric, plain
from fashion_demo_store.drawing.geometry import Points, band, shifted, spline
from fashion_demo_store.drawing.palette import RGB
from fashion_demo_store.drawing.pieces import Fold, Mark, Piece, button, crease, seam, shadow_line, stitches

__all__ = ["LegCut", "trousers"]


@dataclass(frozen=True, slots=True)
class LegCut:
    """How trousers are cut; half-widths in heads at thigh, knee and hem, ``length`` a share of the leg."""

    thigh: float = 0.40
    knee: float = 0.25
    hem: float = 0.22
    length: float = 1.0
    waist: float = 3.14
    style: str = "chino"
    turn_up: bool = False
    belt: Fabric | None = None


def trousers(body: Body, fabric: Fabric, cut: LegCut) -> list[Piece]:
    """A pair of trousers from the waistband down."""
    pieces: list[Piece] = []
    back = [(-body.half(cut.waist), cut.waist - 0.02, 1), (body.half(cut.waist), cut.waist - 0.02, 1)]
    y = cut.waist
    hole = spline([*back, (body.half(y) * 0.9, y + 0.10), (-body.half(y) * 0.9, y + 0.10)])
    pieces.append(Piece(body.shift(hole), fabric.plain(), round=0.04, lift=0.0, light=0.6, behind=True))
    for side in (-1, 1):
        pieces += _leg(body, fabric, cut, side)
    pieces += _waistband(body, fabric, cut)
    return pieces


def _leg(body: Body, fabric: Fabric, cut: LegCut, side: Side) -> list[Piece]:
    line = body.leg(side)
    middle = body.middle(4.0)
    end = cut.length
    fractions = np.linspace(0.18, end, 7)
    places, widths = [0.12, 0.52, 1.0], [cut.thigh, cut.knee, cut.hem]
    halves = np.interp(fractions, places, widths)
    outer, inner = [], []
    for fraction, half in zip(fractions, halves, strict=True):
        spot, across = sample(line, float(fraction))
        outer.append((spot - side * across * half).tolist())
        inner.append((spot + side * across * half).tolist())
    waist = body.half(cut.waist) + 0.035
    hip = body.hip + 0.05 + max(0.0, cut.thigh - 0.42) * 0.8
    crotch = (middle + side * 0.015, 4.50)
    start: list[tuple[float, ...]] = [
        (body.middle(cut.waist) - side * 0.012, cut.waist + 0.08, 1),
        (body.middle(cut.waist) + side * waist, cut.waist, 1),
        (middle + side * (waist * 0.35 + hip * 0.65), 3.56),
        (middle + side * hip, 4.02),
    ]
    hem_drop = 0.03
    down = [(x, y) for x, y in outer[1:-1]]
    up = [(x, y) for x, y in reversed(inner[1:-1]) if y > 4.6]
    foot = [
        (*outer[-1], 1),
        ((outer[-1][0] + inner[-1][0]) / 2, (outer[-1][1] + inner[-1][1]) / 2 + hem_drop),
        (*inner[-1], 1),
    ]
    outline = spline([*start, *down, *foot, *up, (*crotch, 1)])
    folds = _leg_folds(body, cut, side, line)
    piece = Piece(
        outline,
        fabric,
        _lean(line),
        (float(line[0, 0]), 0.0),
        folds=folds,
        marks=_leg_marks(body, fabric, cut, side, line, halves),
        round=0.15,
        lift=0.30,
    )
    pieces = [piece]
    if cut.turn_up:
        near, across = sample(line, end - 0.055)
        far, _ = sample(line, end)
        half = halves[-1] + 0.025
        cuff = np.array(
            [
                near - across * half,
                near + across * half,
                far + across * (half - 0.005),
                far - across * (half - 0.005),
            ]
        )
        pieces.append(Piece(cuff, fabric, _lean(line), round=0.08, lift=0.35, light=1.07))
    if cut.style == "cargo":
        spot, _ = sample(line, 0.40)
        x, y = float(spot[0]) + side * cut.thigh * 0.52, float(spot[1])
        pieces += [d.patch_pocket(fabric, x, y, 0.30, 0.46), d.flap_pocket(fabric, x, y - 0.04, 0.33, 0.16)]
    return pieces


def _lean(line: Points) -> float:
    a, b = line[0], line[-1]
    return float(-np.arctan2(b[0] - a[0], b[1] - a[1]))


def _leg_folds(body: Body, cut: LegCut, side: Side, line: Points) -> tuple[Fold, ...]:
    m = body.middle(4.2)
    loose = 0.6 + max(0.0, cut.knee - 0.2) * 2.0
    folds = [
        crease(
            (m + side * 0.03, 4.42),
            (m + side * 0.24, 4.30),
            (m + side * (0.42 + 0.05 * side), 4.22),
            width=0.06,
            depth=0.22,
        ),
        crease(
            (m + side * 0.03, 4.30),
            (m + side * 0.22, 4.14),
            (m + side * (0.34 - 0.04 * side), 4.02),
            width=0.05,
            depth=-0.18,
        ),
        crease(
            (m + side * 0.04, 4.56), (m + side * 0.22, 4.56), (m + side * 0.42, 4.46), width=0.06, depth=-0.16
        ),
    ]
    wide = cut.knee > 0.3 and cut.length > 0.6
    plan = [(0.47, 0.4), (0.52, -0.55), (0.57, 0.45)] if not wide else []
    if cut.hem < 0.3 and cut.length > 0.85:
        plan += [(0.84, 0.4), (0.88, -0.5), (0.92, 0.55), (0.955, -0.5)]
    for i, (fraction, depth) in enumerate(plan):
        if fraction > cut.length - 0.04:
            continue
        spot, across = sample(line, fraction)
        half = float(np.interp(fraction, [0.12, 0.52, 1.0], [cut.thigh, cut.knee, cut.hem]))
        a, b = spot + across * half, spot - across * half
        tilt = np.array([0.0, 0.07 * (1 if i % 2 else -1) * side])
        folds.append(
            Fold(
                spline(
                    [tuple(a + tilt), tuple(shifted(spot, 0, 0.03)), tuple(b - tilt)], closed=False, steps=5
                ),
                0.05,
                depth * loose,
            )
        )
    ends = [0.22, min(0.5, cut.length * 0.6), cut.length]
    if wide or cut.style in ("pleated", "suit"):
        for shift, depth in ((-0.5, -0.5), (0.0, 0.7), (0.5, -0.4)) if wide else ((0.0, 0.75),):
            path = []
            for fraction in ends:
                spot, across = sample(line, fraction)
                half = float(np.interp(fraction, [0.12, 0.52, 1.0], [cut.thigh, cut.knee, cut.hem]))
                path.append(tuple(spot + across * half * shift))
            folds.append(Fold(spline(path, closed=False, steps=8), 0.06 if wide else 0.03, depth))
    return tuple(folds)


def _leg_marks(
    body: Body, fabric: Fabric, cut: LegCut, side: Side, line: Points, halves: Points
) -> tuple[Mark, ...]:
    w, hip, y, m = body.half(cut.waist), body.hip, cut.waist, body.middle(3.6)
    marks: list[Mark] = []
    tan: RGB = (204, 148, 80)
    if cut.style == "jeans":
        pocket = d.line(
            (m + side * w * 0.50, y + 0.14),
            (m + side * w * 0.62, y + 0.40),
            (m + side * (hip + 0.02), y + 0.46),
        )
        marks += [
            seam(pocket, fabric, 0.018),
            stitches(shifted(pocket, 0.0, 0.035), tan, 0.014, 0.04),
            stitches(shifted(pocket, 0.0, 0.065), tan, 0.012, 0.04),
        ]
        out = [sample(line, float(f)) for f in np.linspace(0.1, cut.length, 8)]
        run = np.array(
            [
                s - side * a * (h - 0.05)
                for (s, a), h in zip(
                    out,
                    np.interp(
                        np.linspace(0.1, cut.length, 8), [0.12, 0.52, 1.0], [cut.thigh, cut.knee, cut.hem]
                    ),
                    strict=True,
                )
            ]
        )
        marks.append(stitches(run, tan, 0.010, 0.035))
    elif cut.style != "leggings":
        marks += d.slit_pocket(fabric, m + side * w * 0.72, y + 0.13, m + side * (hip * 1.0), y + 0.62)
    if cut.style == "joggers":
        return tuple(marks)
    spot, across = sample(line, cut.length - 0.022)
    row = np.stack([spot - across, spot + across])
    marks.append(stitches(row, tan if cut.style == "jeans" else d.thread(fabric), 0.012, 0.035))
    return tuple(marks)


def _waistband(body: Body, fabric: Fabric, cut: LegCut) -> list[Piece]:
    y, w, m = cut.waist, body.half(cut.waist) + 0.045, body.middle(cut.waist)
    elastic = cut.style in ("joggers", "leggings")
    cloth = replace(fabric.plain(), weave="rib") if elastic else fabric
    low = 0.085
    outline = spline(
        [
            (m - w, y - 0.06, 1),
            (m, y + low - 0.06),
            (m + w, y - 0.06, 1),
            (m + w + 0.015, y + 0.10, 1),
            (m, y + 0.10 + low),
            (m - w - 0.015, y + 0.10, 1),
        ]
    )
    pieces: list[Piece] = []
    fly = d.line((m + 0.13, y + 0.20), (m + 0.13, y + 0.72), (m + 0.02, y + 0.92))
    tan: RGB = (204, 148, 80) if cut.style == "jeans" else d.thread(fabric)
    if cut.style == "leggings":
        return [Piece(outline, cloth, round=0.07, lift=0.25)]
    if elastic:
        pieces.append(Piece(outline, cloth, round=0.07, lift=0.25))
        cord = plain((240, 238, 232))
        for s, reach in ((1, 0.62), (-1, 0.52)):
            pieces.append(
                Piece(
                    band(
                        d.line((m + s * 0.05, y + 0.12), (m + s * 0.14, y + 0.36), (m + s * 0.10, y + reach)),
                        0.02,
                    ),
                    cord,
                    round=0.015,
                    lift=0.5,
                )
            )
        return pieces
    patch = spline([(m - 0.01, y + 0.12, 1), (m + 0.15, y + 0.12, 1), (m + 0.14, y + 0.72), (m, y + 0.95, 1)])
    pieces.append(
        Piece(
            patch,
            fabric,
            round=0.03,
            lift=0.2,
            marks=(
                stitches(fly, tan, 0.012, 0.035),
                shadow_line(np.array([(m, y + 0.1), (m, y + 0.95)]), 0.03, 0.3),
            ),
        )
    )
    edge = spline([(m - w, y - 0.03), (m, y + low - 0.03), (m + w, y - 0.03)], closed=False)
    pieces.append(
        Piece(
            outline,
            fabric,
            round=0.05,
            lift=0.28,
            marks=(stitches(edge, tan, 0.011, 0.035), stitches(shifted(edge, 0, 0.105), tan, 0.011, 0.035)),
        )
    )
    if cut.belt:
        pieces += [d.belt(cut.belt, y + 0.085, w, 0.062, m), *d.buckle(m, y + 0.105, d.METAL, 0.10, 0.09)]
    else:
        pieces.append(
            button(m + 0.04, y + 0.10, (186, 140, 92) if cut.style == "jeans" else (70, 58, 50), 0.042)
        )
    for x in (-0.72, -0.34, 0.34, 0.72):
        top = y - 0.055 + low * (1 - abs(x)) * 0.8
        loop = np.array(
            [
                (m + x * w - 0.022, top),
                (m + x * w + 0.022, top),
                (m + x * w + 0.022, top + 0.19),
                (m + x * w - 0.022, top + 0.19),
            ]
        )
        pieces.append(Piece(loop, fabric, round=0.02, lift=0.35))
    return pieces
