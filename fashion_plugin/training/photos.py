"""The photos of a manifest as arrays: decoded once, kept in memory up to a limit."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.encoders.preprocess import square
from fashion_plugin.errors import ImageError, InvalidSource
from fashion_plugin.images import load_image
from fashion_plugin.training.augment import LIGHT, STRONG, Augmentation, made_view
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.triplets import Triplet, View

__all__ = ["Photos", "load_scenes"]

_SCENES = 200  # photos of scenes kept in memory: more add little variety


class Photos:
    """Loads the photos of a manifest; safe to call from several threads.

    ``size`` is the side that they will be used at; larger photos are reduced to about twice that, so that a
    crop of half of one is still sharp. Up to ``memory`` bytes of decoded photos are kept.
    """

    def __init__(self, manifest: Manifest, size: int, *, memory: int = 1 << 30) -> None:
        self.manifest, self.size = manifest, size
        self._room = memory
        self._kept: dict[int, NDArray[np.uint8]] = {}

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        """One photo, (H, W, 3) uint8.

        Raises:
            InvalidSource: it cannot be read; the message names the file.
        """
        kept = self._kept.get(index)
        if kept is not None:
            return kept
        item = self.manifest.items[index]
        try:
            image = load_image(self.manifest.photo(item), min_side=2 * self.size)
        except (ImageError, KeyError, OSError) as error:
            where = f"{self.manifest.name}: {item.image} (product {item.product_id})"
            problem = str(error) if isinstance(error, ImageError) else "its file and its copy are gone"
            raise InvalidSource(f"{where}: {problem}") from error
        image = _at_most(image, 2 * self.size)
        if image.nbytes <= self._room:
            # Two threads may both get here; the worst is that one photo is counted twice.
            self._room -= image.nbytes
            self._kept[index] = image
        return image

    def plain(self, index: int) -> NDArray[np.uint8]:
        """One photo as encoders see it: padded to a square, (size, size, 3) uint8."""
        return square(self[index], self.size)

    def view(self, view: View, scenes: Sequence[NDArray[np.uint8]] = ()) -> NDArray[np.uint8]:
        """The photo as it is, or the synthetic view made of it: (size, size, 3) uint8."""
        if view.made is None:
            return self.plain(view.item)
        return made_view(self[view.item], self.size, view.made, how=STRONG, scenes=scenes)

    def triplet(
        self,
        triplet: Triplet,
        seeds: Sequence[Sequence[int]],
        scenes: Sequence[NDArray[np.uint8]] = (),
        how: Augmentation = LIGHT,
    ) -> NDArray[np.uint8]:
        """The images to train on, (3, size, size, 3) uint8: query, positive, negative, each augmented."""
        images = []
        for view, seed in zip((triplet.query, triplet.positive, triplet.negative), seeds, strict=True):
            strong = view.made is not None
            own = (view.made,) if view.made is not None else seed
            image = self[view.item]
            images.append(made_view(image, self.size, own, how=STRONG if strong else how, scenes=scenes))
        return np.stack(images)


def load_scenes(folder: Path | None, side: int = 448) -> list[NDArray[np.uint8]]:
    """Photos of streets and rooms to put behind garments: the first 200 of a folder by name, at ``side``.

    Only .jpg and .webp are taken: in folders of scenes, .png files are masks more often than photos.

    Raises:
        InvalidSource: the folder is not there or has no photo that can be read.
    """
    if folder is None:
        return []
    scenes: list[NDArray[np.uint8]] = []
    if not folder.is_dir():
        raise InvalidSource(f"there is no folder of scenes {folder}")
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".jpg", ".jpeg", ".webp") or len(scenes) == _SCENES:
            continue
        try:
            scenes.append(_at_most(load_image(path, min_side=side), side))
        except ImageError:
            continue
    if not scenes:
        raise InvalidSource(f"no photo in {folder} could be read as a scene (.jpg or .webp)")
    return scenes


def _at_most(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    factor = max(image.shape[:2]) // side
    if factor < 2:
        return image
    # Averaging whole blocks is fast, and free of aliasing.
    return np.asarray(Image.fromarray(image).reduce(factor))
