"""What is best embedded of a photo: all of it, a garment's box, or the box with its background softened.

    python tests/benchmarks/garment_crops.py --data DIR

DIR holds clothing.csv, fashion-products.csv, street.csv, street_labels.json and the folders of their photos.
Queries are of the validation splits; galleries are samples (`--gallery`, `--catalogue`, `--products`), always
the same. Three tables: photos of single garments by other people, street photos against catalogue photos
(the main garment that the parser finds, and every labelled garment), and catalogue photos among themselves.
"""

import argparse
import csv
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Garment
from fashion_plugin.encoders import load_encoder
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.images import load_image
from fashion_plugin.looks.groups import GROUPS, PIXEL_CLASSES
from fashion_plugin.looks.labels import label_in_text
from fashion_plugin.looks.plain import crop_box, is_plain_background, main_garment, soften_background
from fashion_plugin.looks.shipped import shipped_parser
from fashion_plugin.looks.subject import Subjects
from fashion_plugin.training.metrics import bootstrap
from fashion_plugin.training.parser_data import StreetPhoto, load_street
from fashion_plugin.training.protocol import CLOTHING_LABELS

SIDE = 512  # pixels of the long side, as for indexing

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Seen:
    """One photo: embeddings of the whole, the main garment's box, the softened box; what the rule says."""

    whole: Vectors
    box: Vectors
    soft: Vectors
    found: str
    plain: bool
    cropped: bool


class Bench:
    """Encoder and parser, over a thread for each core."""

    def __init__(self, encoder: str | None) -> None:
        self.encoder: Encoder = load_encoder(encoder)
        parser = shipped_parser()
        if parser is None:
            sys.exit("this build has no garment parser")
        self.parser = parser
        self.subjects = Subjects(parser)

    def see(self, path: Path) -> Seen:
        photo = load_image(path, min_side=SIDE)
        garments = self.parser.parse(photo)
        plain = is_plain_background(photo)
        main = main_garment(garments)
        if main is None:
            (whole,) = self.encoder.encode([photo])
            return Seen(whole, whole, whole, "", plain, False)
        parts = [photo, crop_box(photo, main.box), soften_background(photo, main)]
        whole, box, soft = self.encoder.encode(parts)
        cropped = not plain and self.subjects.choose(photo, garments).crop is not None
        return Seen(whole, box, soft, main.label, plain, cropped)

    def whole(self, path: Path) -> Vectors:
        return self.encoder.encode([load_image(path, min_side=SIDE)])[0]


def each(work: Callable[[Path], object], paths: Sequence[Path]) -> list[object]:
    """Do something for each path, in a thread for each core; says how far it is."""
    found = []
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for number, one in enumerate(threads.map(work, paths), 1):
            found.append(one)
            if number % 500 == 0:
                print(f"  … {number} of {len(paths)}", file=sys.stderr)
    return found


WAYS: dict[str, tuple[Callable[[Seen], bool], str]] = {
    "whole photo": (lambda seen: False, "box"),
    "box, wherever a garment is found": (lambda seen: bool(seen.found), "box"),
    "box + mask, wherever a garment is found": (lambda seen: bool(seen.found), "soft"),
    "box, but for plain backgrounds": (lambda seen: bool(seen.found) and not seen.plain, "box"),
    "box, where somebody is dressed (as shipped)": (lambda seen: seen.cropped, "box"),
    "box + mask, where somebody is dressed": (lambda seen: seen.cropped, "soft"),
}


def stack(photos: Iterable[Seen], way: str) -> tuple[Vectors, NDArray[np.bool_]]:
    """The embeddings that one way searches with, and where these are of a crop."""
    when, part = WAYS[way]
    photos = list(photos)
    cropped = np.array([when(seen) for seen in photos])
    rows = [getattr(seen, part) if use else seen.whole for seen, use in zip(photos, cropped, strict=True)]
    return np.stack(rows), cropped


def precision(
    scores: NDArray[np.float32], right: Callable[[int, NDArray[np.intp]], NDArray[np.bool_]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Precision at 1 and at 10 of each query; `right` says which of some gallery rows are."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    hits = np.array([right(query, row) for query, row in enumerate(order)])
    return hits[:, 0].astype(np.float64), hits.mean(axis=1)


def line(name: str, share: str, at_1: NDArray[np.float64], at_10: NDArray[np.float64]) -> None:
    one, ten = bootstrap(at_1), bootstrap(at_10)
    print(f"| {name} | {share} | {one} | {ten} |")


def head(title: str, count: str) -> None:
    print(f"\n### {title}\n\n| embedded | {count} | P@1 | P@10 |\n|---|---|---|---|")


def rows_of(data: Path, name: str) -> list[dict[str, str]]:
    with (data / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sample(rows: list[dict[str, str]], size: int) -> list[dict[str, str]]:
    random.Random(0).shuffle(rows)
    return rows[:size]


def clothing(bench: Bench, data: Path, gallery: int) -> None:
    """Photos of single garments, queries of the senders kept apart, against other senders' photos."""
    rows = rows_of(data, "clothing")
    queries = [row for row in rows if row["split"] == "validation" and row["label"] in CLOTHING_LABELS]
    others = sample([row for row in rows if row["split"] == "train"], gallery)
    used = [*queries, *others]
    photos: list[Seen] = each(bench.see, [data / "clothing" / f"{row['id']}.jpg" for row in used])  # type: ignore[assignment]
    labels = np.array([row["label"] for row in used])
    senders = np.array([row["sender"] for row in used])
    whole = np.stack([seen.whole for seen in photos])
    title = f"Photos of single garments: {len(queries)} queries, {len(used)} photos, other senders only"
    head(title, "cropped")
    for way in WAYS:
        vectors, cropped = stack(photos, way)
        # As in the shop: the crop searches among crops and whole photos.
        scores = np.maximum(vectors[: len(queries)] @ vectors.T, vectors[: len(queries)] @ whole.T)
        scores[senders[: len(queries), None] == senders[None, :]] = -9
        found = precision(scores, lambda query, row: labels[row] == labels[query])
        line(way, f"{cropped.mean():.1%}", *found)


def street(bench: Bench, data: Path, size: int) -> None:
    """Garments of street photos against catalogue photos; right is a product of the garment's group."""
    rows = sample([row for row in rows_of(data, "fashion-products") if row["split"] == "train"], size)
    groups = np.array([label_in_text(row["article_type"]) or "" for row in rows])
    catalogue = np.stack(
        each(bench.whole, [data / "fashion-products" / f"{row['id']}.jpg" for row in rows])  # type: ignore[arg-type]
    )
    photos = load_street(data, "validation")
    seen: list[Seen] = each(bench.see, [data / "street" / f"{photo.name}.jpg" for photo in photos])  # type: ignore[assignment]
    largest = [_largest(photo) for photo in photos]
    right = sum(one.found == group for one, group in zip(seen, largest, strict=True))
    head(
        f"Main garment of street photos: {len(photos)} queries, {len(rows)} catalogue photos; right is the "
        f"group of the largest labelled garment (the parser's main garment is of it in {right})",
        "cropped",
    )
    for way in WAYS:
        vectors, cropped = stack(seen, way)
        found = precision(vectors @ catalogue.T, lambda query, row: groups[row] == largest[query])
        line(way, f"{cropped.mean():.1%}", *found)
    _labelled(bench, photos, catalogue, groups)


def _largest(photo: StreetPhoto) -> str:
    return max((box for box in photo.boxes if box.group in GROUPS), key=lambda box: box.area).group


def _labelled(bench: Bench, photos: Sequence[StreetPhoto], catalogue: Vectors, groups: NDArray) -> None:  # type: ignore[type-arg]
    cuts: dict[str, Callable[[NDArray[np.uint8], Garment], NDArray[np.uint8]]] = {
        "whole photo": lambda image, garment: image,
        "box, no margin": lambda image, garment: crop_box(image, garment.box, 0.0),
        "box, margin .08 (as shipped)": lambda image, garment: crop_box(image, garment.box),
        "box, margin .2": lambda image, garment: crop_box(image, garment.box, 0.2),
        "box + mask": soften_background,
    }
    asked = [
        (photo.image, Garment(box.group, box.box, mask=_mask(photo, box.group, box.box)))
        for photo in photos
        for box in photo.boxes
        if box.group in GROUPS and box.area >= 0.004
    ]
    wanted = [garment.label for _, garment in asked]
    head(f"Labelled garments of street photos, true boxes and masks: {len(asked)} queries", "queries")
    for name, cut in cuts.items():
        vectors = bench.encoder.encode([cut(image, garment) for image, garment in asked])
        found = precision(vectors @ catalogue.T, lambda query, row: groups[row] == wanted[query])
        line(name, str(len(asked)), *found)


def _mask(photo: StreetPhoto, group: str, box: tuple[float, ...]) -> NDArray[np.bool_]:
    height, width = photo.classes.shape
    x0, y0, x1, y1 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    part = photo.classes[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))]
    return np.asarray(part == PIXEL_CLASSES.index(group))


def products(bench: Bench, data: Path, size: int) -> None:
    """Catalogue photos kept apart, leave one out; right is the same article type."""
    rows = sample([row for row in rows_of(data, "fashion-products") if row["split"] == "validation"], size)
    photos: list[Seen] = each(bench.see, [data / "fashion-products" / f"{row['id']}.jpg" for row in rows])  # type: ignore[assignment]
    types = np.array([row["article_type"] for row in rows])
    plain = np.mean([seen.plain for seen in photos])
    head(f"Catalogue photos: {len(rows)} products, {plain:.0%} on a plain background", "cropped")
    for way in WAYS:
        vectors, cropped = stack(photos, way)
        scores = vectors @ vectors.T
        np.fill_diagonal(scores, -9)
        found = precision(scores, lambda query, row: types[row] == types[query])
        line(way, f"{cropped.mean():.1%}", *found)


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--encoder", help="a preset's name or a file; the shipped one if left out")
    options.add_argument("--gallery", type=int, default=1100, help="clothing photos beside the queries")
    options.add_argument("--catalogue", type=int, default=2200, help="products that street photos search")
    options.add_argument("--products", type=int, default=500, help="products compared with one another")
    chosen = options.parse_args()
    bench = Bench(chosen.encoder)
    encoder, parser = bench.encoder, bench.parser
    print(f"encoder {encoder.name} {encoder.fingerprint[:12]}, parser {parser.fingerprint}")
    start = time.perf_counter()
    street(bench, chosen.data, chosen.catalogue)
    clothing(bench, chosen.data, chosen.gallery)
    products(bench, chosen.data, chosen.products)
    print(f"\n{time.perf_counter() - start:.0f} s; {' '.join(sys.argv)}")


if __name__ == "__main__":
    main()
