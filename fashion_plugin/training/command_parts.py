"""What the commands of training share: which photos, a progress line, figures as a table."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fashion_plugin.errors import InvalidInput, TrainingError, UnknownEncoder
from fashion_plugin.silence import silent

if TYPE_CHECKING:
    from fashion_plugin.encoders.base import Encoder
    from fashion_plugin.training.evaluate import Evaluation
    from fashion_plugin.training.manifest import Manifest
    from fashion_plugin.training.trainer import RunProgress, Trainer

__all__ = [
    "PATH",
    "Progress",
    "live_encoder",
    "load_tensorflow",
    "opened",
    "photo_options",
    "print_evaluation",
    "warmed",
]

F = TypeVar("F", bound=Callable[..., Any])
E = TypeVar("E", bound="Encoder")
PATH = click.Path(path_type=Path)

_LINE_EVERY = 30.0  # seconds between lines where nobody watches


def photo_options(command: F) -> F:
    """Add the options that say which photos."""
    options = (
        click.option("--manifest", type=PATH, help="CSV or JSONL: image, product_id, category, colour, …"),
        click.option("--db", type=PATH, help="A catalogue's database instead: its own photos."),
        click.option("--skip-missing", is_flag=True, help="Leave out rows whose image file is missing."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def opened(manifest: Path | None, db: Path | None, *, skip_missing: bool) -> Iterator["tuple[Manifest, Any]"]:
    """The photos that the options name, and the catalogue's store where they are a catalogue's."""
    from fashion_plugin.training.manifest import read_manifest

    if (manifest is None) == (db is None):
        raise click.UsageError("give --manifest FILE or --db FILE")
    if manifest is not None:
        yield read_manifest(manifest, skip_missing=skip_missing), None
        return
    assert db is not None  # noqa: S101 - for the type checker
    from fashion_plugin.store import SQLiteStore
    from fashion_plugin.training.catalogue import catalogue_manifest

    if not db.exists():
        raise InvalidInput(f"there is no database {db}: make one with  fashion-plugin index PHOTOS --db {db}")
    with SQLiteStore.open(db) as store:
        yield catalogue_manifest(store), store


def live_encoder(store: Any, encoder: str | None) -> Any:
    """The encoder of a catalogue's embeddings, by its name there or the name given.

    Raises:
        TrainingError: the one given is another, or there are no embeddings.
    """
    from fashion_plugin.encoders import load_encoder
    from fashion_plugin.training.catalogue import check_live, live_source

    try:
        live = load_encoder(encoder or live_source(store))
    except UnknownEncoder as error:
        if encoder:
            raise
        raise TrainingError(
            f"the live encoder {live_source(store)!r} is no preset and no file that is still there: name its "
            "file with --encoder PATH"
        ) from error
    check_live(store, live)
    return live


def load_tensorflow() -> None:
    """Load Keras and its backend, without the lines they write of the machine's processors.

    Raises:
        MissingExtra: Keras is not installed.
        TrainingError: its backend is not.
    """
    from fashion_plugin.training.backbones import load_keras

    with silent():
        if load_keras().backend.backend() == "tensorflow":
            import tensorflow as tf

            tf.config.list_physical_devices()


def warmed(encoder: E) -> E:
    """The encoder, loaded without what its runtime writes as it starts."""
    import numpy as np

    with silent():
        encoder.encode([np.zeros((8, 8, 3), dtype=np.uint8)])
    return encoder


class Progress:
    """Where a run stands: one line that is rewritten on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told = 0.0

    def start(self, trainer: "Trainer") -> None:
        """Say what is about to be trained on."""
        share = trainer.synthetic_share
        note = f"; {share:.0%} of the queries are synthetic (made views of the one photo)" if share else ""
        click.echo(f"{trainer.steps} steps of {trainer.settings.batch} triplets{note}", err=True)

    def __call__(self, progress: "RunProgress") -> None:
        """Show a step."""
        last = progress.step == progress.steps
        if not self._terminal and not last and time.monotonic() - self._told < _LINE_EVERY:
            return
        self._told = time.monotonic()
        text = (
            f"epoch {progress.epoch}/{progress.epochs}  step {progress.step}/{progress.steps}  "
            f"loss {progress.loss:.4f}  {progress.images_per_second:.0f} images/s  "
            f"{_duration(progress.seconds_left)} left"
        )
        click.echo(f"\r{text:<78}" if self._terminal else text, nl=not self._terminal, err=True)

    def photos(self, done: int, count: int) -> None:
        """Show how many photos are embedded."""
        if not self._terminal and done < count and time.monotonic() - self._told < _LINE_EVERY:
            return
        self._told = time.monotonic()
        text = f"{done} of {count} photos seen"
        click.echo(f"\r{text:<78}" if self._terminal else text, nl=not self._terminal, err=True)

    def end(self) -> None:
        """Leave the line."""
        if self._terminal:
            click.echo("", err=True)


def print_evaluation(evaluation: "Evaluation | None", as_json: bool, *, by_category: bool = False) -> None:
    """Figures as a table for people or as JSON for programs."""
    from fashion_plugin.training.report import category_table, evaluation_table, print_json, summary

    if as_json:
        print_json(evaluation)
        return
    if evaluation is None:
        click.echo("No photos are kept apart (split validation), so there are no figures.")
        return
    click.echo(summary(evaluation))
    _print_rows(evaluation_table(evaluation))
    if by_category:
        click.echo()
        _print_rows(category_table(evaluation.scores[0]))
    for note in evaluation.notes:
        click.echo(note)


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes}:{seconds:02} min"
