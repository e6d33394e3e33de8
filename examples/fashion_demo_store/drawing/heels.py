"""Heels, flats and sandals in profile; the shapes that are not laced."""

from fashion_demo_store.drawing import details as d
from fashion_demo_store.drawing.fabrics import Fabric, plain
from fashion_demo_store.drawing.geometry import Path, band, spline
from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.pieces import Piece, stitches

__all__ = ["flat", "pump", "sandal"]

DARK: RGB = (44, 42, 44)


def pump(
    fabric: Fabric, trim: Fabric, heel: float = 0.42, strap: bool = False, block: bool = False
) -> list[Piece]:
    """A court shoe with a heel; ``strap`` adds one round the ankle."""
    h = heel
    stem = [
        (-0.475, -h - 0.04, 1),
        (-0.30, -h + 0.07, 1),
        (-0.40 + (0.08 if block else 0), 0.0, 1),
        (-0.45, 0.0, 1),
        (-0.47, -h * 0.5),
    ]
    inner = spline(
        [
            (-0.44, -h - 0.17),
            (-0.2, -h - 0.02),
            (0.08, -0.23),
            (0.30, -0.15),
            (0.22, -0.19),
            (-0.10, -h - 0.08),
            (-0.36, -h - 0.20),
        ]
    )
    upper: Path = [
        (-0.48, -h - 0.02, 1),
        (-0.50, -h - 0.14),
        (-0.445, -h - 0.25, 1),
        (-0.38, -h - 0.18),
        (-0.20, -h - 0.01),
        (0.06, -0.195),
        (0.20, -0.165),
        (0.30, -0.20, 1),
        (0.44, -0.15),
        (0.60, -0.035, 1),
        (0.56, -0.01),
        (0.24, -0.012),
        (0.06, -0.07),
        (-0.24, -h + 0.06),
    ]
    sole = spline(
        [
            (-0.48, -h - 0.01, 1),
            (-0.24, -h + 0.04),
            (0.06, -0.085),
            (0.24, -0.025),
            (0.58, -0.025, 1),
            (0.56, 0.0),
            (0.20, 0.0),
            (0.04, -0.055),
            (-0.25, -h + 0.08),
            (-0.47, -h + 0.03, 1),
        ]
    )
    pieces = [
        Piece(spline(stem), fabric, round=0.03, lift=0.1),
        Piece(inner, plain((214, 184, 150)), round=0.03, lift=0.0, light=0.8),
        Piece(spline(upper), fabric, round=0.09, lift=0.3),
        Piece(sole, plain(mix(fabric.colour, DARK, 0.6)), round=0.02, lift=0.1),
    ]
    if strap:
        loop = d.line(
            (-0.44, -h - 0.20),
            (-0.42, -h - 0.50),
            (-0.25, -h - 0.56),
            (-0.08, -h - 0.48),
            (-0.14, -h - 0.40),
            (-0.44, -h - 0.36),
        )
        pieces += [
            Piece(band(loop, 0.026), fabric, round=0.02, lift=0.3),
            *d.buckle(-0.12, -h - 0.45, d.METAL, 0.03, 0.04),
        ]
    return pieces


def flat(fabric: Fabric, trim: Fabric, loafer: bool = False) -> list[Piece]:
    """A ballerina or a loafer."""
    t = 0.14 if loafer else 0.0
    inner = spline(
        [(-0.44, -0.26), (-0.1, -0.22 - t * 0.5), (0.18, -0.24 - t * 0.6), (0.0, -0.16), (-0.40, -0.18)]
    )
    upper: Path = [
        (-0.48, -0.05, 1),
        (-0.51, -0.18),
        (-0.45, -0.34, 1),
        (-0.36, -0.27),
        (-0.08, -0.21 - t * 0.4),
        (0.10, -0.22 - t),
        (0.18, -0.29 - t * 0.6, 1),
        (0.36, -0.27),
        (0.52, -0.19),
        (0.57, -0.05, 1),
    ]
    pieces = [Piece(inner, plain((214, 184, 150)), round=0.03, lift=0.0, light=0.75)]
    marks = (
        (stitches(d.line((0.20, -0.27), (0.40, -0.22), (0.50, -0.12)), d.thread(fabric), 0.013, 0.03),)
        if loafer
        else ()
    )
    pieces.append(Piece(spline(upper), fabric, round=0.11, lift=0.3, marks=marks))
    if loafer:
        bar = spline(
            [
                (0.02, -0.05, 1),
                (0.04, -0.24),
                (0.13, -0.37, 1),
                (0.24, -0.31, 1),
                (0.16, -0.20),
                (0.15, -0.05, 1),
            ]
        )
        pieces += [
            Piece(bar, trim, round=0.04, lift=0.35),
            *d.buckle(0.155, -0.27, (206, 170, 96), 0.045, 0.03),
        ]
    else:
        for turn in (-0.06, 0.06):
            pieces.append(
                Piece(
                    spline(
                        [
                            (0.24, -0.275, 1),
                            (0.24 + turn, -0.34),
                            (0.24 + turn * 1.6, -0.28),
                            (0.24 + turn * 0.6, -0.25),
                        ]
                    ),
                    trim,
                    round=0.02,
                    lift=0.4,
                )
            )
    base = spline(
        [
            (-0.49, -0.07, 1),
            (0.0, -0.055),
            (0.58, -0.06, 1),
            (0.57, 0.0),
            (0.1, 0.0),
            (-0.20, 0.0),
            (-0.49, 0.0, 1),
        ]
    )
    return [*pieces, Piece(base, plain(mix(fabric.colour, DARK, 0.7)), round=0.02, lift=0.2)]


def sandal(fabric: Fabric, trim: Fabric, heel: float = 0.0) -> list[Piece]:
    """A strappy sandal on a flat or wedge sole."""
    h = 0.07 + heel
    base = spline(
        [
            (-0.50, -h - 0.03, 1),
            (-0.1, -h * 0.75 - 0.03),
            (0.2, -0.10),
            (0.56, -0.10, 1),
            (0.58, 0.0, 1),
            (0.3, 0.0),
            (-0.48, 0.0, 1),
        ]
    )
    cork = plain((196, 158, 112), "straw")
    pieces = [Piece(base, cork, round=0.04, lift=0.2)]
    for path in (
        d.line((0.46, -0.10), (0.38, -0.25), (0.22, -0.11)),
        d.line((0.26, -0.11), (0.12, -0.32), (-0.02, -0.14 - h * 0.4)),
        d.line(
            (-0.46, -h - 0.03), (-0.42, -h - 0.34), (-0.20, -h - 0.40), (-0.14, -h - 0.30), (-0.44, -h - 0.26)
        ),
        d.line((-0.16, -h - 0.36), (0.0, -h - 0.2), (0.14, -0.30)),
    ):
        pieces.append(Piece(band(path, 0.045), fabric, round=0.035, lift=0.4))
    return [*pieces, *d.buckle(-0.16, -h - 0.34, d.METAL, 0.035, 0.045)]
