"""The command ``fashion-plugin demo``: a small shop with visual search, on this machine."""

import signal
import sys
import threading
import webbrowser
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

import click

from fashion_plugin.catalog import Failure, IndexReport, Product, Progress
from fashion_plugin.cli.catalogue import ProgressBar

__all__ = ["demo"]

_SHOWN = 10


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    show_default="a folder of the user's data directory",
    help="Where the shop and its pictures are kept.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on; 0 takes any free one.")
@click.option("--browser/--no-browser", default=True, help="Open the shop in the browser.")
@click.option(
    "--catalog", metavar="FEED", help="Sell your own: a folder, CSV, JSONL or feed, or its https URL."
)
@click.option(
    "--currency", default="", help="Currency of a feed's prices that come without one, such as EUR."
)
@click.option("--photos", is_flag=True, help="Real photos: fetches the CC0 clothing-dataset-small once.")
@click.option("--reset", is_flag=True, help="Start anew: forget what was changed in the shop.")
@click.option("--products", type=click.IntRange(1, 1000), default=240, hidden=True)
@click.option("--looks", type=click.IntRange(0, 100), default=24, hidden=True)
def demo(
    data: Path | None,
    port: int | None,
    browser: bool,
    catalog: str | None,
    currency: str,
    photos: bool,
    reset: bool,
    products: int,
    looks: int,
) -> None:
    """Run a small fashion shop with search by photo: drawn and indexed once, then served here."""
    # The shop's parts are loaded only where they are run, not to print a help text.
    from fashion_demo_store import folders
    from fashion_demo_store.serving import free_port, running

    if catalog and photos:
        raise click.UsageError("--catalog and --photos are two catalogues: choose one")
    if catalog and "://" not in catalog:
        catalog = str(Path(catalog).absolute())
    source = catalog or (folders.PHOTOS if photos else folders.DRAWN)
    folder = (data or folders.default_folder(source)).absolute()
    if reset:
        folders.forget(folder)
    folders.begin(folder, source)
    if not folders.is_ready(folder):
        if catalog:
            _take(folder, catalog, currency)
        elif photos:
            _fetch(folder)
        else:
            _draw(folder, products, looks)
        folders.finish(folder)
    try:
        listener = free_port(port, folder)
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror or error}") from error
    ended = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with running(folder, listener) as address:
        click.echo(f"The shop is open at {address} (Ctrl-C closes it). Everything is in {folder}.")
        sys.stdout.flush()
        if browser:
            webbrowser.open(address)
        # Waiting in short steps lets Windows see Ctrl-C.
        while not ended.wait(0.5):
            pass
    click.echo("Closed.")


def _draw(folder: Path, products: int, looks: int) -> None:
    from fashion_demo_store.drawing import Drawing

    click.echo("The first start draws a catalogue and indexes it; later ones are quick.")
    with ProgressBar(products + looks + products, unit=" steps") as bar:
        steps = {"drawn": 0, "indexed": 0}

        def show(kind: str, done: int, failed: int = 0) -> None:
            steps[kind] = done
            bar(Progress(sum(steps.values()), None, 0, failed, 0.0))

        def drawn(done: int, total: int) -> None:
            show("drawn", done)

        with Drawing(folder, products=products, looks=looks, on_progress=drawn) as drawing:
            # Loaded while the first pictures are drawn.
            from fashion_demo_store.serving import index

            report: IndexReport = index(
                folder,
                drawing.jsonl,
                drawn=drawing.finished(),
                on_progress=lambda progress: show("indexed", progress.done, progress.failed),
            )
    _say(report.failures)


def _take(folder: Path, source: str, currency: str) -> None:
    from fashion_demo_store.own_catalogue import read_products

    click.echo(f"The first start reads and indexes {source}; later ones are quick. --reset reads it anew.")
    _fill(folder, read_products(source, currency))


def _fetch(folder: Path) -> None:
    from fashion_demo_store.clothing_photos import CLOTHING, clothing_products, obtain

    click.echo(f"The first start fetches photos of clothes (CC0) from {CLOTHING.address} and indexes them.")
    with ProgressBar(None, unit=" MB") as bar:
        archive = obtain(folder, on_progress=lambda size: bar(Progress(size >> 20, None, 0, 0, 0.0)))
    _fill(folder, clothing_products(archive, folder / "photos" / "clothing"))


def _fill(folder: Path, products: Iterable[Product | Failure]) -> None:
    from fashion_demo_store.own_catalogue import write_products

    with ProgressBar(None, unit=" read") as bar:
        written = write_products(
            folder, products, on_progress=lambda done: bar(Progress(done, None, 0, 0, 0.0))
        )
    _say(written.failures)
    _index(folder, written.path, written.products)


def _index(folder: Path, catalogue: Path, products: int) -> None:
    from fashion_demo_store.serving import index

    with ProgressBar(products, unit=" indexed") as bar:
        report: IndexReport = index(folder, catalogue, on_progress=bar)
    _say(report.failures)


def _say(failures: tuple[Failure, ...]) -> None:
    for failure in failures[:_SHOWN]:
        click.echo(f"  {failure.product_id or failure.source}: {failure.message}", err=True)
    if len(failures) > _SHOWN:
        click.echo(f"  … and {len(failures) - _SHOWN} more", err=True)
