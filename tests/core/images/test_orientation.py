import struct
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin.images import load_image
from fashion_plugin.images.orientation import exif_orientation

Encode = Callable[..., bytes]
Looks = Callable[[NDArray[np.uint8]], bool]
Turn = Image.Transpose

# What a camera stores for an upright flag: the inverse of the turn that each orientation asks for.
STORED = {
    1: None,
    2: Turn.FLIP_LEFT_RIGHT,
    3: Turn.ROTATE_180,
    4: Turn.FLIP_TOP_BOTTOM,
    5: Turn.TRANSPOSE,
    6: Turn.ROTATE_90,
    7: Turn.TRANSVERSE,
    8: Turn.ROTATE_270,
}


def exif_block(orientation: int, order: str = "<", kind: int = 3) -> bytes:
    header = b"II*\0" if order == "<" else b"MM\0*"
    number = struct.pack(f"{order}HH", orientation, 0) if kind == 3 else struct.pack(f"{order}I", orientation)
    return b"Exif\0\0" + header + struct.pack(f"{order}IHHHI", 8, 1, 0x0112, kind, 1) + number + bytes(4)


def stored(flag: Image.Image, orientation: int) -> Image.Image:
    turn = STORED[orientation]
    return flag if turn is None else flag.transpose(turn)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG", "WEBP", "AVIF", "HEIF"])
def test_photo_is_turned_upright_once(
    kind: str, orientation: int, flag: Image.Image, encode: Encode, looks_like_the_flag: Looks
) -> None:
    data = encode(stored(flag, orientation), kind, exif=exif_block(orientation))
    assert load_image(data).shape == (300, 400, 3)
    assert looks_like_the_flag(load_image(data))
    assert looks_like_the_flag(load_image(data, min_side=100))


@pytest.mark.parametrize("orientation", STORED)
def test_tiff_is_turned_upright_once(
    orientation: int, flag: Image.Image, encode: Encode, looks_like_the_flag: Looks
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert looks_like_the_flag(load_image(encode(stored(flag, orientation), "TIFF", exif=exif)))


def test_pil_image_of_a_camera_is_turned_too(
    flag: Image.Image, encode: Encode, looks_like_the_flag: Looks, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("camera") / "photo.jpg"
    path.write_bytes(encode(stored(flag, 6), "JPEG", exif=exif_block(6)))
    with Image.open(path) as image:
        assert looks_like_the_flag(load_image(image))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [3, 4])
@pytest.mark.parametrize("orientation", STORED)
def test_orientation_is_read_in_both_byte_orders(orientation: int, kind: int, order: str) -> None:
    assert exif_orientation(exif_block(orientation, order, kind)) == orientation
    assert exif_orientation(exif_block(orientation, order, kind).removeprefix(b"Exif\0\0")) == orientation


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_orientation_out_of_range_means_upright(value: int) -> None:
    assert exif_orientation(exif_block(value)) == 1


@given(st.binary(max_size=80), st.sampled_from([b"", b"Exif\0\0", b"II*\0", b"Exif\0\0MM\0*"]))
def test_damaged_exif_means_some_orientation_and_no_error(block: bytes, start: bytes) -> None:
    assert 1 <= exif_orientation(start + block) <= 8


@pytest.mark.parametrize(
    "block",
    [
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03",
        b"Exif\0\0garbage and nothing else",
        exif_block(1)[:-9] + b"\xff" * 9,
    ],
)
def test_photo_with_damaged_exif_is_read_without_a_warning(
    block: bytes, flag: Image.Image, encode: Encode, looks_like_the_flag: Looks
) -> None:
    plain = encode(flag, "JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    assert looks_like_the_flag(load_image(plain[:2] + segment + plain[2:]))
    assert sys.modules["PIL.JpegImagePlugin"].JpegImageFile.getexif is Image.Image.getexif
