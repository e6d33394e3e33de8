import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from fashion_plugin.errors import ImageFormatError
from fashion_plugin.images import load_image
from fashion_plugin.images.profiles import to_srgb

Encode = Callable[..., bytes]

# The colorants of Display P3 under D50 (its ICC profile's rXYZ, gXYZ and bXYZ; SMPTE EG 432-1 primaries).
DISPLAY_P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def display_p3_profile() -> bytes:
    profile = bytearray(srgb_profile())
    for entry in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        tag, at = profile[entry : entry + 4], int.from_bytes(profile[entry + 4 : entry + 8], "big")
        if bytes(tag) in DISPLAY_P3:
            struct.pack_into(">3i", profile, at + 8, *(round(c * 65536) for c in DISPLAY_P3[bytes(tag)]))
    return bytes(profile)


def cmyk_profile() -> bytes:
    """A press that prints each mixture of full inks in the colour that is looked up here, in CIELAB."""
    # ICC.1:2001-04, 6.5.9: lut8Type of 4 inputs, 3 outputs and 2 grid points; L of 100 is 255, a and b + 128.
    white, cyan, black = (255, 128, 128), (128, 98, 88), (0, 128, 128)
    grid = bytearray()
    for inks in range(16):
        grid += bytes(white if inks == 0 else cyan if inks == 0b1000 else black)
    ramp = bytes(range(256))
    identity = struct.pack(">9i", *(65536 if n % 4 == 0 else 0 for n in range(9)))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + ramp * 4 + bytes(grid) + ramp * 3
    size = 128 + 4 + 12 + len(table)
    header = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02100000, b"prtr", b"CMYK", b"Lab ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += struct.pack(">3i", 63190, 65536, 54061) + bytes(48)
    return header + struct.pack(">I4sII", 1, b"A2B0", 144, len(table)) + table


def centre(image: np.ndarray) -> list[int]:
    return [int(value) for value in image[image.shape[0] // 2, image.shape[1] // 2]]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "TIFF", "HEIF", "GIF"])
def test_transparency_is_laid_on_white(kind: str, flag: Image.Image, encode: Encode) -> None:
    photo = flag.convert("RGBA")
    photo.paste((0, 0, 0, 0), (0, 0, 200, 150))
    image = load_image(encode(photo, kind))
    assert image[75, 100].tolist() == [255, 255, 255]
    assert np.abs(image[225, 300].astype(int) - (240, 240, 60)).max() <= 8


def test_half_transparent_black_is_mid_grey(encode: Encode) -> None:
    assert centre(load_image(encode(Image.new("RGBA", (8, 8), (0, 0, 0, 128)), "PNG"))) == [127] * 3
    assert centre(load_image(encode(Image.new("LA", (8, 8), (0, 128)), "PNG"))) == [127] * 3


def test_shrinking_does_not_mix_in_the_colour_under_transparency(encode: Encode) -> None:
    photo = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    photo.paste((0, 0, 255, 255), (0, 0, 63, 64))
    edge = load_image(encode(photo, "PNG"), min_side=32)[16, 31]
    assert edge.tolist() == pytest.approx([127, 127, 255], abs=2)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_a_transparent_colour_is_white(mode: str, flag: Image.Image, encode: Encode) -> None:
    photo = flag.quantize(4) if mode == "P" else flag.convert(mode)
    image = load_image(encode(photo, "PNG", transparency=photo.getpixel((0, 0))))
    assert image[75, 100].tolist() == [255, 255, 255]
    assert image[225, 100].tolist() != [255, 255, 255]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(kind: str, encode: Encode) -> None:
    data = encode(Image.new("RGB", (64, 64), (200, 40, 60)).convert("CMYK"), kind)
    assert np.abs(np.array(centre(load_image(data))) - (200, 40, 60)).max() <= 4


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_profile_of_a_press_decides_what_its_inks_look_like(kind: str, encode: Encode) -> None:
    # CIELAB (50.2, -30, -40) under D50 is about sRGB (0, 135, 187); without a profile cyan is (0, 255, 255).
    for inks, colour in (((0, 0, 0, 0), (255, 255, 255)), ((255, 0, 0, 0), (0, 135, 187))):
        photo = Image.new("CMYK", (64, 64), inks)
        image = load_image(encode(photo, kind, icc_profile=cmyk_profile()))
        assert np.abs(np.array(centre(image)) - colour).max() <= 6


def test_colours_of_16_bits_keep_their_upper_8() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + struct.pack(">3H", 0x8012, 0x40FF, 0xFFFF) * 4) * 4
    photo = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0))
    photo += chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert centre(load_image(photo)) == [0x80, 0x40, 0xFF]


def test_premultiplied_and_opaque_alpha_are_taken(flag: Image.Image, encode: Encode) -> None:
    half = Image.new("RGBA", (8, 8), (255, 0, 0, 128))
    assert np.abs(np.array(centre(load_image(half.convert("RGBa")))) - (255, 127, 127)).max() <= 1
    np.testing.assert_array_equal(load_image(encode(flag.convert("RGBA"), "PNG")), np.asarray(flag))


def test_black_and_white_and_greys_become_rgb(flag: Image.Image, encode: Encode) -> None:
    assert centre(load_image(encode(Image.new("1", (9, 9), 1), "PNG"))) == [255] * 3
    assert centre(load_image(encode(Image.new("L", (9, 9), 90), "JPEG"))) == [90] * 3


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (np.full((9, 9), 0x8000, dtype=np.uint16), "PNG", 128),
        (np.full((9, 9), 0xFFFF, dtype=np.uint16), "TIFF", 255),
        (np.full((9, 9), 0x8000, dtype=np.int32), "TIFF", 128),
        (np.full((9, 9), 90, dtype=np.int32), "TIFF", 90),
        (np.full((9, 9), 0.5, dtype=np.float32), "TIFF", 128),
        (np.full((9, 9), 90.0, dtype=np.float32), "TIFF", 90),
        (np.full((9, 9), np.nan, dtype=np.float32), "TIFF", 0),
        (np.full((9, 9), -5.0, dtype=np.float32), "TIFF", 0),
        (np.full((9, 9), 1e9, dtype=np.float32), "TIFF", 0),
    ],
)
def test_deep_greys_are_scaled(values: np.ndarray, kind: str, expected: int, encode: Encode) -> None:
    assert centre(load_image(encode(Image.fromarray(values), kind))) == [expected] * 3


def test_numbers_beyond_16_bits_run_from_lowest_to_highest(encode: Encode) -> None:
    values = np.array([[-100_000, 0, 100_000]], dtype=np.int32)
    assert load_image(encode(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == [0, 128, 255]


def test_deep_grey_is_turned_upright_as_well() -> None:
    photo = Image.fromarray(np.zeros((30, 60), dtype=np.uint16))
    photo.info["exif"] = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    assert load_image(photo).shape == (60, 30, 3)


def test_display_p3_red_becomes_its_srgb_neighbour(encode: Encode) -> None:
    # Display P3 (200, 80, 80) is sRGB (216, 69, 75), by the matrices of both spaces and sRGB's curve.
    photo = Image.new("RGB", (64, 64), (200, 80, 80))
    image = load_image(encode(photo, "PNG", icc_profile=display_p3_profile()))
    assert np.abs(np.array(centre(image)) - (216, 69, 75)).max() <= 2
    assert centre(load_image(encode(photo, "PNG"))) == [200, 80, 80]


def test_profile_of_a_phone_photo_in_heic_counts(encode: Encode) -> None:
    photo = Image.new("RGB", (64, 64), (200, 80, 80))
    image = load_image(encode(photo, "HEIF", icc_profile=display_p3_profile()))
    assert np.abs(np.array(centre(image)) - (216, 69, 75)).max() <= 4


def test_white_stays_white_in_a_wide_space(encode: Encode) -> None:
    photo = Image.new("RGB", (64, 64), "white")
    assert centre(load_image(encode(photo, "PNG", icc_profile=display_p3_profile()))) == [255] * 3


def test_srgb_profile_changes_nothing(flag: Image.Image) -> None:
    assert to_srgb(flag, srgb_profile()) is flag


@pytest.mark.parametrize("profile", [b"not a profile", b"\0" * 200, srgb_profile()[:300]])
def test_broken_profile_is_passed_over(profile: bytes, flag: Image.Image, encode: Encode) -> None:
    image = load_image(encode(flag, "PNG", icc_profile=profile))
    np.testing.assert_array_equal(image, np.asarray(flag))


def test_profile_of_another_mode_is_passed_over(encode: Encode) -> None:
    photo = Image.new("CMYK", (64, 64), (0, 200, 200, 0))
    with_it = load_image(encode(photo, "JPEG", icc_profile=display_p3_profile()))
    np.testing.assert_array_equal(with_it, load_image(encode(photo, "JPEG")))


def test_mode_without_a_way_to_rgb_is_an_image_error(tmp_path: Path) -> None:
    # A JPEG of 12 bits a channel: whole, and of a kind that Pillow does not read.
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "JPEG")
    data = bytearray(file.getvalue())
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(ImageFormatError, match="12-bit"):
        load_image(bytes(data))
