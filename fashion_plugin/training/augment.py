"""Made views of a photo: another crop, another light, another background; seeded, NumPy and Pillow only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

__all__ = ["LIGHT", "STRONG", "Augmentation", "background_mask", "made_view"]

Pixels = NDArray[np.uint8]

_WHITE: Final = 244  # a studio background: every channel at least this bright
_LEAST_BACKGROUND: Final = 0.12  # of the photo; below that it has no plain background to replace


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a made view may stray from its photo.

    ``crop`` is the range of the side of the part that is kept, as a share of the photo's longer side (above 1
    leaves a margin); ``background`` the probability that a plain background is replaced; ``brightness`` and
    ``contrast`` are relative, ``tint`` is the relative change of each channel (white balance), ``noise`` the
    standard deviation of sensor noise in levels, and ``blur`` the largest radius in pixels.
    """

    crop: tuple[float, float] = (0.8, 1.05)
    flip: bool = True
    background: float = 0.0
    brightness: float = 0.1
    contrast: float = 0.15
    tint: float = 0.04
    noise: float = 0.0
    blur: float = 0.0


LIGHT: Final = Augmentation()
"""For real photos: enough that no pixel pattern is learned by heart."""

STRONG: Final = Augmentation(
    crop=(0.5, 1.1), background=0.6, brightness=0.2, contrast=0.25, tint=0.08, noise=4.0, blur=0.8
)
"""For synthetic positives: the shop's photo as a shopper's phone might have taken it."""


def made_view(
    image: Pixels,
    size: int,
    seed: Sequence[int] | int,
    *,
    how: Augmentation = STRONG,
    scenes: Sequence[Pixels] = (),
) -> Pixels:
    """Make a view (size, size, 3) uint8 of a photo (H, W, 3): the same seed gives the same pixels.

    A plain background is replaced by a part of one of the ``scenes`` (photos of streets and rooms), or by a
    soft gradient where there are none.
    """
    rng = np.random.default_rng(seed)
    view = _crop(image, size, how.crop, rng)
    if rng.random() < how.background:
        mask = background_mask(view)
        if mask.mean() >= _LEAST_BACKGROUND:
            view = _composite(view, mask, _scene(scenes, size, rng))
    if how.flip and rng.random() < 0.5:
        view = np.ascontiguousarray(view[:, ::-1])
    if how.blur and rng.random() < 0.3:
        blurred = Image.fromarray(view).filter(ImageFilter.GaussianBlur(float(rng.uniform(0, how.blur))))
        view = np.asarray(blurred)
    return _relight(view, how, rng)


def background_mask(image: Pixels) -> NDArray[np.bool_]:
    """Where a photo (H, W, 3) shows plain white background: (H, W) bool.

    A pixel is background when it and every pixel in a straight line to some edge are nearly white: a white
    shirt surrounded by its own outline stays. Streaks thinner than 5 pixels are leaks, and left out.
    """
    white = image.min(axis=-1) >= _WHITE
    mask = np.minimum.accumulate(white, axis=1)
    mask |= np.minimum.accumulate(white[:, ::-1], axis=1)[:, ::-1]
    mask |= np.minimum.accumulate(white, axis=0)
    mask |= np.minimum.accumulate(white[::-1], axis=0)[::-1]
    return _grown(~_grown(~mask))


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask grown by 2 pixels each way; Pillow's rank filters do the same thirty times slower."""
    for axis in (0, 1):
        turned = np.moveaxis(mask, axis, 0)
        for _ in range(2):
            grown = turned.copy()
            grown[:-1] |= turned[1:]
            grown[1:] |= turned[:-1]
            turned = grown
        mask = np.moveaxis(turned, 0, axis)
    return mask


def _composite(image: Pixels, mask: NDArray[np.bool_], scene: Image.Image) -> Pixels:
    soft = Image.fromarray(mask).convert("L").filter(ImageFilter.BoxBlur(1))
    return np.asarray(Image.composite(scene, Image.fromarray(image), soft))


def _scene(scenes: Sequence[Pixels], size: int, rng: np.random.Generator) -> Image.Image:
    if not scenes:
        corners = rng.integers(40, 230, (2, 2, 3)).astype(np.uint8)
        return Image.fromarray(corners).resize((size, size), Image.Resampling.BILINEAR)
    scene = Image.fromarray(scenes[int(rng.integers(len(scenes)))])
    side = max(1, int(min(scene.size) * rng.uniform(0.4, 1.0)))
    left, top = int(rng.integers(scene.width - side + 1)), int(rng.integers(scene.height - side + 1))
    box = (left, top, left + side, top + side)
    return scene.resize((size, size), Image.Resampling.BILINEAR, box=box)


def _crop(image: Pixels, size: int, scale: tuple[float, float], rng: np.random.Generator) -> Pixels:
    height, width = image.shape[:2]
    side = max(1, round(float(rng.uniform(*scale)) * max(height, width)))
    # The part lies wholly inside the photo along a side that is longer than it, and around it otherwise.
    left = round(float(rng.uniform(min(0, width - side), max(0, width - side))))
    top = round(float(rng.uniform(min(0, height - side), max(0, height - side))))
    part = Image.new("RGB", (side, side), (255, 255, 255))
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + side), min(height, top + side)
    inside = Image.fromarray(np.ascontiguousarray(image[y0:y1, x0:x1]))
    part.paste(inside, (x0 - left, y0 - top))
    return np.asarray(part.resize((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0))


def _relight(view: Pixels, how: Augmentation, rng: np.random.Generator) -> Pixels:
    gain = 1.0 + rng.uniform(-how.contrast, how.contrast) + rng.uniform(-how.tint, how.tint, 3)
    shift = 255.0 * rng.uniform(-how.brightness, how.brightness)
    levels = np.arange(256, dtype=np.float64)[None] - 127.5
    curves = np.clip(levels * gain[:, None] + 127.5 + shift, 0, 255).astype(np.uint8)
    lit: Pixels = np.asarray(Image.fromarray(view).point(curves.reshape(-1).tolist()))
    if not how.noise or rng.random() < 0.5:
        return lit
    grain = rng.standard_normal(view.shape[:2], dtype=np.float32)[..., None] * np.float32(how.noise)
    noisy: Pixels = np.clip(lit + grain, 0, 255).astype(np.uint8)
    return noisy
