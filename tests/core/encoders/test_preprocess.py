"""From a photo to a network's input."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fashion_plugin.encoders.preprocess import checked_image, scale, square
from fashion_plugin.encoders.presets import Preprocessing
from fashion_plugin.errors import InvalidInput


def test_a_wide_image_is_padded_in_white_above_and_below() -> None:
    result = square(np.zeros((50, 100, 3), np.uint8), 100)
    assert (result[:25] == 255).all()
    assert (result[25:75] == 0).all()
    assert (result[75:] == 255).all()


def test_a_tall_image_is_padded_in_white_left_and_right() -> None:
    result = square(np.zeros((100, 50, 3), np.uint8), 100)
    assert (result[:, :25] == 255).all()
    assert (result[:, 25:75] == 0).all()
    assert (result[:, 75:] == 255).all()


def test_an_image_of_the_right_size_is_left_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    assert (square(image, 32) == image).all()


@pytest.mark.parametrize("side", [1, 7, 208, 448, 671])
def test_resizing_is_pillows_antialiased_bicubic(side: int) -> None:
    image = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype=np.uint8)
    expected = Image.fromarray(image).resize((224, 224), Image.Resampling.BICUBIC)
    assert (square(image, 224) == np.asarray(expected)).all()


def test_the_shortcut_for_large_photos_stays_near_the_exact_result() -> None:
    rows, columns = np.mgrid[0:1500, 0:1100]
    waves = [np.sin(rows / 31) * np.cos(columns / 23), np.sin(columns / 57), (rows // 40 + columns // 40) % 2]
    image = np.stack([128 + 100 * wave for wave in waves], axis=-1).astype(np.uint8)
    expected = np.full((224, 224, 3), 255)
    expected[:, 30:194] = Image.fromarray(image).resize((164, 224), Image.Resampling.BICUBIC)
    difference = np.abs(square(image, 224).astype(int) - expected)
    assert difference.max() <= 8
    assert difference.mean() <= 0.5


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([64, 208, 225]))
def test_a_photo_keeps_its_middle_and_to_two_pixels_its_proportions(
    height: int, width: int, size: int
) -> None:
    result = square(np.zeros((height, width, 3), np.uint8), size)
    assert (result == result[::-1]).all()
    assert (result == result[:, ::-1]).all()
    dark = (result == 0).all(axis=-1)
    for shown, part in ((dark.any(axis=1).sum(), height), (dark.any(axis=0).sum(), width)):
        assert shown == pytest.approx(size * part / max(height, width), abs=2)
        assert shown >= 1


def test_a_mirrored_photo_gives_the_mirrored_square() -> None:
    image = np.random.default_rng(3).integers(0, 256, (301, 180, 3), dtype=np.uint8)
    difference = square(image[:, ::-1], 208).astype(int) - square(image, 208)[:, ::-1]
    assert np.abs(difference).max() <= 1


def test_scaling_takes_pixels_to_the_range_of_the_network() -> None:
    pixels = np.array([[[0, 127, 255]]], np.uint8)
    np.testing.assert_allclose(scale(pixels, Preprocessing()), [[[-1, 127 / 127.5 - 1, 1]]], atol=1e-6)


def test_scaling_may_differ_by_channel() -> None:
    how = Preprocessing(mean=(10.0, 20.0, 30.0), std=(1.0, 2.0, 4.0))
    scaled = scale(np.array([[[10, 22, 38]]], np.uint8), how)
    np.testing.assert_allclose(scaled, [[[0, 1, 2]]], atol=1e-6)
    assert scaled.dtype == np.float32


@pytest.mark.parametrize(
    "image",
    [
        "coat.jpg",
        None,
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
    ids=["path", "none", "grey", "alpha", "float", "empty"],
)
def test_what_is_not_an_rgb_image_is_refused(image: Any) -> None:
    with pytest.raises(InvalidInput, match="An encoder"):
        checked_image(image)
