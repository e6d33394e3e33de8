import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fashion_plugin.errors import (
    ImageError,
    ImageFormatError,
    ImageNotFound,
    ImageTooLarge,
    ImageTruncated,
)
from fashion_plugin.images import decode_image, load_image
from fashion_plugin.images.content import what_it_is

Encode = Callable[..., bytes]
NOT_PHOTOS = {
    b"": "empty",
    b"just some words": "text",
    "ein Stück Text".encode("utf-16"): "text",
    b"BMW is no bitmap, nor is this text": "text",
    b'{"error": "not found"}': "JSON",
    b"<!DOCTYPE html>\n<html>": "a web page",
    b"\xef\xbb\xbf  <html lang=en>": "a web page",
    b"<!-- <b> --><head>": "XML or HTML",
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>': "an SVG drawing",
    b"<svg/>": "an SVG drawing",
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>": "XML or HTML",
    b"%PDF-1.7\n": "a PDF document",
    b"8BPS\0\1": "a Photoshop document",
    b"\0\0\0\x0cJXL \r\n\x87\n": "a JPEG XL picture",
    b"\0\0\0\x18ftypisom\0\0\2\0isomiso2": "a video",
    b"PK\3\4\x14\0": "a ZIP archive",
    bytes(range(64)): "none of the formats",
}


@pytest.mark.parametrize("data", NOT_PHOTOS)
def test_what_is_no_photo_is_named(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    with pytest.raises(ImageFormatError) as caught:
        load_image(path)
    assert f"{path} is not a photo: it is {NOT_PHOTOS[data]}" in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(ImageFormatError, match="the photo is not a photo"):
        load_image(data)


def test_photos_are_not_named_as_something_else(flag: Image.Image, encode: Encode) -> None:
    for kind in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "TIFF"):
        assert what_it_is(encode(flag, kind)) == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_file_that_ends_too_early_is_named(kind: str, share: float, encode: Encode, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    data = encode(Image.fromarray(noise), kind)
    path = tmp_path / "photo"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ImageTruncated, match="photo ends too early or is damaged"):
        load_image(path)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_damaged_bytes_give_a_photo_or_an_image_error(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(SMALL_PHOTOS))
    photo = bytearray(original)
    for _ in range(data.draw(st.integers(1, 8))):
        photo[data.draw(st.integers(0, len(photo) - 1))] = data.draw(st.integers(0, 255))
    try:
        image = decode_image(bytes(photo))
    except ImageError:
        return
    assert image.ndim == 3


def _small_photos() -> list[bytes]:
    import io

    photos = []
    for kind in ("JPEG", "PNG", "GIF", "BMP", "WEBP"):
        file = io.BytesIO()
        Image.linear_gradient("L").resize((24, 24)).convert("RGB").save(file, kind)
        photos.append(file.getvalue())
    return photos


SMALL_PHOTOS = _small_photos()


def test_missing_path_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "photo.jpg"
    for source in (path, str(path)):
        with pytest.raises(ImageNotFound, match=r"there is no photo at .*nowhere"):
            load_image(source)


def test_path_below_a_file_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ImageNotFound, match="there is no photo at"):
        load_image(tmp_path / "file" / "photo.jpg")


def test_folder_is_named_as_one(tmp_path: Path) -> None:
    with pytest.raises(ImageNotFound) as caught:
        load_image(tmp_path)
    assert str(caught.value) == f"{tmp_path} is a folder: give the path of one photo"


@pytest.mark.skipif(sys.platform == "win32", reason="platform: no pipes in the file system")
def test_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImageNotFound, match="not a regular file"):
        load_image(tmp_path / "pipe")


def test_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"x")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, whom no permission stops.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ImageNotFound, match="may not be read by this user"):
        load_image(path)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "empty"),
        ("https://shop.example/a.jpg", "a web address"),
        ("data:image/png;base64,AAAA", "a data URL"),
        ("a\0b.jpg", "cannot be read"),
        ("x" * 100_000, "cannot be read"),
        ("/9j/4AAQSkZJRgABAQ" * 300, "JRgABAQ"),
    ],
)
def test_text_that_is_no_path_is_not_found(source: str, message: str) -> None:
    with pytest.raises(ImageNotFound, match=message) as caught:
        load_image(source)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("source", [None, 5, ["a.jpg"], object()])
def test_other_types_are_refused(source: Any) -> None:
    with pytest.raises(ImageError, match="a photo is a path, bytes, a PIL image or an array, not"):
        load_image(source)


@pytest.mark.parametrize(
    ("array", "advice"),
    [
        (np.zeros((4, 4, 3), dtype=np.float32), "multiply by 255"),
        (np.zeros((4, 4, 3), dtype=np.int64), r"astype\('uint8'\)"),
        (np.zeros((4, 4), dtype=np.uint8), "stack the grey"),
        (np.zeros((4, 4, 4), dtype=np.uint8), "drop the alpha"),
        (np.zeros((3, 4, 9), dtype=np.uint8), "channels last"),
        (np.zeros((2, 4, 4, 3), dtype=np.uint8), "one image at a time"),
        (np.zeros((0, 4, 3), dtype=np.uint8), "needs pixels"),
    ],
)
def test_array_of_another_kind_says_how_to_change_it(array: Any, advice: str) -> None:
    with pytest.raises(ImageError, match=advice):
        load_image(array)


def test_pil_image_without_pixels_is_refused() -> None:
    with pytest.raises(ImageError, match="no pixels"):
        load_image(Image.new("RGB", (0, 5)))


def test_pil_image_of_a_closed_or_damaged_file_is_an_image_error(
    flag: Image.Image, encode: Encode, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(encode(flag, "PNG")[:-200])
    with Image.open(path) as image, pytest.raises(ImageError, match="PIL image of mode RGB"):
        load_image(image)


def test_jpeg_with_a_size_of_zero_is_refused(flag: Image.Image, encode: Encode) -> None:
    data = bytearray(encode(flag, "JPEG"))
    frame = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, frame + 5, 0, 0)
    with pytest.raises(ImageError):
        load_image(bytes(data))


def test_hosts_refusal_of_a_webp_is_an_image_error(
    flag: Image.Image, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(flag, "WEBP")

    def refuse(*_: object, **__: object) -> None:
        raise Image.DecompressionBombError("too big")

    monkeypatch.setattr(sys.modules["PIL.WebPImagePlugin"].WebPImageFile, "_open", refuse)
    with pytest.raises(ImageTooLarge, match="MAX_IMAGE_PIXELS"):
        load_image(data)
