"""The pictures of one product: on white, close up, and worn."""

from dataclasses import replace

from PIL import Image

from fashion_demo_store.drawing.body import POSES, Body
from fashion_demo_store.drawing.canvas import Canvas
from fashion_demo_store.drawing.designs import Design
from fashion_demo_store.drawing.dressing import FEET, LEGS, OUTER, dressed
from fashion_demo_store.drawing.figure import Person
from fashion_demo_store.drawing.kinds import KINDS, Kind, Style
from fashion_demo_store.drawing.palette import dye
from fashion_demo_store.drawing.pieces import Piece, bounds, moved
from fashion_demo_store.drawing.scenes import paper, studio
from fashion_demo_store.drawing.styles import STYLES
from fashion_demo_store.drawing.view import View

__all__ = ["HEIGHT", "VIEWS", "WIDTH", "detail", "front", "person", "worn"]

WIDTH, HEIGHT = 640, 800
_SMALLER = (480, 600)
_TINTS = ((226, 222, 216), (214, 220, 224), (228, 216, 208), (216, 222, 212), (220, 216, 226))
_FRAMES = {
    "top": (-1.62, 0.62, 1.62, 4.66),
    "coat": (-2.3, 0.0, 2.3, 5.75),
    "legs": (-1.95, 2.75, 1.95, 8.2),
    "short": (-1.5, 2.5, 1.5, 5.85),
    "dress": (-2.6, 0.55, 2.6, 7.6),
    "feet": (-0.98, 6.62, 0.98, 8.12),
    "bag": (-0.75, 2.75, 2.10, 6.3),
    "head": (-1.15, -0.55, 1.15, 2.3),
    "scarf": (-1.35, 0.0, 1.35, 3.4),
}  # fmt: skip


def _pieces(design: Design) -> list[Piece]:
    """The product as it stands or lies on white."""
    pieces = design.pieces()
    if design.kind.name in FEET:
        behind = [replace(p, light=p.light * 0.93) for p in moved(pieces, scale=0.97, move=(-0.26, -0.17))]
        return [*behind, *pieces]
    return pieces


def front(design: Design) -> Image.Image:
    """The product on near-white, 640 x 800."""
    pieces = _pieces(design)
    small = design.kind.name in (*FEET, "hat", "bag")
    view = View.fit(bounds(pieces), WIDTH, HEIGHT, 0.11 if small else 0.08)
    canvas = Canvas(paper(WIDTH, HEIGHT), view)
    unit = 100.0 / view.scale
    if design.kind.name in FEET or design.kind.name == "bag":
        canvas.cast_shadow(pieces, blur=0.30 * unit, move=(0.06 * unit, 0.24 * unit), strength=0.22)
    else:
        canvas.cast_shadow(pieces, blur=0.16 * unit, move=(0.06 * unit, 0.12 * unit), strength=0.17)
    canvas.add(pieces)
    return canvas.image()


def detail(design: Design) -> Image.Image:
    """A close view of the part that tells most: collar and chest, waistband, toe."""
    pieces = _pieces(design)
    x0, y0, x1, y1 = bounds(pieces)
    wide, tall = x1 - x0, y1 - y0
    kind = design.kind.name
    if kind in FEET:
        box = (x0 + 0.34 * wide, y1 - 0.78 * tall, x1 + 0.02 * wide, y1)
    elif kind == "bag":
        box = (x0 + 0.10 * wide, max(y0, y1 - 1.15 * wide), x1 - 0.10 * wide, y1)
    elif kind in (*LEGS, "hat"):
        box = (x0 + 0.12 * wide, y0 + 0.02 * tall, x1 - 0.12 * wide, y1)
    elif kind == "scarf":
        box = (x0, y0, x1, y0 + 0.55 * tall)
    else:
        box = (-0.82, 1.22, 0.82, 3.25)
    middle, half = (box[0] + box[2]) / 2, (box[2] - box[0]) / 2
    # Fill the frame: the box's width decides, and its height follows the picture's shape.
    shown = (middle - half, box[1], middle + half, box[1] + 2 * half * HEIGHT / WIDTH)
    view = View.fit(shown, *_SMALLER, 0.0)
    canvas = Canvas(paper(*_SMALLER, (244, 242, 239)), view)
    canvas.cast_shadow(pieces, blur=0.10, move=(0.04, 0.08), strength=0.2)
    canvas.add(pieces)
    return canvas.image()


def person(number: int, men: bool) -> Person:
    """A model for a picture; the same number gives the same one."""
    skin = (0, 2, 1, 4, 3)[number % 5]
    hair = (1, 4, 3, 4, 4)[number % 5] if number % 7 else 5
    return Person(skin, hair, "short" if men else ("long", "bob", "bun")[number % 3])


def _partners(design: Design) -> list[Design]:
    """Quiet clothes to wear with a product, so that it stands out."""
    kind = design.kind.name
    light = sum(design.dye.rgb) > 420
    out: list[Design] = []
    if kind not in ("dress",):
        if kind not in LEGS:
            out.append(
                _basic(
                    "Slim Chinos" if design.style.people == "men" else "Skinny Jeans",
                    "Charcoal" if light else "Grey",
                    design,
                )
            )
        if kind in (*LEGS, *FEET, *OUTER, "bag", "hat", "scarf"):
            out.append(
                _basic("Crew-Neck T-Shirt", "White" if not light or kind in OUTER else "Charcoal", design)
            )
    if kind not in FEET:
        out.append(_basic("Low-Top Sneakers", "White", design))
    return out


def _basic(name: str, colour: str, design: Design) -> Design:
    style: Style = next(style for style in STYLES if style.name == name)
    return replace(
        design,
        style=replace(style, people=design.style.people),
        dye=dye(colour),
        trim=dye("Silver"),
        print="plain",
        weave=style.cloths[0],
        number=1,
        kind=_kind_of(style),
    )


def _kind_of(style: Style) -> Kind:
    return next(kind for kind in KINDS if kind.name == style.kind)


def _frame(design: Design) -> tuple[float, float, float, float]:
    kind = design.kind.name
    if kind in FEET:
        return _FRAMES["feet"]
    if kind in ("skirt", "dress", "coat"):
        low = max(float(bounds(design.pieces())[3]) + 0.35, 5.3)
        top = 2.6 if kind == "skirt" else 0.55
        half = max(1.5, (low - top) * 0.4)
        return (-half, top, half, low)
    names = {
        "trousers": "legs",
        "jeans": "legs",
        "shorts": "short",
        "bag": "bag",
        "hat": "head",
        "scarf": "scarf",
    }
    return _FRAMES[names.get(kind, "top")]


def worn(design: Design) -> Image.Image:
    """The product on a figure before a plain backdrop, cropped to what matters."""
    number = design.number
    body: Body = design.body.posed(POSES[number % len(POSES)] if design.kind.name != "bag" else POSES[0])
    people = person(number, design.style.people == "men")
    layers = dressed(body, people, [design, *_partners(design)])
    view = View.fit(_frame(design), *_SMALLER, 0.02)
    canvas = Canvas(studio(*_SMALLER, _TINTS[number % len(_TINTS)]), view)
    canvas.cast_shadow(
        [p for layer in layers for p in layer.pieces], blur=0.30, move=(0.22, 0.10), strength=0.16
    )
    for layer in layers:
        canvas.add(layer.pieces, layer.owner)
    return canvas.image()


VIEWS = {"front": front, "detail": detail, "worn": worn}
"""The views by name."""
