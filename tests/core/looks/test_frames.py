from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fashion_plugin.catalog import Garment
from fashion_plugin.looks.frames import FRAMES, MOST_WINDOWS, STRIDE, frame_photo, merge_windows, windows


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 300))
def test_a_framed_photo_lies_whole_inside_its_frame(height: int, width: int) -> None:
    framed = frame_photo(np.full((height, width, 3), 200, np.uint8))
    frame_height, frame_width = FRAMES[framed.name]
    x0, y0, x1, y1 = framed.box
    assert framed.pixels().shape == (1, frame_height, frame_width, 3)
    assert 0 <= x0 < x1 <= frame_width
    assert 0 <= y0 < y1 <= frame_height
    assert framed.pixels()[0, y0:y1, x0:x1] == pytest.approx(200 / 127.5 - 1, abs=1e-6)
    answer = np.zeros((frame_height // STRIDE, frame_width // STRIDE, 2), np.float32)
    assert framed.crop(answer).shape == ((y1 - y0) // STRIDE, (x1 - x0) // STRIDE, 2)


def test_a_framed_photo_is_scaled_and_mirrored_as_the_network_takes_it() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (448, 300, 3), np.uint8)
    framed = frame_photo(photo)
    seen = framed.pixels()
    assert (seen.dtype, seen.min() >= -1, seen.max() <= 1) == (np.float32, True, True)
    np.testing.assert_array_equal(framed.pixels(mirrored=True), seen[:, :, ::-1])
    np.testing.assert_allclose((seen[0] + 1) * 127.5, np.asarray(framed.picture), atol=1e-3)


@pytest.mark.parametrize(
    ("shape", "name"), [((448, 300), "portrait"), ((300, 300), "square"), ((200, 320), "landscape")]
)
def test_a_photo_takes_the_frame_of_its_shape(shape: tuple[int, int], name: str) -> None:
    assert frame_photo(np.zeros((*shape, 3), np.uint8)).name == name


@settings(deadline=None)
@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_windows_cover_a_photo_and_are_few(width: int, height: int) -> None:
    found = windows(width, height)
    assert len(found) <= MOST_WINDOWS
    assert min(box[0] for box in found) == 0
    assert min(box[1] for box in found) == 0
    assert max(box[2] for box in found) == width
    assert max(box[3] for box in found) == height
    along = 0 if width >= height else 1
    for before, after in pairwise(found):
        assert before[along] < after[along] < before[along + 2]


def test_a_garment_that_two_windows_show_is_kept_once() -> None:
    boxes = [(0, 0, 200, 100), (100, 0, 300, 100)]
    left = [Garment("top", (0.5, 0.0, 1.0, 1.0), 0.9), Garment("shoes", (0.0, 0.8, 0.2, 1.0), 0.8)]
    right = [Garment("top", (0.0, 0.0, 0.5, 1.0), 0.7), Garment("bag", (0.5, 0.5, 1.0, 1.0), 0.6)]
    found = merge_windows([left, right], boxes, 300, 100)
    assert [garment.label for garment in found] == ["top", "shoes", "bag"]
    assert found[0].score == 0.9
    assert found[2].box == pytest.approx((200 / 300, 0.5, 1.0, 1.0))
