import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fashion_plugin.looks.components import label_regions, regions


def flood_fill(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int_], int]:
    """Number 8-connected regions pixel by pixel, in reading order of their first pixel."""
    labels = np.zeros(mask.shape, int)
    count = 0
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start]:
            continue
        count += 1
        labels[start] = count
        waiting = [start]
        while waiting:
            y, x = waiting.pop()
            for v in range(max(y - 1, 0), min(y + 2, mask.shape[0])):
                for u in range(max(x - 1, 0), min(x + 2, mask.shape[1])):
                    if mask[v, u] and not labels[v, u]:
                        labels[v, u] = count
                        waiting.append((v, u))
    return labels, count


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.floats(0.0, 1.0), st.integers(0, 2**32 - 1))
def test_regions_are_those_of_a_flood_fill(height: int, width: int, share: float, seed: int) -> None:
    mask = np.random.default_rng(seed).random((height, width)) < share
    labels, count = label_regions(mask)
    expected, expected_count = flood_fill(mask)
    assert count == expected_count
    assert (labels == expected).all()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_area_and_box_of_a_region_are_those_of_its_pixels(seed: int) -> None:
    mask = np.random.default_rng(seed).random((9, 11)) < 0.4
    labels, count = label_regions(mask)
    found = regions(labels, count)
    assert [region.number for region in found] == list(range(1, count + 1))
    for region in found:
        ys, xs = np.nonzero(labels == region.number)
        assert region.area == len(ys)
        assert region.box == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (3, 4)])
def test_an_empty_mask_has_no_regions(shape: tuple[int, int]) -> None:
    labels, count = label_regions(np.zeros(shape, bool))
    assert count == 0
    assert labels.shape == shape
    assert regions(labels, count) == []


def test_a_spiral_is_one_region() -> None:
    mask = np.array(
        [
            list(row)
            for row in (
                "#######",
                "......#",
                "#####.#",
                "#...#.#",
                "#.#.#.#",
                "#.###.#",
                "#.....#",
                "#######",
            )
        ]
    )
    assert label_regions(mask == "#")[1] == 1
