"""Which products the shop has: designs chosen to differ from one another, and the cloth of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from fashion_demo_store.drawing.body import MAN, WOMAN, Body
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.kinds import KINDS, Kind, Style
from fashion_demo_store.drawing.palette import COLOURS, RGB, Dye, dye, mix
from fashion_demo_store.drawing.pieces import Piece
from fashion_demo_store.drawing.styles import STYLES

__all__ = ["Design", "choose"]

_GROUPS = {
    "any": tuple(colour.name for colour in COLOURS),
    "denim": ("Indigo", "Washed blue", "Black", "Ivory", "Sky", "Grey", "Navy", "Blush", "Olive"),
    "earth": (
        *("Sand", "Olive", "Navy", "Tobacco", "Charcoal", "Oat", "Forest", "Burgundy", "Mustard", "Rust"),
        *("Black", "Camel", "Sage", "Grey", "Chocolate", "Plum"),
    ),
    "leather": (
        *("Black", "Tobacco", "Chocolate", "Camel", "Burgundy", "Ivory", "Red", "Navy", "Forest"),
        *("Charcoal", "Oat"),
    ),
}
_GLOSS = {"leather": 0.45, "satin": 0.40, "denim": 0.0}
_DRAPE = {
    "knit": 0.6,
    "chunky": 0.5,
    "cable": 0.5,
    "fleece": 0.6,
    "leather": 0.5,
    "tweed": 0.6,
    "straw": 0.15,
}
_TRIMS = (
    "Tobacco",
    "Ivory",
    "Black",
    "White",
    "Red",
    "Navy",
    "Butter",
    "Rose",
    "Sage",
    "Chocolate",
    "Amber",
    "Sky",
)
_RACK = {
    **dict.fromkeys(
        ("t-shirt", "shirt", "blouse", "sweater", "hoodie", "cardigan", "jacket", "coat"), "upper"
    ),
    **dict.fromkeys(("skirt", "trousers", "jeans", "shorts"), "lower"),
}
"""Kinds that look alike enough to be mistaken, so that their colours and prints must differ too."""

_SMALL = ("bag", "hat", "sneakers", "boots", "shoes")
_WORDS = sorted(
    {colour.family for colour in COLOURS} | {print_ for style in STYLES for print_ in style.prints}
)


@dataclass(frozen=True)
class Design:
    """One product as it is made: a style in a cloth, a colour and a print."""

    number: int
    style: Style
    kind: Kind
    dye: Dye
    trim: Dye
    print: str
    weave: str

    @property
    def body(self) -> Body:
        """The body it is cut for."""
        return MAN if self.style.people == "men" else WOMAN

    @cached_property
    def cloth(self) -> Fabric:
        """The main cloth."""
        small = self.kind.name in _SMALL
        return Fabric(
            self.dye.rgb,
            self.print,
            _accents(self.print, self.dye, self.trim),
            self.weave,
            period=0.7 if small else 1.0,
            gloss=_GLOSS.get(self.weave, 0.0),
            drape=_DRAPE.get(self.weave, 1.0),
            seed=self.number,
        )

    @cached_property
    def trimming(self) -> Fabric:
        """The cloth or leather of straps, ribs, belts and soles."""
        own = (
            "leather"
            if self.kind.name in (*_SMALL, "dress", "trousers") and self.kind.name != "hat"
            else self.weave
        )
        return Fabric(
            self.trim.rgb, weave=own, gloss=_GLOSS.get(own, 0.0), drape=_DRAPE.get(own, 1.0), period=0.7
        )

    def pieces(self, body: Body | None = None) -> list[Piece]:
        """The garment, cut for its own body or for the one given."""
        return _cut(self, body or self.body)


@lru_cache(maxsize=128)
def _cut(design: Design, body: Body) -> list[Piece]:
    return design.style.draw(body, design.cloth, design.trimming)


def _bright(colour: RGB) -> float:
    return (0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]) / 255.0


def _accents(print_: str, main: Dye, trim: Dye) -> tuple[RGB, ...]:
    light = _bright(main.rgb) > 0.5
    pale, deep = dye("White").rgb, dye("Navy").rgb if main.family != "blue" else dye("Burgundy").rgb
    contrast = trim.rgb if abs(_bright(trim.rgb) - _bright(main.rgb)) > 0.25 else (deep if light else pale)
    if print_ == "plain":
        return ()
    if print_ in ("floral", "bloom"):
        bloom = trim.rgb if trim.family not in (main.family, "black", "grey") else dye("Coral").rgb
        return (
            bloom,
            dye("Sage" if not light else "Forest").rgb,
            dye("Butter" if not light else "Mustard").rgb,
        )
    if print_ == "leopard":
        return (mix(main.rgb, (22, 16, 14), 0.78),) if light else (mix(main.rgb, pale, 0.7),)
    if print_ == "camouflage":
        return mix(main.rgb, (30, 30, 20), 0.45), mix(main.rgb, trim.rgb, 0.5), mix(main.rgb, pale, 0.4)
    if print_ == "gingham":
        return (dye("White").rgb,) if not light else (contrast,)
    if print_ == "tartan":
        return (
            mix(contrast, main.rgb, 0.15),
            deep if light else mix(main.rgb, (20, 20, 30), 0.6),
            dye("Butter").rgb,
        )
    if print_ == "fair isle":
        return contrast, trim.rgb if trim.family != main.family else pale, dye("Mustard").rgb
    if print_ in ("argyle", "chevron"):
        return contrast, mix(contrast, main.rgb, 0.55), pale if not light else deep
    if print_ == "pinstripe":
        return (mix(main.rgb, pale if not light else deep, 0.65),)
    if print_ == "marl":
        return (mix(main.rgb, pale if not light else (40, 40, 50), 0.7),)
    return contrast, mix(contrast, trim.rgb, 0.5), trim.rgb


@lru_cache(maxsize=2)
def choose(count: int, seed: int) -> tuple[Design, ...]:
    """``count`` designs, every kind by its share, each as unlike the others of its kind as can be."""
    designs: list[Design] = []
    for kind, many in zip(KINDS, _shares(count), strict=True):
        rng = np.random.default_rng([seed, len(kind.name), ord(kind.name[0]), ord(kind.name[-1])])
        own = [style for style in STYLES if style.kind == kind.name]
        chosen = [d for d in designs if _RACK.get(d.kind.name) == _RACK.get(kind.name, kind.name)]
        before = len(chosen)
        for i in range(many):
            style = own[i % len(own)]
            options = [_draw(rng, len(designs) + i, style, kind) for _ in range(32)]
            chosen.append(_newest(options, chosen))
        designs += chosen[before:]
    return tuple(designs)


def _shares(count: int) -> list[int]:
    whole = sum(kind.share for kind in KINDS)
    exact = [count * kind.share / whole for kind in KINDS]
    many = [int(share) for share in exact]
    rest = sorted(range(len(many)), key=lambda i: many[i] - exact[i])
    for i in rest[: count - sum(many)]:
        many[i] += 1
    return many


def _draw(rng: np.random.Generator, number: int, style: Style, kind: Kind) -> Design:
    names = _GROUPS[style.colours]
    prints = style.prints
    others = [p for p in prints if p != "plain"]
    plain = "plain" in prints and (not others or rng.random() < 0.5)
    print_ = "plain" if plain else others[int(rng.integers(len(others)))]
    name, trim = names[int(rng.integers(len(names)))], _TRIMS[int(rng.integers(len(_TRIMS)))]
    weave = style.cloths[int(rng.integers(len(style.cloths)))]
    return Design(number, style, kind, dye(name), dye(trim), print_, weave)


def _newest(options: Sequence[Design], chosen: Sequence[Design]) -> Design:
    """The option that differs most from what is most like it among the chosen."""
    novelty = np.ones(len(options))
    if chosen:
        apart = np.moveaxis(_features(options)[:, None] - _features(chosen), -1, 0)
        red, green, blue = apart[:3]
        family, print_, style, kind = apart[3:] != 0
        colour = (0.9 * red * red + 1.2 * green * green + 0.9 * blue * blue) ** 0.5 / 255.0
        difference = colour + 0.25 * (family | print_) + 0.30 * print_ + 0.22 * style + 0.12 * kind
        novelty = difference.min(axis=1)
    novelty[[_dull(option) for option in options]] = -1.0
    return options[int(novelty.argmax())]


def _features(designs: Sequence[Design]) -> NDArray[np.float64]:
    """Designs as numbers to be compared: red, green, blue, colour family, print, style, kind."""
    rows = [
        (*d.dye.rgb, *(_WORDS.index(word) for word in (d.dye.family, d.print)), id(d.style), id(d.kind))
        for d in designs
    ]
    return np.array(rows, dtype=np.float64)


def _dull(design: Design) -> bool:
    """Whether a small thing, or one with a trim that shows, has its trim in its own colour."""
    return design.trim.family == design.dye.family and design.kind.name in (*_SMALL, "hoodie")
