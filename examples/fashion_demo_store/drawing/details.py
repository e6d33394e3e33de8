"""Trimmings that several garments share: collars, plackets, lapels, pockets, zips, belts."""

from dataclasses import replace

import numpy as np

from fashion_demo_store.drawing.fabrics import Fabric, plain
from fashion_demo_store.drawing.geometry import Path, Points, band, mirrored, spline
from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.pieces import Mark, Piece, button, crease, flip, seam, shadow_line, stitches

__all__ = [
    "METAL",
    "belt",
    "buckle",
    "buttons",
    "flap_pocket",
    "front_edge",
    "lapels",
    "line",
    "patch_pocket",
    "placket",
    "shirt_collar",
    "slit_pocket",
    "stand_collar",
    "thread",
    "zip_front",
]

METAL: RGB = (196, 192, 184)


def line(*points: tuple[float, float], steps: int = 8) -> Points:
    """An open smooth curve."""
    return spline(points, closed=False, steps=steps)


def thread(fabric: Fabric) -> RGB:
    """The colour of sewing thread that can be seen on a cloth."""
    bright = sum(fabric.colour) > 380
    return mix(fabric.colour, (12, 10, 18) if bright else (255, 250, 240), 0.42 if bright else 0.30)


def shirt_collar(
    fabric: Fabric, spread: float = 0.0, tall: float = 0.0, open_to: float = 1.66
) -> list[Piece]:
    """A folded shirt collar: the stand at the back and two points at the front."""
    back: Path = [
        (-0.29, 1.50, 1),
        (-0.25, 1.33 - tall),
        (0.0, 1.29 - tall),
        (0.25, 1.33 - tall),
        (0.29, 1.50, 1),
        (0.0, 1.56),
    ]
    point: Path = [
        (0.245, 1.325 - tall, 1),
        (0.345, 1.45),
        (0.40 + spread, 1.70, 1),
        (0.24 + spread * 0.4, 1.80 + tall * 0.3, 1),
        (0.02, open_to - 0.02, 1),
        (0.13, 1.52),
    ]
    edge = line(
        (0.335, 1.46),
        (0.385 + spread, 1.695),
        (0.24 + spread * 0.4, 1.775 + tall * 0.3),
        (0.05, open_to - 0.03),
    )
    flap = Piece(
        spline(point), fabric, 0.5, round=0.05, lift=0.5, marks=(stitches(edge, thread(fabric), 0.010, 0.03),)
    )
    inside = Piece(spline(back), fabric, round=0.05, lift=0.3, light=0.74, behind=True)
    return [inside, flap, *flip([flap])]


def placket(fabric: Fabric, top: float, bottom: float, x: float = 0.0, half: float = 0.085) -> Piece:
    """The folded strip down the front that carries the buttons."""
    outline = np.array([(x - half, top), (x + half, top), (x + half, bottom), (x - half, bottom)])
    rows = [np.array([(x + d, top), (x + d, bottom)]) for d in (-half * 0.72, half * 0.72)]
    return Piece(
        outline,
        fabric,
        round=0.03,
        lift=0.22,
        marks=tuple(stitches(r, thread(fabric), 0.009, 0.03) for r in rows),
    )


def buttons(
    colour: RGB, top: float, bottom: float, count: int, x: float = 0.0, radius: float = 0.038
) -> list[Piece]:
    """A row of buttons down the front."""
    return [button(x, float(y), colour, radius) for y in np.linspace(top, bottom, count)]


def front_edge(fabric: Fabric, top: float, bottom: float, x: float = 0.07) -> tuple[Mark, ...]:
    """The overlapped edge of a closed front."""
    path = np.array([(x, top), (x, bottom)])
    return (shadow_line(path, 0.05, 0.22), seam(path, fabric, 0.014))


def zip_front(fabric: Fabric, top: float, bottom: float, x: float = 0.0, metal: RGB = METAL) -> list[Piece]:
    """A closed zip with its teeth and puller."""
    tape = np.array([(x - 0.05, top), (x + 0.05, top), (x + 0.05, bottom), (x - 0.05, bottom)])
    row = np.array([(x, top), (x, bottom)])
    dark = mix(fabric.colour, (10, 10, 14), 0.5)
    teeth = (Mark(row, 0.036, mix(metal, (40, 40, 44), 0.5), 1.0), Mark(row, 0.034, metal, 1.0, 0.022))
    puller = spline(
        [
            (x - 0.022, top + 0.08, 1),
            (x + 0.022, top + 0.08, 1),
            (x + 0.03, top + 0.26),
            (x - 0.03, top + 0.26),
        ]
    )
    return [
        Piece(tape, plain(dark), round=0.02, lift=0.2, marks=teeth),
        Piece(puller, plain(metal, "satin", 0.8), round=0.02, lift=0.5),
    ]


def patch_pocket(
    fabric: Fabric, x: float, y: float, width: float, height: float, point: float = 0.0
) -> Piece:
    """A pocket sewn on; ``point`` makes its lower edge pointed."""
    w, h = width / 2, height
    outline = spline(
        [
            (x - w, y, 1),
            (x + w, y, 1),
            (x + w, y + h * (1 - point), 1),
            (x, y + h, 1),
            (x - w, y + h * (1 - point), 1),
        ],
        steps=3,
    )
    rows = spline(
        [
            (x - w * 0.9, y + 0.02, 1),
            (x - w * 0.9, y + h * (0.97 - point), 1),
            (x, y + h * 0.95, 1),
            (x + w * 0.9, y + h * (0.97 - point), 1),
            (x + w * 0.9, y + 0.02, 1),
        ],
        closed=False,
        steps=3,
    )
    top = np.array([(x - w, y + 0.06), (x + w, y + 0.06)])
    marks = (stitches(rows, thread(fabric), 0.011, 0.035), seam(top, fabric, 0.012))
    return Piece(outline, fabric, round=0.035, lift=0.24, marks=marks)


def flap_pocket(
    fabric: Fabric, x: float, y: float, width: float, height: float = 0.15, tilt: float = 0.0
) -> Piece:
    """A pocket's flap."""
    w = width / 2
    outline = spline(
        [
            (x - w, y + tilt, 1),
            (x + w, y - tilt, 1),
            (x + w * 0.98, y + height - tilt, 0),
            (x - w * 0.98, y + height + tilt, 0),
        ],
        steps=5,
    )
    return Piece(
        outline,
        fabric,
        round=0.03,
        lift=0.4,
        marks=(seam(np.array([(x - w, y + 0.02 + tilt), (x + w, y + 0.02 - tilt)]), fabric),),
    )


def slit_pocket(fabric: Fabric, x0: float, y0: float, x1: float, y1: float) -> tuple[Mark, ...]:
    """A welt or a slanted pocket, as marks."""
    path = np.array([(x0, y0), (x1, y1)])
    return (shadow_line(path, 0.045, 0.40), seam(path + 0.012, fabric, 0.014))


def stand_collar(fabric: Fabric, tall: float = 0.20, wide: float = 0.31) -> list[Piece]:
    """A collar that stands: bombers, puffers, bikers."""
    back = spline(
        [
            (-wide, 1.52, 1),
            (-wide * 0.92, 1.42 - tall, 1),
            (0.0, 1.36 - tall),
            (wide * 0.92, 1.42 - tall, 1),
            (wide, 1.52, 1),
            (0.0, 1.6),
        ]
    )
    side = spline(
        [
            (wide * 0.93, 1.42 - tall, 1),
            (wide + 0.05, 1.52),
            (0.02, 1.74, 1),
            (0.03, 1.62 - tall * 0.55),
            (wide * 0.5, 1.52 - tall * 0.7),
        ]
    )
    flap = Piece(side, fabric, 0.4, round=0.06, lift=0.35)
    return [Piece(back, fabric, round=0.05, light=0.68, lift=0.2, behind=True), flap, *flip([flap])]


def lapels(fabric: Fabric, low: float = 2.85, wide: float = 0.0, shawl: bool = False) -> list[Piece]:
    """A tailored collar and its lapels, down to the first button at ``low``."""
    roll = (low - 1.6) / 1.25
    if shawl:
        path: Path = [
            (0.24, 1.34, 1),
            (0.42, 1.62),
            (0.47 + wide, 2.05),
            (0.32 + wide, 2.45),
            (0.04, low, 1),
            (0.20, 2.1),
            (0.24, 1.62),
        ]
        flap = Piece(spline(path), fabric, 0.2, round=0.08, lift=0.5)
        back = spline(
            [(-0.27, 1.52, 1), (-0.25, 1.34), (0.0, 1.30), (0.25, 1.34), (0.27, 1.52, 1), (0.0, 1.56)]
        )
        return [Piece(back, fabric, round=0.06, light=0.8, behind=True), flap, *flip([flap])]
    lapel: Path = [
        (0.21, 1.62, 1),
        (0.36, 1.80, 1),
        (0.60 + wide, 1.90, 1),
        (0.46 + wide * 0.8, 1.9 + 0.45 * roll),
        (0.04, low, 1),
        (0.14, 1.62 + 0.75 * (low - 1.62) * 0.55),
    ]
    collar: Path = [
        (0.235, 1.32, 1),
        (0.37, 1.47),
        (0.50 + wide * 0.7, 1.74, 1),
        (0.34, 1.84, 1),
        (0.22, 1.66),
        (0.20, 1.48),
    ]
    back = spline([(-0.26, 1.50, 1), (-0.24, 1.33), (0.0, 1.28), (0.24, 1.33), (0.26, 1.50, 1), (0.0, 1.54)])
    flap = Piece(
        spline(lapel),
        fabric,
        0.22,
        round=0.06,
        lift=0.5,
        folds=(crease((0.2, 1.7), (0.14, 2.2), (0.05, low), width=0.04, depth=0.5),),
    )
    upper = Piece(spline(collar), fabric, 0.6, round=0.05, lift=0.5)
    return [
        Piece(back, fabric, round=0.05, lift=0.2, light=0.82, behind=True),
        flap,
        *flip([flap]),
        upper,
        *flip([upper]),
    ]


def belt(fabric: Fabric, y: float, half: float, tall: float = 0.085, x: float = 0.0) -> Piece:
    """A belt across the waist."""
    path = line((x - half, y - 0.02), (x, y + 0.025), (x + half, y - 0.02))
    return Piece(band(path, tall), fabric, np.pi / 2, round=0.05, lift=0.4)


def buckle(x: float, y: float, colour: RGB, width: float = 0.11, height: float = 0.12) -> list[Piece]:
    """A frame buckle, drawn as four bars."""
    frame = np.array(
        [
            (x - width, y - height),
            (x + width, y - height),
            (x + width, y + height),
            (x - width, y + height),
            (x - width, y - height),
        ]
    )
    bar = np.array([(x - width, y), (x + width * 0.2, y)])
    shiny = replace(plain(colour, "satin"), gloss=0.7)
    return [
        Piece(band(np.asarray(part, dtype=np.float64), 0.018), shiny, round=0.012, lift=0.5)
        for part in (frame[:2], frame[1:3], frame[2:4], frame[3:5], bar)
    ]


def both(path: Points) -> tuple[Points, Points]:
    """A path and its mirror image."""
    return path, mirrored(path)
