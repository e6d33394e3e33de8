"""The score below which nothing is close."""

import numpy as np
import pytest

from fashion_plugin.errors import TrainingError
from fashion_plugin.training.floor import score_floor


def _unit(*angles: float) -> np.ndarray:
    return np.stack([[np.cos(angle), np.sin(angle)] for angle in angles]).astype(np.float32)


def test_one_right_match_in_twenty_scores_below_the_floor() -> None:
    queries = _unit(*np.arccos(np.arange(1, 101) / 100))
    floor = score_floor(queries, _unit(0.0), np.ones((100, 1), bool))
    assert floor == pytest.approx(0.06, abs=0.011)


def test_nearer_photos_of_another_kind_do_not_count() -> None:
    relevant = np.array([[False, True]])
    assert score_floor(_unit(0.0), _unit(0.0, np.arccos(0.4)), relevant) == pytest.approx(0.4)


def test_a_floor_is_a_score_and_never_below_zero() -> None:
    assert score_floor(_unit(0.0), _unit(3.0), np.ones((1, 1), bool)) == 0.0


def test_without_right_matches_there_is_no_floor() -> None:
    with pytest.raises(TrainingError, match="something right"):
        score_floor(_unit(0.0), _unit(0.0), np.zeros((1, 1), bool))
