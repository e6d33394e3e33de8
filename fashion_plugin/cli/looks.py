"""Commands about looks: the shop's own ones, and which garments its categories stand for."""

import sys
from pathlib import Path
from typing import Final

import click

from fashion_plugin.cli.options import db_option, json_option, open_existing, open_store
from fashion_plugin.cli.output import print_json, print_table
from fashion_plugin.errors import InvalidInput
from fashion_plugin.looks.curated import read_curated_looks
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.shop import ShopLooks

__all__ = ["COMMANDS"]

_SHOWN = 20


@click.group()
def looks() -> None:
    """The shop's own looks, and the garments its categories stand for."""


@looks.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@db_option
def import_looks(file: Path, db: Path) -> None:
    """Keep the looks of FILE in place of those that were there.

    \b
    CSV with the columns photo and products (ids separated by |), or JSON:
    [{"photo": "look.jpg", "products": ["sku-1", "sku-2"]}, …]
    """  # noqa: D301 - click keeps the lines after \b as they are
    found, failures = read_curated_looks(file)
    with open_store(db) as store:
        if found:
            ShopLooks(store).replace(found)
        named = sorted({name for look in found for name in look.products})
        missing = sorted(set(named) - store.known(named).keys())
    kept = "" if found else "; those that were there stay"
    click.echo(f"{len(found)} looks with {len(named)} products imported, {len(failures)} left out{kept}")
    for failure in failures[:_SHOWN]:
        click.echo(f"  {failure.message}", err=True)
    if (more := len(failures) - _SHOWN) > 0:
        click.echo(f"  … and {more} more", err=True)
    if missing:
        names = ", ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
        click.echo(f"Not in the catalogue (suggested once they are): {names}", err=True)
    if failures:
        sys.exit(1)


@looks.command("list")
@db_option
@json_option
def list_looks(db: Path, as_json: bool) -> None:
    """Show the shop's own looks."""
    with open_store(db) as store:
        found = ShopLooks(store).all()
    if as_json:
        print_json([{"photo": look.photo, "products": list(look.products)} for look in found])
        return
    for look in found:
        click.echo(f"{look.photo or '(no photo)'}: {', '.join(look.products)}")
    click.echo(f"{len(found)} looks")


@looks.command()
@db_option
@click.option("--set", "given", multiple=True, metavar="CATEGORY=LABEL", help="Say what one is; repeatable.")
@json_option
def categories(db: Path, given: tuple[str, ...], as_json: bool) -> None:
    """Show, or say, which garment each category stands for.

    LABEL is a garment label, `none` for what is no garment, or `auto` to leave it to words and photos.
    """
    with open_existing(db) as shop:
        if given:
            shop.looks.set_labels(dict(map(_pair, given)))
        found = shop.looks.by_category()
    if as_json:
        print_json(found)
        return
    rows = [(name, "not known" if label is None else label or "no garment") for name, label in found.items()]
    print_table(rows, ("category", "garment"))


def _pair(text: str) -> tuple[str, str | None]:
    category, sign, label = text.rpartition("=")
    if not sign or not category.strip():
        raise InvalidInput(f"{text!r:.80} is not CATEGORY=LABEL, such as 'Oberteile=top'")
    label = label.strip()
    if label == "auto":
        return category.strip(), None
    if label != "none" and label not in GARMENT_LABELS:
        raise InvalidInput(
            f"{label!r:.40} is no garment label: {', '.join(GARMENT_LABELS)}, none (no garment) or auto"
        )
    return category.strip(), "" if label == "none" else label


COMMANDS: Final = (looks,)
