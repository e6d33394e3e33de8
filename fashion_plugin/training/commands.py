"""The commands ``triplets``, ``train``, ``evaluate`` and ``export``; TensorFlow is loaded when they run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from fashion_plugin.silence import silent
from fashion_plugin.training.command_parts import (
    PATH,
    live_encoder,
    opened,
    photo_options,
    print_evaluation,
    warmed,
)
from fashion_plugin.training.train_command import train

__all__ = ["COMMANDS"]


@click.command()
@photo_options
@click.option("--sheet", type=PATH, help="Draw a page of them into this PNG.")
@click.option("--out", type=PATH, help="Write an epoch of them as JSONL.")
@click.option("--count", default=24, show_default=True, type=click.IntRange(1, 300), help="Of the sheet.")
@click.option(
    "--in-class",
    default=0.7,
    show_default=True,
    help="Share of negatives of the query's own category, 0 to 1.",
)
@click.option("--scenes", type=PATH, help="Folder of photos to put behind garments in made views.")
@click.option("--no-synthetic", is_flag=True, help="No made views: only products with two photos query.")
@click.option("--hard-with", metavar="ENCODER", help="Find hard negatives with this encoder first.")
@click.option("--seed", default=0, show_default=True, help="Equal seeds give equal triplets.")
def triplets(
    manifest: Path | None,
    db: Path | None,
    skip_missing: bool,
    sheet: Path | None,
    out: Path | None,
    count: int,
    in_class: float,
    scenes: Path | None,
    no_synthetic: bool,
    hard_with: str | None,
    seed: int,
) -> None:
    """Build triplets of query, positive and negative, to look at or to train with elsewhere."""
    from fashion_plugin.training.photos import Photos, load_scenes
    from fashion_plugin.training.sheet import draw_triplets, write_triplets
    from fashion_plugin.training.triplets import TripletSampler

    if sheet is None and out is None:
        raise click.UsageError("give --sheet OUT.png, --out OUT.jsonl, or both")
    with opened(manifest, db, skip_missing=skip_missing) as (everything, _):
        train_photos = everything.split("train")
        sampler = TripletSampler(train_photos.items, in_class=in_class, seed=seed, synthetic=not no_synthetic)
        photos = Photos(train_photos, 224)
        if hard_with:
            sampler.hard = _hard_negatives(hard_with, photos)
        if sheet:
            draw_triplets(sampler, photos, sheet, count=count, scenes=load_scenes(scenes))
        if out:
            write_triplets(sampler, out)
    click.echo(
        f"{len(sampler)} triplets an epoch: {in_class:.0%} in-class negatives, "
        f"{sampler.synthetic_share:.0%} synthetic queries. {' '.join(str(p) for p in (sheet, out) if p)}"
    )


def _hard_negatives(name: str, photos: Any) -> Mapping[int, tuple[int, ...]]:
    from fashion_plugin.encoders import load_encoder
    from fashion_plugin.store import SQLiteStore
    from fashion_plugin.store.base import GenerationInfo
    from fashion_plugin.training.mining import embed, hard_negatives

    encoder = warmed(load_encoder(name))
    space = GenerationInfo(encoder.name, encoder.fingerprint, encoder.dim)
    with SQLiteStore.open(":memory:") as store:
        return hard_negatives(embed(encoder, photos), photos.manifest.items, store, space=space)


@click.command()
@photo_options
@click.option(
    "--encoder",
    "encoders",
    multiple=True,
    metavar="NAME|PATH",
    help="A preset, an exported file or a run's folder; repeatable.  [default: fashion, or the db's]",
)
@click.option("--imagenet", type=PATH, help="Weights of the ImageNet baseline.")
@click.option(
    "--split",
    type=click.Choice(["train", "validation", "all"]),
    help="Of the manifest or catalogue.  [default: validation, of a catalogue all]",
)
@click.option("--queries", default=1000, show_default=True, type=click.IntRange(min=1), help="Asked at most.")
@click.option("--report", type=PATH, help="Write a page (.html) or a picture (.png) of the results.")
@click.option("--seed", default=0, show_default=True, help="Of the draws and the intervals.")
@click.option("--by-category", is_flag=True, help="Print recall by category, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    manifest: Path | None,
    db: Path | None,
    skip_missing: bool,
    encoders: tuple[str, ...],
    imagenet: Path | None,
    split: str | None,
    queries: int,
    report: Path | None,
    seed: int,
    by_category: bool,
    as_json: bool,
) -> None:
    """Say how well encoders retrieve, beside baselines, with 95 % intervals."""
    from fashion_plugin.encoders import load_encoder
    from fashion_plugin.training.baselines import imagenet_features
    from fashion_plugin.training.evaluate import Evaluator
    from fashion_plugin.training.report import write_report
    from fashion_plugin.training.run import judge

    with opened(manifest, db, skip_missing=skip_missing) as (photos, store):
        split = split or ("validation" if store is None else "all")
        if split != "all":
            photos = photos.split("train" if split == "train" else "validation")
        evaluator = Evaluator(photos, queries=queries, seed=seed)
        with silent():
            chosen = (
                [live_encoder(store, None)]
                if store is not None and not encoders
                else [load_encoder(name) for name in encoders or (None,)]
            )
            features = imagenet_features(imagenet)
        known = [features] if not isinstance(features, str) else []
        for one in (*chosen, *known):
            warmed(one)
        evaluation = judge(evaluator, chosen, features)
        if report:
            write_report(evaluation, evaluator.photos, report)
    print_evaluation(evaluation, as_json, by_category=by_category)


@click.command()
@click.argument("source", type=PATH)
@photo_options
@click.option("--out", type=PATH, required=True, help="The file to write, by custom .tflite.")
@click.option("--name", help="What the encoder is called.  [default: the file's name]")
@click.option(
    "--precision", type=click.Choice(["fp32", "fp16", "mixed", "int8"]), default="fp16", show_default=True
)
@click.option("--flips", is_flag=True, help="Average each embedding with its mirror image's.")
@click.option("--licence", default="unknown", help="Of the weights, for the file's record.")
@click.option(
    "--count",
    default=300,
    show_default=True,
    type=click.IntRange(min=10),
    help="Photos to compare and to calibrate on.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def export(
    source: Path,
    manifest: Path | None,
    db: Path | None,
    skip_missing: bool,
    out: Path,
    name: str | None,
    precision: Any,
    flips: bool,
    licence: str,
    count: int,
    as_json: bool,
) -> None:
    """Write SOURCE, a run's folder or a .keras file, as an encoder that serves without TensorFlow.

    The photos (--manifest or --db) are what the exported encoder is compared on, and what mixed and int8
    are calibrated on.
    """
    from fashion_plugin.training.export_run import export_network, report_json, report_text
    from fashion_plugin.training.report import print_json
    from fashion_plugin.training.trainer import NETWORK

    network = source / NETWORK if source.is_dir() else source
    with opened(manifest, db, skip_missing=skip_missing) as (photos, _), silent():
        report = export_network(
            network,
            out,
            photos,
            name=name or out.stem,
            precision=precision,
            flips=flips,
            licence=licence,
            count=count,
        )
    if as_json:
        print_json(report_json(report))
    else:
        click.echo(report_text(report))


COMMANDS: Final = (triplets, train, evaluate, export)
"""What the command line adds."""
