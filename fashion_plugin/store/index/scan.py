"""One query over the index: the scores of ever more vectors, the most promising lists first."""

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.products import products
from fashion_plugin.store.index.view import Allowed, View

__all__ = ["Scan"]

_WIDER = 4
_ENOUGH = 8192
"""Vectors that a filter lets through and a search reads at least: fewer are all read."""

_AT_ONCE = 512  # gathered rows in one product: 1 MB of 512 dimensions, which stays in the cache


class Scan:
    """The scores (cosines) of a unit query (dim,) with the rows of a view, or with those that are allowed."""

    def __init__(self, view: View, query: NDArray[np.float32], allowed: Allowed | None = None) -> None:
        self._view, self._query, self._allowed = view, query, allowed
        self._ids: list[NDArray[np.int64]] = []
        self._scores: list[NDArray[np.float32]] = []
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
        return sum(map(len, self._ids))

    def widen(self) -> None:
        """Read the next lists: first as many as usual, then four times as many each time.

        Raises:
            Damaged: a list is not as it was written.
        """
        lists = self._view.lists
        if lists is None or self.complete:
            return
        if self._allowed is None:
            until = max(lists.probes, self._next * _WIDER)
        else:
            sizes = np.cumsum(np.diff(self._allowed.starts)[self._places])
            share = min(1.0, 2 * lists.probes / max(1, len(lists.centres)))
            already = int(sizes[self._next - 1]) if self._next else 0
            enough = max(_ENOUGH, int(share * sizes[-1]), already * _WIDER)
            until = int(np.searchsorted(sizes, enough)) + 1
        until = min(until, len(self._ranked))
        if self._allowed is None:
            self._read_lists(self._ranked[self._next : until])
        else:
            self._read_rows(self._places[self._next : until])
        self._next = until

    def best(self, k: int) -> tuple[NDArray[np.int64], float]:
        """The ids of the ``k`` highest scores read so far, in no order, and the lowest of these scores."""
        if len(self._ids) != 1:
            self._ids, self._scores = [np.concatenate(self._ids)], [np.concatenate(self._scores)]
        ids, scores = self._ids[0], self._scores[0]
        if k < len(ids):
            places = np.argpartition(scores, len(scores) - k)[-k:]
            ids, scores = ids[places], scores[places]
        return ids, float(scores.min()) if len(scores) else -1.0

    def _rank(self) -> NDArray[np.int64]:
        """The numbers of the lists to read, in order."""
        lists, allowed = self._view.lists, self._allowed
        if lists is None:
            return np.empty(0, np.int64)
        if allowed is None:
            return np.argsort(-products(lists.centres, self._query), kind="stable")
        self._places = np.argsort(-products(lists.centres[allowed.lists], self._query), kind="stable")
        return allowed.lists[self._places]

    def _read_flat(self) -> None:
        flat, allowed = self._view.flat, self._allowed
        vectors, ids = flat.vectors[: flat.count], flat.ids[: flat.count]
        rows = None if allowed is None else allowed.recent
        if rows is not None and len(rows) < len(ids) // 4:
            scores, ids = self._gathered(vectors, rows), ids[rows]
        else:
            scores = products(vectors, self._query)
            if rows is not None:
                scores, ids = scores[rows], ids[rows]
        self._take(ids, scores, flat.dead if rows is None else flat.dead[rows])

    def _read_lists(self, numbers: NDArray[np.int64]) -> None:
        lists, dead = self._view.lists, self._view.dead
        assert lists is not None  # noqa: S101 - said by the caller
        starts = lists.starts
        sizes = starts[numbers + 1] - starts[numbers]
        ends = np.cumsum(sizes)
        scores = np.empty(int(ends[-1]), np.float32)
        ids = np.empty(len(scores), np.int64)
        gone = None if dead is None else np.empty(len(scores), np.bool_)
        for number, size, end in zip(numbers.tolist(), sizes.tolist(), ends.tolist(), strict=True):
            here, there = slice(end - size, end), slice(starts[number], starts[number + 1])
            scores[here] = products(lists.block(number), self._query)
            ids[here] = lists.ids[there]
            if gone is not None and dead is not None:
                gone[here] = dead[there]
        self._take(ids, scores, gone)

    def _read_rows(self, places: NDArray[np.int64]) -> None:
        lists, dead, allowed = self._view.lists, self._view.dead, self._allowed
        assert lists is not None  # noqa: S101 - said by the caller
        assert allowed is not None  # noqa: S101 - said by the caller
        for number in allowed.lists[places].tolist():
            lists.check(number)
        starts = allowed.starts
        rows = np.concatenate([allowed.rows[starts[at] : starts[at + 1]] for at in places.tolist()])
        scores = self._gathered(lists.vectors, rows)
        self._take(lists.ids[rows], scores, None if dead is None else dead[rows])

    def _gathered(self, vectors: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        scores = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            scores[some] = products(vectors[rows[some]], self._query)
        return scores

    def _take(
        self, ids: NDArray[np.int64], scores: NDArray[np.float32], gone: NDArray[np.bool_] | None
    ) -> None:
        if gone is not None and gone.any():
            ids, scores = ids[~gone], scores[~gone]
        self._ids.append(ids)
        self._scores.append(scores)
