"""A product photo as a shopper might take it: cropped, in another light, before another background."""

import numpy as np
from PIL import Image, ImageFilter

from fashion_demo_store.drawing.scenes import SCENES, scene

__all__ = ["altered"]


def altered(image: Image.Image, seed: int) -> Image.Image:
    """The picture with a near-white background replaced by a scene, then cropped, turned and relit."""
    rng = np.random.default_rng([seed, 99])
    photo = image.convert("RGB")
    names = tuple(SCENES)
    backdrop = scene(names[int(rng.integers(len(names)))], photo.width, photo.height, seed)
    photo = Image.composite(photo, Image.fromarray(backdrop), _subject(photo))
    photo = photo.rotate(float(rng.uniform(-6, 6)), Image.Resampling.BICUBIC, fillcolor=_border(photo))
    width, height = photo.size
    left, top = float(rng.uniform(0.03, 0.10)), float(rng.uniform(0.03, 0.10))
    right, bottom = float(rng.uniform(0.90, 0.97)), float(rng.uniform(0.90, 0.97))
    photo = photo.crop((int(width * left), int(height * top), int(width * right), int(height * bottom)))
    return _relit(photo, rng)


def _subject(photo: Image.Image) -> Image.Image:
    """A soft mask of all that the background's near-white does not reach from the corners."""
    small = photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.int16)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if float((edge.min(axis=1) > 200).mean()) < 0.6:
        return Image.new("L", photo.size, 255)
    pale = (pixels.min(axis=2) > 196) & (np.ptp(pixels, axis=2) < 16)
    outside = np.zeros_like(pale)
    outside[0], outside[-1], outside[:, 0], outside[:, -1] = pale[0], pale[-1], pale[:, 0], pale[:, -1]
    while True:
        grown = outside.copy()
        for axis in (0, 1):
            for step in (1, -1):
                grown |= np.roll(grown, step, axis) & pale
        if (grown == outside).all():
            break
        outside = grown
    mask = Image.fromarray(np.where(outside, 0, 255).astype(np.uint8)).filter(ImageFilter.MinFilter(3))
    return mask.resize(photo.size, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(1.2))


def _border(photo: Image.Image) -> tuple[int, int, int]:
    pixels = np.asarray(photo)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).mean(axis=0)
    return int(edge[0]), int(edge[1]), int(edge[2])


def _relit(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(photo, dtype=np.float32) / 255.0
    height, width = pixels.shape[:2]
    gamma, warm = float(rng.uniform(0.82, 1.25)), float(rng.uniform(-0.06, 0.06))
    slant = np.linspace(-1, 1, width)[None, :] * rng.uniform(-0.10, 0.10) + np.linspace(-1, 1, height)[
        :, None
    ] * rng.uniform(-0.08, 0.08)
    light = (1.0 + slant).astype(np.float32)[:, :, None] * np.array(
        [1 + warm, 1.0, 1 - warm], dtype=np.float32
    )
    noise = rng.standard_normal(pixels.shape).astype(np.float32) * 0.012
    return Image.fromarray((np.clip(pixels**gamma * light + noise, 0, 1) * 255).astype(np.uint8))
