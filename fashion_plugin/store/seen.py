"""What was seen in an image when it was indexed: kept beside it as one JSON text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fashion_plugin.catalog import Box
from fashion_plugin.colour import Colour

__all__ = ["Seen", "colour_names", "read_seen", "seen_text"]

_CLEAR: Final = 0.25
"""A colour that covers at least this share of a garment is one that a shopper would name."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an image of a product shows.

    ``recipe`` says how it was looked at (parser, crop, the label that was wanted): an image whose recipe is
    another one is worth looking at again. ``label`` and ``box`` (fractions of the upright photo) are of the
    garment that the image is about, empty where that is the whole photo. ``colours`` are the garment's, the
    largest first.
    """

    recipe: str
    label: str = ""
    box: Box | None = None
    colours: tuple[Colour, ...] = ()


def colour_names(colours: Iterable[Colour]) -> tuple[str, ...]:
    """The names by which a shopper would ask for colours: the largest, and those that cover a quarter."""
    return tuple(colour.name for at, colour in enumerate(colours) if at == 0 or colour.share >= _CLEAR)


def seen_text(seen: Seen | None) -> str:
    """The text that is stored; empty for an image that was not looked at."""
    if seen is None:
        return ""
    value = {
        "recipe": seen.recipe,
        "label": seen.label,
        "box": [round(edge, 5) for edge in seen.box] if seen.box else None,
        "colours": [[colour.name, colour.rgb, round(colour.share, 3)] for colour in seen.colours],
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_seen(text: str) -> Seen | None:
    """What such a text says, None for the empty one."""
    if not text:
        return None
    value = json.loads(text)
    colours = tuple(Colour(name, (r, g, b), share) for name, (r, g, b), share in value["colours"])
    box = value["box"]
    return Seen(value["recipe"], value["label"], tuple(box) if box else None, colours)
