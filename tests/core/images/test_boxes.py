import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_plugin.errors import InvalidInput
from fashion_plugin.images import check_box, crop, to_square

fractions = st.floats(0, 1)


def test_crop_is_a_view_of_the_box() -> None:
    image = np.arange(100 * 200 * 3, dtype=np.uint32).astype(np.uint8).reshape(100, 200, 3)
    part = crop(image, (0.25, 0.1, 0.75, 0.6))
    assert np.shares_memory(part, image)
    np.testing.assert_array_equal(part, image[10:60, 50:150])


def test_whole_box_is_the_whole_photo() -> None:
    image = np.zeros((7, 5, 3), dtype=np.uint8)
    assert crop(image, (0, 0, 1, 1)).shape == image.shape
    assert crop(image, list(np.array([0, 0, 1, 1], dtype=np.float32))).shape == image.shape


@given(st.integers(1, 50), st.integers(1, 50), st.tuples(fractions, fractions, fractions, fractions))
def test_every_box_holds_a_pixel(width: int, height: int, edges: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = edges
    if x0 == x1 or y0 == y1:
        return
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    part = crop(np.zeros((height, width, 3), dtype=np.uint8), box)
    assert min(part.shape) >= 1
    assert part.shape[0] <= height
    assert part.shape[1] <= width


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ((0.5, 0, 0.5, 1), "upper left"),
        ((0, 0.6, 1, 0.5), "upper left"),
        ((-0.1, 0, 1, 1), "fractions of the photo from 0 to 1"),
        ((0, 0, 200, 100), "divide pixels"),
        ((0, 0, 1), "four numbers"),
        ((0, 0, 1, 1, 1), "four numbers"),
        ((0, 0, 1, math.nan), "four numbers"),
        ((0, 0, 1, math.inf), "four numbers"),
        ((0, 0, 1, "1"), "four numbers"),
        ((False, False, True, True), "four numbers"),
        ("0011", "four numbers"),
        (None, "four numbers"),
        (5, "four numbers"),
        ({"x0": 0}, "four numbers"),
    ],
)
def test_wrong_box_is_refused(box: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        check_box(box)


def test_rounding_error_at_the_edge_is_forgiven() -> None:
    assert check_box((-1e-9, 0, 1 + 1e-7, 1)) == (0.0, 0.0, 1.0, 1.0)


def test_padding_is_even_and_white() -> None:
    image = np.zeros((2, 5, 3), dtype=np.uint8)
    square = to_square(image)
    assert square.shape == (5, 5, 3)
    assert square[:, 0, 0].tolist() == [255, 0, 0, 255, 255]
    assert to_square(image.transpose(1, 0, 2), fill=7)[0, :, 0].tolist() == [7, 0, 0, 7, 7]


def test_square_comes_back_as_it_is() -> None:
    image = np.zeros((4, 4, 3), dtype=np.uint8)
    assert to_square(image) is image
