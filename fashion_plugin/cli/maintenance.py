"""Commands that look after a database: stats, doctor, vacuum, verify and backup."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from fashion_plugin.cli.doctor import examine
from fashion_plugin.cli.options import db_option, encoder_option, json_option, open_store
from fashion_plugin.cli.output import print_json, print_table
from fashion_plugin.cli.reembed import print_generations
from fashion_plugin.store.photos import photos_path

__all__ = ["COMMANDS"]


@click.command()
@db_option
@json_option
def stats(db: Path, as_json: bool) -> None:
    """Say what the database holds."""
    with open_store(db, reading=True) as store:
        found = store.stats()
    facts = asdict(found)
    if as_json:
        print_json(facts)
    else:
        del facts["generations"]
        facts |= {f"index {name}": value for name, value in facts.pop("index").items()}
        print_table(
            ((name.replace("_", " "), f"{value}") for name, value in facts.items()), ("what", "value")
        )
        print_generations(found.generations)


@click.command()
@db_option
@encoder_option
@json_option
def doctor(db: Path, encoder: str | None, as_json: bool) -> None:
    """Check what this machine and this database need: driver, versions, encoder, integrity, disk."""
    findings = examine(db, encoder)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        marks = {"ok": "ok", "warning": "WARNING", "error": "ERROR"}
        print_table(((marks[f.state], f.what, f.detail) for f in findings), ("", "what", "found"))
    if any(finding.state == "error" for finding in findings):
        sys.exit(1)


@click.command()
@db_option
def vacuum(db: Path) -> None:
    """Give the space of deleted products back to the disk."""
    with open_store(db) as store:
        freed = store.vacuum()
    click.echo(f"{db}: {freed / 1e6:.1f} MB freed.")


@click.command()
@db_option
def verify(db: Path) -> None:
    """Check that every image has its embedding and the database is whole."""
    with open_store(db, reading=True) as store:
        problems = store.verify()
    for problem in problems:
        click.echo(problem, err=True)
    click.echo(f"{db}: {len(problems)} problems." if problems else f"{db}: all is well.")
    if problems:
        sys.exit(1)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@db_option
def backup(target: Path, db: Path) -> None:
    """Write a consistent copy of the database, and of the photos beside it, to TARGET, also while in use."""
    with open_store(db, reading=True) as store:
        store.backup(target)
    photos = Path(photos_path(target))
    click.echo(f"{db} is copied to {target}" + (f", its photos to {photos}." if photos.exists() else "."))


COMMANDS: Final = (stats, doctor, vacuum, verify, backup)
