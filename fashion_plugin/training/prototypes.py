"""What kinds of products look like to an encoder: `python -m fashion_plugin.training.prototypes --data DIR`.

DIR holds fashion-products.csv and clothing.csv and the folders of their photos. Run it whenever another
encoder ships: means of one encoder say nothing to another, which then knows only what the shop's words tell.
"""

import argparse
import csv
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders import load_encoder
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.images import load_image
from fashion_plugin.looks.labels import EITHER, label_in_text
from fashion_plugin.looks.prototypes import SHIPPED, PrototypeLabels

__all__ = ["main"]

SETS: Final = {"fashion-products": "article_type", "clothing": "label"}
"""The column of each set that says what kind of product a photo shows."""

_BATCH = 32
_SIDE = 512  # pixels of the long side, as for indexing


class _Photo(NamedTuple):
    path: Path
    kind: str
    label: str


def main(arguments: list[str] | None = None) -> None:
    """Write the means, made of the training splits, and print how well they do on the validation splits."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--encoder", help="a preset's name or a file; the shipped one if left out")
    options.add_argument("--each", type=int, default=40, help="photos of each kind")
    options.add_argument("--out", type=Path, default=SHIPPED, help="where to write the means")
    chosen = options.parse_args(arguments)
    encoder = load_encoder(chosen.encoder)
    learnt = [photo for name in SETS for photo in _photos(chosen.data, name, "train", chosen.each)]
    made = PrototypeLabels.of(
        _embed(encoder, learnt), [photo.label for photo in learnt], [photo.kind for photo in learnt]
    )
    made.save(chosen.out, encoder.fingerprint)
    print(f"{chosen.out}: {len(made.labels)} kinds from {len(learnt)} photos, encoder {encoder.name}")
    for name in SETS:
        asked = _photos(chosen.data, name, "validation", chosen.each)
        found = [made(vector) for vector in _embed(encoder, asked)]
        told = [(one, photo.label) for one, photo in zip(found, asked, strict=True) if one is not None]
        right = np.mean([one == label for one, label in told])
        near = np.mean([label in EITHER.get(one, (one,)) for one, label in told])
        share = len(told) / len(asked)
        print(f"{name}: {len(asked)} photos, {share:.1%} told; right {right:.1%}, or nearly {near:.1%}")


def _photos(data: Path, name: str, split: str, each: int) -> list[_Photo]:
    """At most so many photos of each kind whose name tells what it is; always the same."""
    with (data / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    random.Random(0).shuffle(rows)  # noqa: S311 - which photos are taken is no secret
    kinds: dict[str, list[_Photo]] = defaultdict(list)
    for row in rows:
        kind = row[SETS[name]]
        label = label_in_text(kind)
        if label is not None and len(kinds[kind]) < each:
            kinds[kind].append(_Photo(data / name / f"{row['id']}.jpg", f"{name}/{kind}", label))
    return [photo for photos in kinds.values() for photo in photos]


def _embed(encoder: Encoder, photos: Sequence[_Photo]) -> NDArray[np.float32]:
    def embed(start: int) -> NDArray[np.float32]:
        return encoder.encode([load_image(p.path, min_side=_SIDE) for p in photos[start : start + _BATCH]])

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return np.concatenate(list(threads.map(embed, range(0, len(photos), _BATCH))))


if __name__ == "__main__":
    main()
