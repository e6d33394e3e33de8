import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fashion_plugin.colour import COLOURS, colour_name, dominant_colours, from_lab, to_lab


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        # Reference values of the sRGB primaries under D65 (B. Lindbloom's CIE colour calculator).
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((128, 128, 128), (53.59, 0.0, 0.0)),
    ],
)
def test_known_colours_have_their_cielab_values(
    rgb: tuple[int, int, int], lab: tuple[float, float, float]
) -> None:
    assert to_lab(rgb) == pytest.approx(lab, abs=0.02)


@given(st.tuples(*[st.integers(0, 255)] * 3))
@settings(deadline=None)
def test_a_colour_survives_the_way_there_and_back(rgb: tuple[int, int, int]) -> None:
    assert from_lab(to_lab(rgb)).tolist() == list(rgb)


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((5, 5, 5), "black"),
        ((250, 250, 250), "white"),
        ((130, 130, 130), "grey"),
        ((200, 30, 40), "red"),
        ((25, 30, 70), "navy"),
        ((245, 210, 50), "yellow"),
        ((100, 60, 35), "brown"),
        ((35, 110, 60), "green"),
        ((240, 165, 190), "pink"),
        ((95, 25, 40), "burgundy"),
    ],
)
def test_plain_colours_have_their_everyday_names(rgb: tuple[int, int, int], name: str) -> None:
    assert colour_name(rgb) == name


def test_every_example_bears_its_own_name() -> None:
    for name, examples in COLOURS.items():
        for example in examples:
            rgb = bytes.fromhex(example[1:])
            assert colour_name((rgb[0], rgb[1], rgb[2])) == name


def test_stripes_give_both_colours_the_wider_first() -> None:
    image = np.full((30, 30, 3), (250, 250, 250), np.uint8)
    image[:, ::3] = (200, 30, 40)
    first, second = dominant_colours(image)
    assert (first.name, second.name) == ("white", "red")
    assert first.share == pytest.approx(2 / 3)
    assert second.share == pytest.approx(1 / 3)
    assert second.rgb == pytest.approx((200, 30, 40), abs=2)


def test_only_pixels_inside_the_mask_count() -> None:
    image = np.full((30, 30, 3), (250, 250, 250), np.uint8)
    image[10:20, 10:20] = (25, 30, 70)
    mask = np.zeros((30, 30), bool)
    mask[10:20, 10:20] = True
    assert [colour.name for colour in dominant_colours(image, mask)] == ["navy"]


def test_an_empty_mask_has_no_colours() -> None:
    assert dominant_colours(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), bool)) == ()


def test_a_few_stray_pixels_are_no_colour() -> None:
    image = np.full((40, 40, 3), (25, 30, 70), np.uint8)
    image[:2, :10] = (200, 30, 40)
    assert [colour.name for colour in dominant_colours(image)] == ["navy"]


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=30)
def test_any_photo_gives_shares_that_fall_and_stay_within_one(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    found = dominant_colours(image)
    shares = [colour.share for colour in found]
    assert 1 <= len(found) <= 3
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-9
    assert found == dominant_colours(image)
