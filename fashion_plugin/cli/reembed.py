"""The command ``reembed``: another encoder without an outage."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Final

import click

from fashion_plugin.catalog import GenerationStats
from fashion_plugin.cli.catalogue import ProgressBar
from fashion_plugin.cli.comparison import draw_comparison
from fashion_plugin.cli.options import db_option, encoder_option, json_option, open_store
from fashion_plugin.cli.output import print_json, print_table
from fashion_plugin.cli.quiet import warm_up
from fashion_plugin.comparing import compare
from fashion_plugin.download import Downloader
from fashion_plugin.encoders import load_encoder
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import EncoderError, GenerationError
from fashion_plugin.following import load_for, looking_of, source_of, space_of
from fashion_plugin.looks.shipped import shipped_parser
from fashion_plugin.reembedding import Reembedding, ReembedReport
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo

__all__ = ["COMMANDS", "print_generations", "reembed"]

_DRAWN = 8
_RETIRED = "the last one that was live"


@click.command()
@db_option
@encoder_option
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Photos a second at most.")
@click.option("--gentle", is_flag=True, help="Take half of one core at most, so that search stays fast.")
@click.option("--workers", type=click.IntRange(1, 64), help="Decoding and encoding threads; one per core.")
@click.option("--compare", "count", type=click.IntRange(1, 10_000), metavar="N", help="Ask N photos in both.")
@click.option("--grid", type=click.Path(path_type=Path), metavar="OUT.png", help="Draw what changes most.")
@click.option("--switch", is_flag=True, help="Make it the one that is searched, once nothing is lacking.")
@click.option("--without-missing", is_flag=True, help="Switch though photos cannot be had; they are lost.")
@click.option("--rollback", is_flag=True, help=f"Go back to {_RETIRED}.")
@click.option(
    "--drop",
    is_flag=False,
    flag_value=_RETIRED,
    metavar="[WHICH]",
    help=f"Delete a generation: {_RETIRED}, or one by the beginning of its fingerprint or its encoder.",
)
@click.option("--pause", is_flag=True, help="Stop another command's work; the same command goes on with it.")
@json_option
def reembed(
    db: Path,
    encoder: str | None,
    rate: float | None,
    gentle: bool,
    workers: int | None,
    count: int | None,
    grid: Path | None,
    switch: bool,
    without_missing: bool,
    rollback: bool,
    drop: str | None,
    pause: bool,
    as_json: bool,
) -> None:
    """Embed the catalogue with another encoder beside the live one, then compare and switch.

    \b
    fashion-plugin reembed --encoder NAME|PATH    build it; Ctrl-C pauses
    fashion-plugin reembed --compare 100          how answers would change
    fashion-plugin reembed --switch               search with it
    fashion-plugin reembed --rollback             search with the old one again
    fashion-plugin reembed --drop                 delete the old one

    Search goes on all the while; what is new or changed goes to both. Without --encoder the generation that
    is being built goes on.
    """  # noqa: D301 - click keeps the lines after \b as they are
    if (asked := sum((count is not None, switch, rollback, drop is not None, pause))) > 1:
        raise click.UsageError(f"{asked} things at once: compare, switch, rollback, drop and pause go alone")
    with open_store(db) as store, Downloader() as downloader:
        if pause:
            stopped = store.generations.pause()
            click.echo("Paused." if stopped else "Nobody was at work.")
        elif drop is not None:
            _drop(store, db, drop)
        elif rollback:
            way = _way(store, downloader, _pick(store, None, "retired"), workers, needed=False)
            with ProgressBar(None, quiet=as_json, unit=" photos") as bar:
                way.switch(without_missing=without_missing, on_progress=bar)
            click.echo(f"{db} is searched with {way.space.encoder!r} ({way.space.fingerprint[:12]}) again.")
        elif count is not None:
            _compare(store, count, encoder, grid, as_json)
        else:
            way = _chosen(store, downloader, encoder, workers)
            if not switch or encoder is not None:
                _build(store, way, db, rate, gentle, as_json)
            if switch:
                with ProgressBar(None, quiet=as_json, unit=" photos") as bar:
                    way.switch(without_missing=without_missing, on_progress=bar)
                click.echo(f"{db} is searched with {way.space.encoder!r} ({way.space.fingerprint[:12]}).")


def _chosen(
    store: SQLiteStore, downloader: Downloader, encoder: str | None, workers: int | None
) -> Reembedding:
    """The way to the encoder that was named, or to the one whose generation is being built."""
    if encoder is None:
        return _way(store, downloader, _pick(store, None, "building"), workers)
    loaded = load_encoder(encoder)
    space = space_of(loaded, shipped_parser(), source_of(encoder))
    return _reembedding(store, loaded, space, downloader, workers)


def _way(
    store: SQLiteStore,
    downloader: Downloader,
    generation: GenerationStats,
    workers: int | None,
    *,
    needed: bool = True,
) -> Reembedding:
    space = store.generations.find(generation.fingerprint)
    if space is None:
        raise GenerationError(f"the generation of {generation.encoder!r} has been dropped meanwhile")
    try:
        encoder = load_for(space, shipped_parser())
    except EncoderError as error:
        if needed:
            raise
        click.echo(f"Warning: {error}", err=True)
        encoder = None
    return _reembedding(store, encoder, space, downloader, workers)


def _reembedding(
    store: SQLiteStore,
    encoder: Encoder | None,
    space: GenerationInfo,
    downloader: Downloader,
    workers: int | None,
) -> Reembedding:
    looking = looking_of(store, shipped_parser())
    return Reembedding(store, encoder, space, downloader, workers=workers, looking=looking)


def _pick(store: SQLiteStore, which: str | None, state: str) -> GenerationStats:
    """The generation beside the live one that is meant, by its name or else by its state.

    Raises:
        GenerationError: there is none, or several could be meant.
    """
    generations = store.generations.list()
    if which is None:
        found = [one for one in generations if one.state == state]
        found = found[:1] if state == "retired" else found
    else:
        found = [one for one in generations if which in (one.encoder, one.source)]
        found = found or [one for one in generations if len(which) > 3 and one.fingerprint.startswith(which)]
    if len(found) == 1:
        return found[0]
    there = "; ".join(f"{one.encoder} {one.fingerprint[:12]} ({one.state})" for one in generations)
    what = f"{which!r}" if which else f"{state}"
    problem = "several generations are" if found else "no generation is"
    raise GenerationError(f"{problem} {what}; there are: {there or 'none'}")


def _build(
    store: SQLiteStore, way: Reembedding, db: Path, rate: float | None, gentle: bool, as_json: bool
) -> None:
    if hasattr(os, "nice"):  # not on Windows
        os.nice(19 if gentle else 10)
    if way.encoder is not None:
        warm_up(way.encoder)
    with _stopping() as stop, ProgressBar(None, quiet=as_json, unit=" photos") as bar:
        report = way.build(rate=rate, gentle=gentle, on_progress=bar, stop=stop)
    if as_json:
        failures = [asdict(failure) for failure in report.failures]
        print_json({**asdict(report), "complete": report.complete, "failures": failures})
    else:
        _tell(report, way, db)
    if report.failures or report.paused:
        sys.exit(1)


def _tell(report: ReembedReport, way: Reembedding, db: Path) -> None:
    speed = f", {report.encoded / report.seconds:.0f} photos/s" if report.encoded else ""
    click.echo(
        f"{db}: {report.done} of {report.total} images are embedded with {way.space.encoder!r} "
        f"({way.space.fingerprint[:12]}); {report.encoded} photos in {report.seconds:.1f} s{speed}"
    )
    for failure in report.failures[:20]:
        click.echo(f"  {failure.product_id}: {failure.message}", err=True)
    if len(report.failures) > 20:
        click.echo(f"  … and {len(report.failures) - 20} more; --json lists them", err=True)
    if report.paused:
        click.echo("Paused: the same command goes on with it.")
    else:
        click.echo("Next: fashion-plugin reembed --compare 100, then fashion-plugin reembed --switch.")


def _compare(store: SQLiteStore, count: int, encoder: str | None, grid: Path | None, as_json: bool) -> None:
    if encoder is None:
        beside = [one for one in store.generations.list() if one.state != "live"]
        building = [one for one in beside if one.state == "building"] or beside[:1]
        other = building[0] if len(building) == 1 else _pick(store, None, "building")
    else:
        loaded = load_encoder(encoder)
        other = _pick(store, space_of(loaded, shipped_parser()).fingerprint, "building")
    space = store.generations.find(other.fingerprint)
    live = store.generation()
    if space is None or live is None:
        raise GenerationError("there is nothing to compare")
    found = compare(store, space, count)
    quantiles = {share: found.quantile(share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)}
    if as_json:
        print_json(
            {
                "now": live.encoder,
                "then": space.encoder,
                "questions": len(found.questions),
                "depth": found.depth,
                "mean": found.mean,
                "same_first": found.same_first,
                "quantiles": {f"{share:g}": value for share, value in quantiles.items()},
                "overlaps": {one.product.id: one.overlap for one in found.questions},
            }
        )
    else:
        click.echo(
            f"{len(found.questions)} catalogue photos asked of {live.encoder!r} ({live.fingerprint[:12]}) "
            f"and of {space.encoder!r} ({space.fingerprint[:12]}):"
        )
        click.echo(f"  overlap@{found.depth}: {found.mean:.2f} on average")
        spread = ", ".join(f"{value:.2f} at {share:.0%}" for share, value in quantiles.items())
        click.echo(f"  quantiles: {spread}")
        click.echo(f"  the best answer stays: {found.same_first:.0%}")
    if grid:
        names = (
            f"now: {live.encoder} {live.fingerprint[:8]}",
            f"then: {space.encoder} {space.fingerprint[:8]}",
        )
        step = max(1, len(found.questions) // _DRAWN)
        draw_comparison(store, found.questions[::step][:_DRAWN], names, grid)


def _drop(store: SQLiteStore, db: Path, which: str) -> None:
    generation = _pick(store, None if which == _RETIRED else which, "retired")
    space = store.generations.find(generation.fingerprint)
    if space is not None:
        dropped = store.generations.drop(space)
        click.echo(
            f"{db}: the generation of {space.encoder!r} ({space.fingerprint[:12]}) is gone, {dropped} "
            "embeddings; fashion-plugin vacuum gives its space back to the disk."
        )


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def print_generations(generations: tuple[GenerationStats, ...]) -> None:
    """Print a table of generations, where there is more than the live one."""
    if len(generations) < 2:
        return
    rows = (
        (
            one.state + (", at work" if one.working else ""),
            one.encoder,
            one.fingerprint[:12],
            str(one.dim),
            str(one.embeddings),
            str(one.missing),
        )
        for one in generations
    )
    click.echo("")
    print_table(
        rows, ("generation", "encoder", "fingerprint", "dim", "embeddings", "lacking"), right=(3, 4, 5)
    )


COMMANDS: Final = (reembed,)
