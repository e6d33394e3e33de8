"""Pictures of results: the query beside its matches, with titles, prices and scores."""

from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from fashion_plugin.catalog import Box, Garment, ImageRef, LocalImage, Look, Match, Product
from fashion_plugin.errors import FashionPluginError, InvalidInput
from fashion_plugin.images import load_image

__all__ = ["draw_grid", "draw_look"]

Query: TypeAlias = NDArray[np.uint8] | Product | None

_CELL: Final = (180, 236)  # a product's picture and two lines of text
_PICTURE: Final = 180
_GAP: Final = 16
_COLUMNS: Final = 6
_INK, _SOFT, _PAPER, _FRAME, _MARK = "#1c1b1a", "#75716c", "#ffffff", "#e7e4e0", "#d6336c"


def draw_grid(query: Query, matches: tuple[Match, ...], out: Path, *, box: Box | None = None) -> None:
    """Draw a query and its matches into a picture file, best first, row by row.

    Raises:
        InvalidInput: the file cannot be written.
    """
    rows = max(1, -(-len(matches) // _COLUMNS))
    side = 2 * _PICTURE
    width = _GAP + side + _GAP + _COLUMNS * (_CELL[0] + _GAP)
    sheet = Image.new("RGB", (width, _GAP + max(rows * (_CELL[1] + _GAP), side + 2 * _GAP)), _PAPER)
    if query is not None:
        _paste_query(sheet, query, side, [box] if box else [])
    for number, match in enumerate(matches):
        row, column = divmod(number, _COLUMNS)
        corner = (side + 2 * _GAP + column * (_CELL[0] + _GAP), _GAP + row * (_CELL[1] + _GAP))
        _paste_match(sheet, match, corner)
    _save(sheet, out)


def draw_look(photo: NDArray[np.uint8], look: Look, out: Path) -> None:
    """Draw a photo with a frame around each garment, and a row of matches for each.

    Raises:
        InvalidInput: the file cannot be written.
    """
    rows = [(_named(garment), garment.matches) for garment in look.garments]
    rows = rows or [("whole photo", look.matches)]
    most = max(1, *(len(matches) for _, matches in rows))
    side = 3 * _PICTURE
    height = _GAP + max(len(rows) * (_CELL[1] + 40 + _GAP), side + 2 * _GAP)
    sheet = Image.new("RGB", (side + 2 * _GAP + most * (_CELL[0] + _GAP), height), _PAPER)
    _paste_query(sheet, photo, side, [garment.box for garment in look.garments])
    draw = ImageDraw.Draw(sheet)
    for number, (label, matches) in enumerate(rows):
        top = _GAP + number * (_CELL[1] + 40 + _GAP)
        name = f"{number + 1}  {label}" if look.garments else label
        draw.text((side + 2 * _GAP, top), name, fill=_INK, font=_font(20))
        for column, match in enumerate(matches):
            _paste_match(sheet, match, (side + 2 * _GAP + column * (_CELL[0] + _GAP), top + 32))
    _save(sheet, out)


def _named(garment: Garment) -> str:
    return f"{garment.label}, {' and '.join(garment.colours)}" if garment.colours else garment.label


def _paste_query(sheet: Image.Image, query: Query, side: int, boxes: list[Box]) -> None:
    picture = _product_picture(query.images[:1], side) if isinstance(query, Product) else _fit(query, side)
    draw = ImageDraw.Draw(picture)
    for number, (x0, y0, x1, y1) in enumerate(boxes, 1):
        frame = (x0 * picture.width, y0 * picture.height, x1 * picture.width - 1, y1 * picture.height - 1)
        draw.rectangle(frame, outline=_MARK, width=3)
        if len(boxes) > 1:
            badge = (frame[0], frame[1], frame[0] + 24, frame[1] + 24)
            draw.rectangle(badge, fill=_MARK)
            draw.text((badge[0] + 12, badge[1] + 12), str(number), fill=_PAPER, font=_font(16), anchor="mm")
    left, top = _GAP + (side - picture.width) // 2, _GAP
    sheet.paste(picture, (left, top))
    text = query.title if isinstance(query, Product) else "query"
    text = _clip(text, _font(15), side)
    ImageDraw.Draw(sheet).text((_GAP, top + picture.height + 6), text, fill=_SOFT, font=_font(15))


def _paste_match(sheet: Image.Image, match: Match, corner: tuple[int, int]) -> None:
    left, top = corner
    draw = ImageDraw.Draw(sheet)
    images = (match.image,) if match.image else match.product.images[:1]
    picture = ImageOps.pad(_product_picture(images, _PICTURE), (_PICTURE, _PICTURE), color=_PAPER)
    sheet.paste(picture, (left, top))
    draw.rectangle((left - 1, top - 1, left + _PICTURE, top + _PICTURE), outline=_FRAME)
    title = _clip(match.product.title or match.product.id, _font(14), _PICTURE)
    draw.text((left, top + _PICTURE + 6), title, fill=_INK, font=_font(14))
    facts = [str(match.product.price or ""), "" if match.product.in_stock else "sold out"]
    draw.text((left, top + _PICTURE + 28), "  ".join(filter(None, facts)), fill=_SOFT, font=_font(14))
    score = (left + _PICTURE, top + _PICTURE + 28)
    draw.text(score, f"{match.score:.2f}", fill=_SOFT, font=_font(14), anchor="ra")


def _product_picture(images: tuple[ImageRef, ...], side: int) -> Image.Image:
    """A product's photo where it is a file of this machine, else an empty picture."""
    for image in images:
        if isinstance(image, LocalImage):
            try:
                return _fit(load_image(image.path, min_side=side), side)
            except FashionPluginError:
                break
    return Image.new("RGB", (side, side), _FRAME)


def _fit(pixels: NDArray[np.uint8] | None, side: int) -> Image.Image:
    if pixels is None:
        return Image.new("RGB", (side, side), _FRAME)
    return ImageOps.contain(Image.fromarray(pixels), (side, side))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _clip(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    text = " ".join(text.split())
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _save(sheet: Image.Image, out: Path) -> None:
    try:
        sheet.save(out)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"the picture cannot be written to {out}: {error}") from error
