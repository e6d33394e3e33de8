"""The photos and labels that the shipped encoder is trained on, and the views that training makes of them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.catalog import Box
from fashion_plugin.encoders.preprocess import square
from fashion_plugin.errors import TrainingError
from fashion_plugin.images import load_image
from fashion_plugin.looks.plain import crop_box
from fashion_plugin.training.augment import background_mask
from fashion_plugin.training.protocol import CLOTHING_LABELS
from fashion_plugin.training.recipe_street import street_garments

__all__ = ["SIDE", "SOURCES", "Photo", "Squares", "made_square", "read_photos"]

Pixels = NDArray[np.uint8]

SIDE: Final = 208
"""Side in pixels at which photos are kept: the catalogue photos' own."""

SOURCES: Final = ("clothing", "fashion-products", "street")
"""The data sets, by their folders and tables."""

_NOISE: Final = ("Not sure", "Other", "Skip")

_GARMENT_OF: Final = {
    name: garment
    for garment, names in {
        "T-Shirt": "Tshirts|Polo",
        "Longsleeve": "Sweaters|Sweatshirts|Hoodie",
        "Pants": "Jeans|Trousers|Track Pants",
        "Shoes": "Casual Shoes|Sports Shoes|Formal Shoes|Flats|Heels|Sandals",
        "Shirt": "Shirts",
        "Dress": "Dresses",
        "Outwear": "Jackets|Blazers|Rain Jacket|Blazer",
        "Shorts": "Shorts",
        "Hat": "Caps|Hat",
        "Skirt": "Skirts",
    }.items()
    for name in names.split("|")
}
"""Labels of either set that mean one of the ten garments of the clothing protocol."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A labelled photo, or the garment in a ``box`` of it; what is not known is empty.

    ``source`` is its data set, ``garment`` which of the ten garments of the clothing protocol it shows.
    """

    source: str
    path: Path
    kind: str
    colour: str
    sender: str
    split: str
    garment: str
    box: Box | None = None

    @property
    def named(self) -> str:
        """The kind with whose word it is, such as "fashion-products/Jeans": street garments use theirs."""
        words = "fashion-products" if self.source == "street" else self.source
        return f"{words}/{self.kind}" if self.kind else ""

    def pixels(self) -> Pixels:
        """What is shown to the encoder, uint8 (h, w, 3): a garment is cut as a search cuts it."""
        image = load_image(self.path)
        return image if self.box is None else crop_box(image, self.box)


def read_photos(data: Path, leave_out: Sequence[str] = ()) -> list[Photo]:
    """The photos of the tables in a folder, less those labelled as noise; of street photos the garments.

    Raises:
        TrainingError: a table or its photos are not there, or nothing is left.
    """
    photos: list[Photo] = []
    for source in SOURCES:
        if source in leave_out:
            continue
        table = data / f"{source}.csv"
        if not table.is_file():
            raise TrainingError(
                f"There is no {table}. Give the folder of the data sets, or --leave-out {source}."
            )
        photos += _street(data, table) if source == "street" else _whole(data, table, source)
    missing = [photo.path for photo in photos if not photo.path.is_file()]
    if missing:
        raise TrainingError(f"{len(missing)} photos are missing, the first is {missing[0]}.")
    if not photos:
        raise TrainingError("No photo is left to train on: leave out fewer data sets.")
    return photos


def _whole(data: Path, table: Path, source: str) -> Iterator[Photo]:
    column = {"clothing": "label", "fashion-products": "article_type"}[source]
    with table.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind = row[column]
            if kind not in _NOISE:
                path = data / source / f"{row['id']}.jpg"
                garment = kind if kind in CLOTHING_LABELS else _GARMENT_OF.get(kind, "")
                colour, sender = row.get("colour", ""), row.get("sender", "")
                yield Photo(source, path, kind, colour, sender, row["split"], garment)


def _street(data: Path, table: Path) -> Iterator[Photo]:
    for one in street_garments(data, table):
        yield Photo("street", one.path, one.kind, "", "", one.split, one.garment, one.box)


class Squares:
    """Photos and garments padded to squares, decoded once into a file: index → (SIDE, SIDE, 3) uint8."""

    def __init__(self, photos: Sequence[Photo], file: Path) -> None:
        shape = (len(photos), SIDE, SIDE, 3)
        if not file.is_file():
            part = file.with_name(f".{file.name}.part")
            kept = open_memmap(part, "w+", np.uint8, shape)
            for index, photo in enumerate(photos):
                kept[index] = square(photo.pixels(), SIDE)
            kept.flush()
            part.replace(file)
        self._kept = np.load(file, mmap_mode="r")
        if self._kept.shape != shape:
            raise TrainingError(f"{file} holds other photos: delete it, or give another --out folder.")

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Pixels:
        return np.array(self._kept[index])

    def plain(self, indices: Sequence[int], size: int) -> Iterator[Pixels]:
        """The photos as the encoder sees them, (size, size, 3) each."""
        for index in indices:
            yield square(self[index], size)


def made_square(image: Pixels, scene: Pixels, size: int, rng: np.random.Generator) -> Pixels:
    """Make a view (size, size, 3) of a square photo: another crop, angle, light and background.

    The hue is kept: colour is one of the things to be learned.
    """
    if rng.random() < 0.3:
        mask = background_mask(image)
        if mask.mean() > 0.12:
            behind = scene[:, ::-1] if rng.random() < 0.5 else scene
            image = np.where(mask[..., None], behind, image)
    view = Image.fromarray(image).transform(
        (size, size),
        Image.Transform.QUAD,
        _corners(image.shape[0], rng),
        Image.Resampling.BILINEAR,
        fillcolor=(255, 255, 255),
    )
    view = view.convert("RGB", _light(rng))
    if rng.random() < 0.08:
        small = int(rng.integers(size // 3, size))
        view = view.resize((small, small), Image.Resampling.BILINEAR).resize((size, size))
    pixels = np.array(view)
    if rng.random() < 0.1:
        height, width = rng.integers(size // 8, size // 3, 2)
        top, left = int(rng.integers(size - height)), int(rng.integers(size - width))
        pixels[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    return pixels


def _corners(side: int, rng: np.random.Generator) -> tuple[float, ...]:
    scale = side * float(np.sqrt(rng.uniform(0.3, 1.08)))  # the share of the photo's area that is kept
    stretch = float(np.exp(rng.uniform(-0.22, 0.22)))
    width, height = scale * stretch, scale / stretch
    x, y = (side / 2 + rng.uniform(-1, 1) * max(0.0, side - length) / 2 for length in (width, height))
    angle = np.deg2rad(rng.uniform(-10, 10))
    mirror = -1 if rng.random() < 0.5 else 1
    corners: list[float] = []
    for across, down in ((-0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (0.5, -0.5)):
        u = mirror * across * width + rng.uniform(-0.08, 0.08) * width / 2
        v = down * height + rng.uniform(-0.08, 0.08) * height / 2
        corners += [x + np.cos(angle) * u - np.sin(angle) * v, y + np.sin(angle) * u + np.cos(angle) * v]
    return tuple(float(value) for value in corners)


def _light(rng: np.random.Generator) -> tuple[float, ...]:
    """A colour matrix (12 numbers, by rows) of saturation, contrast, white balance and brightness."""
    saturation = 1 + rng.uniform(-0.15, 0.15)
    contrast = 1 + rng.uniform(-0.2, 0.2)
    shift = 255 * rng.uniform(-0.14, 0.14) + 128 * (1 - contrast)
    luma = np.ones((3, 1)) * (0.299, 0.587, 0.114)
    matrix = contrast * (saturation * np.eye(3) + (1 - saturation) * luma)
    matrix = matrix * (1 + rng.uniform(-0.05, 0.05, (3, 1)))
    return tuple(float(value) for value in np.hstack([matrix, np.full((3, 1), shift)]).reshape(-1))
