import numpy as np
import pytest

from fashion_plugin.catalog import Box, Garment
from fashion_plugin.looks.groups import PIXEL_CLASSES
from fashion_plugin.training.parser_data import StreetBox
from fashion_plugin.training.parser_metrics import box_iou, match_garments, mean_iou, score_garments

LEFT: Box = (0.0, 0.0, 0.4, 1.0)
RIGHT: Box = (0.6, 0.0, 1.0, 1.0)


def test_iou_of_boxes_is_their_overlap_over_their_union() -> None:
    assert box_iou(LEFT, LEFT) == 1.0
    assert box_iou(LEFT, RIGHT) == 0.0
    assert box_iou((0, 0, 1, 1), (0, 0, 0.5, 1)) == pytest.approx(0.5)
    assert box_iou((0, 0, 2, 2), (1, 1, 3, 3)) == pytest.approx(1 / 7)


def test_a_find_needs_the_right_group() -> None:
    scores = score_garments([([Garment("top", LEFT)], [StreetBox("outerwear", LEFT, 0.2)])])
    assert (scores.total.real, scores.total.found, scores.total.finds) == (1, 0, 1)


def test_two_finds_of_one_garment_count_once() -> None:
    scores = score_garments([([Garment("top", LEFT), Garment("top", LEFT)], [StreetBox("top", LEFT, 0.2)])])
    assert scores.total.recall == 1.0
    assert scores.total.precision == 0.5


def test_the_better_overlap_is_matched_first() -> None:
    near: Box = (0.0, 0.0, 0.41, 1.0)
    far: Box = (0.0, 0.0, 0.5, 1.0)
    assert match_garments([Garment("top", far), Garment("top", near)], [StreetBox("top", LEFT, 0.2)]) == [
        -1,
        0,
    ]


def test_small_garments_and_finds_of_them_count_neither_way() -> None:
    scores = score_garments([([Garment("bag", LEFT)], [StreetBox("bag", LEFT, 0.003)])])
    assert (scores.total.real, scores.total.found, scores.total.finds) == (0, 0, 0)
    missed = score_garments([([], [StreetBox("bag", LEFT, 0.003)])])
    assert missed.total.real == 0


def test_labels_outside_the_groups_count_neither_way() -> None:
    photo = (
        [Garment("belt", LEFT), Garment("eyewear", RIGHT)],
        [StreetBox("belt", RIGHT, 0.1), StreetBox("skin", LEFT, 0.1)],
    )
    assert score_garments([photo]).total.finds == 0
    assert score_garments([photo]).total.real == 0


def test_nothing_found_is_no_division_by_zero() -> None:
    total = score_garments([]).total
    assert (total.recall, total.precision) == (0.0, 0.0)


def test_mean_iou_counts_pixels_over_all_photos() -> None:
    top, dress = PIXEL_CLASSES.index("top"), PIXEL_CLASSES.index("dress")
    first = (np.array([top, top, 0]), np.array([top, dress, 0]))
    second = (np.array([0, top, 0]), np.array([0, top, 0]))
    found = mean_iou([first, second])
    assert found["top"] == pytest.approx(2 / 3)
    assert found["dress"] == 0.0
    assert found["background"] == 1.0
    assert np.isnan(found["hat"])
