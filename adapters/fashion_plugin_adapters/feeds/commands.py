"""The commands ``sync`` and ``feed``."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Product, Progress
from fashion_plugin.cli.catalogue import ProgressBar
from fashion_plugin.cli.options import db_option, encoder_option, json_option, open_existing
from fashion_plugin.cli.output import print_json
from fashion_plugin_adapters.feeds.export import FORMATS, write_feed
from fashion_plugin_adapters.feeds.listing import Prices, asking, reading
from fashion_plugin_adapters.feeds.sync import SyncReport, sync
from fashion_plugin_adapters.platforms import Shop

__all__ = ["feed", "sync_command"]

_SHOWN = 50
_MARKS = {"added": "+", "updated": "~", "removed": "-"}


@click.command("sync")
@click.argument("source")
@db_option
@encoder_option
@click.option("--format", "format_", help="The feed's format; guessed from its beginning if left out.")
@click.option(
    "--api",
    help="SOURCE is a shop whose own API is asked: shopify, woocommerce, bigcommerce, shopware, square.",
)
@click.option("--currency", default="", help="Currency of prices that come without one, such as EUR.")
@click.option("--shop-url", default="", help="The storefront's address, for links that come without one.")
@click.option("--namespace", default="", help="Put before every product id: several shops, one catalogue.")
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would change.")
@click.option("--keep-missing", is_flag=True, help="Keep products that the feed does not hold.")
@click.option(
    "--max-removed",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="Refuse to remove more than this share of the catalogue.",
)
@click.option("--force", is_flag=True, help="Remove whatever the feed does not hold, however much it is.")
@click.option(
    "--as-of", type=click.DateTime(), help="When the feed was made (UTC), if its file does not say so."
)
@click.option("--embed/--no-embed", default=True, help="Embed new images here, or leave them to a worker.")
@json_option
def sync_command(
    source: str,
    db: Path,
    encoder: str | None,
    format_: str | None,
    api: str | None,
    currency: str,
    shop_url: str,
    namespace: str,
    dry_run: bool,
    keep_missing: bool,
    max_removed: float,
    force: bool,
    as_of: datetime | None,
    embed: bool,
    as_json: bool,
) -> None:
    """Bring the catalogue to what the feed SOURCE says: a file, or an https URL.

    Google Merchant (XML, TSV, CSV), Shopify (CSV, products.json), WooCommerce CSV and our JSONL are read.
    With --api the platform is asked itself: SOURCE is the shop's address (for bigcommerce the store's hash),
    and credentials come from the environment, such as FASHION_SHOPIFY_TOKEN, or FASHION_WOOCOMMERCE_KEY and
    FASHION_WOOCOMMERCE_SECRET.

    Run it every night to make good whatever webhooks were lost.
    """
    if api and (format_ or as_of):
        raise click.UsageError("--format and --as-of are about feeds: leave them out with --api")
    facts = Shop(currency.upper(), shop_url, namespace)
    opening = asking(api, source, facts) if api else reading(source, format_, as_of, facts)
    with opening as listed, FashionPlugin.open(db, encoder=encoder) as shop:
        prices = Prices(listed.entries)
        with closing(_Count(quiet=as_json)) as count:
            report = sync(
                shop,
                prices,
                at=listed.at,
                match_handles=listed.handle_is_id,
                namespace=namespace,
                remove=not keep_missing,
                most_removed=max_removed,
                force=force,
                dry_run=dry_run,
                on_progress=count,
                ask=listed.ask,
            )
        work = shop.work() if embed and not dry_run and report.queued else None
    if as_json:
        print_json({**asdict(report), "dry_run": dry_run, "work": asdict(work) if work else None})
    else:
        _print(report, db, dry_run)
        if prices.missing and not currency:
            click.echo(
                "No product has a price: name the currency of prices that come without one, --currency EUR",
                err=True,
            )
        if work:
            click.echo(
                f"{work.encoded} photos encoded in {work.seconds:.1f} s; "
                f"{work.retried + work.failed} products whose images could not be had (see jobs)"
            )
    if report.failed or report.refused:
        sys.exit(1)


@click.command()
@db_option
@click.option("--format", "format_", type=click.Choice(sorted(FORMATS)), default="google", show_default=True)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; for acp the folder of metadata.json and products.jsonl.",
)
@click.option("--shop-url", default="", help="The storefront's address, put before links without a host.")
def feed(db: Path, format_: str, output: Path, shop_url: str) -> None:
    """Write the catalogue as a feed that other shops and assistants read."""
    with open_existing(db) as shop:
        count = write_feed(_every(shop), format_, output, Shop(url=shop_url))
    click.echo(f"{output}: {count} products.")


def _every(shop: FashionPlugin) -> Iterator[Product]:
    cursor: str | None = None
    while True:
        page = shop.products(limit=500, cursor=cursor)
        yield from page.products
        cursor = page.cursor
        if cursor is None:
            return


class _Count:
    """Shows how many products were read."""

    def __init__(self, *, quiet: bool) -> None:
        self._bar = ProgressBar(None, quiet=quiet)
        self._start = time.monotonic()

    def __call__(self, done: int) -> None:
        self._bar(Progress(done, None, 0, 0, time.monotonic() - self._start))

    def close(self) -> None:
        self._bar.__exit__()


def _print(report: SyncReport, db: Path, dry_run: bool) -> None:
    for change in report.changes[:_SHOWN]:
        fields = f" ({', '.join(change.fields)})" if change.fields else ""
        click.echo(f"{_MARKS[change.what]} {change.product_id}  {change.title}{fields}")
    if (more := report.added + report.updated + report.removed - min(_SHOWN, len(report.changes))) > 0:
        click.echo(f"… and {more} more; --json lists a thousand")
    for failure in report.failures[:_SHOWN]:
        click.echo(f"! {failure.product_id or failure.source}: {failure.message}", err=True)
    would = "would be " if dry_run else ""
    click.echo(
        f"{db}: {report.added} {would}added, {report.updated} {would}updated, "
        f"{report.removed} {would}removed, {report.unchanged} unchanged, "
        f"{report.stale} newer here, {report.failed} failed; "
        f"{report.queued} with images to embed; {report.seconds:.1f} s"
    )
    if report.refused:
        click.echo(
            f"{report.refused} products are not in the feed and were kept: {report.why}. "
            "Look at the feed; --force removes them.",
            err=True,
        )
