"""Encoders side by side: dimension, size, time for a photo, and the protocol's figures on validation photos.

    python tests/benchmarks/encoders.py DATA [ENCODER …] [--json OUT] [--intervals]

DATA holds ``clothing/``, ``fashion-products/`` and their tables. An ENCODER is what ``FashionPlugin.open``
takes (a preset, a path, ``mobilenet_v2@WEIGHTS``), or ``histogram``, the colours of a photo's centre; without
any, ``fashion`` and ``histogram``. Each is timed on one core in a process of its own, from decoded photo to
embedding.
``--most N`` takes fewer photos, to try it out.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from measuring import machine, table

from fashion_plugin.encoders import PRESETS, Encoder, load_encoder
from fashion_plugin.encoders.litert import WEIGHTS
from fashion_plugin.encoders.published import PUBLISHED
from fashion_plugin.images import load_image
from fashion_plugin.training import metrics, protocol
from fashion_plugin.training.augment import Augmentation, made_view
from fashion_plugin.training.baselines import ColourHistogram

_BATCH, _TIMED, _SIDE = 32, 100, 224
_TURN = 10.0  # degrees to either side
_HARD = Augmentation(
    # A view shows 12 to 60 % of the photo's area.
    crop=(0.12**0.5, 0.6**0.5),
    background=0.5,
    brightness=0.14,
    contrast=0.2,
    tint=0.05,
    noise=3.0,
    blur=0.8,
)
_QUESTIONS = (
    "clothing P@1",
    "clothing P@10",
    "type P@1",
    "type P@10",
    "type and colour P@10",
    "view R@1",
    "view R@5",
)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Photos:
    """Shoppers' photos of the ten garments, of all senders, and the catalogue's validation photos."""

    clothing: list[dict[str, str]]
    products: list[dict[str, str]]
    folder: Path

    @classmethod
    def read(cls, folder: Path, most: int) -> "Photos":
        clothing = [r for r in _rows(folder / "clothing.csv") if r["label"] in protocol.CLOTHING_LABELS]
        products = [r for r in _rows(folder / "fashion-products.csv") if r["split"] == "validation"]
        # Those kept apart first, so that a part of the photos still has questions to ask.
        clothing.sort(key=lambda row: row["split"] != "validation")
        return cls(clothing[:most], products[:most], folder)

    def wild(self, row: dict[str, str]) -> Pixels:
        return load_image(self.folder / "clothing" / f"{row['id']}.jpg")

    def shop(self, row: dict[str, str]) -> Pixels:
        return load_image(self.folder / "fashion-products" / f"{row['id']}.jpg")

    def view(self, number: int) -> Pixels:
        """A hard view of a catalogue photo: a part of it, turned, relit, with another photo behind it."""
        rng = np.random.default_rng((7, number))
        picture = Image.fromarray(self.shop(self.products[number]))
        angle = float(rng.uniform(-_TURN, _TURN))
        turned = picture.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=(255, 255, 255))
        scene = self.wild(self.clothing[int(rng.integers(len(self.clothing)))])
        return made_view(np.asarray(turned), _SIDE, (7, number, 1), how=_HARD, scenes=[scene])


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("encoders", nargs="*", default=["fashion", "histogram"])
    parser.add_argument("--intervals", action="store_true", help="print 95 % bootstrap intervals")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    parser.add_argument("--most", type=int, default=1_000_000, help="photos of each set")
    parser.add_argument("--time", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    photos = Photos.read(arguments.data, arguments.most)
    if arguments.time:
        print(json.dumps(_timed(arguments.time, photos)))
        return
    found = []
    for name in arguments.encoders:
        row = {"encoder": _label(name), **_about(name), **_time_alone(arguments.data, name)}
        figures = _figures(_encoder(name), photos)
        found.append({**row, "figures": {key: asdict(figure) for key, figure in figures.items()}})
        print(f"{name}: {', '.join(f'{key} {figure}' for key, figure in figures.items())}", flush=True)
    print(f"\n{machine()}")
    asked = sum(row["split"] == "validation" for row in photos.clothing)
    print(f"{asked} shoppers' photos against {len(photos.clothing)}; {len(photos.products)} catalogue photos")
    head = ("encoder", "dimensions", "MB", "ms a photo (of CPU)", *_QUESTIONS)
    table(head, [_line(row, arguments.intervals) for row in found])
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _line(row: dict[str, Any], intervals: bool) -> list[str]:
    size = "" if row["bytes"] is None else f"{row['bytes'] / 1e6:.1f}"
    cells = [row["encoder"], str(row["dim"]), size, f"{row['clock']:.1f} ({row['cpu']:.1f})"]
    for question in _QUESTIONS:
        figure = row["figures"][question]
        text = f"{figure['value']:.3f}"
        cells.append(f"{text} [{figure['low']:.3f}, {figure['high']:.3f}]" if intervals else text)
    return cells


def _label(name: str) -> str:
    known, _, weights = name.partition("@")
    return f"{known}, {Path(weights).name}" if weights else Path(name).name


def _encoder(name: str) -> Encoder:
    return ColourHistogram() if name == "histogram" else load_encoder(name)


def _about(name: str) -> dict[str, Any]:
    """The dimension, and the bytes of the file that holds the weights (None where there is none here)."""
    if name == "histogram":
        return {"dim": ColourHistogram.dim, "bytes": 0}
    preset, _, weights = name.partition("@")
    path = Path(weights or name)
    if preset in PRESETS and not weights:
        known = PRESETS[preset]
        published = PUBLISHED.get((known.backbone, known.pooling == "fc2"))
        cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "models"
        path = cache / published.file if published else WEIGHTS / known.file
    return {"dim": load_encoder(name).dim, "bytes": path.stat().st_size if path.is_file() else None}


def _time_alone(data: Path, name: str) -> dict[str, float]:
    command = [sys.executable, __file__, str(data), "--time", name]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1"}
    output = subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout
    return dict(json.loads(output.splitlines()[-1]))


def _timed(name: str, photos: Photos) -> dict[str, float]:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    encoder = _encoder(name)
    images = [photos.shop(row) for row in photos.products[:_TIMED]]
    for image in images[:5]:
        encoder.encode([image])
    clock, busy = [], []
    for image in images:
        start, used = time.perf_counter(), time.process_time()
        encoder.encode([image])
        clock.append(time.perf_counter() - start)
        busy.append(time.process_time() - used)
    return {"clock": float(np.median(clock)) * 1e3, "cpu": float(np.median(busy)) * 1e3}


def _figures(encoder: Encoder, photos: Photos) -> dict[str, metrics.Figure]:
    wild = _embed(encoder, lambda number: photos.wild(photos.clothing[number]), len(photos.clothing))
    shop = _embed(encoder, lambda number: photos.shop(photos.products[number]), len(photos.products))
    views = _embed(encoder, photos.view, len(photos.products))
    labels, senders = ([row[key] for row in photos.clothing] for key in ("label", "sender"))
    asked = [number for number, row in enumerate(photos.clothing) if row["split"] == "validation"]
    types = [row["article_type"] for row in photos.products]
    both = [(row["article_type"], row["colour"]) for row in photos.products]
    numbers = range(len(photos.products))
    values = {
        "clothing P@1": protocol.across_senders(wild, labels, senders, asked, 1),
        "clothing P@10": protocol.across_senders(wild, labels, senders, asked, 10),
        "type P@1": protocol.leave_one_out(shop, types, 1),
        "type P@10": protocol.leave_one_out(shop, types, 10),
        "type and colour P@10": protocol.leave_one_out(shop, both, 10),
        "view R@1": protocol.same_product(views, numbers, shop, numbers, 1),
        "view R@5": protocol.same_product(views, numbers, shop, numbers, 5),
    }
    return {question: metrics.bootstrap(values[question]) for question in _QUESTIONS}


def _embed(encoder: Encoder, photo: Callable[[int], Pixels], count: int) -> NDArray[np.float32]:
    batches: Sequence[range] = [range(s, min(s + _BATCH, count)) for s in range(0, count, _BATCH)]
    return np.concatenate([encoder.encode([photo(number) for number in batch]) for batch in batches])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
