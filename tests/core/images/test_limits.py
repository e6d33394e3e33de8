import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from fashion_plugin.errors import ImageTooLarge, InvalidInput
from fashion_plugin.images import DEFAULT_LIMITS, ImageLimits, load_image, read_image_bytes

Encode = Callable[..., bytes]


def png_header(width: int, height: int) -> bytes:
    """A PNG that says this size and holds a few bytes of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def webp_header(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def gif_header(screen: int, frame: int) -> bytes:
    """A GIF of these sides, of which the frame may be the bigger one."""
    start = b"GIF89a" + struct.pack("<HHBBB", screen, screen, 0, 0, 0)
    return start + b"\x2c" + struct.pack("<4HB", 0, 0, frame, frame, 0) + b"\x02\x02\x44\x01\0\x3b"


def lossless_webp_header(width: int, height: int) -> bytes:
    chunk = b"VP8L" + struct.pack("<IBI", 5, 0x2F, width - 1 | height - 1 << 14)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def plain_webp_header(width: int, height: int) -> bytes:
    chunk = b"VP8 " + struct.pack("<I3s3sHH", 10, bytes(3), b"\x9d\x01\x2a", width, height)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


@pytest.mark.parametrize("header", [lossless_webp_header, plain_webp_header])
def test_webp_is_measured_before_its_reader_sets_memory_aside(
    header: Callable[[int, int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "PIL.WebPImagePlugin.WebPImageFile._open", lambda _: pytest.fail("the reader was made")
    )
    with pytest.raises(ImageTooLarge, match="16000 x 15000 pixels"):
        load_image(header(16_000, 15_000))


@pytest.mark.parametrize("header", [png_header, webp_header])
def test_huge_canvas_is_refused_before_decoding(
    header: Callable[[int, int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    with pytest.raises(ImageTooLarge, match="30000 x 30000 pixels"):
        load_image(header(30_000, 30_000))


def test_default_limits_take_the_biggest_phone_photos() -> None:
    DEFAULT_LIMITS.check_bytes(25_000_000, "x")
    DEFAULT_LIMITS.check_pixels(12_032, 9_024, "x")
    DEFAULT_LIMITS.check_decoded(8_064, 6_048, "x")


def test_pixels_of_a_reduced_jpeg_count_as_decoded(flag: Image.Image, encode: Encode) -> None:
    limits = ImageLimits(max_decoded_pixels=100 * 75)
    data = encode(flag, "JPEG")
    assert load_image(data, min_side=100, limits=limits).shape == (75, 100, 3)
    with pytest.raises(ImageTooLarge):
        load_image(data, min_side=101, limits=limits)


def test_progressive_jpeg_counts_whole(flag: Image.Image, encode: Encode) -> None:
    limits = ImageLimits(max_decoded_pixels=100 * 75)
    with pytest.raises(ImageTooLarge):
        load_image(encode(flag, "JPEG", progressive=True), min_side=100, limits=limits)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "TIFF"])
def test_pixel_limit_holds_for_every_format(kind: str, flag: Image.Image, encode: Encode) -> None:
    data = encode(flag, kind)
    assert load_image(data, limits=ImageLimits(max_pixels=400 * 300)).shape == (300, 400, 3)
    with pytest.raises(ImageTooLarge, match="400 x 300 pixels"):
        load_image(data, limits=ImageLimits(max_pixels=400 * 300 - 1, max_decoded_pixels=400 * 300 - 1))


def test_pixel_limit_holds_for_pil_images(flag: Image.Image) -> None:
    with pytest.raises(ImageTooLarge, match="400 x 300"):
        load_image(flag, limits=ImageLimits(max_decoded_pixels=100))


def test_byte_limit_is_checked_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(bytes(1001))
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was read"))
    with pytest.raises(ImageTooLarge, match=r"photo\.jpg has 0\.0 MB"):
        read_image_bytes(path, ImageLimits(max_bytes=1000))


def test_byte_limit_is_the_last_size_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(bytes(1000))
    assert read_image_bytes(path, ImageLimits(max_bytes=1000)) == bytes(1000)


def test_byte_limit_holds_for_bytes() -> None:
    with pytest.raises(ImageTooLarge, match="the photo has"):
        load_image(memoryview(bytes(2000)).cast("I"), limits=ImageLimits(max_bytes=1999))


@pytest.mark.parametrize("limit", [None, 1000, 10**9])
def test_hosts_own_pixel_limit_neither_counts_nor_changes(
    limit: int | None, flag: Image.Image, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("JPEG", "PNG", "GIF", "BMP", "AVIF", "HEIF"):
            assert load_image(encode(flag, kind)).shape == (300, 400, 3)
        with pytest.raises(ImageTooLarge):
            load_image(png_header(30_000, 30_000))
        for screen, frame in ((60_000, 1), (1, 60_000), (1, 11_000)):
            with pytest.raises(ImageTooLarge):
                load_image(gif_header(screen, frame))
    assert limit == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("limit", ["max_bytes", "max_pixels", "max_decoded_pixels"])
def test_limit_below_one_is_refused(limit: str) -> None:
    with pytest.raises(InvalidInput, match=limit):
        ImageLimits(**{limit: 0})


@pytest.mark.parametrize("min_side", [0, -1])
def test_min_side_below_one_is_refused(min_side: int, flag: Image.Image, encode: Encode) -> None:
    for source in (flag, encode(flag, "PNG")):
        with pytest.raises(InvalidInput, match="min_side"):
            load_image(source, min_side=min_side)
