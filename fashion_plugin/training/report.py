"""An evaluation as a table, as JSON, as an HTML page and as a picture of queries and what they found."""

import base64
import html
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from fashion_plugin.errors import InvalidInput
from fashion_plugin.training.evaluate import Case, Evaluation, Scores
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.sheet import save_picture
from fashion_plugin.training.triplets import View

__all__ = ["category_table", "evaluation_json", "evaluation_table", "print_json", "summary", "write_report"]

_SIDE: Final = 112
_GAP: Final = 8
_INK, _SOFT, _PAPER, _RIGHT, _WRONG, _QUERY = "#1c1b1a", "#75716c", "#ffffff", "#2f7d4f", "#d9d5d0", "#4a5a8a"
_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c1b1a; margin: 2rem auto; max-width: 1180px;
  padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 2rem }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #e7e4e0; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
small { color: #75716c }
.scroll { overflow-x: auto }
.row { display: flex; gap: 8px; margin: .5rem 0 }
.row figure { margin: 0 }
.row img { width: 112px; height: 112px; border: 3px solid #d9d5d0; display: block }
.row img.query { border-color: #4a5a8a }
.row img.right { border-color: #2f7d4f }
.row figcaption { font-size: 12px; color: #75716c; width: 118px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap }
"""


def evaluation_table(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Rows of text, the header first: a figure each, a column for each encoder."""
    header = ("", *(f"{scores.encoder} ({scores.dim}-d)" for scores in evaluation.scores))
    names = list(dict.fromkeys(name for scores in evaluation.scores for name in scores.figures))
    rows = [
        (name, *(str(scores.figures[name]) if name in scores.figures else "" for scores in evaluation.scores))
        for name in names
    ]
    return [header, *rows, ("ms per photo", *(f"{s.milliseconds:.1f}" for s in evaluation.scores))]


def category_table(scores: Scores) -> list[tuple[str, ...]]:
    """Rows of text, the header first: recall of the same product, by the query's category."""
    names = list(next(iter(scores.by_category.values()), {}))
    return [
        ("category", "queries", *names),
        *(
            (category, str(figures[names[0]].n), *(str(figures[name]) for name in names))
            for category, figures in scores.by_category.items()
        ),
    ]


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """Plain values: everything but the cases and the single queries."""
    values = asdict(evaluation)
    for scores in values["scores"]:
        for left_out in ("best", "worst", "per_query", "per_photo"):
            del scores[left_out]
    return values


def print_json(value: object) -> None:
    """One JSON document on standard output: an evaluation, or plain values."""
    values = evaluation_json(value) if isinstance(value, Evaluation) else value
    sys.stdout.write(json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def write_report(evaluation: Evaluation, photos: Photos, out: Path) -> None:
    """Write an HTML page that stands alone (.html), or a picture (.png): figures, best and worst cases.

    Raises:
        InvalidInput: the path ends in something else, or cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix in (".html", ".htm"):
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(_html(evaluation, photos), encoding="utf-8")
        except OSError as error:
            raise InvalidInput(f"the report cannot be written to {out}: {error}") from error
    elif suffix == ".png":
        save_picture(_picture(evaluation, photos), out)
    else:
        raise InvalidInput(f"a report is an .html page or a .png picture, not {out.name}")


def summary(evaluation: Evaluation) -> str:
    """What was asked of how many photos, in a sentence or two."""
    made = " Queries are synthetic: no product has two photos." if evaluation.synthetic else ""
    return (
        f"{evaluation.photos} photos of {evaluation.products} products, {evaluation.queries} queries: "
        f"{evaluation.protocol}.{made} Mean and 95 % bootstrap interval."
    )


def _sections(scores: Scores) -> list[tuple[str, Sequence[Case]]]:
    return [("Best: the surest of those found first", scores.best), ("Worst: found last", scores.worst)]


def _caption(photos: Photos, number: int) -> str:
    item = photos.manifest.items[number]
    return " ".join(filter(None, (item.colour, item.category))) or item.product_id


# The page


def _html(evaluation: Evaluation, photos: Photos) -> str:
    table = evaluation_table(evaluation)
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Retrieval report</title>",
        "<meta name='viewport' content='width=device-width'>",
        f"<style>{_STYLE}</style><h1>Retrieval of {html.escape(evaluation.source)}</h1>",
        f"<p>{html.escape(summary(evaluation))}</p>",
        *(f"<p><small>{html.escape(note)}</small></p>" for note in evaluation.notes),
        _table(table),
    ]
    first = evaluation.scores[0]
    if first.by_category:
        parts += [f"<h2>By category, {html.escape(first.encoder)}</h2>", _table(category_table(first))]
    for scores in evaluation.scores:
        for title, cases in _sections(scores):
            if cases:
                parts.append(f"<h2>{html.escape(scores.encoder)}: {html.escape(title)}</h2>")
                parts += [_html_row(case, photos) for case in cases]
    return "\n".join(parts) + "</html>\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    lines = ["<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in body]
    return f"<div class='scroll'><table><tr>{cells}</tr>{''.join(lines)}</table></div>"


def _html_row(case: Case, photos: Photos) -> str:
    figures = [_figure(photos, case.query, "query", f"right at {case.first_right}")]
    figures += [
        _figure(
            photos, View(number), "right" if right else "wrong", f"{cosine:.2f} {_caption(photos, number)}"
        )
        for number, right, cosine in zip(case.results, case.right, case.cosines, strict=True)
    ]
    return f"<div class='row scroll'>{''.join(figures)}</div>"


def _figure(photos: Photos, view: View, kind: str, caption: str) -> str:
    buffer = io.BytesIO()
    Image.fromarray(photos.view(view)).resize((_SIDE * 2, _SIDE * 2)).save(buffer, "JPEG", quality=80)
    source = f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    label = html.escape(caption, quote=True)
    return (
        f"<figure><img class='{kind}' src='{source}' alt='{label}'><figcaption>{label}</figcaption></figure>"
    )


# The picture


def _picture(evaluation: Evaluation, photos: Photos) -> Image.Image:
    table = evaluation_table(evaluation)
    rows = [
        (scores.encoder, title, cases)
        for scores in evaluation.scores
        for title, cases in _sections(scores)
        if cases
    ]
    columns = 1 + max((len(case.results) for _, _, cases in rows for case in cases), default=8)
    widths = [max(_font(14).getlength(row[n]) for row in table) + 24 for n in range(len(table[0]))]
    width = int(max(columns * (_SIDE + _GAP) + 4 * _GAP, sum(widths) + 2 * _GAP, 900))
    height = 76 + 22 * len(table) + sum(40 + len(cases) * (_SIDE + 24) for _, _, cases in rows) + 2 * _GAP
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    lines = _wrapped(summary(evaluation), 14, width - 2 * _GAP)
    draw.text((_GAP, _GAP), "\n".join(lines), fill=_INK, font=_font(14))
    top = 56
    for number, row in enumerate(table):
        left = float(_GAP)
        for cell, wide in zip(row, widths, strict=True):
            draw.text((left, top), cell, fill=_SOFT if number else _INK, font=_font(14))
            left += wide
        top += 22
    for encoder, title, cases in rows:
        top += 12
        draw.text((_GAP, top), f"{encoder}: {title}", fill=_INK, font=_font(16))
        top += 28
        for case in cases:
            _paste_case(sheet, case, photos, top)
            top += _SIDE + 24
    return sheet


def _paste_case(sheet: Image.Image, case: Case, photos: Photos, top: int) -> None:
    draw = ImageDraw.Draw(sheet)
    views = [case.query, *(View(number) for number in case.results)]
    colours = [_QUERY, *(_RIGHT if right else _WRONG for right in case.right)]
    captions = [f"right at {case.first_right}"]
    captions += [
        f"{cosine:.2f} {_caption(photos, number)}"
        for number, cosine in zip(case.results, case.cosines, strict=True)
    ]
    for column, (view, colour, caption) in enumerate(zip(views, colours, captions, strict=True)):
        left = _GAP + column * (_SIDE + _GAP) + (2 * _GAP if column else 0)
        sheet.paste(Image.fromarray(photos.view(view)).resize((_SIDE, _SIDE)), (left, top))
        draw.rectangle((left, top, left + _SIDE - 1, top + _SIDE - 1), outline=colour, width=3)
        draw.text((left, top + _SIDE + 3), _clip(caption, 12, _SIDE), fill=_SOFT, font=_font(12))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _clip(text: str, size: int, width: int) -> str:
    text, font = " ".join(text.split()), _font(size)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(text: str, size: int, width: int) -> list[str]:
    lines, font = [""], _font(size)
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines[:2]
