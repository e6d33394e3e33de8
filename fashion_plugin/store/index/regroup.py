"""Making lists: of everything that a view holds, in an order that keeps like with like."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.grouping import GROUP_SAMPLE, assign, centroids, group_count
from fashion_plugin.store.index.view import View

__all__ = ["Plan", "plan"]

_GROWN = 1.5
"""From this many times the right number of groups, either way, new ones are sought."""

_BLOCK = 8192
_QUESTIONS = 128
_NEAREST = 10
_SPARE = 1.5
_LEAST = 50
"""More lists than the catalogue's own vectors need, and at least one in fifty: shoppers ask for what is
popular, where lists lie close, and their photos are not the shop's."""

_MOST = 8
"""At most an eighth of the lists is read: beyond, comparing with all of them is no slower."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The rows of new lists: ids, groups and their centres, and where each row is now."""

    view: View
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    centres: NDArray[np.float32]
    probes: int
    recall: float
    source: NDArray[np.int64]

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The vectors of list after list."""
        for start, end in zip(self.starts, self.starts[1:], strict=False):
            yield _gathered(self.view, self.source[start:end])


def plan(view: View, recall: float, go_on: Callable[[], None]) -> Plan:
    """Sort what a view holds into lists; ``go_on`` is called between steps and may raise.

    The groups are kept while their number is about right; else new ones are sought, and how many lists a
    search has to read is measured with vectors of the catalogue.

    Raises:
        Damaged: a list of the view is not as it was written.
    """
    alive = _alive(view)
    old = view.lists
    wanted = group_count(len(alive))
    if old is not None:
        for number in range(len(old.centres)):
            go_on()
            old.check(number)
    fresh = old is None or not 1 / _GROWN < len(old.centres) / wanted < _GROWN
    if old is None or fresh:
        random = np.random.default_rng(0)
        size = min(len(alive), GROUP_SAMPLE * wanted)
        sample = _gathered(view, np.sort(random.choice(alive, size, replace=False)))
        centres = centroids(sample, wanted, go_on)
        groups = _assigned(view, alive, centres, go_on)
    else:
        centres = old.centres
        kept = alive[alive < len(old)]
        newer = _assigned(view, alive[alive >= len(old)], centres, go_on)
        groups = np.concatenate((old.list_of(kept).astype(np.int32), newer))
    order = np.argsort(groups, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(groups, minlength=len(centres))))).astype(np.int64)
    source = alive[order]
    if old is None or fresh:
        probes, found = _measured(view, alive, groups, centres, recall, go_on)
    else:
        probes, found = old.probes, old.recall
    return Plan(view, _ids(view)[source], starts, centres, probes, found, source)


def _alive(view: View) -> NDArray[np.int64]:
    """The numbers of the rows that are there: those of the lists, then those of the flat matrix."""
    first = len(view.lists) if view.lists else 0
    listed = np.arange(first) if view.dead is None else np.flatnonzero(~view.dead)
    return np.concatenate((listed, first + np.flatnonzero(~view.flat.dead)))


def _ids(view: View) -> NDArray[np.int64]:
    recent = view.flat.ids[: view.flat.count]
    return np.concatenate((view.lists.ids, recent)) if view.lists else recent


def _gathered(view: View, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    first = len(view.lists) if view.lists else 0
    out = np.empty((len(rows), view.generation.info.dim), np.float32)
    listed = rows < first
    if view.lists:
        out[listed] = view.lists.vectors[rows[listed]]
    out[~listed] = view.flat.vectors[rows[~listed] - first]
    return out


def _assigned(
    view: View, rows: NDArray[np.int64], centres: NDArray[np.float32], go_on: Callable[[], None]
) -> NDArray[np.int32]:
    groups = np.empty(len(rows), np.int32)
    for start in range(0, len(rows), _BLOCK):
        some = slice(start, start + _BLOCK)
        groups[some] = assign(_gathered(view, rows[some]), centres, go_on)
    return groups


def _measured(
    view: View,
    rows: NDArray[np.int64],
    groups: NDArray[np.int32],
    centres: NDArray[np.float32],
    recall: float,
    go_on: Callable[[], None],
) -> tuple[int, float]:
    """How many lists to read, and which part of the ten nearest of vectors of the catalogue they hold."""
    if recall >= 1:
        return len(centres), 1.0
    random = np.random.default_rng(1)
    asked = np.sort(random.choice(len(rows), min(_QUESTIONS, len(rows)), replace=False))
    questions = _gathered(view, rows[asked])
    nearest = min(_NEAREST + 1, len(rows))  # the nearest of all is the question itself
    scores = np.full((len(questions), nearest), -2, np.float32)
    found = np.zeros((len(questions), nearest), np.int32)
    for start in range(0, len(rows), _BLOCK):
        go_on()
        block = _gathered(view, rows[start : start + _BLOCK])
        scores = np.concatenate((scores, questions @ block.T), axis=1)
        lists = np.broadcast_to(groups[start : start + _BLOCK], (len(questions), len(block)))
        found = np.concatenate((found, lists), axis=1)
        best = np.argpartition(-scores, nearest - 1, axis=1)[:, :nearest]
        scores, found = np.take_along_axis(scores, best, 1), np.take_along_axis(found, best, 1)
    ranks = np.argsort(np.argsort(-(questions @ centres.T), axis=1), axis=1)
    needed = np.take_along_axis(ranks, found.astype(np.int64), 1)
    needed = np.sort(needed[scores < scores.max(axis=1, keepdims=True)]) + 1
    if not len(needed):
        return 1, 1.0
    probes = int(needed[min(len(needed) - 1, int(recall * len(needed)))])
    probes = max(math.ceil(_SPARE * probes), -(-len(centres) // _LEAST))
    probes = min(probes, -(-len(centres) // _MOST))
    return probes, float(np.mean(needed <= probes))
