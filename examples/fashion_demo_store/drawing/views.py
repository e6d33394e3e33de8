"""The pictures of one product: on white, close up, and worn."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from PIL import Image

from fashion_demo_store.drawing.body import POSES, Body
from fashion_demo_store.drawing.canvas import Canvas, Field, planes
from fashion_demo_store.drawing.designs import Design
from fashion_demo_store.drawing.dressing import FEET, LEGS, OUTER, dressed
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.figure import Person
from fashion_demo_store.drawing.kinds import KINDS, Kind, Style
from fashion_demo_store.drawing.palette import dye
from fashion_demo_store.drawing.pieces import Piece, bounds, moved
from fashion_demo_store.drawing.scenes import paper, studio
from fashion_demo_store.drawing.styles import STYLES
from fashion_demo_store.drawing.tops import TopCut, top
from fashion_demo_store.drawing.view import View

__all__ = ["HEIGHT", "VIEWS", "WIDTH", "detail", "front", "person", "worn"]

WIDTH, HEIGHT = 640, 800
_SMALLER = (480, 600)
_TINTS = ((238, 236, 232), (232, 236, 238), (240, 234, 230), (234, 238, 232), (236, 233, 239))
_ROOM = {"hat": (0.30, 0.25, 1.00), "scarf": (0.40, 0.55, 0.30), "bag": (0.35, 0.45, 0.30)}
"""Heads of picture beside, above and below what is worn; others have (0.25, 0.30, 0.25)."""


@lru_cache(maxsize=1)
def _paper() -> Field:
    return planes(paper(WIDTH, HEIGHT))


@lru_cache(maxsize=len(_TINTS))
def _studio(tint: int) -> Field:
    return planes(studio(*_SMALLER, _TINTS[tint]))


def _pieces(design: Design) -> list[Piece]:
    """The product as it stands or lies on white."""
    pieces = design.pieces()
    if design.kind.name in FEET:
        behind = [replace(p, light=p.light * 0.93) for p in moved(pieces, scale=0.97, move=(-0.26, -0.17))]
        return [*behind, *pieces]
    return pieces


@lru_cache(maxsize=2)
def front(design: Design) -> Image.Image:
    """The product on near-white, 640 x 800."""
    pieces = _pieces(design)
    small = design.kind.name in (*FEET, "hat", "bag")
    view = View.fit(bounds(pieces), WIDTH, HEIGHT, 0.11 if small else 0.08)
    canvas = Canvas(_paper(), view)
    unit = 100.0 / view.scale
    if design.kind.name in FEET or design.kind.name == "bag":
        canvas.cast_shadow(pieces, blur=0.30 * unit, move=(0.06 * unit, 0.24 * unit), strength=0.22)
    else:
        canvas.cast_shadow(pieces, blur=0.16 * unit, move=(0.06 * unit, 0.12 * unit), strength=0.17)
    canvas.add(pieces)
    return canvas.image()


def detail(design: Design) -> Image.Image:
    """The same picture closer, sides and lower part cut off: collar, waistband, toe; 480 x 600."""
    picture = front(design)
    x0, y0, x1, y1 = bounds(_pieces(design))
    small = design.kind.name in (*FEET, "hat", "bag")
    part = 0.78 if small else 0.667
    width, height = WIDTH * part, HEIGHT * part
    view = View.fit((x0, y0, x1, y1), WIDTH, HEIGHT, 0.11 if small else 0.08)
    left, above = (WIDTH - width) / 2, (HEIGHT - height) / 2
    if (y1 - y0) * view.scale > height:
        # Long garments are seen from the top, shoes and bags from the ground.
        grounded = design.kind.name in (*FEET, "bag")
        above = view.top + (y1 * view.scale - 0.92 * height if grounded else y0 * view.scale - 0.04 * height)
    box = (left, above, left + width, above + height)
    return picture.resize(_SMALLER, Image.Resampling.BICUBIC, box=box)


def person(number: int, men: bool) -> Person:
    """A model for a picture; the same number gives the same one."""
    skin = (0, 2, 1, 4, 3)[number % 5]
    hair = (1, 4, 3, 4, 4)[number % 5] if number % 7 else 5
    return Person(skin, hair, "short" if men else ("long", "bob", "bun")[number % 3])


def _partners(design: Design) -> list[Design]:
    """Quiet clothes to wear with a product, so that it stands out."""
    kind = design.kind.name
    if kind == "dress":
        return []
    light = sum(design.dye.rgb) > 420
    out: list[Design] = []
    if kind not in LEGS:
        legs = "Slim Chinos" if design.style.people == "men" else "Skinny Jeans"
        out.append(_basic(legs, "Charcoal" if light else "Silver", design))
    if kind in (*LEGS, *OUTER, "bag", "hat", "scarf"):
        out.append(_basic("Crew-Neck T-Shirt", "Silver", design))
    if kind in LEGS:
        out[-1] = replace(out[-1], style=replace(out[-1].style, draw=_tucked))
        out.append(_basic("Low-Top Sneakers", "White", design))
    return out


def _tucked(body: Body, main: Fabric, trim: Fabric) -> list[Piece]:
    """A T-shirt that ends at the waist."""
    return top(body, main, TopCut(hem=3.10))


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


def _frame(design: Design, own: list[Piece]) -> tuple[float, float, float, float]:
    """A box round the garment as it is worn, with a little room round it."""
    x0, y0, x1, y1 = bounds(own)
    side, above, below = _ROOM.get(design.kind.name, (0.25, 0.30, 0.25))
    return x0 - side, y0 - above, x1 + side, y1 + below


def worn(design: Design) -> Image.Image:
    """The product on a figure before a plain backdrop, cropped to what matters."""
    number = design.number
    body: Body = design.body.posed(POSES[number % len(POSES)] if design.kind.name != "bag" else POSES[0])
    people = person(number, design.style.people == "men")
    layers = dressed(body, people, [design, *_partners(design)], open_front=False)
    own = [piece for layer in layers if layer.owner == 1 for piece in layer.pieces]
    view = View.fit(_frame(design, own), *_SMALLER, 0.0)
    canvas = Canvas(_studio(number % len(_TINTS)), view)
    pieces = [piece for layer in layers for piece in layer.pieces]
    canvas.cast_shadow(pieces, blur=0.30, move=(0.22, 0.10), strength=0.16)
    canvas.add_visible(pieces)
    return canvas.image()


VIEWS: dict[str, Callable[[Design], Image.Image]] = {"front": front, "detail": detail, "worn": worn}
"""The views by name."""
