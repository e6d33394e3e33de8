"""Skirts and dresses: cloth that falls from the waist, alone or under a bodice."""

from dataclasses import dataclass, replace

import numpy as np

from fashion_demo_store.drawing import details as d
from fashion_demo_store.drawing.body import Body
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.geometry import Points, band, spline
from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.pieces import Fold, Mark, Piece, crease, seam, shadow_line, stitches
from fashion_demo_store.drawing.tops import TopCut, collar_rib, neck_hole, sleeve, top, trunk

__all__ = ["SkirtCut", "dress", "skirt"]


@dataclass(frozen=True, slots=True)
class SkirtCut:
    """How a skirt falls; ``flare`` widens its hem (heads), ``hem`` is where it ends."""

    kind: str = "a-line"
    hem: float = 5.4
    flare: float = 0.45
    waist: float = 3.10
    band: bool = True


def _sheet(
    body: Body, fabric: Fabric, cut: SkirtCut, top_y: float, bottom: float, extra: float = 0.0
) -> Piece:
    """One layer of falling cloth between two heights."""
    span = cut.hem - cut.waist
    w0 = _width(body, cut, top_y) + extra
    w1 = _width(body, cut, bottom) + extra
    mid = (top_y + bottom) / 2
    wm = _width(body, cut, mid) + extra
    sag = 0.05 + 0.13 * min(1.0, w1 - 0.5)
    right: list[tuple[float, ...]] = [(0.0, top_y + 0.04), (w0, top_y, 1)]
    if cut.waist + 0.35 < mid and top_y < cut.waist + 0.2:
        right.append((_width(body, cut, cut.waist + 0.45) + extra, cut.waist + 0.45))
    right += [(wm, mid), (w1, bottom, 1)]
    waves = _hem_waves(cut, w1, bottom, sag)
    left = [(-p[0], *p[1:]) for p in reversed(right) if abs(p[0]) > 1e-9]
    outline = body.shift(spline([*right, *waves, *left]))
    marks: tuple[Mark, ...] = (
        stitches(
            body.shift(
                spline([(-w1, bottom - 0.07), (0.0, bottom + sag - 0.07), (w1, bottom - 0.07)], closed=False)
            ),
            d.thread(fabric),
            0.011,
            0.035,
        ),
    )
    if cut.kind in ("pleated", "tiered"):
        marks = ()
    folds = tuple(replace(f, path=body.shift(f.path)) for f in _falls(cut, w0, w1, top_y, bottom + sag, span))
    return Piece(outline, fabric, folds=folds, marks=marks, round=0.17, lift=0.38)


def _width(body: Body, cut: SkirtCut, y: float) -> float:
    waist = body.half(cut.waist) + 0.03
    close = body.half(min(y, 4.05)) + 0.045
    share = (y - cut.waist) / max(0.1, cut.hem - cut.waist)
    if cut.kind == "pencil":
        return close - 0.10 * max(0.0, share - 0.5)
    wide = waist + (body.hip + cut.flare - waist) * share ** (
        0.62 if cut.kind in ("circle", "tiered", "pleated") else 0.78
    )
    return float(max(wide, close if y < 4.3 else 0.0))


def _hem_waves(cut: SkirtCut, half: float, y: float, sag: float) -> list[tuple[float, ...]]:
    count = {"pleated": 13, "circle": 7, "tiered": 9}.get(cut.kind, 3)
    out: list[tuple[float, ...]] = []
    for i in range(1, count):
        x = half * (1 - 2 * i / count)
        bow = sag * (1 - (x / half) ** 2)
        wave = 0.022 if cut.kind == "pleated" else 0.045 if count > 3 else 0.0
        out.append((x, y + bow + wave * (1 if i % 2 else -1)))
    return out


def _falls(cut: SkirtCut, w0: float, w1: float, y0: float, y1: float, span: float) -> list[Fold]:
    folds: list[Fold] = []
    if cut.kind == "pencil":
        for s in (1, -1):
            folds.append(
                crease(
                    (s * w0 * 0.9, y0 + 0.55), (s * 0.3, y0 + 0.85), (0.0, y0 + 0.92), width=0.06, depth=0.4
                )
            )
            folds.append(
                crease(
                    (s * w1 * 0.9, y0 + 0.9),
                    (s * 0.3, y0 + 1.05),
                    (0.05 * s, y0 + 1.1),
                    width=0.05,
                    depth=-0.35,
                )
            )
        return folds
    count = {"pleated": 14, "circle": 8, "tiered": 11, "slip": 5}.get(cut.kind, 5)
    for i in range(count):
        u = (i + 0.5) / count * 2 - 1
        jitter = 0.05 * np.sin(i * 2.4)
        start = y0 + (
            0.02 if cut.kind in ("pleated", "tiered", "circle") else span * (0.22 + 0.1 * np.sin(i * 1.7))
        )
        path = [
            (u * w0 * 0.96, start),
            ((u + jitter * 0.5) * (w0 * 0.45 + w1 * 0.5), (start + y1) / 2),
            ((u + jitter) * w1 * 0.96, y1 - 0.02),
        ]
        if cut.kind == "pleated":
            folds.append(Fold(spline(path, closed=False, steps=8), 0.028, -0.95))
            folds.append(Fold(spline([(x + 0.045, y) for x, y in path], closed=False, steps=8), 0.04, 0.6))
        else:
            deep = 0.8 if cut.kind in ("circle", "tiered") else 0.55
            folds.append(Fold(spline(path, closed=False, steps=8), 0.07, deep if i % 2 else -deep))
    return folds


def skirt(body: Body, fabric: Fabric, cut: SkirtCut, button: RGB = (186, 140, 92)) -> list[Piece]:
    """A skirt with its waistband."""
    pieces: list[Piece] = []
    y, w, m = cut.waist, body.half(cut.waist) + 0.045, body.middle(cut.waist)
    if cut.kind == "tiered":
        steps = np.linspace(y, cut.hem, 4)
        for a, b, extra in reversed(list(zip(steps[:-1], steps[1:], (0.0, 0.03, 0.06), strict=True))):
            pieces.append(_sheet(body, fabric, cut, float(a), float(b), extra))
    else:
        pieces.append(_sheet(body, fabric, cut, y, cut.hem))
    pieces += _extras(body, fabric, cut, button)
    if cut.band:
        outline = spline(
            [
                (m - w, y - 0.10, 1),
                (m, y - 0.02),
                (m + w, y - 0.10, 1),
                (m + w + 0.01, y + 0.06, 1),
                (m, y + 0.14),
                (m - w - 0.01, y + 0.06, 1),
            ]
        )
        pieces.append(
            Piece(
                outline,
                fabric.plain() if cut.kind == "pleated" else fabric,
                round=0.05,
                lift=0.25,
                marks=(
                    seam(
                        spline([(m - w, y + 0.035), (m, y + 0.115), (m + w, y + 0.035)], closed=False), fabric
                    ),
                ),
            )
        )
    return pieces


def _extras(body: Body, fabric: Fabric, cut: SkirtCut, button: RGB) -> list[Piece]:
    y, m = cut.waist, body.middle(cut.waist)
    if cut.kind == "denim":
        pieces = [d.placket(fabric, y + 0.05, cut.hem + 0.08, m, 0.10)]
        pieces += [replace(p) for p in d.buttons(button, y + 0.28, cut.hem - 0.12, 5, m, 0.042)]
        for s in (1, -1):
            pieces.append(d.patch_pocket(fabric, m + s * 0.38, y + 0.36, 0.34, 0.38, 0.15))
        return pieces
    if cut.kind == "wrap":
        edge = d.line((m - 0.36, y + 0.05), (m + 0.02, (y + cut.hem) / 2), (m + 0.30, cut.hem + 0.12))
        strip = Piece(band(edge, 0.035), fabric, round=0.03, lift=0.45)
        return [strip]
    return []


def _bodice(body: Body, fabric: Fabric, cut: TopCut, waist: float) -> list[Piece]:
    fitted = replace(cut, hem=waist + 0.02, shape=0.95, ease=min(cut.ease, 0.07), flare=0.0)
    pieces = [neck_hole(body, fabric, fitted)]
    if cut.sleeve > 0:
        for side in (1, -1):
            pieces += sleeve(body, fabric, fitted, side)
    front = trunk(body, fabric, fitted)
    keep = tuple(f for f in front.folds if float(f.path[:, 1].max()) < waist + 0.1)
    darts = tuple(
        seam(body.shift(d.line((s * 0.30, 2.45), (s * 0.27, waist))), fabric, 0.010) for s in (1, -1)
    )
    marks = tuple(m for m in front.marks if m.dash == 0.0)
    pieces.append(replace(front, folds=keep, marks=(*marks, *darts)))
    if cut.neck == "crew":
        pieces += collar_rib(body, fabric, fitted)
    return pieces


def _wrap_lines(body: Body, waist: float) -> tuple[Mark, ...]:
    edge: Points = body.shift(d.line((0.29, 1.47), (0.12, 2.10), (-0.28, waist)))
    return (shadow_line(edge, 0.045, 0.35),)


def dress(
    body: Body,
    fabric: Fabric,
    cut: TopCut,
    falls: SkirtCut,
    kind: str = "waisted",
    belt: Fabric | None = None,
) -> list[Piece]:
    """A dress: ``straight`` hangs from the shoulder, the others have a seam at the waist."""
    if kind == "straight":
        return top(body, fabric, replace(cut, hem=falls.hem, flare=falls.flare))
    lower = skirt(body, fabric, replace(falls, band=False))
    upper = _bodice(body, fabric, cut, falls.waist)
    y, m, w = falls.waist, body.middle(falls.waist), body.half(falls.waist) + 0.06
    pieces = [*lower, *upper]
    if kind == "wrap":
        pieces[-1] = replace(pieces[-1], marks=(*pieces[-1].marks, *_wrap_lines(body, y)))
        tie = [(m - w * 0.62, y + 0.04), (m - w * 0.74, y + 0.5), (m - w * 0.68, y + 0.98)]
        other = [(m - w * 0.60, y + 0.04), (m - w * 0.50, y + 0.42), (m - w * 0.46, y + 0.80)]
        pieces += [
            Piece(band(d.line(*p), lambda s: 0.03 + 0.025 * s), fabric, round=0.03, lift=0.45)
            for p in (tie, other)
        ]
        pieces += [
            d.belt(fabric, y, w, 0.075, m),
            Piece(
                spline(
                    [
                        (m - w * 0.74, y - 0.08),
                        (m - w * 0.5, y - 0.08),
                        (m - w * 0.48, y + 0.10),
                        (m - w * 0.76, y + 0.09),
                    ]
                ),
                fabric,
                round=0.05,
                lift=0.5,
            ),
        ]
    elif kind == "shirt":
        pieces.append(d.placket(fabric, 1.66, falls.hem + 0.06, 0.0, 0.075))
        pieces += d.buttons(mix(fabric.colour, (250, 246, 238), 0.8), 1.85, falls.hem - 0.2, 9, 0.0, 0.032)
        pieces += [
            d.belt(belt or fabric, y, w, 0.075, m),
            *d.buckle(m, y + 0.02, d.METAL, 0.10, 0.10),
            *d.shirt_collar(fabric),
        ]
    elif belt:
        pieces += [d.belt(belt, y, w, 0.07, m), *d.buckle(m, y + 0.02, d.METAL, 0.09, 0.10)]
    else:
        row = spline([(m - w, y - 0.02), (m, y + 0.03), (m + w, y - 0.02)], closed=False)
        pieces.append(Piece(band(row, 0.03), fabric, np.pi / 2, round=0.02, lift=0.25))
    return pieces
