"""Cloth: what a garment is made of, and its tile at any density."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_demo_store.drawing import prints, weaves
from fashion_demo_store.drawing.palette import RGB

Planes: TypeAlias = NDArray[np.uint8]

__all__ = ["Fabric", "Planes", "plain", "tile"]

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

    def plain(self) -> "Fabric":
        """The same cloth without its print, as for ribs and linings."""
        return replace(self, print="plain", accents=())


def plain(colour: RGB, weave: str = "jersey", gloss: float = 0.0) -> Fabric:
    """A cloth of one colour, for trimmings."""
    return Fabric(colour, weave=weave, gloss=gloss)


@lru_cache(maxsize=24)
def _weave(name: str) -> Image.Image:
    return Image.fromarray(_WEAVES[name](_BASE))


@lru_cache(maxsize=96)
def _light(name: str, side: int) -> NDArray[np.float32]:
    """A weave at the wanted density; neighbours averaged, so that nearest-neighbour sampling stays smooth."""
    light = np.asarray(_weave(name).resize((side, side), Image.Resampling.BOX))
    light = (light + np.roll(light, 1, 0)) * np.float32(0.5)
    return np.asarray((light + np.roll(light, 1, 1)) * 0.5, dtype=np.float32)


@lru_cache(maxsize=24)
def _print(fabric: Fabric) -> Image.Image:
    """The print's tile at its full density: RGB, 768 x 768, repeating on all sides."""
    draw = _PRINTS[fabric.print]
    return draw(_BASE, fabric.colour, fabric.accents, np.random.default_rng([fabric.seed, 11]))


@lru_cache(maxsize=96)
def tile(fabric: Fabric, side: int) -> Planes:
    """The repeating tile as uint8 planes red, green and blue, (3, side, side)."""
    light = _light(fabric.weave, side)
    if fabric.print == "plain":
        planes = np.array(fabric.colour, dtype=np.float32)[:, None, None] * light
    else:
        ground = np.asarray(_print(fabric).resize((side, side), Image.Resampling.BOX), dtype=np.float32)
        planes = np.ascontiguousarray(ground.transpose(2, 0, 1))
        planes = (planes + np.roll(planes, 1, 1)) * np.float32(0.5)
        planes = (planes + np.roll(planes, 1, 2)) * np.float32(0.5) * light
    return np.asarray(np.clip(planes, 0, 255), dtype=np.uint8)
