"""Cloth: what a garment is made of, and its tile at any density."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_demo_store.drawing import prints, weaves
from fashion_demo_store.drawing.palette import RGB

__all__ = ["Fabric", "plain", "tile"]

_BASE = 768
_PRINTS = prints.PRINTS
_WEAVES = weaves.WEAVES


@dataclass(frozen=True, slots=True)
class Fabric:
    """A cloth: its ground colour, the print on it, the weave under it.

    ``period`` is the side of the repeating tile in heads, ``gloss`` in [0, 1] how much light it throws
    back, ``drape`` in [0, 1] how deep its folds are.
    """

    colour: RGB
    print: str = "plain"
    accents: tuple[RGB, ...] = ()
    weave: str = "jersey"
    period: float = 1.0
    gloss: float = 0.0
    drape: float = 1.0
    seed: int = 0
    size: float = field(default=1.0)

    def plain(self) -> "Fabric":
        """The same cloth without its print, as for ribs and linings."""
        return replace(self, print="plain", accents=())


def plain(colour: RGB, weave: str = "jersey", gloss: float = 0.0) -> Fabric:
    """A cloth of one colour, for trimmings."""
    return Fabric(colour, weave=weave, gloss=gloss)


@lru_cache(maxsize=32)
def _weave(name: str) -> NDArray[np.float32]:
    return _WEAVES[name](_BASE)


@lru_cache(maxsize=48)
def _base(fabric: Fabric) -> Image.Image:
    """The tile at its full density: RGB, 768 x 768, repeating on all sides."""
    draw = _PRINTS[fabric.print]
    generator = np.random.default_rng([fabric.seed, 11])
    ground = np.asarray(draw(_BASE, fabric.colour, fabric.accents, generator), dtype=np.float32)
    relief = _weave(fabric.weave)
    return Image.fromarray(np.clip(ground * relief[:, :, None], 0, 255).astype(np.uint8))


@lru_cache(maxsize=96)
def tile(fabric: Fabric, side: int) -> NDArray[np.uint8]:
    """The repeating tile as uint8 RGB (side, side, 3), averaged down from the full density."""
    base = _base(fabric)
    if side < _BASE:
        base = base.resize((side, side), Image.Resampling.BOX)
    texture = np.asarray(base, dtype=np.uint16)
    # Nearest-neighbour sampling of a tile at twice the picture's density stays smooth once neighbours are averaged.
    texture = texture + np.roll(texture, 1, 0)
    texture = texture + np.roll(texture, 1, 1)
    return (texture >> 2).astype(np.uint8)
