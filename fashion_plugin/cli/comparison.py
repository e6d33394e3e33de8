"""A picture of how answers change: each question with what is found now and what would be found then."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from fashion_plugin.catalog import LocalImage, Match, Product
from fashion_plugin.comparing import Compared
from fashion_plugin.errors import FashionPluginError, InvalidInput
from fashion_plugin.images import load_image
from fashion_plugin.store.base import VectorStore

__all__ = ["draw_comparison"]

_SIDE: Final = 132
_GAP: Final = 10
_LINE: Final = 20
_QUESTION: Final = 2 * (_SIDE + _LINE) + _GAP
_SHOWN: Final = 8
_INK, _SOFT, _PAPER, _FRAME, _NEW = "#1c1b1a", "#75716c", "#ffffff", "#e7e4e0", "#d6336c"


def draw_comparison(
    store: VectorStore, questions: Sequence[Compared], names: tuple[str, str], out: Path
) -> None:
    """Draw questions one below the other: the product, a row of answers now, a row of answers then.

    Answers that only one of the rows has are framed.

    Raises:
        InvalidInput: the file cannot be written.
    """
    width = _GAP + _QUESTION + 2 * _GAP + _SHOWN * (_SIDE + _GAP)
    height = _QUESTION + 2 * _GAP
    sheet = Image.new("RGB", (width, max(1, len(questions)) * height + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, question in enumerate(questions):
        top = _GAP + number * height
        sheet.paste(_picture(store, question.product, _QUESTION - 2 * _LINE), (_GAP, top))
        caption = top + _QUESTION - 2 * _LINE
        draw.text((_GAP, caption + 4), _clip(question.product.title or question.product.id), _INK, _font(14))
        share = f"{round(question.overlap * len(question.now))} of {len(question.now)} stay"
        draw.text((_GAP, caption + 4 + _LINE), share, _SOFT, _font(14))
        rows = ((names[0], question.now, question.then), (names[1], question.then, question.now))
        for place, (name, matches, others) in enumerate(rows):
            corner = (_GAP + _QUESTION + 2 * _GAP, top + place * (_SIDE + _LINE + _GAP))
            _row(store, sheet, corner, name, matches[:_SHOWN], {match.product.id for match in others})
    try:
        sheet.save(out)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"the picture cannot be written to {out}: {error}") from error


def _row(
    store: VectorStore,
    sheet: Image.Image,
    corner: tuple[int, int],
    name: str,
    matches: Sequence[Match],
    others: set[str],
) -> None:
    left, top = corner
    draw = ImageDraw.Draw(sheet)
    draw.text((left, top), name, _SOFT, _font(14))
    for number, match in enumerate(matches):
        place = (left + number * (_SIDE + _GAP), top + _LINE)
        sheet.paste(_picture(store, match.product, _SIDE), place)
        alone = match.product.id not in others
        frame = (place[0] - 1, place[1] - 1, place[0] + _SIDE, place[1] + _SIDE)
        draw.rectangle(frame, outline=_NEW if alone else _FRAME, width=3 if alone else 1)
        # In the picture's corner, on paper: above it stands the row's name, as long as it may be.
        low = (place[0] + _SIDE - 6, place[1] + _SIDE - 6)
        score, font = f"{match.score:.2f}", _font(12)
        x0, y0, x1, y1 = draw.textbbox(low, score, font, anchor="rs")
        draw.rectangle((x0 - 3, y0 - 3, x1 + 2, y1 + 2), fill=_PAPER)
        draw.text(low, score, _INK, font, anchor="rs")


def _picture(store: VectorStore, product: Product, side: int) -> Image.Image:
    """A product's first photo, from the copy that is kept of it or from its file; else an empty picture."""
    known = store.known([product.id]).get(product.id)
    for ref in product.images[:1]:
        photo = known.images[ref.source].photo if known and ref.source in known.images else None
        kept = store.photos.get(photo) if photo and store.photos else None
        source = kept or (ref.path if isinstance(ref, LocalImage) else None)
        if source is not None:
            try:
                picture = Image.fromarray(load_image(source, min_side=side))
                return ImageOps.pad(picture, (side, side), color=_PAPER)
            except FashionPluginError:
                break
    return Image.new("RGB", (side, side), _FRAME)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 38 else text[:37] + "…"
