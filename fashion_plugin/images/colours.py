"""Whatever colours a photo is stored in, as RGB of 8 bits."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["to_rgb", "to_shrinkable"]

# Modes of more than 8 bits a channel: whole numbers of 16 or 32 bits, and floating point.
_DEEP = {"I;16", "I;16L", "I;16B", "I;16N", "I", "F"}
_PREMULTIPLIED = {"RGBa": "RGBA", "La": "LA"}


def to_shrinkable(image: Image.Image) -> Image.Image:
    """Bring a loaded image to a mode whose pixels can be averaged: L, LA, RGB, RGBA or CMYK.

    Raises:
        ValueError: the mode has no way to RGB.
    """
    if image.mode in _DEEP:
        return Image.fromarray(_to_8_bits(np.asarray(image)))
    if image.mode in _PREMULTIPLIED:
        return image.convert(_PREMULTIPLIED[image.mode])
    if image.mode in ("LA", "RGBA", "CMYK"):
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def to_rgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Turn an image of one of those modes into RGB: transparency onto white, ``profile`` into sRGB."""
    if image.mode in ("LA", "RGBA"):
        image = _on_white(image)
    if profile:
        # Little CMS is loaded by the first photo that has a profile.
        from fashion_plugin.images.profiles import to_srgb

        image = to_srgb(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    opaque = image.convert("L" if image.mode == "LA" else "RGB")
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return opaque
    white = Image.new(opaque.mode, opaque.size, "white")
    white.paste(opaque, mask=alpha)
    return white


def _to_8_bits(values: "NDArray[np.generic]") -> NDArray[np.uint8]:
    """Scale deep greys to 0 to 255.

    16-bit numbers run to 65,535. Others do not say where white is: floating point within [0, 1] runs to 1,
    numbers within 16 bits to 65,535 (or 255 where none is higher), and the rest from their lowest to their
    highest.
    """
    if values.dtype.itemsize == 2:
        return (values.astype(np.uint16) >> 8).astype(np.uint8)
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    elif low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    span = high - low if high > low else 1.0
    return np.round((numbers - low) * (255.0 / span)).astype(np.uint8)
