"""Photos as pixels: a path, bytes or a PIL image becomes an upright uint8 RGB array (H, W, 3).

Formats, size and pixel limits, EXIF orientation and colour profiles are dealt with here and nowhere else.
"""

from fashion_plugin.images.boxes import check_box, crop, to_square
from fashion_plugin.images.decode import decode_image
from fashion_plugin.images.limits import DEFAULT_LIMITS, ImageLimits
from fashion_plugin.images.load import ImageInput, load_image
from fashion_plugin.images.reading import read_image_bytes

__all__ = [
    "DEFAULT_LIMITS",
    "ImageInput",
    "ImageLimits",
    "check_box",
    "crop",
    "decode_image",
    "load_image",
    "read_image_bytes",
    "to_square",
]
