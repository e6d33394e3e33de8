"""From what a caller calls a photo to its pixels."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import RemoteImage
from fashion_plugin.download import Downloader
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.encoders.pool import share_out, usable_cores
from fashion_plugin.images import ImageInput, load_image
from fashion_plugin.stages import stage

__all__ = ["Photo", "embed_photos", "load_photo"]

Photo: TypeAlias = ImageInput | RemoteImage

_AT_ONCE = 64  # photos that are decoded before they are encoded: under 1 MB each
_NONE = np.empty((0, 0, 3), np.uint8)


def load_photo(photo: Photo, downloader: Downloader, min_side: int) -> NDArray[np.uint8]:
    """A photo's pixels, upright uint8 RGB (H, W, 3); a URL is fetched."""
    if isinstance(photo, str) and photo.lower().startswith(("http://", "https://")):
        photo = RemoteImage(photo)
    if isinstance(photo, RemoteImage):
        with stage("download"):
            photo = downloader.fetch(photo.url).data or b""
    if isinstance(photo, np.ndarray):
        return load_image(photo)
    with stage("decode"):
        return load_image(photo, min_side=min_side)


def embed_photos(
    photos: Iterable[Photo], load: Callable[[Photo], NDArray[np.uint8]], encoder: Encoder
) -> NDArray[np.float32]:
    """Embed any number of photos, decoded side by side: (n, dim) float32, rows of unit length."""
    rest, rows = iter(photos), [encoder.encode(())]
    while some := list(islice(rest, _AT_ONCE)):
        pixels: list[NDArray[np.uint8]] = [_NONE] * len(some)

        def load_one(place: int, some: list[Photo] = some, pixels: list[NDArray[np.uint8]] = pixels) -> None:
            pixels[place] = load(some[place])

        share_out(load_one, len(some), usable_cores())
        rows.append(encoder.encode(pixels))
    return np.concatenate(rows)
