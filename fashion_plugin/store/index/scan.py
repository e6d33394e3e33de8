"""One query over the index: the scores of ever more vectors, the most promising lists first."""

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.products import products
from fashion_plugin.store.index.view import Allowed, View

__all__ = ["RERANKED", "Scan"]

RERANKED = 1024
"""Rows at least whose scores are computed from all their numbers, after one from their heads."""

_PER_ROW = 8
"""So many such rows for each that is asked for."""

_WIDER = 4
_ENOUGH = 8192
"""Vectors that a filter lets through and a search reads at least: fewer are all read."""

_FEW = 4  # one row in so many is gathered; of more, all are read
_ROUNDING = 1e-5  # how far two sums of float32 of one product may be apart
_AT_ONCE = 1024  # gathered rows in one product: they stay in the cache


class Scan:
    """The scores (cosines) of a unit query (dim,) with the rows of a view, or with those that are allowed.

    A row's place is its number among the lists' rows, or behind all of these its number among what is newer.
    """

    def __init__(self, view: View, query: NDArray[np.float32], allowed: Allowed | None = None) -> None:
        self._view, self._query, self._allowed = view, query, allowed
        self._places: list[NDArray[np.int64]] = []
        self._scores: list[NDArray[np.float32]] = []
        self._slack: NDArray[np.float32] | None = None
        self._next = 0
        self._ranked = self._rank()
        self._read_flat()

    @property
    def complete(self) -> bool:
        """Whether no list is left to be read."""
        return self._next == len(self._ranked)

    @property
    def count(self) -> int:
        """How many vectors were compared."""
        return sum(map(len, self._places))

    def widen(self) -> None:
        """Read the next lists: first as many as usual, then four times as many each time.

        Raises:
            Damaged: a list is not as it was written.
        """
        lists = self._view.lists
        if lists is None or self.complete:
            return
        allowed = self._allowed
        sizes = (
            np.diff(lists.starts)[self._ranked] if allowed is None else np.diff(allowed.starts)[self._order]
        )
        sizes = np.cumsum(sizes)
        if allowed is None:
            enough = lists.reach
        else:
            enough = max(_ENOUGH, min(1.0, 2 * lists.reach / len(lists)) * sizes[-1])
        already = int(sizes[self._next - 1]) if self._next else 0
        until = min(int(np.searchsorted(sizes, max(enough, already * _WIDER))) + 1, len(self._ranked))
        numbers = self._ranked[self._next : until]
        lists.check_heads(numbers)
        if allowed is None:
            self._read_lists(numbers)
        else:
            self._read_rows(numbers, self._order[self._next : until])
        self._next = until

    def best(self, k: int) -> tuple[NDArray[np.int64], float]:
        """The ids of the ``k`` highest scores read so far, in no order, and the lowest of these scores.

        Raises:
            Damaged: a list is not as it was written.
        """
        if len(self._places) != 1:
            self._places, self._scores = [np.concatenate(self._places)], [np.concatenate(self._scores)]
        fewest = RERANKED if self._view.lists else 0
        places, scores = _highest(max(fewest, _PER_ROW * k), self._places[0], self._scores[0])
        places, scores = self._surely(k, places, self._exact(places, scores))
        places, scores = _highest(k, places, scores)
        lists, flat = self._view.lists, self._view.flat
        first = len(lists) if lists else 0
        ids = np.empty(len(places), np.int64)
        listed = places < first
        ids[~listed] = flat.ids[places[~listed] - first]
        if lists:
            ids[listed] = lists.ids[places[listed]]
        return ids, float(scores.min()) if len(scores) else -1.0

    def _rank(self) -> NDArray[np.int64]:
        """The numbers of the lists to read, in order."""
        lists, allowed = self._view.lists, self._allowed
        if lists is None:
            return np.empty(0, np.int64)
        turned = lists.turned(self._query)
        self._head, self._rest = turned[: lists.few], turned[lists.few :]
        numbers = np.arange(len(lists.centres)) if allowed is None else allowed.lists
        # The rest of a row is taken to be that of its list's mean until it is read.
        guesses = products(lists.centres[numbers, lists.few :], self._rest)
        scores = products(lists.centres[numbers, : lists.few], self._head) + guesses
        self._guesses = np.zeros(len(lists.centres), np.float32)
        self._guesses[numbers] = guesses * lists.lengths[numbers]
        self._order = np.argsort(-scores, kind="stable")
        return np.asarray(numbers[self._order], dtype=np.int64)

    def _read_flat(self) -> None:
        flat, allowed = self._view.flat, self._allowed
        vectors = flat.vectors[: flat.count]
        rows = np.arange(flat.count) if allowed is None else allowed.recent
        if flat.dead.any():
            rows = rows[~flat.dead[rows]]
        if len(rows) < flat.count // _FEW:
            scores = _gathered(vectors, rows, self._query)
        elif flat.heads:
            guesses, slack = flat.heads.guesses(self._query)
            scores, self._slack = guesses[rows], slack[rows]
        else:
            scores = products(vectors, self._query)[rows]
        first = len(self._view.lists) if self._view.lists else 0
        self._take(first + rows, scores)

    def _read_lists(self, numbers: NDArray[np.int64]) -> None:
        lists, dead = self._view.lists, self._view.dead
        assert lists is not None  # noqa: S101 - said by the caller
        starts, sizes = lists.starts[numbers], lists.starts[numbers + 1] - lists.starts[numbers]
        ends = np.cumsum(sizes)
        scores = np.empty(int(ends[-1]), np.float32)
        for start, size, end in zip(starts.tolist(), sizes.tolist(), ends.tolist(), strict=True):
            products(lists.heads[start : start + size], self._head, scores[end - size : end])
        scores += np.repeat(self._guesses[numbers], sizes)
        places = np.arange(len(scores)) + np.repeat(starts - (ends - sizes), sizes)
        self._take(*_without(dead, places, scores))

    def _read_rows(self, numbers: NDArray[np.int64], order: NDArray[np.int64]) -> None:
        lists, dead, allowed = self._view.lists, self._view.dead, self._allowed
        assert lists is not None  # noqa: S101 - said by the caller
        assert allowed is not None  # noqa: S101 - said by the caller
        starts, sizes = allowed.starts[order], allowed.starts[order + 1] - allowed.starts[order]
        which = np.arange(int(sizes.sum())) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
        rows = allowed.rows[which]
        scores = _gathered(lists.heads, rows, self._head) + np.repeat(self._guesses[numbers], sizes)
        self._take(*_without(dead, rows, scores))

    def _exact(self, places: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """These scores with those of whole rows in place of what was taken for them."""
        lists, flat, exact = self._view.lists, self._view.flat, scores.copy()
        first = len(lists) if lists else 0
        if lists is not None and len(self._rest):
            listed = np.flatnonzero(places < first)
            rows = places[listed]
            numbers = lists.list_of(rows)
            lists.check_rests(numbers)
            exact[listed] += _gathered(lists.rests, rows, self._rest) - self._guesses[numbers]
        if self._slack is not None:
            newer = np.flatnonzero(places >= first)
            exact[newer] = _gathered(flat.vectors, places[newer] - first, self._query)
        return exact

    def _surely(
        self, k: int, places: NDArray[np.int64], scores: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """With all others of the rows read by their heads that may be among the ``k`` best.

        The scores are exact. The first rows that were read are those of the matrix (`_read_flat`).
        """
        if self._slack is None:
            return places, scores
        least = np.partition(scores, -k)[-k] if len(scores) >= k else -np.inf
        count = len(self._slack)
        able = self._scores[0][:count] + self._slack >= least - _ROUNDING
        more = np.setdiff1d(self._places[0][:count][able], places, assume_unique=True)
        return np.append(places, more), np.append(scores, self._exact(more, np.empty(len(more), np.float32)))

    def _take(self, places: NDArray[np.int64], scores: NDArray[np.float32]) -> None:
        self._places.append(places)
        self._scores.append(scores)


def _without(
    dead: NDArray[np.bool_] | None, places: NDArray[np.int64], scores: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Those that were not removed."""
    gone = None if dead is None else dead[places]
    return (places, scores) if gone is None or not gone.any() else (places[~gone], scores[~gone])


def _highest(
    k: int, places: NDArray[np.int64], scores: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The places of the ``k`` highest scores, and these."""
    if k >= len(scores):
        return places, scores
    which = np.argpartition(scores, len(scores) - k)[-k:]
    return places[which], scores[which]


def _gathered(
    vectors: NDArray[np.float32], rows: NDArray[np.int64], query: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The products of some rows with a query."""
    scores = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        scores[some] = products(vectors[rows[some]], query)
    return scores
