"""Photos that are uploaded in the admin: checked, made smaller, kept under a name of our own."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import IO
from urllib.parse import quote, urljoin

from PIL import Image, ImageOps, UnidentifiedImageError

__all__ = ["BadPhoto", "keep_photo", "photo_address"]

_MOST_PIXELS = 60_000_000
_SIDE = 1600


def photo_address(path: str, base: str = "/") -> str:
    """Where a browser finds a photo: one of another server as it is, one of ours below ``base``."""
    if path.startswith(("http://", "https://")):
        return path
    return urljoin(base, f"/photos/{quote(path)}")


class BadPhoto(ValueError):
    """An upload is no photo that can be used; the message is for the person at the form."""


def keep_photo(folder: Path, stream: IO[bytes]) -> str:
    """Store an upload as JPEG and return its path below the folder; its own name and EXIF are dropped.

    Raises:
        BadPhoto: it is not an image, or has too many pixels.
    """
    data = stream.read()
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise BadPhoto("That photo has too many pixels.")
            upright = ImageOps.exif_transpose(image)
            flat = Image.new("RGB", upright.size, "white")
            flat.paste(upright, mask=upright.getchannel("A") if upright.mode in ("RGBA", "LA") else None)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise BadPhoto("That file is not a photo: a JPEG, PNG or WebP is needed.") from error
    flat.thumbnail((_SIDE, _SIDE))
    name = f"{hashlib.sha256(data).hexdigest()[:20]}.jpg"
    (folder / "uploads").mkdir(exist_ok=True)
    flat.save(folder / "uploads" / name, quality=90)
    return f"uploads/{name}"
