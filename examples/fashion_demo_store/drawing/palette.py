"""The shop's colours: the name a shopper reads, the family a filter uses, and the dye."""

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["COLOURS", "RGB", "Dye", "dye", "mix"]

RGB: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Dye:
    """One colour of the season: what it is called, its plain colour name, and its sRGB value."""

    name: str
    family: str
    rgb: RGB


COLOURS = tuple(
    Dye(name, family, (int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)))
    for name, family, code in (
        ("White", "white", "f3f2ee"),
        ("Ivory", "white", "efe6d2"),
        ("Oat", "beige", "dcc9a6"),
        ("Sand", "beige", "cdb087"),
        ("Camel", "brown", "b98a55"),
        ("Tobacco", "brown", "8a5a33"),
        ("Chocolate", "brown", "54372b"),
        ("Black", "black", "26262a"),
        ("Charcoal", "grey", "4b4e55"),
        ("Grey", "grey", "9a9da3"),
        ("Silver", "grey", "c6c8cd"),
        ("Navy", "blue", "253255"),
        ("Royal blue", "blue", "2f55b4"),
        ("Sky", "blue", "93bbe2"),
        ("Indigo", "blue", "38486f"),
        ("Washed blue", "blue", "7f9cc0"),
        ("Teal", "green", "1f6f78"),
        ("Aqua", "blue", "62b8bd"),
        ("Mint", "green", "a9d6bd"),
        ("Sage", "green", "98a98a"),
        ("Olive", "green", "6b6d3d"),
        ("Forest", "green", "27503d"),
        ("Emerald", "green", "16865f"),
        ("Lime", "green", "b4c34c"),
        ("Butter", "yellow", "f0dc8e"),
        ("Mustard", "yellow", "d6a02f"),
        ("Amber", "orange", "e28a2c"),
        ("Rust", "orange", "b1532c"),
        ("Coral", "orange", "ec7d67"),
        ("Red", "red", "c1292e"),
        ("Burgundy", "red", "6d1f34"),
        ("Blush", "pink", "eab9b6"),
        ("Rose", "pink", "d67f94"),
        ("Fuchsia", "pink", "c2327f"),
        ("Lilac", "purple", "bfa6d4"),
        ("Violet", "purple", "6f4a9b"),
        ("Plum", "purple", "4f2a4d"),
    )
)

_BY_NAME = {colour.name: colour for colour in COLOURS}


def dye(name: str) -> Dye:
    """The colour of that name."""
    return _BY_NAME[name]


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """``first`` with a share in [0, 1] of ``second`` in it."""
    r, g, b = (round(a + (c - a) * share) for a, c in zip(first, second, strict=True))
    return r, g, b
