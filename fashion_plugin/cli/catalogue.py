"""Commands that change the catalogue: index and remove."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click
from tqdm import tqdm

from fashion_plugin.catalog import IndexReport, Progress
from fashion_plugin.cli.options import db_option, encoder_option, json_option, open_shop, open_store
from fashion_plugin.cli.output import print_json
from fashion_plugin.errors import ProductNotFound
from fashion_plugin.sources import read_source

__all__ = ["COMMANDS", "ProgressBar", "print_report"]

_SHOWN_FAILURES = 20


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@db_option
@encoder_option
@click.option("--workers", type=click.IntRange(1, 64), help="Decoding and encoding threads; one per core.")
@click.option("--whole", is_flag=True, help="Embed whole photos only, not the garments worn in them: faster.")
@json_option
def index(
    source: Path, db: Path, encoder: str | None, workers: int | None, whole: bool, as_json: bool
) -> None:
    """Index the products of SOURCE: a folder of photos, a CSV or a JSONL file.

    \b
    CSV columns: id, title, images (several separated by |), url, price,
    category, brand, colour, tags, in_stock, description; others are kept.
    """  # noqa: D301 - click keeps the lines after \b as they are
    products = read_source(source)
    with open_shop(db, encoder, whole=whole) as shop, ProgressBar(len(products), quiet=as_json) as bar:
        report = shop.index(products, on_progress=bar, workers=workers)
    if as_json:
        print_json({**asdict(report), "failures": [asdict(failure) for failure in report.failures]})
    else:
        print_report(report, db)
    if report.failures:
        sys.exit(1)


@click.command()
@click.argument("product_ids", nargs=-1, required=True, metavar="PRODUCT_ID…")
@db_option
def remove(product_ids: tuple[str, ...], db: Path) -> None:
    """Delete products from the catalogue."""
    with open_store(db) as store:
        missing = [product_id for product_id in product_ids if not store.remove([product_id])]
    click.echo(f"Removed {len(product_ids) - len(missing)}.")
    if missing:
        raise ProductNotFound(f"there is no product {', '.join(missing)} in {db}")


class ProgressBar:
    """A bar with rate and time left on a terminal, a line now and then elsewhere."""

    def __init__(self, total: int | None, *, quiet: bool = False, unit: str = " products") -> None:
        self._bar = tqdm(
            total=total,
            unit=unit,
            disable=quiet,
            # Without a terminal each update would be a line of its own: one in ten seconds is enough.
            mininterval=0.1 if sys.stderr.isatty() else 10,
            dynamic_ncols=True,
        )

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, progress: Progress) -> None:
        if self._bar.total is None and progress.total is not None:
            # Work that goes on where it was: what was done before is no part of the rate.
            self._bar.total = progress.total
            self._bar.initial = self._bar.n = progress.done
        if progress.failed:
            self._bar.set_postfix_str(f"{progress.failed} failed", refresh=False)
        self._bar.update(progress.done - self._bar.n)


def print_report(report: IndexReport, db: Path) -> None:
    """Say what a run did, and what failed."""
    rate = f", {report.encoded / report.seconds:.0f} photos/s" if report.encoded else ""
    click.echo(
        f"{db}: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.failed} failed; {report.encoded} photos encoded in {report.seconds:.1f} s{rate}"
    )
    for failure in report.failures[:_SHOWN_FAILURES]:
        name = f"{failure.product_id}: " if failure.product_id else ""
        click.echo(f"  {name}{failure.message}", err=True)
    if (more := len(report.failures) - _SHOWN_FAILURES) > 0:
        click.echo(f"  … and {more} more; --json lists them", err=True)


COMMANDS: Final = (index, remove)
