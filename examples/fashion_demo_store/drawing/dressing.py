"""Putting clothes on a figure: who covers what, open coats, shoes on feet, bags in hands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fashion_demo_store.drawing.body import Body
from fashion_demo_store.drawing.designs import Design
from fashion_demo_store.drawing.figure import (
    HEAD_DROP,
    HEAD_SCALE,
    Person,
    arms,
    foot,
    hair_back,
    head,
    legs,
    torso,
)
from fashion_demo_store.drawing.geometry import Points
from fashion_demo_store.drawing.pieces import Piece, bounds, flip, moved

__all__ = ["Layer", "dressed", "on_feet", "opened"]

FEET = ("sneakers", "boots", "shoes")
LEGS = ("trousers", "jeans", "shorts", "skirt")
OUTER = ("cardigan", "jacket", "coat")
UPPER = ("t-shirt", "shirt", "blouse", "sweater", "dress", "hoodie")


_HEELS = {"Court Heels": 0.42, "Ankle-Strap Heels": 0.42, "Wedge Sandals": 0.33, "Strappy Sandals": 0.07}
"""How high a style's heel stands, in heads of the shoe as it is drawn; others hide the foot or are flat."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Some pieces, and the number of the garment they belong to (0: the figure itself)."""

    pieces: list[Piece]
    owner: int = 0


def dressed(
    body: Body, person: Person, garments: Sequence[Design], *, open_front: bool = True
) -> list[Layer]:
    """A figure wearing the garments, in painter's order; the i-th garment's owner number is i + 1."""
    cut: dict[int, list[Piece]] = {}
    covered = any(garment.kind.name in OUTER for garment in garments)
    dressed_below = any(garment.kind.name in UPPER for garment in garments)
    for number, garment in enumerate(garments, 1):
        pieces = garment.pieces(body)
        if covered and garment.kind.name in UPPER and garment.kind.name != "dress":
            pieces = _under(pieces)
        if garment.kind.name in OUTER and open_front and dressed_below:
            pieces = opened(pieces)
        cut[number] = pieces
    numbered = list(enumerate(garments, 1))

    def of(*kinds: str) -> list[tuple[int, Design]]:
        return [(number, garment) for number, garment in numbered if garment.kind.name in kinds]

    layers = [Layer(hair_back(person))]
    worn = [*of("coat", "jacket", "cardigan"), *of("hoodie"), *of(*UPPER[:-1]), *of("scarf", "hat")]
    for number, garment in worn:
        if garment.kind.name == "hat":
            continue
        layers.append(Layer([p for p in cut[number] if p.behind], number))
    layers += [Layer(legs(body, person)), Layer(torso(body, person))]
    for number, garment in of(*FEET):
        layers.append(Layer(on_feet(body, foot(person, _HEELS.get(garment.style.name, 0.0)))))
        layers.append(Layer(on_feet(body, cut[number]), number))
    layers += [Layer([p for p in cut[number] if not p.behind], number) for number, _ in of(*LEGS)]
    layers += [Layer(arms(body, person, side)) for side in (1, -1)]
    for number, _ in [*of("t-shirt", "shirt", "blouse", "dress"), *of("sweater"), *of("hoodie"), *of(*OUTER)]:
        layers.append(Layer([p for p in cut[number] if not p.behind], number))
    layers += [Layer([p for p in cut[number] if not p.behind], number) for number, _ in of("scarf")]
    layers.append(Layer(head(person)))
    layers += [Layer(_on_head(cut[number], garment), number) for number, garment in of("hat")]
    for number, garment in of("bag"):
        layers.append(Layer(_in_hand(body, cut[number], garment), number))
        layers.append(Layer(_fist(body, person)))
    return [layer for layer in layers if layer.pieces]


def on_feet(body: Body, shoe: list[Piece], scale: tuple[float, float] = (0.66, 0.80)) -> list[Piece]:
    """A shoe on each foot, toes turned outwards."""
    out: list[Piece] = []
    for side in (-1, 1):
        ankle = body.leg(side)[-1]
        turned = moved(shoe, scale=scale)
        out += moved(turned if side > 0 else flip(turned), move=(float(ankle[0]) + side * 0.14, 8.0))
    return out


def _on_head(pieces: list[Piece], garment: Design) -> list[Piece]:
    raised = 0.15 if "Brim" in garment.style.name or "Bucket" in garment.style.name else 0.06
    return moved([p for p in pieces if not p.behind], scale=HEAD_SCALE, move=(0.0, HEAD_DROP - raised))


def _in_hand(body: Body, pieces: list[Piece], garment: Design) -> list[Piece]:
    _, top, _, _ = bounds(pieces)
    wrist = body.arm(1)[-1]
    scale = 0.85
    return moved(pieces, scale=scale, move=(float(wrist[0]) + 0.10, float(wrist[1]) + 0.34 - top * scale))


def _fist(body: Body, person: Person) -> list[Piece]:
    return arms(body, person, 1)[:2]


def _under(pieces: list[Piece]) -> list[Piece]:
    """A top beneath an open coat: no sleeves, and pressed a little to the body."""
    trunk = [piece for piece in pieces if abs(float(piece.outline[:, 0].mean())) < 0.62]
    return moved(trunk, scale=(0.88, 1.0))


def _gap(y: Points) -> Points:
    return np.interp(y, (1.5, 2.2, 3.0, 4.2, 6.0), (0.26, 0.42, 0.50, 0.55, 0.62))


def opened(pieces: list[Piece]) -> list[Piece]:
    """A closed front as two panels with a gap between; what only joins them is left out."""
    out: list[Piece] = []
    for piece in pieces:
        x0, _, x1, _ = bounds([piece])
        middle, wide = (x0 + x1) / 2, x1 - x0
        fastening = wide <= 0.26 and abs(middle) < 0.42 and float(piece.outline[:, 1].min()) > 1.9
        if fastening:
            continue
        if piece.behind or abs(middle) >= 0.20:
            out.append(piece)
        elif wide > 0.9:
            out += [panel for panel in (_panel(piece, 1), _panel(piece, -1)) if panel is not None]
    return out


def _panel(piece: Piece, side: int) -> Piece | None:
    outline = piece.outline * (side, 1.0)
    start = int(np.argmin(outline[:, 0]))
    outline = np.roll(outline, -start, axis=0)
    inside = outline[outline[:, 0] > _gap(outline[:, 1])]
    if len(inside) < 4:
        return None
    first, last = inside[0, 1], inside[-1, 1]
    y = np.linspace(last, first, 10)
    edge = np.stack([_gap(y), y], axis=1)
    return replace(piece, outline=np.concatenate([inside, edge]) * (side, 1.0))
