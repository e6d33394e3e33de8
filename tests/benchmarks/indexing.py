"""Indexing: photos per second from files and from an image server, memory as it goes on, and growth.

    python tests/benchmarks/indexing.py PHOTOS [--photos 600] [--growth 1000 10000 100000] [--weights none]

PHOTOS is a folder. Its photos, as they are, are indexed from files and from a server on loopback, with the
encoder and the parser of the package and without the parser, each into a database of its own in a process of
its own, in turns with what a tutorial does: VGG16 in Keras, 32 photos at a time, into a NumPy file (where
TensorFlow is installed, on as many photos as --classic says). For growth as many small drawn photos as the
last number of --growth are indexed with an encoder that takes no time: what else a product costs.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from classic import classic
from measuring import machine, peak, resident, table

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.catalog import Progress
from fashion_plugin.download import Downloader, DownloadSettings

_BATCH = 32
_TURNS = 3


class _NoTime:
    """An encoder whose embeddings are drawn from the photo's own pixels."""

    name, fingerprint, dim = "no time", "0" * 64, 512

    def encode(self, images: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        rows = np.zeros((len(images), self.dim), np.float32)
        for row, image in zip(rows, images, strict=True):
            seed = int.from_bytes(image[:2, :2].tobytes()[:8], "little")
            row[:] = np.random.default_rng(seed).standard_normal(self.dim, dtype=np.float32)
            row /= np.linalg.norm(row)
        return rows


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    """Run all, each in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=600)
    parser.add_argument("--classic", type=int, default=64)
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--growth", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--part", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(_PARTS[arguments.part.partition(":")[0]](arguments)))
        return
    _compare(arguments)
    if arguments.growth:
        _grow(arguments)


def _compare(arguments: argparse.Namespace) -> None:
    found = defaultdict(list)
    with _serving(arguments.folder) as address:
        parts = ["files", "whole", f"server:{address}", "classic"]
        for turn in range(_TURNS):
            for part in random.Random(turn).sample(parts, len(parts)):
                if result := _process(part):
                    found[part.partition(":")[0]].append(result)
    print(f"\n### Photos into a database\n\n{machine()}")
    what = {
        "files": "ours, from files",
        "server": "ours, from an image server on loopback",
        "whole": "ours, from files, without the parser",
        "classic": "VGG16 Keras, 32 at a time, into a NumPy file",
    }
    classics = found.get("classic")
    rows = []
    for part, name in what.items():
        runs = found.get(part)
        if not runs:
            continue
        clock, busy = (sorted(1 / run[key] for run in runs) for key in ("seconds", "busy"))
        times = ""
        if classics:
            times = " to ".join(f"{one:.1f}" for one in _ratios(runs, classics))
        rows.append(
            (
                name,
                f"{statistics.median(clock):.1f} ({clock[0]:.1f} to {clock[-1]:.1f})",
                f"{1e3 / statistics.median(busy):.1f}",
                times,
                f"{max(run['peak'] for run in runs):.0f}",
                " ".join(f"{megabytes:.0f}" for megabytes in runs[0]["memory"]),
            )
        )
    table(
        (
            f"{arguments.photos} photos",
            "photos per second by the clock",
            "ms of processor each",
            "times the classic (processor), turn by turn",
            "peak MB",
            "MB at each tenth",
        ),
        rows,
    )


def _ratios(runs: list[dict[str, float]], others: list[dict[str, float]]) -> tuple[float, float]:
    every = sorted(b["busy"] / a["busy"] for a, b in zip(runs, others, strict=False))
    return every[0], every[-1]


def _grow(arguments: argparse.Namespace) -> None:
    (result,) = (_process("growth"),)
    assert result
    print(f"\n### Growth, beside encoding\n\n{machine()}")
    table(
        (
            "products",
            "ms of processor each, since the line above",
            "per second by the clock",
            "MB",
            "file MB",
        ),
        result["rows"],
    )


def _process(part: str) -> dict[str, list[float]] | None:
    command = [sys.executable, *sys.argv, "--part", part]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, list[float]] | None = json.loads(done.stdout.splitlines()[-1])
    return found


def _photos(arguments: argparse.Namespace) -> list[Path]:
    paths = sorted(path for path in arguments.folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    return random.Random(7).sample(paths, min(arguments.photos, len(paths)))


def _ours(arguments: argparse.Namespace) -> dict[str, object]:
    part, _, address = arguments.part.partition(":")
    photos: list[Path | str] = list(_photos(arguments))
    if address:
        root = arguments.folder
        photos = [f"http://{address}/{path.relative_to(root).as_posix()}" for path in _photos(arguments)]
    products = [Product(str(number), images=[photo]) for number, photo in enumerate(photos)]
    settings = DownloadSettings(allow_private=frozenset({address} if address else ()))
    memory: list[float] = []

    def note(progress: Progress) -> None:
        while len(memory) < 10 * progress.done // len(products):
            memory.append(resident())

    with (
        tempfile.TemporaryDirectory() as folder,
        FashionPlugin.open(
            Path(folder) / "bench.db",
            downloader=Downloader(settings),
            parser=False if part == "whole" else None,
        ) as shop,
    ):
        shop.warm_up()
        busy = time.process_time()
        report = shop.index(products, on_progress=note)
        busy = time.process_time() - busy
        assert not report.failed, report.failures[:3]
        return {
            "seconds": report.seconds / report.encoded,
            "busy": busy / report.encoded,
            "peak": peak(),
            "memory": memory,
        }


def _classic(arguments: argparse.Namespace) -> dict[str, object] | None:
    network = classic(arguments.weights)
    if network is None:
        return None
    files = _photos(arguments)[: arguments.classic]
    network.embed([files[0].read_bytes()] * _BATCH)
    start, busy = time.perf_counter(), time.process_time()
    some = [files[at : at + _BATCH] for at in range(0, len(files), _BATCH)]
    rows = np.concatenate([network.embed([path.read_bytes() for path in batch]) for batch in some])
    with tempfile.TemporaryFile() as file:
        np.save(file, rows)
    return {
        "seconds": (time.perf_counter() - start) / len(files),
        "busy": (time.process_time() - busy) / len(files),
        "peak": peak(),
        "memory": [resident()],
    }


def _growth(arguments: argparse.Namespace) -> dict[str, object]:
    sizes = sorted(arguments.growth)
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        with FashionPlugin.open(database, encoder=_NoTime(), parser=False) as shop:
            before = 0
            for size in sizes:
                drawing: list[float] = []
                drawn = _drawn(Path(folder), before, size, drawing)
                start, busy = time.perf_counter(), time.process_time()
                report = shop.index(drawn)
                count = size - before
                rows.append(
                    [
                        f"{size:,}",
                        f"{1e3 * (time.process_time() - busy - sum(drawing)) / count:.2f}",
                        f"{count / (time.perf_counter() - start - sum(drawing)):.0f}",
                        f"{resident():.0f}",
                        f"{database.stat().st_size / 1e6:.0f}",
                    ]
                )
                assert report.added == count, report
                before = size
    return {"rows": rows}


def _drawn(folder: Path, start: int, end: int, seconds: list[float]) -> Iterator[Product]:
    """Products whose photo, of 32 x 32 pixels, no other has, made as they are read (``seconds``)."""
    for number in range(start, end):
        begun = time.thread_time()
        path = folder / f"{number % 4096}.png"
        pixels = np.zeros((32, 32, 3), np.uint8)
        pixels[0, 0] = list(number.to_bytes(3, "little"))
        Image.fromarray(pixels).save(path, compress_level=0)
        place = folder / f"{number // 4096}"
        place.mkdir(exist_ok=True)
        path = path.rename(place / path.name)
        seconds.append(time.thread_time() - begun)
        yield Product(str(number), images=[path], category=f"kind {number % 40}")


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


_PARTS = {"files": _ours, "whole": _ours, "server": _ours, "classic": _classic, "growth": _growth}


if __name__ == "__main__":
    main()
