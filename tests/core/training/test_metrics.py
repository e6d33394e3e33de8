"""Metrics against numbers worked out by hand."""

import numpy as np
import pytest

from fashion_plugin.training.metrics import (
    average_precision,
    bootstrap,
    paired_difference,
    precision_at,
    rank,
    recall_at,
    reciprocal_rank,
)


def _ranking(*right: int) -> object:
    """One query whose gallery, nearest first, is right or wrong as given."""
    n = len(right)
    angles = np.linspace(0.1, 1.2, n)
    gallery = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    query = np.array([[1.0, 0.0]], dtype=np.float32)
    return rank(query, gallery, np.array([right], dtype=bool))[0]


def test_metrics_of_a_known_ranking() -> None:
    ranking = _ranking(0, 1, 0, 1)
    assert recall_at(ranking, 1) == 0.0
    assert recall_at(ranking, 2) == 1.0
    assert precision_at(ranking, 2) == 0.5
    assert precision_at(ranking, 10) == 0.5
    assert reciprocal_rank(ranking) == 0.5
    assert average_precision(ranking) == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_what_is_left_out_is_never_ranked() -> None:
    vectors = np.eye(3, dtype=np.float32)
    rankings = rank(vectors, vectors, np.ones((3, 3), dtype=bool), np.eye(3, dtype=bool))
    assert all(ranking.query not in ranking.order.tolist() for ranking in rankings)
    assert all(ranking.total == 2 for ranking in rankings)


def test_query_with_nothing_right_is_left_out() -> None:
    vectors = np.eye(2, dtype=np.float32)
    relevant = np.array([[True, False], [False, False]])
    assert [ranking.query for ranking in rank(vectors, vectors, relevant)] == [0]


def test_equal_scores_keep_the_order_of_the_gallery() -> None:
    gallery = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (5, 1))
    (ranking,) = rank(gallery[:1], gallery, np.ones((1, 5), dtype=bool))
    assert ranking.order.tolist() == [0, 1, 2, 3, 4]


def test_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    rng = np.random.default_rng(1)
    few, many = (bootstrap(rng.integers(0, 2, n).astype(float)) for n in (50, 5000))
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low
    # Of a coin: ± 1.96 sqrt(p (1 - p) / n).
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(5000), rel=0.15)


def test_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(0).random(40)
    assert bootstrap(values, seed=3) == bootstrap(values, seed=3)


def test_values_of_one_group_are_drawn_together() -> None:
    values = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0] * 5
    groups = [number // 4 for number in range(len(values))]
    alone, grouped = bootstrap(values), bootstrap(values, groups)
    assert grouped.value == alone.value
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap([])


def test_paired_difference_is_certain_where_every_query_gained_the_same() -> None:
    before = np.random.default_rng(0).random(30)
    figure = paired_difference((before + 0.1).tolist(), before.tolist())
    assert (figure.value, figure.low, figure.high) == pytest.approx((0.1, 0.1, 0.1))
