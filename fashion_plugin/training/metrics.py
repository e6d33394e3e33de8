"""Retrieval metrics over embeddings, with bootstrap intervals: NumPy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Figure",
    "Ranking",
    "average_precision",
    "bootstrap",
    "paired_difference",
    "precision_at",
    "rank",
    "recall_at",
    "reciprocal_rank",
]

_CHUNK = 256  # queries ranked at once: 256 x 20,000 float32 scores are 20 MB


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over queries and its bootstrap interval (95 %): ``low`` ≤ ``value`` ≤ ``high``."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Ranking:
    """The gallery as one query sees it, nearest first.

    ``order`` are gallery indices (k,), ``scores`` their cosines (k,), ``relevant`` whether each is right
    (k,) bool, and ``total`` how many right ones the gallery has.
    """

    query: int
    order: NDArray[np.int64]
    scores: NDArray[np.float32]
    relevant: NDArray[np.bool_]
    total: int


def rank(
    queries: NDArray[np.float32],
    gallery: NDArray[np.float32],
    relevant: NDArray[np.bool_],
    left_out: NDArray[np.bool_] | None = None,
) -> list[Ranking]:
    """Rank a gallery (m, d) for each query (n, d), unit rows, by cosine.

    ``relevant`` and ``left_out`` are (n, m): which are right, and which do not take part for that query (the
    query's own photo). Equal scores keep the gallery's order. Queries with nothing right in their
    gallery are left out of the answer.
    """
    rankings = []
    for start in range(0, len(queries), _CHUNK):
        scores = queries[start : start + _CHUNK] @ gallery.T
        for offset, row in enumerate(scores):
            query = start + offset
            kept = np.arange(len(gallery)) if left_out is None else np.flatnonzero(~left_out[query])
            total = int(relevant[query, kept].sum())
            if not total:
                continue
            order = kept[np.argsort(-row[kept], kind="stable")]
            rankings.append(Ranking(query, order, row[order], relevant[query, order], total))
    return rankings


def recall_at(ranking: Ranking, k: int) -> float:
    """1 where a right one is among the first k, else 0: the papers' Recall@k."""
    return float(ranking.relevant[:k].any())


def precision_at(ranking: Ranking, k: int) -> float:
    """The share of right ones among the first k; a gallery smaller than k counts what it has."""
    return float(ranking.relevant[:k].mean())


def average_precision(ranking: Ranking) -> float:
    """The mean, over the right ones, of the precision at their rank; over queries it is mAP."""
    ranks = np.flatnonzero(ranking.relevant) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).sum() / ranking.total)


def reciprocal_rank(ranking: Ranking) -> float:
    """1 over the rank of the first right one; over queries it is MRR."""
    return float(1.0 / (int(np.argmax(ranking.relevant)) + 1))


def bootstrap(
    values: Sequence[float] | NDArray[np.float64],
    groups: Sequence[object] | None = None,
    *,
    seed: int = 0,
    rounds: int = 1000,
) -> Figure:
    """The mean of values and its percentile interval (2.5 %, 97.5 %).

    Values of one group (photos of one product) are drawn together: they are not independent.
    """
    sums, counts = _by_group(np.asarray(values, dtype=np.float64), groups)
    draws = _draws(len(sums), rounds, seed)
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    value = float(sums.sum() / counts.sum())
    return Figure(value, min(float(low), value), max(float(high), value), int(counts.sum()))


def paired_difference(
    after: Sequence[float], before: Sequence[float], groups: Sequence[object] | None = None, *, seed: int = 0
) -> Figure:
    """The mean of ``after - before`` over the same queries, with its interval."""
    return bootstrap(np.asarray(after, dtype=np.float64) - np.asarray(before, np.float64), groups, seed=seed)


def _by_group(
    values: NDArray[np.float64], groups: Sequence[object] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not len(values):
        raise ValueError("there are no values to take the mean of")
    if groups is None:
        return values, np.ones(len(values))
    numbers: dict[object, int] = {}
    index = np.array([numbers.setdefault(group, len(numbers)) for group in groups])
    return np.bincount(index, values).astype(np.float64), np.bincount(index).astype(np.float64)


def _draws(n: int, rounds: int, seed: int) -> NDArray[np.int64]:
    # A bounded table of draws: beyond 5,000 groups the interval is narrow and fewer rounds suffice.
    rounds = max(100, min(rounds, 5_000_000 // n))
    return np.random.default_rng(seed).integers(0, n, (rounds, n))
