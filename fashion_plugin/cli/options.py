"""Options that several commands share, and opening the database that they name."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any, TypeVar

import click

from fashion_plugin.catalog import Filters
from fashion_plugin.cli.quiet import warm_up
from fashion_plugin.engine import MOST_RESULTS, FashionPlugin
from fashion_plugin.errors import DatabaseReadOnly, NotFound
from fashion_plugin.store import SQLiteStore

__all__ = [
    "db_option",
    "encoder_option",
    "filter_options",
    "filters_from",
    "json_option",
    "limit_option",
    "open_existing",
    "open_shop",
    "open_store",
]

F = TypeVar("F", bound=Callable[..., Any])

db_option = click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("fashion.db"),
    show_default=True,
    envvar="FASHION_DB",
    help="The catalogue's database.",
)
encoder_option = click.option(
    "--encoder", default=None, help="An encoder's name, or the path of an exported one.", metavar="NAME|PATH"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
limit_option = click.option(
    "--limit", type=click.IntRange(1, MOST_RESULTS), default=12, show_default=True, help="Most products."
)


def open_shop(
    db: Path, encoder: str | None = None, *, whole: bool = False, read_only: bool = False
) -> AbstractContextManager[FashionPlugin]:
    """Open a database, making it where there is none, with its encoder loaded; ``whole`` without a parser."""
    shop = FashionPlugin.open(db, encoder=encoder, parser=False if whole else None, read_only=read_only)
    try:
        warm_up(shop.encoder)
    except BaseException:
        shop.close()
        raise
    return shop


def open_existing(
    db: Path, encoder: str | None = None, *, reading: bool = False
) -> AbstractContextManager[FashionPlugin]:
    """Open a database that is there already, with its encoder loaded.

    With ``reading`` one that cannot be written will do.

    Raises:
        NotFound: it is not there.
    """
    _check(db)
    try:
        return open_shop(db, encoder)
    except DatabaseReadOnly:
        if not reading:
            raise
    return open_shop(db, encoder, read_only=True)


def open_store(db: Path, *, reading: bool = False) -> AbstractContextManager[SQLiteStore]:
    """Open the store of a database that is there already, whatever its encoder; see `open_existing`.

    Raises:
        NotFound: it is not.
    """
    _check(db)
    try:
        return closing(SQLiteStore.open(db))
    except DatabaseReadOnly:
        if not reading:
            raise
    return closing(SQLiteStore.open(db, read_only=True))


def _check(db: Path) -> None:
    if not db.exists():
        raise NotFound(f"there is no database {db}: make one with  fashion-plugin index PHOTOS --db {db}")


def filter_options(command: F) -> F:
    """Add the options that `filters_from` reads."""
    options = (
        click.option("--category", multiple=True, help="Only this category, or a part of it; repeatable."),
        click.option("--brand", multiple=True, help="Only this brand; repeatable."),
        click.option("--colour", "--color", multiple=True, help="Only this colour; repeatable."),
        click.option("--tag", "tags", multiple=True, help="Only products with this tag; repeatable: all."),
        click.option("--min-price", help='Lowest price: "20" or "20 EUR".'),
        click.option("--max-price", help='Highest price: "80" or "80 EUR".'),
        click.option("--in-stock", is_flag=True, help="Only what is in stock."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def filters_from(options: dict[str, Any]) -> Filters:
    """The filters that the options name."""
    return Filters(**{**options, "in_stock": options["in_stock"] or None})
