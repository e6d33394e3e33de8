"""Product photos for the parser: on street scenes, with what their type tells, and bags to carry."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from fashion_plugin.looks.groups import GARMENT_LABELS, PIXEL_CLASSES
from fashion_plugin.looks.labels import label_in_text
from fashion_plugin.looks.plain import foreground, is_plain_background
from fashion_plugin.training.parser_data import Batch, StreetPhoto, random_view

__all__ = ["ProductPhoto", "load_products", "paste_bag", "product_batch"]

EXCLUDED: Final = {
    "top": ("dress", "outerwear"),
    "outerwear": ("dress",),
    "dress": ("top", "bottom", "skirt", "outerwear"),
    "skirt": ("dress", "bottom"),
    "bottom": ("dress", "skirt"),
}
"""What a photo of one kind of product does not show, whatever else its model wears."""

ALONE: Final = ("shoes", "bag", "hat", "eyewear", "belt")
"""Products that are photographed without a model: nothing but them stands before the background."""

ON_SCENE: Final = 0.7
"""Share of product views whose white gives way to a street scene, blurred so that it shows nobody."""

_BLUR: Final = (18, 28)
"""Width and height that a scene is reduced to."""


@dataclass(frozen=True, slots=True, eq=False)
class ProductPhoto:
    """A product's label and its photo on white; the photo's classes are 1 on the foreground, else 0."""

    label: str
    photo: StreetPhoto


def load_products(folder: Path, most: int = 450) -> list[ProductPhoto]:
    """Training photos of garments on a plain background, at most `most` of each article type.

    Reads `fashion-products.csv` (id, article_type, split) and `fashion-products/<id>.jpg`; the label is what
    the article type names.
    """
    taken: dict[str, int] = {}
    products = []
    with (folder / "fashion-products.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "train"]
    for row in rows:
        kind = row["article_type"]
        label = label_in_text(kind)
        if label not in GARMENT_LABELS or taken.get(kind, 0) >= most:
            continue
        with Image.open(folder / "fashion-products" / f"{row['id']}.jpg") as photo:
            image = np.asarray(photo.convert("RGB"))
        if is_plain_background(image):
            taken[kind] = taken.get(kind, 0) + 1
            # Specks: shine on leather is as white as the background.
            whole = Image.fromarray(foreground(image)).convert("L").filter(ImageFilter.MedianFilter(5))
            before = (np.asarray(whole) > 0).astype(np.uint8)
            products.append(ProductPhoto(label, StreetPhoto(row["id"], image, before, ())))
    return products


def product_batch(
    products: list[ProductPhoto],
    scenes: list[StreetPhoto],
    size: tuple[int, int],
    count: int,
    rng: np.random.Generator,
) -> Batch:
    """Random views of products, each with what its type tells.

    The background is background. The foreground is the product where it is photographed alone; where a model
    may wear it, it is anything but what goes against it.
    """
    images, pixels, present = [], [], []
    for index in rng.integers(len(products), size=count):
        label, photo = products[index].label, products[index].photo
        if rng.random() < ON_SCENE:
            photo = _on_scene(photo, scenes[rng.integers(len(scenes))])
        view, before = random_view(photo, size, rng)
        images.append(view)
        possible, worn = _knowledge(label)
        pixels.append(np.where(before[..., None] > 0, possible, _BACKGROUND))
        present.append(worn)
    scaled = np.stack(images).astype(np.float32) / 127.5 - 1.0
    return scaled, {"pixels": np.stack(pixels), "present": np.stack(present)}


_BACKGROUND: Final = np.eye(len(PIXEL_CLASSES), dtype=np.float32)[0]


def _knowledge(label: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Which classes the foreground may be, float32 (16,), and what is worn, float32 (11,): -1 is unknown."""
    own = GARMENT_LABELS.index(label)
    if label in ALONE:
        worn = np.zeros(len(GARMENT_LABELS), np.float32)
        possible = np.zeros(len(PIXEL_CLASSES), np.float32)
    else:
        worn = np.full(len(GARMENT_LABELS), -1, np.float32)
        possible = np.ones(len(PIXEL_CLASSES), np.float32)
        possible[0] = 0
        for other in EXCLUDED.get(label, ()):
            possible[PIXEL_CLASSES.index(other)] = 0
            worn[GARMENT_LABELS.index(other)] = 0
    possible[PIXEL_CLASSES.index(label)] = worn[own] = 1
    return possible, worn


def _on_scene(product: StreetPhoto, scene: StreetPhoto) -> StreetPhoto:
    """The product's foreground before the colours of a street photo."""
    size = (product.image.shape[1], product.image.shape[0])
    colours = Image.fromarray(scene.image).resize(_BLUR, Image.Resampling.BOX)
    ground = colours.resize(size, Image.Resampling.BICUBIC)
    mask = Image.fromarray(product.classes * np.uint8(255))
    ground.paste(Image.fromarray(product.image), (0, 0), mask)
    return StreetPhoto(product.name, np.asarray(ground), product.classes, ())


def paste_bag(
    view: NDArray[np.uint8],
    classes: NDArray[np.uint8],
    bags: list[ProductPhoto],
    rng: np.random.Generator,
    *,
    stride: int = 4,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A view uint8 (h, w, 3) and its classes (h/stride, w/stride) with another bag before somebody.

    Both come back as they are where the view shows nobody.
    """
    rows, columns = np.nonzero(classes)
    if not len(rows):
        return view, classes
    bag = bags[rng.integers(len(bags))].photo
    size = view.shape[1] * rng.uniform(0.2, 0.48) / max(bag.classes.shape)
    height, width = (max(stride, round(side * size)) for side in bag.classes.shape)
    angle = float(rng.normal(0, 14))
    picture = Image.fromarray(bag.image).resize((width, height), Image.Resampling.BILINEAR)
    mask = Image.fromarray(bag.classes * np.uint8(255)).resize((width, height), Image.Resampling.BILINEAR)
    picture, mask = (part.rotate(angle, Image.Resampling.BILINEAR) for part in (picture, mask))
    place = rng.integers(len(rows))
    corner = (int(columns[place]) * stride - width // 2, int(rows[place]) * stride - height // 2)
    changed, layer = Image.fromarray(view), Image.new("L", (view.shape[1], view.shape[0]))
    changed.paste(picture, corner, mask)
    layer.paste(mask, corner)
    there = np.asarray(layer.resize((classes.shape[1], classes.shape[0]), Image.Resampling.BOX)) > 127
    return np.asarray(changed), np.where(there, np.uint8(PIXEL_CLASSES.index("bag")), classes)
