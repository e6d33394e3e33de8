"""Embedded colour profiles: Display P3, Adobe RGB, CMYK presses and greys become sRGB."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

__all__ = ["to_srgb"]

# Profiles of presses have up to 3 MB; a bigger one is no profile.
_MAX_PROFILE = 4_000_000
# A profile that moves no colour by more than this many of 255 steps is sRGB by another name.
_SAME = 3


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert an image of mode L, RGB or CMYK from its ICC ``profile`` to sRGB.

    It comes back as it is when the profile is sRGB already, is broken, or belongs to another mode.
    """
    transform = _transform(profile, image.mode) if len(profile) <= _MAX_PROFILE else None
    if transform is None:
        return image
    return ImageCms.applyTransform(image, transform) or image


# A shop's photos share a few profiles, and building a transform costs milliseconds.
@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        probe = _probe(mode)
        before = np.asarray(probe.convert("RGB"), dtype=np.int16)
        after = np.asarray(ImageCms.applyTransform(probe, transform), dtype=np.int16)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return transform if np.abs(after - before).max() > _SAME else None


def _probe(mode: str) -> Image.Image:
    """Colours from all over the space, in an image of one row."""
    bands = Image.getmodebands(mode)
    steps = np.linspace(0, 255, 256 if bands == 1 else 6).astype(np.uint8)
    grid = np.stack(np.meshgrid(*[steps] * bands), axis=-1)
    return Image.frombytes(mode, (grid.size // bands, 1), grid.tobytes())
