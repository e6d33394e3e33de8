"""Outfits: figures in the shop's own garments before a scene, with the true box of each garment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_demo_store.drawing.body import MAN, POSES, WOMAN
from fashion_demo_store.drawing.camera import photographed
from fashion_demo_store.drawing.canvas import Canvas, planes
from fashion_demo_store.drawing.designs import Design
from fashion_demo_store.drawing.dressing import dressed
from fashion_demo_store.drawing.geometry import oval
from fashion_demo_store.drawing.pieces import Piece, bounds
from fashion_demo_store.drawing.scenes import SCENES, scene
from fashion_demo_store.drawing.view import View
from fashion_demo_store.drawing.views import person

__all__ = ["HEIGHT", "WIDTH", "Outfit", "Seen", "compose", "draw"]

WIDTH, HEIGHT = 720, 1080
_SMALLEST = 0.002
_TOPS = ("t-shirt", "shirt", "blouse", "sweater", "hoodie")
_BOTTOMS = ("trousers", "jeans", "skirt", "shorts")
_TITLES = {
    "street": """Downtown, Saturday | Coffee Run | City Layers | Gallery Afternoon
        Corner Shop | First Tram | Market Street | Late Lunch""",
    "park": """Sunday in the Park | Under the Trees | The Long Way Home | Picnic Weather
        Fresh Air | Morning Walk | Golden Hour | Green Days""",
    "interior": """Slow Morning | At the Studio | Window Seat | House Guests
        Home Office | Before Dinner | Rainy Day | New Apartment""",
}


@dataclass(frozen=True, slots=True)
class Outfit:
    """One look to be drawn: who wears what, where."""

    number: int
    scene: str
    title: str
    men: bool
    garments: tuple[Design, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One garment in a look's picture: the box x0, y0, x1, y1 of its visible pixels as fractions."""

    garment: Design
    box: tuple[float, float, float, float]


def compose(designs: Sequence[Design], count: int, seed: int) -> list[Outfit]:
    """``count`` outfits whose colours sit together; garments repeat as little as the catalogue allows."""
    rng = np.random.default_rng([seed, 31])
    used: dict[int, int] = {}
    outfits = []
    scenes = tuple(SCENES)
    for number in range(count):
        men = number % 3 == 2
        where = scenes[number % len(scenes)]
        garments: list[Design] = []
        for kinds in _plan(number, men):
            picked = _pick(designs, kinds, men, garments, used, rng)
            if picked is not None:
                garments.append(picked)
                used[picked.number] = used.get(picked.number, 0) + 1
        titles = [title.strip() for title in _TITLES[where].replace("\n", "|").split("|")]
        title = titles[number // len(scenes) % len(titles)]
        outfits.append(Outfit(number, where, title, men, tuple(garments)))
    return outfits


def _plan(number: int, men: bool) -> list[tuple[str, ...]]:
    if not men and number % 4 == 1:
        plan: list[tuple[str, ...]] = [("dress",), ("boots", "shoes", "sneakers")]
    else:
        # A bulky top would hardly show under a coat.
        tops = _TOPS[:3] if number % 2 == 0 else _TOPS
        plan = [tops, ("trousers", "jeans", "shorts") if men else _BOTTOMS, ("sneakers", "boots", "shoes")]
    if number % 2 == 0:
        plan.append(("jacket", "coat", "cardigan"))
    if number % 3 != 2:
        plan.append(("bag",))
    if number % 4 in (0, 3):
        plan.append(("hat",))
    elif number % 5 == 2:
        plan.append(("scarf",))
    return plan


def _pick(
    designs: Sequence[Design],
    kinds: tuple[str, ...],
    men: bool,
    worn: Sequence[Design],
    used: dict[int, int],
    rng: np.random.Generator,
) -> Design | None:
    kind = kinds[int(rng.integers(len(kinds)))]
    people = "men" if men else "women"
    free = [
        d
        for d in designs
        if d.kind.name == kind and (d.style.people == people or kind in ("bag", "hat", "scarf"))
    ]
    if not free:
        free = [d for d in designs if d.kind.name in kinds]
    if not free:
        return None
    noise = rng.random(len(free)) * 0.35
    return max(
        zip(free, noise, strict=True),
        key=lambda pair: _fit(pair[0], worn) - used.get(pair[0].number, 0) + pair[1],
    )[0]


_NEUTRAL = ("white", "black", "grey", "beige", "brown")


def _fit(garment: Design, worn: Sequence[Design]) -> float:
    """How well a garment goes with what is worn: quiet beside loud, few colours, never two prints."""
    score = 0.0
    loud = garment.print not in ("plain", "marl")
    for other in worn:
        neutral = garment.dye.family in _NEUTRAL or other.dye.family in _NEUTRAL
        score += 0.4 if neutral else -0.5
        score -= 1.0 if loud and other.print not in ("plain", "marl") else 0.0
        score -= 0.3 if garment.dye.family == other.dye.family else 0.0
    return score


def draw(outfit: Outfit, seed: int) -> tuple[Image.Image, list[Seen]]:
    """The look's picture and its garments with their true boxes, hidden ones left out."""
    body = (MAN if outfit.men else WOMAN).posed(POSES[outfit.number % len(POSES)])
    layers = dressed(body, person(outfit.number + 3, outfit.men), outfit.garments)
    pieces = [piece for layer in layers for piece in layer.pieces]
    x0, _, x1, _ = bounds(pieces)
    middle = (x0 + x1) / 2 * 0.5
    low, high = -0.62, 8.62
    scale = HEIGHT / (high - low)
    view = View(
        WIDTH, HEIGHT, scale, WIDTH * (0.5 + 0.05 * ((outfit.number % 3) - 1)) - middle * scale, -low * scale
    )
    canvas = Canvas(planes(scene(outfit.scene, WIDTH, HEIGHT, seed + outfit.number)), view)
    ground = [Piece(oval(0.28, 8.02, 1.25, 0.11), pieces[0].fabric)]
    canvas.cast_shadow(ground, blur=0.20, move=(0.0, 0.0), strength=0.5)
    top = canvas.add_visible(pieces)
    owners = np.array([0, *(layer.owner for layer in layers for _ in layer.pieces)])[top]
    return photographed(canvas.image(), seed + outfit.number), _seen(owners, outfit.garments)


def _seen(owners: NDArray[np.int_], garments: Sequence[Design]) -> list[Seen]:
    out = []
    for owner, garment in enumerate(garments, 1):
        mask = owners == owner
        if mask.mean() < _SMALLEST:
            continue
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        x0, x1 = round(int(columns[0]) / WIDTH, 4), round((int(columns[-1]) + 1) / WIDTH, 4)
        y0, y1 = round(int(rows[0]) / HEIGHT, 4), round((int(rows[-1]) + 1) / HEIGHT, 4)
        out.append(Seen(garment, (x0, y0, x1, y1)))
    return out
