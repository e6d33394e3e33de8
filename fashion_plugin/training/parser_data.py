"""Street photos with pixel labels, and the random views the parser is trained on."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.looks.groups import GARMENT_LABELS, PIXEL_CLASSES

STREET_GROUPS: Final = {
    "top": "blouse shirt t-shirt top sweater sweatshirt hoodie jumper cardigan vest bodysuit",
    "outerwear": "coat jacket blazer cape suit",
    "dress": "dress romper",
    "bottom": "pants jeans shorts leggings",
    "skirt": "skirt",
    "shoes": "shoes boots sandals heels pumps sneakers flats loafers wedges clogs",
    "bag": "bag purse wallet",
    "hat": "hat",
    "eyewear": "glasses sunglasses",
    "belt": "belt",
    "scarf": "scarf",
    "skin": "skin",
    "hair": "hair",
    "legwear": "socks stockings tights",
    "background": "null",
}
"""Labels of Clothing Co-Parsing by pixel class; a label that stands nowhere is `other`."""

CLASS_OF_LABEL: Final = {label: name for name, labels in STREET_GROUPS.items() for label in labels.split()}

TUNING_SHARE: Final = 0.08
"""Share of the training photos kept aside for choosing thresholds, by the hash of the photo's name."""

Change = Callable[
    [NDArray[np.uint8], NDArray[np.uint8], np.random.Generator], tuple[NDArray[np.uint8], NDArray[np.uint8]]
]
"""What may be done to a view uint8 (h, w, 3) and its classes before they are learnt."""

Batch = tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]
"""Images (n, h, w, 3) in [-1, 1]; `pixels` (n, h/4, w/4, 16), 1 for the classes a pixel may be; `present`
(n, 11), 1 for what is worn, 0 for what is not, -1 where that is unknown."""

PADDING: Final = (124, 116, 104)
"""Colour outside the photo: the ImageNet mean, close to zero once scaled."""


@dataclass(frozen=True, slots=True)
class StreetBox:
    """A labelled garment: its group, box (x0, y0, x1, y1) and area as fractions of the photo."""

    group: str
    box: tuple[float, float, float, float]
    area: float


@dataclass(frozen=True, slots=True, eq=False)
class StreetPhoto:
    """A photo uint8 (h, w, 3), its pixel classes uint8 (h, w) and its labelled boxes."""

    name: str
    image: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    boxes: tuple[StreetBox, ...]


def load_street(folder: Path, split: str) -> list[StreetPhoto]:
    """Photos of one split: `train`, `tuning` (held back from train) or `validation`."""
    labels = json.loads((folder / "street_labels.json").read_text())
    names = [CLASS_OF_LABEL.get(label, "other") for label in labels]
    to_class = np.array([PIXEL_CLASSES.index(name) for name in names], np.uint8)
    rows: dict[str, list[dict[str, str]]] = {}
    with (folder / "street.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["photo"], []).append(row)
    photos = []
    for name, found in rows.items():
        held_back = found[0]["split"] == "train" and _held_back(name)
        if split != ("tuning" if held_back else found[0]["split"]):
            continue
        with Image.open(folder / "street" / f"{name}.jpg") as file:
            image = np.asarray(file.convert("RGB"))
        with Image.open(folder / "street" / f"{name}.png") as file:
            classes = to_class[np.asarray(file)]
        photos.append(StreetPhoto(name, image, classes, tuple(_box(row) for row in found)))
    return photos


def _held_back(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] < TUNING_SHARE * 256


def _box(row: dict[str, str]) -> StreetBox:
    box = (float(row["x0"]), float(row["y0"]), float(row["x1"]), float(row["y1"]))
    return StreetBox(CLASS_OF_LABEL.get(row["label"], "other"), box, float(row["area"]))


def random_view(
    photo: StreetPhoto, size: tuple[int, int], rng: np.random.Generator, *, stride: int = 4
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A random view of a photo: uint8 (h, w, 3), and its classes (h/stride, w/stride)."""
    height, width = size
    source_height, source_width = photo.classes.shape
    fit = min(width / source_width, height / source_height)
    zoom = fit * float(np.exp(rng.uniform(np.log(0.7), np.log(1.55))))
    stretch = float(np.exp(rng.uniform(-0.13, 0.13)))
    angle = rng.normal(0, 0.07)
    scale = np.array([stretch * (-1 if rng.random() < 0.5 else 1), 1 / stretch]) * zoom
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # Where the view is larger than the photo the photo moves inside it, where it is smaller the view moves.
    room = np.abs(np.array([width, height]) - np.abs(scale) * [source_width, source_height]) / 2 + 6
    shift = rng.uniform(-room, room)
    backward = np.diag(1 / scale) @ turn
    centre = np.array([source_width, source_height]) / 2 - backward @ (np.array([width, height]) / 2 + shift)
    matrix = (backward[0, 0], backward[0, 1], centre[0], backward[1, 0], backward[1, 1], centre[1])
    view = Image.fromarray(photo.image).transform(
        (width, height), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=PADDING
    )
    coarse = (
        matrix[0] * stride,
        matrix[1] * stride,
        centre[0],
        matrix[3] * stride,
        matrix[4] * stride,
        centre[1],
    )
    classes = Image.fromarray(photo.classes).transform(
        (width // stride, height // stride),
        Image.Transform.AFFINE,
        coarse,
        Image.Resampling.NEAREST,
        fillcolor=0,
    )
    return _random_colour(np.asarray(view), rng), np.asarray(classes)


def _random_colour(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Change brightness, contrast, saturation and white balance; one photo in twenty goes grey."""
    mean = image.mean(axis=(0, 1), dtype=np.float32)
    saturation = 0.0 if rng.random() < 0.05 else rng.uniform(0.6, 1.4)
    gain = np.exp(rng.normal(0, 0.12, 3) * [1, 0.6, 1]) * np.exp(rng.normal(0, 0.16))
    contrast = rng.uniform(0.75, 1.25)
    mix = saturation * np.eye(3) + (1 - saturation) * np.array([[0.299, 0.587, 0.114]] * 3)
    matrix = (np.diag(gain) * contrast) @ mix
    offset = gain * (1 - contrast) * mean.mean()
    changed = image.astype(np.float32) @ matrix.T.astype(np.float32) + offset.astype(np.float32)
    return np.asarray(np.clip(changed, 0, 255), np.uint8)


def presence(classes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Which GARMENT_LABELS cover at least 0.1 % of the pixels: float32 (11,) of 0 and 1."""
    counts = np.bincount(classes.ravel(), minlength=len(PIXEL_CLASSES))[1 : len(GARMENT_LABELS) + 1]
    return (counts >= 0.001 * classes.size).astype(np.float32)


def training_batches(
    photos: list[StreetPhoto],
    size: tuple[int, int],
    batch: int,
    seed: tuple[int, int],
    first: int = 0,
    count: int | None = None,
    change: Change | None = None,
) -> Iterator[Batch]:
    """Batches of random views, `count` of an epoch's batches from number `first` on (all by default).

    The same seed (run, epoch) gives the same batches, so that a run resumes exactly. `change` is done to each
    view.
    """
    order = np.random.default_rng(seed).permutation(len(photos))
    last = len(order) // batch if count is None else first + count
    for number in range(first, last):
        views = []
        for index in order[number * batch : (number + 1) * batch]:
            rng = np.random.default_rng((*seed, int(index)))
            view, labels = random_view(photos[index], size, rng)
            views.append(change(view, labels, rng) if change else (view, labels))
        images = np.stack([view for view, _ in views]).astype(np.float32) / 127.5 - 1.0
        classes = np.stack([labels for _, labels in views])
        present = np.stack([presence(labels) for labels in classes])
        yield images, {"pixels": np.eye(len(PIXEL_CLASSES), dtype=np.float32)[classes], "present": present}
