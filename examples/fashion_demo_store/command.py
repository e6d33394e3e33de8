"""The command ``fashion-plugin demo``: draw a catalogue, index it, and search it with altered photos."""

import webbrowser
from pathlib import Path

import click
import numpy as np
import platformdirs
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from fashion_demo_store.drawing import Catalogue, altered, draw_catalogue
from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Match
from fashion_plugin.cli.catalogue import ProgressBar
from fashion_plugin.cli.grid import draw_rows
from fashion_plugin.cli.options import open_shop
from fashion_plugin.cli.output import print_table
from fashion_plugin.sources import read_source

__all__ = ["demo"]

_PRODUCTS = 48
_QUERIES = 6


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: Path(platformdirs.user_data_dir("fashion-plugin")) / "demo",
    show_default="a folder of the user's data directory",
    help="Where catalogue, database and picture are kept.",
)
@click.option("--browser/--no-browser", default=True, help="Open the picture of what was found.")
def demo(data: Path, browser: bool) -> None:
    """Draw a small catalogue, index it, search it with altered photos, and show what was found."""
    data = data.absolute()
    data.mkdir(parents=True, exist_ok=True)
    with tqdm(total=_PRODUCTS, desc="drawing", unit=" products") as bar:
        catalogue = draw_catalogue(
            data, products=_PRODUCTS, looks=0, on_progress=lambda done, _: bar.update(done - bar.n)
        )
    with open_shop(data / "demo.db") as shop:
        source = read_source(catalogue.jsonl)
        with ProgressBar(len(source)) as progress:
            shop.index(source, on_progress=progress)
        found = _searches(shop, catalogue)
    picture = data / "found.png"
    draw_rows(found, picture)
    click.echo(f"\n{picture} shows six altered photos (cropped, relit, before another background), and what")
    click.echo(f"the search found for each. The catalogue is in {data / 'demo.db'}: try")
    click.echo(f"  fashion-plugin search PHOTO --db {data / 'demo.db'}")
    if browser:
        webbrowser.open(picture.as_uri())


def _searches(
    shop: FashionPlugin, catalogue: Catalogue
) -> list[tuple[str, NDArray[np.uint8], tuple[Match, ...]]]:
    """Search with an altered photo of every few products, and say at which place each was found."""
    # A white garment cannot be told from the white it is photographed on, and so not cut out of it.
    coloured = [
        product for product in catalogue.products if product.colour not in ("white", "ivory", "cream")
    ]
    queries = coloured[:: len(coloured) // _QUERIES][:_QUERIES]
    rows, found = [], []
    for number, product in enumerate(queries):
        with Image.open(product.view("front")) as photo:
            query = np.asarray(altered(photo, seed=number))
        results = shop.search(query, limit=6)
        places = [match.product.id for match in results]
        place = str(places.index(product.id) + 1) if product.id in places else "not in the first six"
        rows.append((product.words.title, place, f"{results[0].score:.2f}"))
        found.append((product.words.title, query, results.matches))
    click.echo()
    print_table(rows, ("an altered photo of", "found at place", "best score"), right=(2,))
    return found
