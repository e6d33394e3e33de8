"""A page of triplets as a picture, to look at before training on them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fashion_plugin.errors import InvalidInput
from fashion_plugin.training.manifest import Item
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.triplets import Triplet, TripletSampler, View

__all__ = ["draw_triplets", "save_picture", "write_triplets"]

_SIDE: Final = 150
_GAP: Final = 14
_TEXT: Final = 40
_COLUMNS: Final = 3  # triplets beside one another
_INK, _SOFT, _PAPER = "#1c1b1a", "#75716c", "#ffffff"
_COLOURS: Final = {"query": "#4a5a8a", "positive": "#2f7d4f", "negative": "#b3423a"}


def draw_triplets(
    sampler: TripletSampler,
    photos: Photos,
    out: Path,
    *,
    count: int = 24,
    scenes: Sequence[NDArray[np.uint8]] = (),
) -> None:
    """Draw the first triplets of an epoch: query, positive and negative framed in blue, green and red.

    Raises:
        InvalidInput: the picture cannot be written.
        InvalidSource: a photo cannot be read.
    """
    count = min(count, len(sampler))
    rows = -(-count // _COLUMNS)
    block = 3 * _SIDE + 2 * 6
    width = _GAP + _COLUMNS * (block + 2 * _GAP)
    sheet = Image.new("RGB", (width, 3 * _GAP + rows * (_SIDE + _TEXT + _GAP)), _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_GAP, 8), _summary(sampler), fill=_INK, font=_font(14))
    for position in range(count):
        triplet = sampler.triplet(position)
        row, column = divmod(position, _COLUMNS)
        left, top = _GAP + column * (block + 2 * _GAP), 3 * _GAP + row * (_SIDE + _TEXT + _GAP)
        views = (triplet.query, triplet.positive, triplet.negative)
        for number, (role, view) in enumerate(zip(_COLOURS, views, strict=True)):
            x = left + number * (_SIDE + 6)
            picture = Image.fromarray(photos.view(view, scenes)).resize((_SIDE, _SIDE))
            sheet.paste(picture, (x, top))
            draw.rectangle((x, top, x + _SIDE - 1, top + _SIDE - 1), outline=_COLOURS[role], width=3)
            first, second = _caption(triplet, role, view, sampler.items[view.item])
            draw.text((x, top + _SIDE + 4), _clip(first), fill=_COLOURS[role], font=_font(12))
            draw.text((x, top + _SIDE + 20), _clip(second), fill=_SOFT, font=_font(12))
    save_picture(sheet, out)


def write_triplets(sampler: TripletSampler, out: Path) -> None:
    """Write an epoch of triplets as JSONL: three images, the kind of negative, and the query's seed if made.

    Raises:
        InvalidInput: the file cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8") as file:
            for triplet in sampler:
                images = (triplet.query, triplet.positive, triplet.negative)
                query, positive, negative = (sampler.items[view.item].image for view in images)
                row: dict[str, Any] = {
                    "query": query,
                    "positive": positive,
                    "negative": negative,
                    "kind": triplet.kind,
                }
                row |= {"synthetic": triplet.synthetic, "seed": triplet.query.made, "hard": triplet.hard}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InvalidInput(f"the triplets cannot be written to {out}: {error}") from error


def save_picture(sheet: Image.Image, out: Path) -> None:
    """Write a picture, with the error a caller of a command can act on.

    Raises:
        InvalidInput: it cannot be written there.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(out)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"the picture cannot be written to {out}: {error}") from error


def _summary(sampler: TripletSampler) -> str:
    return (
        f"{len(sampler)} triplets an epoch   negatives {sampler.in_class:.0%} in-class   "
        f"queries {sampler.synthetic_share:.0%} synthetic   seed {sampler.seed}"
    )


def _caption(triplet: Triplet, role: str, view: View, item: Item) -> tuple[str, str]:
    what = " ".join(filter(None, (item.colour, item.category))) or item.product_id
    if role == "query":
        return ("query, synthetic" if view.made is not None else f"query, {item.domain}"), what
    if role == "positive":
        return f"positive, {item.domain}", what
    return f"{triplet.kind}{', hard' if triplet.hard else ''}", what


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _clip(text: str) -> str:
    text, font = " ".join(text.split()), _font(12)
    if font.getlength(text) <= _SIDE:
        return text
    while text and font.getlength(text + "…") > _SIDE:
        text = text[:-1]
    return text.rstrip() + "…"
