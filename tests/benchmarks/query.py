"""One search, from a photo's JPEG bytes to the products: ours in its stages, and what a tutorial does.

    python tests/benchmarks/query.py SHOPPERS --source CATALOGUE | --db SHOP.DB [--weights none]

SHOPPERS is a folder; its photos are brought to 1024 px on the long side and saved as JPEG first. CATALOGUE
(a folder, CSV or JSONL) is indexed into a temporary folder; a database that stands already is left as it is.
The tutorial's search is VGG16 in Keras, then NumPy's product with as many rows of 512 as there are products.
"""

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from catalogues import clustered
from classic import classic, jpegs
from measuring import in_turns, machine, milliseconds, ratio, table

from fashion_plugin import FashionPlugin, Filters
from fashion_plugin.sources import read_source
from fashion_plugin.stages import watching

_LIMIT = 12


def main() -> None:
    """Index where that is asked for, then search."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--db", type=Path)
    parser.add_argument("--searches", type=int, default=60)
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--alone", action="store_true", help="without the tutorial, whose threads spin on")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = arguments.db or Path(folder) / "bench.db"
        if arguments.source:
            with FashionPlugin.open(database) as shop:
                shop.index(read_source(arguments.source))
        _search(database, jpegs(arguments.folder, arguments.searches), arguments)


def _search(database: Path, files: list[bytes], arguments: argparse.Namespace) -> None:
    with (
        FashionPlugin.open(database, parser=False, read_only=True) as whole,
        FashionPlugin.open(database, read_only=True) as parsing,
    ):
        stats = whole.stats()
        stages: dict[str, list[float]] = defaultdict(list)

        def staged(file: bytes) -> Any:
            with watching(lambda stage, seconds: stages[stage].append(seconds)):
                return parsing.search(file, limit=_LIMIT)

        category = next(iter(whole.products(limit=1).products)).category
        some = Filters(category=category) if category else Filters(in_stock=True)
        contenders: dict[str, Callable[[bytes], Any]] = {
            "ours, without the parser": lambda file: whole.search(file, limit=_LIMIT),
            "ours, with the parser": staged,
            "ours, without the parser, filtered": lambda file: whole.search(file, limit=_LIMIT, filters=some),
        }
        network = None if arguments.alone else classic(arguments.weights)
        if network is not None:
            rows = clustered(stats.products, 512)

            def tutorial(file: bytes) -> list[int]:
                scores = rows @ network.embed([file])[0]
                best = np.argpartition(-scores, _LIMIT)[:_LIMIT]
                return [int(row) for row in best[np.argsort(-scores[best])]]

            contenders["VGG16 Keras, NumPy"] = tutorial
        for shop in (whole, parsing):
            shop.warm_up()
            getattr(shop.store, "index", None) and shop.store.index.settle(600)  # type: ignore[attr-defined]
        for search in contenders.values():
            search(files[0])
        stages.clear()
        found = in_turns(contenders, files)
        print(f"\n### A photo of 1024 px to {_LIMIT} of {stats.products:,} products\n\n{machine()}")
        print(f"encoder {stats.encoder} {stats.fingerprint[:12]}, index {whole.stats().index.kind}")
        others = found.get("VGG16 Keras, NumPy")
        table(
            ("", "ms by the clock: p50 (middle half), p95", "ms of processor", "the tutorial's / its"),
            [
                (
                    name,
                    milliseconds(timed.seconds),
                    milliseconds(timed.busy),
                    ratio(timed.busy, others.busy) if others else "",
                )
                for name, timed in found.items()
            ],
        )
        parsed = len(stages["parse"]) / len(files)
        table(
            (f"stage, with the parser ({parsed:.0%} of the photos are parsed)", "ms by the clock"),
            [(name, milliseconds(seconds)) for name, seconds in stages.items() if seconds],
        )
        sizes = statistics.mean(map(len, files)) / 1e3
        print(f"\n{len(files)} photos, {sizes:.0f} kB each")


if __name__ == "__main__":
    main()
