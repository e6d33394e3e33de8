"""Shirts, cardigans, hoodies, jackets and coats: a trunk with a front that opens."""

from dataclasses import replace

import numpy as np

from fashion_demo_store.drawing import details as d
from fashion_demo_store.drawing.body import Body
from fashion_demo_store.drawing.fabrics import Fabric, plain
from fashion_demo_store.drawing.geometry import band, circle, shifted, spline
from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.pieces import Fold, Mark, Piece, crease, flip, seam, shadow_line, stitches
from fashion_demo_store.drawing.tops import TopCut, hem_band, neck_hole, side_x, sleeve, trunk

__all__ = ["biker", "blazer", "bomber", "cardigan", "coat", "hoodie", "puffer", "shirt", "trucker"]


def _base(body: Body, fabric: Fabric, cut: TopCut, extra: tuple[Mark, ...] = ()) -> list[Piece]:
    pieces = [neck_hole(body, fabric, cut)]
    for side in (1, -1):
        pieces += sleeve(body, fabric, cut, side)
    front = trunk(body, fabric, cut)
    return [*pieces, replace(front, marks=(*front.marks, *extra))]


def shirt(
    body: Body, fabric: Fabric, cut: TopCut, buttons: RGB = (236, 232, 222), pocket: bool = True
) -> list[Piece]:
    """A buttoned shirt or blouse with a collar."""
    cut = replace(cut, neck="collar")
    pieces = _base(body, fabric, cut)
    pieces.append(d.placket(fabric, 1.66, cut.hem + 0.03))
    pieces += d.buttons(buttons, 1.86, cut.hem - 0.22, 6, radius=0.032)
    if pocket:
        pieces.append(d.patch_pocket(fabric, 0.38, 2.22, 0.34, 0.38, 0.2))
    return [*pieces, *d.shirt_collar(fabric)]


def hoodie(body: Body, fabric: Fabric, cut: TopCut, zipped: bool = False) -> list[Piece]:
    """A hooded sweatshirt with a kangaroo pocket."""
    cut = replace(cut, neck="hood", ribbed=True)
    hood = spline(
        [
            (-0.50, 1.66, 1),
            (-0.58, 1.38),
            (-0.42, 1.06),
            (0.0, 0.96),
            (0.42, 1.06),
            (0.58, 1.38),
            (0.50, 1.66, 1),
            (0.0, 1.75),
        ]
    )
    inside = spline(
        [
            (-0.34, 1.62),
            (-0.40, 1.36),
            (-0.28, 1.17),
            (0.0, 1.12),
            (0.28, 1.17),
            (0.40, 1.36),
            (0.34, 1.62),
            (0.0, 1.70),
        ]
    )
    pieces = [
        Piece(hood, fabric, round=0.16, lift=0.2, behind=True),
        Piece(inside, fabric.plain(), round=0.08, lift=0.3, light=0.6, behind=True),
    ]
    pieces += _base(body, fabric, cut)[1:]
    w, y = body.waist + cut.ease * 0.6, cut.hem
    pouch = spline(
        [
            (-w * 0.46, y - 0.98, 1),
            (w * 0.46, y - 0.98, 1),
            (w * 0.92, y - 0.40, 1),
            (w * 0.92, y - 0.06, 1),
            (-w * 0.92, y - 0.06, 1),
            (-w * 0.92, y - 0.40, 1),
        ],
        steps=4,
    )
    edges = [np.array([(s * w * 0.44, y - 0.96), (s * w * 0.88, y - 0.40)]) for s in (1, -1)]
    marks = tuple(stitches(e, d.thread(fabric), 0.012, 0.035) for e in edges)
    pieces.append(Piece(pouch, fabric, round=0.06, lift=0.3, marks=marks))
    pieces.append(hem_band(body, fabric, cut))
    if zipped:
        pieces += d.zip_front(fabric, 1.74, cut.hem + 0.15)
    side = spline(
        [
            (0.47, 1.40, 1),
            (0.60, 1.52),
            (0.50, 1.76),
            (0.26, 1.90),
            (0.0, 1.93, 1),
            (0.0, 1.72, 1),
            (0.24, 1.62),
            (0.36, 1.50),
        ]
    )
    flap = Piece(side, fabric, 0.5, round=0.08, lift=0.45)
    pieces += [flap, *flip([flap])]
    cord = plain(cut.trim.colour if cut.trim else mix(fabric.colour, (250, 248, 240), 0.75))
    for s, low in ((1, 2.62), (-1, 2.50)):
        path = d.line((s * 0.13, 1.84), (s * 0.17, 2.2), (s * 0.15, low))
        pieces.append(Piece(band(path, 0.021), cord, round=0.015, lift=0.5))
        pieces.append(
            Piece(circle(s * 0.13, 1.835, 0.03), plain(d.METAL, "satin", 0.6), round=0.012, lift=0.3)
        )
    return pieces


def cardigan(body: Body, fabric: Fabric, cut: TopCut, buttons: RGB = (92, 64, 44)) -> list[Piece]:
    """A knitted jacket with a ribbed band round its V."""
    cut = replace(cut, neck="deep v", ribbed=True)
    pieces = [*_base(body, fabric, cut), hem_band(body, fabric, cut)]
    rib = replace((cut.trim or fabric).plain(), weave="rib")
    edge = d.line((0.27, 1.43), (0.20, 1.86), (0.045, 2.42))
    down = np.concatenate([edge, np.array([(0.04, cut.hem + 0.18)])])
    pieces += flip([Piece(band(down, 0.075), rib, round=0.05, lift=0.3)])
    pieces.append(Piece(band(down, 0.078), rib, round=0.05, lift=0.35))
    for s in (1, -1):
        pocket = d.patch_pocket(fabric, s * (body.waist * 0.72), cut.hem - 0.62, 0.40, 0.42)
        pieces.append(pocket)
        pieces.append(
            Piece(
                band(
                    np.array(
                        [
                            (s * body.waist * 0.72 - 0.2, cut.hem - 0.60),
                            (s * body.waist * 0.72 + 0.2, cut.hem - 0.60),
                        ]
                    ),
                    0.05,
                ),
                rib,
                np.pi / 2,
                round=0.03,
                lift=0.2,
            )
        )
    return [*pieces, *d.buttons(buttons, 2.52, cut.hem + 0.06, 5, 0.04, 0.045)]


def trucker(body: Body, fabric: Fabric, cut: TopCut) -> list[Piece]:
    """A denim or corduroy jacket: yoke, flap pockets, topstitching, metal buttons."""
    cut = replace(cut, neck="collar")
    tan: RGB = (206, 150, 84) if fabric.weave == "denim" else d.thread(fabric)
    wide = body.bust + cut.ease
    rows = [np.array([(s * 0.42, 2.24), (s * 0.22, cut.hem - 0.1)]) for s in (1, -1)]
    rows += [np.array([(s * 0.55, 2.24), (s * 0.48, cut.hem - 0.1)]) for s in (1, -1)]
    yoke = np.array([(-wide, 2.06), (wide, 2.06)])
    marks = tuple(
        m
        for r in [*rows, yoke]
        for m in (seam(r, fabric, 0.014), stitches(shifted(r, 0.0, 0.022), tan, 0.012, 0.035))
    )
    pieces = _base(body, fabric, cut, marks)
    pieces.append(d.placket(fabric, 1.66, cut.hem, 0.0, 0.10))
    hem = replace(hem_band(body, fabric, replace(cut, hem=cut.hem), 0.2), fabric=fabric)
    pieces.append(hem)
    for s in (1, -1):
        pieces.append(d.patch_pocket(fabric, s * 0.42, 2.14, 0.36, 0.34, 0.25))
        flap = spline(
            [
                (s * 0.42 - 0.19, 2.08, 1),
                (s * 0.42 + 0.19, 2.08, 1),
                (s * 0.42 + 0.19, 2.20, 1),
                (s * 0.42, 2.29, 1),
                (s * 0.42 - 0.19, 2.20, 1),
            ],
            steps=3,
        )
        pieces.append(
            Piece(
                flap,
                fabric,
                round=0.03,
                lift=0.35,
                marks=(stitches(shifted(flap * 0.94, s * 0.42 * 0.06, 2.18 * 0.06), tan, 0.01, 0.03),),
            )
        )
        pieces += d.buttons((190, 140, 90), 2.2, 2.2, 1, s * 0.42, 0.03)
    return [
        *pieces,
        *d.buttons((190, 140, 90), 1.9, cut.hem + 0.1, 5, radius=0.036),
        *d.shirt_collar(fabric, 0.05),
    ]


def bomber(body: Body, fabric: Fabric, cut: TopCut) -> list[Piece]:
    """A short zipped jacket with ribbed collar, cuffs and hem."""
    cut = replace(cut, neck="collar", ribbed=True)
    w = body.waist * 0.95
    marks = tuple(
        m
        for s in (1, -1)
        for m in d.slit_pocket(fabric, s * w * 0.45, cut.hem - 0.75, s * w * 0.85, cut.hem - 0.30)
    )
    pieces = [*_base(body, fabric, cut, marks), hem_band(body, fabric, cut, 0.26)]
    rib = replace((cut.trim or fabric).plain(), weave="rib")
    return [*pieces, *d.zip_front(fabric, 1.70, cut.hem + 0.18), *d.stand_collar(rib, 0.10)]


def biker(body: Body, fabric: Fabric, cut: TopCut) -> list[Piece]:
    """A leather jacket with a slanted zip and wide lapels."""
    cut = replace(cut, neck="v")
    zips = []
    for path in (
        np.array([(-0.52, 2.45), (-0.24, 2.62)]),
        np.array([(0.34, 3.10), (0.62, 2.86)]),
        np.array([(-0.62, 2.86), (-0.34, 3.10)]),
    ):
        zips += [shadow_line(path, 0.05, 0.5), Mark(path, 0.03, d.METAL, 1.0, 0.02)]
    pieces = _base(body, fabric, cut, tuple(zips))
    slant = np.array([(0.30, 1.98), (0.02, 2.7), (-0.10, cut.hem + 0.02)])
    pieces.append(
        Piece(
            band(slant, 0.05),
            plain((30, 28, 30)),
            round=0.02,
            lift=0.35,
            marks=(Mark(slant, 0.04, d.METAL, 1.0, 0.022),),
        )
    )
    right = spline(
        [
            (0.24, 1.40, 1),
            (0.44, 1.60),
            (0.60, 1.98, 1),
            (0.40, 2.28),
            (0.12, 2.52, 1),
            (0.10, 2.05),
            (0.20, 1.66),
        ]
    )
    flap = Piece(right, fabric, 0.3, round=0.06, lift=0.5)
    studs = [p for s in (1, -1) for p in d.buttons(d.METAL, 1.95, 1.95, 1, s * 0.53, 0.026)]
    pieces += [flap, *flip([flap]), *studs]
    strap = d.belt(fabric, cut.hem - 0.06, side_x(body, cut, cut.hem) * 0.98, 0.075)
    return [*pieces, strap, *d.buckle(0.16, cut.hem - 0.04, d.METAL), *d.shirt_collar(fabric, 0.04)[:1]]


def puffer(body: Body, fabric: Fabric, cut: TopCut) -> list[Piece]:
    """A quilted down jacket: rolls between stitched lines."""
    cut = replace(cut, neck="collar", ribbed=False)
    pieces = _base(body, fabric, cut)
    rolls = np.arange(1.98, cut.hem - 0.05, 0.30)
    wide = body.bust + cut.ease + 0.4
    out = []
    for piece in pieces:
        middle = float(piece.outline[:, 0].mean())
        if piece.light < 1:
            out.append(piece)
            continue
        folds: list[Fold] = []
        marks: list[Mark] = []
        if abs(middle) < 0.2:
            for y in rolls:
                folds.append(
                    crease(
                        (-wide, float(y)), (0.0, float(y) + 0.03), (wide, float(y)), width=0.035, depth=-1.0
                    )
                )
                folds.append(
                    crease(
                        (-wide, float(y) + 0.13),
                        (0.0, float(y) + 0.16),
                        (wide, float(y) + 0.13),
                        width=0.09,
                        depth=0.8,
                    )
                )
                marks.append(
                    seam(d.line((-wide, float(y)), (0.0, float(y) + 0.03), (wide, float(y))), fabric, 0.012)
                )
        else:
            arm = body.arm(1 if middle > 0 else -1)
            for fraction in np.arange(0.16, cut.sleeve, 0.115):
                i = int(fraction * (len(arm) - 1))
                x, y = arm[i]
                slope = 0.22 * np.sign(middle)
                for shift, depth, size in ((0.0, -1.0, 0.035), (0.12, 0.7, 0.08)):
                    folds.append(
                        crease(
                            (x - 0.4, y + slope + shift),
                            (x, y + shift + 0.03),
                            (x + 0.4, y - slope + shift),
                            width=size,
                            depth=depth,
                        )
                    )
                marks.append(
                    seam(d.line((x - 0.4, y + slope), (x, y + 0.03), (x + 0.4, y - slope)), fabric, 0.012)
                )
        out.append(replace(piece, folds=tuple(folds), marks=tuple(marks), round=0.2))
    return [*out, *d.zip_front(fabric, 1.66, cut.hem), *d.stand_collar(fabric, 0.26, 0.36)]


def blazer(body: Body, fabric: Fabric, cut: TopCut, low: float = 2.85, double: bool = False) -> list[Piece]:
    """A tailored jacket with lapels, flap pockets and two buttons."""
    cut = replace(cut, neck="deep v")
    marks = (*d.front_edge(fabric, low, cut.hem + 0.1, 0.16 if double else 0.06),)
    marks += tuple(d.slit_pocket(fabric, 0.34, 2.20, 0.60, 2.16))
    pieces = _base(body, fabric, cut, marks)
    dark = mix(fabric.colour, (14, 12, 14), 0.6)
    for s in (1, -1):
        pieces.append(d.flap_pocket(fabric, s * (body.waist * 0.78), cut.hem - 0.72, 0.42))
    pieces += d.lapels(fabric, low)
    if double:
        pieces += [b for x in (-0.15, 0.26) for b in d.buttons(dark, low + 0.06, low + 0.42, 2, x, 0.045)]
    else:
        pieces += d.buttons(dark, low + 0.05, low + 0.40, 2, 0.02, 0.045)
    return pieces


def coat(body: Body, fabric: Fabric, cut: TopCut, kind: str = "wool") -> list[Piece]:
    """A long coat: a wool overcoat, a double-breasted trench with a belt, or a hooded parka."""
    cut = replace(cut, neck="collar" if kind == "parka" else "v")
    low = 2.55
    marks = d.front_edge(fabric, 1.8, cut.hem + 0.1, 0.20 if kind == "trench" else 0.08)
    for s in (1, -1):
        marks += d.slit_pocket(fabric, s * 0.46, 3.62, s * 0.60, 3.98)
    dark = mix(fabric.colour, (20, 14, 12), 0.65)
    pieces = _base(body, fabric, cut, marks)
    if kind == "trench":
        flap = spline([(0.14, 1.72, 1), (0.52, 1.60), (0.84, 1.74), (0.70, 2.38), (0.20, 2.44, 1)])
        pieces += [Piece(flap, fabric, round=0.06, lift=0.35)]
        pieces += [b for x in (-0.22, 0.30) for b in d.buttons(dark, low + 0.15, 4.0, 4, x, 0.05)]
        pieces += [
            d.belt(fabric, 3.10, side_x(body, cut, 3.1) * 0.99, 0.11),
            *d.buckle(0.02, 3.12, dark, 0.13, 0.14),
        ]
        tail = spline([(0.14, 3.06, 1), (0.30, 3.10), (0.36, 3.62, 1), (0.22, 3.66, 1)])
        pieces += [Piece(tail, fabric, round=0.04, lift=0.4), *d.lapels(fabric, low, 0.06)]
    elif kind == "parka":
        hood = spline(
            [
                (-0.52, 1.68, 1),
                (-0.60, 1.36),
                (-0.42, 1.02),
                (0.0, 0.92),
                (0.42, 1.02),
                (0.60, 1.36),
                (0.52, 1.68, 1),
                (0.0, 1.76),
            ]
        )
        lining = plain(mix(fabric.colour, (236, 222, 196), 0.85), "fleece")
        fur = spline(
            [
                (-0.36, 1.62),
                (-0.42, 1.36),
                (-0.30, 1.14),
                (0.0, 1.08),
                (0.30, 1.14),
                (0.42, 1.36),
                (0.36, 1.62),
                (0.0, 1.72),
            ]
        )
        pieces = [
            Piece(hood, fabric, round=0.16, lift=0.2, behind=True),
            Piece(fur, lining, round=0.08, lift=0.3, light=0.8, behind=True),
            *pieces[1:],
        ]
        pieces += [
            d.placket(fabric, 1.72, cut.hem, 0.0, 0.14),
            *d.buttons(d.METAL, 2.0, cut.hem - 0.2, 6, 0.07, 0.03),
        ]
        for s in (1, -1):
            pieces += [
                d.patch_pocket(fabric, s * 0.42, 3.42, 0.44, 0.52),
                d.flap_pocket(fabric, s * 0.42, 3.38, 0.48, 0.18),
            ]
        side = spline(
            [
                (0.50, 1.42, 1),
                (0.66, 1.54),
                (0.54, 1.80),
                (0.26, 1.94),
                (0.02, 1.95, 1),
                (0.02, 1.72, 1),
                (0.24, 1.62),
                (0.36, 1.50),
            ]
        )
        trim = Piece(side, replace(lining, drape=0.5), round=0.1, lift=0.45)
        pieces += [trim, *flip([trim])]
    else:
        pieces += [d.flap_pocket(fabric, s * 0.48, 3.66, 0.44) for s in (1, -1)]
        pieces += [*d.lapels(fabric, low + 0.2, 0.04), *d.buttons(dark, low + 0.26, 3.75, 3, 0.0, 0.055)]
    return pieces
