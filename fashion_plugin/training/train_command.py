"""The command ``train``: on a manifest's photos, or on a catalogue's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fashion_plugin.errors import TrainingError
from fashion_plugin.silence import silent
from fashion_plugin.training.command_parts import (
    PATH,
    Progress,
    live_encoder,
    load_tensorflow,
    opened,
    photo_options,
    print_evaluation,
    warmed,
)

if TYPE_CHECKING:
    from fashion_plugin.encoders.base import Encoder
    from fashion_plugin.training.manifest import Manifest
    from fashion_plugin.training.run import RunResult
    from fashion_plugin.training.settings import TrainSettings

__all__ = ["train"]


@click.command()
@photo_options
@click.option("--out", type=PATH, required=True, help="The run's folder: checkpoints, network, figures.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out; its own settings hold.")
@click.option(
    "--network",
    "kind",
    type=click.Choice(["linear", "head", "siamese"]),
    help="A linear map on the embeddings of --encoder, in a minute or two and without TensorFlow; a backbone "
    "with pooling and an embedding; or the multi-scale Siamese network.  [default: head, with --db linear]",
)
@click.option(
    "--backbone",
    default="mobilenet_v2",
    show_default=True,
    help="mobilenet_v2, efficientnet_v2_b0, convnext_tiny, vgg16, vgg19, resnet50, tiny (for a trial), or "
    "any class of keras.applications.",
)
@click.option(
    "--weights",
    default="imagenet",
    show_default=True,
    metavar="imagenet|none|PATH",
    help="To start from: of the backbone, or of an earlier run (network.keras).",
)
@click.option(
    "--size", default=224, show_default=True, type=click.IntRange(min=32), help="Input side in pixels."
)
@click.option("--dim", type=click.IntRange(min=2), help="Of the embedding.  [default: 256, siamese 4096]")
@click.option(
    "--pooling",
    type=click.Choice(["gem", "average", "max"]),
    default="gem",
    show_default=True,
    help="Of the backbone's feature map.",
)
@click.option("--width", default=1.0, show_default=True, help="Alpha of MobileNets.")
@click.option(
    "--frozen-below",
    default="",
    metavar="LAYER",
    help="First layer of the backbone to train.  [default: all are trained]",
)
@click.option(
    "--loss",
    "losses",
    multiple=True,
    metavar="NAME=WEIGHT",
    help="Repeatable: triplet, contrastive, semi_hard, info_nce, category, colour.  "
    "[default: info_nce=1, triplet=0.5, category=0.35, colour=0.35]",
)
@click.option("--margin", default=0.2, show_default=True, help="Of the triplet losses.")
@click.option("--temperature", default=0.07, show_default=True, help="Of info_nce.")
@click.option(
    "--stage",
    "stages",
    multiple=True,
    metavar="EPOCHS:RATE:BACKBONE_RATE",
    help="Repeatable, in order; a backbone rate of 0 freezes it.  [default: 1:1e-3:0, then 4:5e-4:1e-4]",
)
@click.option("--batch", default=16, show_default=True, help="Triplets a step; three images each.")
@click.option(
    "--in-class",
    default=0.7,
    show_default=True,
    help="Share of negatives of the query's own category, 0 to 1.",
)
@click.option("--no-synthetic", is_flag=True, help="No made views: only products with two photos query.")
@click.option(
    "--mine-every",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Epochs between searches for hard negatives; 0 for none.",
)
@click.option("--scenes", type=PATH, help="Folder of photos to put behind garments in made views.")
@click.option(
    "--precision",
    type=click.Choice(["float32", "mixed_float16", "mixed_bfloat16"]),
    default="float32",
    show_default=True,
    help="Mixed precision pays on a GPU.",
)
@click.option(
    "--checkpoint-steps",
    default=200,
    show_default=True,
    type=click.IntRange(min=0),
    help="Steps that a kill can cost at most; 0 saves after each epoch only.",
)
@click.option("--imagenet", type=PATH, help="Weights of the ImageNet baseline.")
@click.option(
    "--encoder",
    metavar="NAME|PATH",
    help="To start from with --network linear, and the live one of --db.  [default: fashion, or the db's]",
)
@click.option("--seed", default=0, show_default=True, help="Equal seeds on one machine give equal weights.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def train(
    manifest: Path | None,
    db: Path | None,
    skip_missing: bool,
    out: Path,
    resume: bool,
    scenes: Path | None,
    imagenet: Path | None,
    encoder: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Train an encoder on photos of a manifest, or fine-tune one on a catalogue's own (--db)."""
    from fashion_plugin.training.photos import load_scenes

    kind = options["kind"] = options["kind"] or ("linear" if db else "head")
    with opened(manifest, db, skip_missing=skip_missing) as (photos, store):
        progress = Progress()
        behind = load_scenes(scenes)
        try:
            if kind == "linear" and not resume:
                begun = _start_of(store, encoder)
                result = _tuned(begun, photos, out, behind, imagenet, options["seed"], progress)
            else:
                load_tensorflow()
                from fashion_plugin.training import run as runs

                result = runs.train(
                    None if resume else _settings(**options),
                    photos,
                    out,
                    resume=resume,
                    scenes=behind,
                    imagenet=imagenet,
                    live=warmed(live_encoder(store, encoder)) if store is not None else None,
                    on_start=progress.start,
                    on_progress=progress,
                )
        except KeyboardInterrupt:
            progress.end()
            if (out / "checkpoint.npz").is_file():
                click.echo(f"Stopped. The last checkpoint is kept: add --resume to go on in {out}", err=True)
            raise
        progress.end()
        print_evaluation(result.evaluation, as_json)
        of = f"Network of epoch {result.best_epoch}" if result.best_epoch else "Encoder"
        click.echo(f"{of}: {result.network}", err=as_json)
        if store is not None:
            _offer(result, photos, db)


def _start_of(store: Any, encoder: str | None) -> "tuple[Encoder, str]":
    """The encoder to tune, and how it is found again."""
    from fashion_plugin.encoders import DEFAULT, load_encoder
    from fashion_plugin.training.catalogue import live_source

    if store is None:
        return warmed(load_encoder(encoder)), encoder or DEFAULT
    return warmed(live_encoder(store, encoder)), encoder or live_source(store)


def _tuned(
    begun: "tuple[Encoder, str]",
    photos: "Manifest",
    out: Path,
    scenes: Any,
    imagenet: Path | None,
    seed: int,
    progress: Progress,
) -> "RunResult":
    from fashion_plugin.training.tuning_run import tune_run

    return tune_run(
        *begun, photos, out, scenes=scenes, seed=seed, imagenet=imagenet, on_progress=progress.photos
    )


def _settings(**options: Any) -> "TrainSettings":
    from fashion_plugin.training.settings import NetworkSettings, Stage, TrainSettings

    network = NetworkSettings(
        kind=options["kind"],
        backbone=options["backbone"],
        weights=options["weights"],
        size=options["size"],
        dim=options["dim"] or (4096 if options["kind"] == "siamese" else 256),
        pooling=options["pooling"],
        width=options["width"],
        frozen_below=options["frozen_below"],
    )
    chosen: dict[str, Any] = {}
    if options["losses"]:
        chosen["losses"] = dict(_loss(text) for text in options["losses"])
    if options["stages"]:
        chosen["stages"] = tuple(Stage(*_stage(text)) for text in options["stages"])
    return TrainSettings(
        network=network,
        batch=options["batch"],
        in_class=options["in_class"],
        synthetic=not options["no_synthetic"],
        margin=options["margin"],
        temperature=options["temperature"],
        mine_every=options["mine_every"],
        precision=options["precision"],
        checkpoint_steps=options["checkpoint_steps"],
        seed=options["seed"],
        **chosen,
    )


def _loss(text: str) -> tuple[str, float]:
    name, _, weight = text.partition("=")
    try:
        return name, float(weight or 1.0)
    except ValueError as error:
        raise click.UsageError(f"--loss takes NAME=WEIGHT such as triplet=1, not {text}") from error


def _stage(text: str) -> tuple[int, float, float]:
    try:
        epochs, rate, backbone_rate = text.split(":")
        return int(epochs), float(rate), float(backbone_rate)
    except ValueError as error:
        raise click.UsageError(
            f"--stage takes EPOCHS:RATE:BACKBONE_RATE such as 4:5e-4:1e-4, not {text}"
        ) from error


def _offer(result: "RunResult", photos: "Manifest", db: Path | None) -> None:
    """Say how to put the network in the live encoder's place, or refuse where it is no better there."""
    from fashion_plugin.training.catalogue import compare
    from fashion_plugin.training.evaluate import Evaluator

    if result.evaluation is None:
        raise TrainingError(f"no products are held out to judge by; the trained encoder is {result.network}")
    new, live = result.evaluation.scores[:2]
    evaluator = Evaluator(photos.split("validation"))
    comparison = compare(new, live, evaluator.groups)
    if comparison.worse:
        raise TrainingError(
            f"the live encoder {live.encoder!r} stays: on the products held out, the trained one is "
            f"worse ({comparison}). It is kept in {result.network}"
        )
    target = result.network
    if target.suffix == ".keras":
        from fashion_plugin.training.export_run import export_network

        target = result.folder / "encoder.tflite"
        with silent():
            export_network(result.network, target, photos, name=result.folder.name)
    as_good = "Better than" if comparison.difference.value > 0 else "As good as"
    click.echo(f"{as_good} the live encoder on the products held out: {comparison}", err=True)
    click.echo(f"Put it in place:  fashion-plugin reembed --db {db} --encoder {target}", err=True)
