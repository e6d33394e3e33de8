"""Kinds of garment and styles of each: the words for what the shop carries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from fashion_demo_store.drawing.body import Body
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.pieces import Piece

__all__ = ["KINDS", "Draw", "Kind", "Style"]

Draw: TypeAlias = Callable[[Body, Fabric, Fabric], list[Piece]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of garment: its shelf, its share of the catalogue, what it costs (euros, lowest and highest)."""

    name: str
    shelf: str
    label: str
    share: int
    price: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """One cut of a kind: its name in a title, who it is for, the weaves and prints it comes in."""

    kind: str
    name: str
    people: str
    cloths: tuple[str, ...]
    prints: tuple[str, ...]
    draw: Draw
    colours: str = "any"


KINDS = (
    Kind("t-shirt", "T-Shirts", "t-shirt", 18, (19, 45)),
    Kind("shirt", "Shirts", "shirt", 14, (49, 99)),
    Kind("blouse", "Blouses", "blouse", 12, (49, 119)),
    Kind("sweater", "Sweaters", "sweater", 16, (69, 159)),
    Kind("hoodie", "Hoodies", "hoodie", 10, (59, 99)),
    Kind("cardigan", "Cardigans", "cardigan", 10, (69, 149)),
    Kind("jacket", "Jackets", "jacket", 18, (99, 299)),
    Kind("coat", "Coats", "coat", 14, (179, 399)),
    Kind("dress", "Dresses", "dress", 26, (69, 189)),
    Kind("skirt", "Skirts", "skirt", 14, (49, 119)),
    Kind("trousers", "Trousers", "trousers", 14, (59, 129)),
    Kind("jeans", "Jeans", "jeans", 10, (79, 139)),
    Kind("shorts", "Shorts", "shorts", 9, (35, 69)),
    Kind("sneakers", "Sneakers", "sneakers", 13, (79, 159)),
    Kind("boots", "Boots", "boots", 10, (129, 259)),
    Kind("shoes", "Shoes", "shoes", 9, (79, 169)),
    Kind("bag", "Bags", "bag", 14, (49, 249)),
    Kind("hat", "Hats", "hat", 12, (25, 69)),
    Kind("scarf", "Scarves", "scarf", 7, (35, 89)),
)
