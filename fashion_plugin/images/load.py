"""The one door for photos: a path, bytes, a PIL image or an array."""

import os
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.errors import ImageError, InvalidInput
from fashion_plugin.images.decode import THE_PHOTO, decode_image, pixels
from fashion_plugin.images.limits import DEFAULT_LIMITS, ImageLimits
from fashion_plugin.images.reading import read_image_bytes, shown

__all__ = ["ImageInput", "load_image"]

ImageInput: TypeAlias = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | Image.Image | NDArray[np.uint8]
)


def load_image(
    source: ImageInput, *, min_side: int = 1024, limits: ImageLimits = DEFAULT_LIMITS
) -> NDArray[np.uint8]:
    """Return a photo as upright uint8 sRGB (H, W, 3), read-only.

    ``min_side`` is the resolution that the caller needs, in pixels of the long side: a bigger photo may come
    back smaller, but not below it; a smaller one keeps its size. An array is taken to be upright RGB already
    (OpenCV's is BGR: give ``array[..., ::-1]``) and comes back as it is.

    Raises:
        ImageNotFound: no readable file at that path.
        ImageFormatError: not a photo, or of a format that is not supported here.
        ImageTooLarge: more bytes or pixels than ``limits`` allow; found out before decoding.
        ImageTruncated: the data ends too early or is damaged.
        ImageError: something else than a path, bytes, a PIL image or an array, or an unusable one.
        InvalidInput: ``min_side`` is below 1.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return decode_image(source, min_side=min_side, limits=limits)
    if isinstance(source, Image.Image):
        return _from_pillow(source, min_side, limits)
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, str | os.PathLike):
        data = read_image_bytes(source, limits)
        return decode_image(data, min_side=min_side, limits=limits, name=shown(source))
    raise ImageError(f"a photo is a path, bytes, a PIL image or an array, not {type(source).__name__}")


def _from_pillow(image: Image.Image, min_side: int, limits: ImageLimits) -> NDArray[np.uint8]:
    if min_side < 1:
        raise InvalidInput(f"min_side must be at least 1, not {min_side}")
    if not image.width or not image.height:
        raise ImageError(f"{THE_PHOTO} has no pixels: it is {image.width} x {image.height}")
    limits.check_decoded(*image.size, THE_PHOTO)
    try:
        return pixels(image, min_side)
    except MemoryError:
        raise
    except Exception as error:
        # Its file is read only now, and may be closed, damaged or of a mode without a way to RGB.
        raise ImageError(f"{THE_PHOTO}, a PIL image of mode {image.mode}, cannot be read: {error}") from error


def _from_array(array: NDArray[np.generic]) -> NDArray[np.uint8]:
    shape, dtype = array.shape, array.dtype
    if dtype != np.uint8:
        scale = "multiply by 255, round and " if dtype.kind == "f" else ""
        raise ImageError(f"an image array holds uint8 from 0 to 255, not {dtype}: {scale}use astype('uint8')")
    if len(shape) != 3 or shape[2] != 3:
        advice = "make it RGB"
        if len(shape) == 2:
            advice = "stack the grey: np.stack([array] * 3, axis=-1)"
        elif len(shape) == 3 and shape[2] == 4:
            advice = "drop the alpha: array[..., :3]"
        elif len(shape) == 3 and shape[0] == 3:
            advice = "put the channels last: array.transpose(1, 2, 0)"
        elif len(shape) == 4:
            advice = "give one image at a time"
        raise ImageError(f"an image array is RGB of shape (height, width, 3), not {shape}: {advice}")
    if array.size == 0:
        raise ImageError(f"an image array needs pixels, not the shape {shape}")
    return np.asarray(array, dtype=np.uint8)
