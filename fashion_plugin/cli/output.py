"""What commands print: tables for people, JSON for programs."""

import json
from collections.abc import Iterable, Sequence

import click

from fashion_plugin.catalog import Match

__all__ = ["print_json", "print_matches", "print_table"]


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(rows: Iterable[Sequence[str]], header: Sequence[str], right: Sequence[int] = ()) -> None:
    """Aligned columns; those in ``right`` are aligned to the right."""
    lines = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for number, line in enumerate(lines):
        cells = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        text = "  ".join(cells).rstrip()
        click.echo(click.style(text, bold=True) if number == 0 else text)


def print_matches(matches: Sequence[Match]) -> None:
    """A numbered table of matches, best first."""
    if not matches:
        click.echo("Nothing found.")
        return
    rows = [
        (
            str(number),
            f"{match.score:.3f}",
            _short(match.product.id, 28),
            _short(match.product.title, 44),
            _short(match.product.colour or ", ".join(match.colours), 20),
            str(match.product.price or ""),
            "" if match.product.in_stock else "sold out",
        )
        for number, match in enumerate(matches, 1)
    ]
    print_table(rows, ("#", "score", "id", "title", "colour", "price", ""), right=(0, 1, 5))


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
