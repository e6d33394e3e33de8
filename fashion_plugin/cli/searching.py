"""Commands that search: search, similar and look."""

from pathlib import Path
from typing import Any, Final

import click

from fashion_plugin.catalog import Box, Garment, Match
from fashion_plugin.catalog.jsonable import garment_to_json, match_to_json
from fashion_plugin.cli.grid import draw_grid, draw_look
from fashion_plugin.cli.options import (
    db_option,
    encoder_option,
    filter_options,
    filters_from,
    json_option,
    limit_option,
    open_existing,
)
from fashion_plugin.cli.output import print_json, print_matches
from fashion_plugin.images import load_image

__all__ = ["COMMANDS"]

_grid_option = click.option(
    "--grid", type=click.Path(path_type=Path), metavar="OUT.png", help="Draw query and matches as a picture."
)


@click.command()
@click.argument("photo", required=False)
@db_option
@encoder_option
@limit_option
@filter_options
@click.option("--text", help='Words that name what is wanted: "red dress"; alone, or with PHOTO.')
@click.option("--box", nargs=4, type=float, metavar="X0 Y0 X1 Y1", help="The part to look for, as fractions.")
@click.option("--whole", is_flag=True, help="Look for the whole photo, not for the garment it is about.")
@_grid_option
@json_option
def search(
    photo: str | None,
    db: Path,
    encoder: str | None,
    limit: int,
    text: str | None,
    box: Box | None,
    whole: bool,
    grid: Path | None,
    as_json: bool,
    **filters: Any,
) -> None:
    """Find the products nearest to PHOTO, a file or an image URL, or those that a text names, or both."""
    if photo is None and text is None:
        raise click.UsageError("Name a PHOTO, a --text or both.")
    if whole and (photo is None or box is not None):
        raise click.UsageError("--whole goes with a PHOTO, and without --box.")
    box = (0.0, 0.0, 1.0, 1.0) if whole else box
    with open_existing(db, encoder, reading=True) as shop:
        results = shop.search(photo, text=text, limit=limit, box=box, filters=filters_from(filters))
        garment = None if whole else results.garment
        _show(results.matches, as_json, garment)
        if grid:
            local = photo and not photo.lower().startswith(("http://", "https://"))
            shown = load_image(photo) if photo and local else None
            draw_grid(shown, results.matches, grid, box=garment.box if garment else None)


@click.command()
@click.argument("product_id")
@db_option
@encoder_option
@limit_option
@filter_options
@_grid_option
@json_option
def similar(
    product_id: str,
    db: Path,
    encoder: str | None,
    limit: int,
    grid: Path | None,
    as_json: bool,
    **filters: Any,
) -> None:
    """Find the products nearest to one of the catalogue."""
    with open_existing(db, encoder, reading=True) as shop:
        product = shop.product(product_id)
        results = shop.similar(product_id, limit=limit, filters=filters_from(filters))
        _show(results.matches, as_json)
        if grid:
            draw_grid(product, results.matches, grid)


@click.command()
@click.argument("photo")
@db_option
@encoder_option
@click.option("--limit", type=click.IntRange(1, 100), default=6, show_default=True, help="Most per garment.")
@filter_options
@_grid_option
@json_option
def look(
    photo: str,
    db: Path,
    encoder: str | None,
    limit: int,
    grid: Path | None,
    as_json: bool,
    **filters: Any,
) -> None:
    """Find every garment in PHOTO, and the nearest products for each."""
    with open_existing(db, encoder, reading=True) as shop:
        found = shop.shop_the_look(photo, limit=limit, filters=filters_from(filters))
        if as_json:
            matches = [match_to_json(match) for match in found.matches]
            print_json({"garments": [garment_to_json(item) for item in found.garments], "matches": matches})
        else:
            for garment in found.garments:
                click.echo(f"\n{garment.label} ({garment.score:.2f}) {', '.join(garment.colours)}".rstrip())
                print_matches(garment.matches)
            if not found.garments:
                click.echo("No garment was found in this photo; the whole photo is nearest to:")
                print_matches(found.matches)
        if grid:
            draw_look(load_image(photo), found, grid)


def _show(matches: tuple[Match, ...], as_json: bool, garment: Garment | None = None) -> None:
    if as_json:
        answer: dict[str, Any] = {"matches": [match_to_json(match) for match in matches]}
        if garment:
            answer["garment"] = garment_to_json(garment)
        print_json(answer)
        return
    if garment and garment.label != "selection":
        place = " ".join(f"{edge:.2f}" for edge in garment.box)
        colours = ", ".join(garment.colours)
        click.echo(f"Looked for the {garment.label} ({colours}) at {place}; --whole takes the whole photo.")
    print_matches(matches)


COMMANDS: Final = (search, similar, look)
