"""How a camera was held: the EXIF orientation."""

import struct

from PIL import Image

__all__ = ["exif_orientation", "upright"]

# EXIF 2.32, tag 0x0112: how to turn the stored pixels so that they stand upright.
_TURN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TAG = 0x0112
_SHORT, _LONG = 3, 4


def upright(image: Image.Image, exif: bytes) -> Image.Image:
    """Turn a loaded image as its EXIF block says; without an orientation it comes back as it is."""
    turn = _TURN.get(exif_orientation(exif))
    return image if turn is None else image.transpose(turn)


def exif_orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, of an EXIF block; 1 where it has none or cannot be read.

    Pillow's reader warns about damaged blocks, which many cameras and editors write, so the one number is
    read here: a TIFF header, then the entries of the first directory at 12 bytes each.
    """
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(f"{order}I", exif, 4)
        (entries,) = struct.unpack_from(f"{order}H", exif, directory)
        for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
            tag, kind = struct.unpack_from(f"{order}HH", exif, entry)
            if tag == _TAG and kind in (_SHORT, _LONG):
                (value,) = struct.unpack_from(f"{order}{'H' if kind == _SHORT else 'I'}", exif, entry + 8)
                return int(value) if value in _TURN else 1
    except struct.error:
        return 1
    return 1
