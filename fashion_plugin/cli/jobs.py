"""The commands ``worker`` and ``jobs``."""

import signal
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

import click

from fashion_plugin.catalog import Job, JobState
from fashion_plugin.cli.options import db_option, encoder_option, json_option, open_existing, open_store
from fashion_plugin.cli.output import print_json, print_table
from fashion_plugin.errors import NotFound

__all__ = ["COMMANDS", "jobs", "worker"]


@click.command()
@db_option
@encoder_option
@click.option("--workers", type=click.IntRange(1, 64), help="Decoding and encoding threads; one per core.")
@click.option("--until-idle", is_flag=True, help="Stop when no job is due.")
@click.option(
    "--nice",
    type=click.IntRange(0, 19),
    default=19,
    show_default=True,
    help="How far to stand back for other processes, so that shoppers and webhooks are answered first.",
)
def worker(db: Path, encoder: str | None, workers: int | None, until_idle: bool, nice: int) -> None:
    """Embed the images of products that came in by webhook or feed, until told to stop.

    Several may run at once. SIGTERM and Ctrl-C end the work soon and leave what is not done to be done.
    """
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    with open_existing(db, encoder) as shop:
        before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            if not until_idle:
                click.echo(f"Working on the jobs of {db}; Ctrl-C stops.", err=True)
            report = shop.work(until_idle=until_idle, stop=stop, workers=workers, nice=nice)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    click.echo(
        f"{db}: {report.done} done, {report.retried} to be tried again, {report.failed} given up; "
        f"{report.encoded} photos encoded in {report.seconds:.1f} s"
    )


@click.group(invoke_without_command=True)
@db_option
@json_option
@click.pass_context
def jobs(context: click.Context, db: Path, as_json: bool) -> None:
    """Say what waits to be embedded, and what could not be; retry or drop it."""
    context.obj = db
    if context.invoked_subcommand is not None:
        return
    with open_existing(db) as shop:
        stats = shop.job_stats()
    if as_json:
        print_json(asdict(stats))
    else:
        names = ((name.replace("_", " "), value) for name, value in asdict(stats).items())
        rows = ((name, f"{value:.0f}") for name, value in names)
        print_table(rows, ("jobs and events", "count"), right=(1,))


@jobs.command("list")
@click.option("--state", type=click.Choice([state.value for state in JobState]), help="Only these.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@json_option
@click.pass_obj
def list_jobs(db: Path, state: str | None, limit: int, as_json: bool) -> None:
    """List jobs, the oldest first."""
    with open_existing(db) as shop:
        found = shop.jobs(state, limit=limit)
    if as_json:
        print_json(
            [{**asdict(job), "since": job.since.isoformat(), "due": job.due.isoformat()} for job in found]
        )
    elif found:
        print_table(map(_row, found), ("product", "state", "tries", "age", "next", "error"), right=(2, 3, 4))
    else:
        click.echo("No jobs.")


@jobs.command()
@click.argument("product_ids", nargs=-1, metavar="[PRODUCT_ID]…")
@click.option("--all", "every", is_flag=True, help="All that were given up.")
@click.pass_obj
def retry(db: Path, product_ids: tuple[str, ...], every: bool) -> None:
    """Try jobs again now."""
    if bool(product_ids) == every:
        raise click.UsageError("name products, or pass --all")
    with open_existing(db) as shop:
        count = shop.retry_jobs(None if every else product_ids)
    click.echo(f"{count} will be tried again.")
    _check(count, product_ids)


@jobs.command()
@click.argument("product_ids", nargs=-1, required=True, metavar="PRODUCT_ID…")
@click.pass_obj
def drop(db: Path, product_ids: tuple[str, ...]) -> None:
    """Forget jobs; their products stay as they are."""
    with open_existing(db) as shop:
        count = shop.drop_jobs(product_ids)
    click.echo(f"{count} dropped.")
    _check(count, product_ids)


@jobs.command()
@click.pass_obj
def recheck(db: Path) -> None:
    """Look again at every photo, for those that changed while their address stayed.

    What is still the same costs a short question to its server, and is not embedded again.
    """
    with open_store(db) as store:
        store.jobs.recheck()
        stats = store.jobs.stats()
    click.echo(f"{stats.waiting} products wait for a worker.")


def _check(count: int, product_ids: tuple[str, ...]) -> None:
    if count < len(product_ids):
        raise NotFound(f"{len(product_ids) - count} of these products have no job")


def _row(job: Job) -> tuple[str, ...]:
    now = datetime.now(UTC)
    waits = max(0.0, (job.due - now).total_seconds()) if job.state is JobState.WAITING else 0.0
    age = (now - job.since).total_seconds()
    return job.product_id, job.state, str(job.attempts), f"{age:.0f} s", f"{waits:.0f} s", job.error[:80]


COMMANDS: Final = (worker, jobs)
