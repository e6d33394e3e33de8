"""Bytes of a photo to pixels."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, features

from fashion_plugin.errors import ImageError, ImageFormatError, ImageTooLarge, ImageTruncated, InvalidInput
from fashion_plugin.images.colours import to_rgb, to_shrinkable
from fashion_plugin.images.content import photo_format, what_it_is
from fashion_plugin.images.limits import DEFAULT_LIMITS, ImageLimits
from fashion_plugin.images.orientation import upright

__all__ = ["THE_PHOTO", "decode_image", "pixels"]

THE_PHOTO = "the photo"

# Each format's reader is called by name and not through Image.open: that one warns, or refuses, by a limit
# that belongs to the host's program (PIL.Image.MAX_IMAGE_PIXELS), and tries formats that are not listed here.
_READERS = {
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "HEIC": ("pillow_heif", "HeifImageFile"),
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
}
_FORMATS = "JPEG, PNG, WebP, AVIF, HEIC, GIF, BMP or TIFF"
# What Pillow's messages say about a file that is whole but of a rare kind.
_UNSUPPORTED = ("cannot handle", "not supported", "unsupported", "unknown", "not implemented")


def decode_image(
    data: bytes | bytearray | memoryview,
    *,
    min_side: int = 1024,
    limits: ImageLimits = DEFAULT_LIMITS,
    name: str = THE_PHOTO,
) -> NDArray[np.uint8]:
    """Decode a photo's bytes into upright uint8 sRGB (H, W, 3), read-only.

    ``min_side`` is the resolution that the caller needs, in pixels of the long side: a bigger photo may come
    back smaller, but not below it. The first frame of an animation is taken, transparency is laid on white.
    ``name`` is what an error calls the photo.

    Raises:
        ImageFormatError: not a photo, or of a format that is not supported here.
        ImageTooLarge: more bytes or pixels than ``limits`` allow; found out before decoding.
        ImageTruncated: the data ends too early or is damaged.
        InvalidInput: ``min_side`` is below 1.
    """
    if min_side < 1:
        raise InvalidInput(f"min_side must be at least 1, not {min_side}")
    limits.check_bytes(memoryview(data).nbytes, name)
    data = bytes(data)
    kind = photo_format(data)
    if not kind:
        raise _no_photo(data, name)
    if kind == "WEBP":
        # Its reader sets memory for the whole canvas aside when it is made.
        limits.check_decoded(*_webp_size(data), name)
    reader = _reader(kind, name)
    try:
        image = reader(BytesIO(data))
        _plan(image, min_side, limits, name)
        return pixels(image, min_side)
    except (ImageError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge(f"{name} has more pixels than PIL.Image.MAX_IMAGE_PIXELS allows") from error
    except Exception as error:
        # A damaged file makes Pillow raise nearly anything: OSError, SyntaxError, struct.error, KeyError …
        raise _unreadable(kind, error, name) from error


def pixels(image: Image.Image, min_side: int) -> NDArray[np.uint8]:
    """Turn a Pillow image into upright uint8 sRGB (H, W, 3); what it raises on a damaged file is Pillow's."""
    image.load()
    exif, profile = image.info.get("exif"), image.info.get("icc_profile")
    image = to_shrinkable(image)
    factor = max(image.size) // min_side
    if factor > 1:
        image = image.reduce(factor)
    image = to_rgb(image, profile if isinstance(profile, bytes) else b"")
    return np.asarray(upright(image, exif if isinstance(exif, bytes) else b""))


def _plan(image: ImageFile.ImageFile, min_side: int, limits: ImageLimits, name: str) -> None:
    """Check the size that the header says, and let the decoder shrink where it can (JPEG: by 2, 4 or 8)."""
    width, height = image.size
    if width < 1 or height < 1:
        raise ImageFormatError(f"{name} has no pixels: its header says {width} x {height}")
    limits.check_pixels(width, height, name)
    long = max(width, height)
    if long >= 2 * min_side:
        image.draft(None, (max(1, width * min_side // long), max(1, height * min_side // long)))
    # A progressive JPEG is held whole, as coefficients, at whatever scale it is decoded.
    held = (width, height) if image.info.get("progressive") else image.size
    limits.check_decoded(*held, name)


def _reader(kind: str, name: str) -> Callable[[BytesIO], ImageFile.ImageFile]:
    module, reader = _READERS[kind]
    if kind in ("AVIF", "WEBP") and not features.check(kind.lower()):
        raise ImageFormatError(
            f"{name} is {kind}, which this Pillow was built without: run pip install --upgrade pillow"
        )
    try:
        found = getattr(import_module(module), reader)
    except ImportError as error:
        raise ImageFormatError(
            f"{name} is HEIC, which needs one more package: run pip install 'fashion-plugin[heic]', "
            "or save the photo as JPEG"
        ) from error
    return _without_exif_reader(found) if kind == "JPEG" else cast(type[ImageFile.ImageFile], found)


@cache
def _without_exif_reader(reader: type[ImageFile.ImageFile]) -> type[ImageFile.ImageFile]:
    # On opening a JPEG, Pillow reads its EXIF for the dots per inch, and warns where that is damaged.
    return type(reader.__name__, (reader,), {"getexif": lambda _: Image.Exif()})


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP's canvas (RFC 9649, sections 2.5 to 2.7)."""
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def _no_photo(data: bytes, name: str) -> ImageFormatError:
    if not data:
        return ImageFormatError(f"{name} is not a photo: it is empty")
    what = what_it_is(data) or "none of the formats that are read here"
    return ImageFormatError(f"{name} is not a photo: it is {what} (it must be {_FORMATS})")


def _unreadable(kind: str, error: Exception, name: str) -> ImageError:
    if any(phrase in str(error).lower() for phrase in _UNSUPPORTED):
        return ImageFormatError(
            f"{name} is {kind} of a kind that is not read ({error}): save it as plain JPEG"
        )
    return ImageTruncated(f"{name} ends too early or is damaged: get the {kind} file again")
