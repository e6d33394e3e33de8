import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, features

from fashion_plugin.errors import ImageFormatError
from fashion_plugin.images import decode_image, load_image

Encode = Callable[..., bytes]
Looks = Callable[[NDArray[np.uint8]], bool]
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "TIFF", "MPO"]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_becomes_upright_rgb(
    kind: str, flag: Image.Image, encode: Encode, looks_like_the_flag: Looks
) -> None:
    image = load_image(encode(flag, kind))
    assert image.shape == (300, 400, 3)
    assert image.dtype == np.uint8
    assert looks_like_the_flag(image)


@pytest.mark.parametrize("kind", FORMATS)
def test_photo_shrinks_to_what_is_needed_and_not_below(
    kind: str, flag: Image.Image, encode: Encode, looks_like_the_flag: Looks
) -> None:
    data = encode(flag, kind)
    image = load_image(data, min_side=100)
    assert image.shape == (75, 100, 3)
    assert looks_like_the_flag(image)
    assert load_image(data, min_side=201).shape == (300, 400, 3)


@settings(deadline=None, max_examples=60)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    min_side=st.integers(1, 400),
    kind=st.sampled_from(["JPEG", "PNG"]),
)
def test_long_side_never_falls_below_what_is_needed(
    width: int, height: int, min_side: int, kind: str
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, kind)
    shape = load_image(file.getvalue(), min_side=min_side).shape
    assert min(max(width, height), min_side) <= max(shape[:2]) <= max(width, height)
    assert min(shape[:2]) >= 1


def test_path_bytes_and_pil_image_give_the_same_pixels(
    flag: Image.Image, encode: Encode, tmp_path: Path
) -> None:
    data = encode(flag, "PNG")
    path = tmp_path / "été.png"
    path.write_bytes(data)
    expected = np.asarray(flag)
    opened = Image.open(path)
    for source in (path, str(path), data, bytearray(data), memoryview(data), flag, opened, expected):
        np.testing.assert_array_equal(load_image(source), expected)


def test_first_frame_of_an_animation_is_taken(
    flag: Image.Image, encode: Encode, looks_like_the_flag: Looks
) -> None:
    second = Image.new("RGB", flag.size, "black")
    options: dict[str, Any] = {"save_all": True, "append_images": [second], "duration": 40}
    for kind in ("GIF", "WEBP", "PNG", "AVIF", "TIFF"):
        assert looks_like_the_flag(load_image(encode(flag, kind, **options))), kind


def test_content_decides_and_not_the_name(flag: Image.Image, encode: Encode, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(flag, "PNG"))
    assert load_image(path).shape == (300, 400, 3)


def test_heic_without_its_package_names_the_extra(
    flag: Image.Image, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(flag, "HEIF")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageFormatError, match=r"pip install 'fashion-plugin\[heic\]'"):
        load_image(data)


def test_pillow_built_without_avif_says_what_to_run(
    flag: Image.Image, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(flag, "AVIF")
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(ImageFormatError, match="pip install --upgrade pillow"):
        load_image(data)


def test_many_threads_decode_at_once(flag: Image.Image, encode: Encode) -> None:
    photos = [encode(flag, kind) for kind in FORMATS] * 8
    expected = [decode_image(photo) for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        for image, alone in zip(pool.map(decode_image, photos), expected, strict=True):
            np.testing.assert_array_equal(image, alone)


def test_a_pil_image_of_the_caller_stays_as_it_is(flag: Image.Image, encode: Encode) -> None:
    image = Image.open(io.BytesIO(encode(flag, "JPEG")))
    load_image(image, min_side=50)
    assert image.size == (400, 300)


def test_importing_loads_no_format_and_no_colour_management() -> None:
    code = "import sys, fashion_plugin.images; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    unwanted = ("Plugin", "pillow_heif", "ImageCms", "requests", "tensorflow")
    assert not [module for module in loaded.stdout.split() if any(name in module for name in unwanted)]
