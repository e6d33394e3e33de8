"""Cloth: what a garment is made of, and its tile at any density."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_demo_store.drawing import prints, weaves
from fashion_demo_store.drawing.palette import RGB

Plane: TypeAlias = NDArray[np.float32]
Planes: TypeAlias = NDArray[np.uint8]

__all__ = ["Fabric", "Planes", "plain", "threads", "tile"]

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


@lru_cache(maxsize=64)
def threads(weave: str, side: int) -> Plane:
    """How a weave catches light, around 1: a repeating tile, float32 (side, side)."""
    return _averaged(np.asarray(_weave(weave).resize((side, side), Image.Resampling.BOX)))


@lru_cache(maxsize=8)
def _print(fabric: Fabric) -> Image.Image:
    """The print's tile at its full density: RGB, 768 x 768, repeating on all sides."""
    draw = _PRINTS[fabric.print]
    return draw(_BASE, fabric.colour, fabric.accents, np.random.default_rng([fabric.seed, 11]))


@lru_cache(maxsize=32)
def tile(fabric: Fabric, side: int) -> Planes:
    """The repeating tile of a printed cloth, weave and all, as uint8 planes red, green and blue."""
    light = threads(fabric.weave, side)
    grounds = _print(fabric).resize((side, side), Image.Resampling.BOX).split()
    planes = [np.minimum(_averaged(np.asarray(ground, dtype=np.float32)) * light, 255) for ground in grounds]
    return np.stack(planes, dtype=np.uint8, casting="unsafe")


def _averaged(tile: Plane) -> Plane:
    """Neighbours averaged two by two, so that nearest-neighbour sampling stays smooth."""
    below: Plane = tile + np.concatenate([tile[-1:], tile[:-1]])
    below += np.concatenate([below[:, -1:], below[:, :-1]], axis=1)
    below *= np.float32(0.25)
    return below
