"""Every benchmark of speed in one command, each in a process of its own.

    python tests/benchmarks PHOTOS [--source CATALOGUE] [--million] [--weights none] [--out results.md]

PHOTOS is a folder of photos; CATALOGUE is a folder, CSV or JSONL of products, the photos where it is left
out. What is printed goes to --out as well. TensorFlow (extra ``train``), faiss-cpu, usearch and hnswlib are
compared with where they are installed; without ImageNet's weights at hand, ``--weights none`` takes random
ones for VGG16, which cost the same time. ``--only`` runs some: embedding, indexing, query, neighbours,
serving. A million vectors take 5 GB of memory, 8 GB of disk and half an hour.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from fashion_plugin import FashionPlugin
from fashion_plugin.sources import read_source
from fashion_plugin.store.base import WHOLE

_HERE = Path(__file__).parent


def main() -> None:
    """Index the catalogue once, and run what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python tests/benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument(
        "--only", nargs="+", choices=("embedding", "indexing", "query", "neighbours", "serving")
    )
    parser.add_argument("--folder", type=Path, help="keep the databases here, and use them again")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        for name, commands in _commands(arguments, folder).items():
            if not arguments.only or name in arguments.only:
                for command in commands:
                    _run(name, command, arguments.out)


def _commands(arguments: argparse.Namespace, folder: Path) -> dict[str, list[list[str]]]:
    photos, weights = str(arguments.photos), ["--weights", arguments.weights]
    database, vectors = folder / "catalogue.db", folder / "vectors.npy"
    if not vectors.exists() and set(arguments.only or ("query",)) & {"query", "neighbours", "serving"}:
        _catalogue(arguments.source or arguments.photos, database, vectors)
    neighbours = ["neighbours.py", "--folder", str(folder)]
    sizes = ["--sizes", "10000", "100000"]
    commands = {
        "embedding": [["embedding.py", photos, *weights]],
        "indexing": [["indexing.py", photos, *weights]],
        "query": [["query.py", photos, "--db", str(database), *weights]],
        "neighbours": [[*neighbours, *sizes], [*neighbours, *sizes, "--vectors", str(vectors)]],
        "serving": [["serving.py", "--db", str(database), "--queries", photos, "--products", "0"]],
    }
    if arguments.million:
        commands["neighbours"].append([*neighbours, "--sizes", "1000000"])
    return commands


def _catalogue(source: Path, database: Path, vectors: Path) -> None:
    """Index the catalogue, and take its embeddings for the neighbours."""
    with FashionPlugin.open(database) as shop:
        report = shop.index(read_source(source))
        print(f"{report.encoded} photos indexed in {report.seconds:.0f} s", flush=True)
        rows = [stored.vector for _, stored in shop.store.iter_vectors() if stored.region == WHOLE]
    np.save(vectors, np.unique(np.stack(rows), axis=0))


def _run(name: str, command: list[str], out: Path | None) -> None:
    begun = time.strftime("%Y-%m-%d %H:%M")
    process = subprocess.Popen(
        [sys.executable, str(_HERE / command[0]), *command[1:]], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    lines = [f"\n## {name}, {begun}\n"]
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    if process.wait():
        raise SystemExit(f"{name}: {' '.join(command)} ended with {process.returncode}")
    if out:
        with out.open("a", encoding="utf-8") as file:
            file.writelines(lines)


if __name__ == "__main__":
    main()
