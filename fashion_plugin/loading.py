"""From what a caller calls a photo to its pixels."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import RemoteImage
from fashion_plugin.download import Downloader
from fashion_plugin.images import ImageInput, load_image
from fashion_plugin.stages import stage

__all__ = ["Photo", "load_photo"]

Photo: TypeAlias = ImageInput | RemoteImage


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
