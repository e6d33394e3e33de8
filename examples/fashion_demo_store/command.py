"""The command ``fashion-plugin demo``: a small shop with visual search, on this machine."""

import shutil
import signal
import sys
import threading
import webbrowser
from pathlib import Path
from types import FrameType

import click
import platformdirs

__all__ = ["demo"]

_OURS = ("photos", "looks", "uploads")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: Path(platformdirs.user_data_dir("fashion-plugin")) / "demo",
    show_default="a folder of the user's data directory",
    help="Where the shop and its pictures are kept.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on; 0 takes any free one.")
@click.option("--browser/--no-browser", default=True, help="Open the shop in the browser.")
@click.option("--reset", is_flag=True, help="Start anew: forget what was changed in the shop.")
@click.option("--products", type=click.IntRange(1, 1000), default=240, hidden=True)
@click.option("--looks", type=click.IntRange(0, 100), default=24, hidden=True)
def demo(data: Path, port: int | None, browser: bool, reset: bool, products: int, looks: int) -> None:
    """Run a small fashion shop with search by photo: drawn and indexed once, then served here."""
    # The shop's parts are loaded only where they are run, not to print a help text.
    from fashion_demo_store.serving import free_port, is_ready, running

    data = data.absolute()
    if reset:
        _forget(data)
    if not is_ready(data):
        _prepare(data, products, looks)
    try:
        listener = free_port(port, data)
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror or error}") from error
    ended = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with running(data, listener) as address:
        click.echo(f"The shop is open at {address} (Ctrl-C closes it). Everything is in {data}.")
        sys.stdout.flush()
        if browser:
            webbrowser.open(address)
        # Waiting in short steps lets Windows see Ctrl-C.
        while not ended.wait(0.5):
            pass
    click.echo("Closed.")


def _prepare(data: Path, products: int, looks: int) -> None:
    from fashion_demo_store.serving import draw, index
    from fashion_plugin.catalog import Progress
    from fashion_plugin.cli.catalogue import ProgressBar

    click.echo("The first start draws a catalogue and indexes it; later ones are quick.")
    with ProgressBar(products + looks, unit=" drawn") as bar:
        catalogue = draw(
            data,
            products=products,
            looks=looks,
            on_progress=lambda done, total: bar(Progress(done, total, 0, 0, 0.0)),
        )
    with ProgressBar(products, unit=" indexed") as bar:
        index(data, catalogue, on_progress=bar)


def _forget(data: Path) -> None:
    """Delete what the demo wrote, and nothing else that may lie in the folder."""
    for name in _OURS:
        shutil.rmtree(data / name, ignore_errors=True)
    for pattern in ("shop.db*", "fashion.db*", "ready.json", "catalogue.jsonl", "looks.json"):
        for path in data.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
