"""Making lists: of everything that a view holds, in an order that keeps like with like."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.grouping import GROUP_SAMPLE, assign, centroids, group_count
from fashion_plugin.store.index.lists import Lists
from fashion_plugin.store.index.questions import Drawn, Reading, directions, measured
from fashion_plugin.store.index.view import View

__all__ = ["Plan", "plan"]

_GROWN = 1.5
"""From this many times the right number of groups, either way, new ones are sought."""

_WIDER = 3
"""So many vectors in lists, by their heads, for each that is compared where there are no lists."""

_BLOCK = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What lists are made by, as in `Lists`; ``turn`` brings rows from the old lists' basis into theirs."""

    centres: NDArray[np.float32]
    lengths: NDArray[np.float32]
    basis: NDArray[np.float32]
    turn: NDArray[np.float32] | None
    reading: Reading


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The rows of new lists: their ids, where each list begins, and where each row is now."""

    view: View
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    shape: Shape
    source: NDArray[np.int64]

    def blocks(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """The heads and the rests of list after list."""
        few, turn = self.shape.reading.few, self.shape.turn
        for start, end in zip(self.starts, self.starts[1:], strict=False):
            rows = _gathered(self.view, self.source[start:end])
            if turn is not None:
                rows = rows @ turn
            yield np.ascontiguousarray(rows[:, :few]), np.ascontiguousarray(rows[:, few:])


def plan(view: View, recall: float, compared: int, go_on: Callable[[], None]) -> Plan:
    """Sort what a view holds into lists; ``go_on`` is called between steps and may raise.

    The groups are kept while their number is about right; else new ones are sought, and how much of them a
    search has to read is measured: not more than ``compared`` whole vectors, but heads of more.

    Raises:
        Damaged: a list of the view is not as it was written.
    """
    alive = _alive(view)
    old = view.lists
    wanted = group_count(len(alive))
    if old is not None:
        for number in range(len(old.centres)):
            go_on()
            old.check_heads(np.array([number]))
            old.check_rests(np.array([number]))
    if old is None or not 1 / _GROWN < len(old.centres) / wanted < _GROWN:
        shape, groups = _fresh(view, alive, wanted, recall, compared, go_on)
    else:
        shape, groups = _kept(view, old, alive, go_on)
    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups, minlength=len(shape.centres))
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    source = alive[order]
    return Plan(view, _ids(view)[source], starts, shape, source)


def _fresh(
    view: View, alive: NDArray[np.int64], wanted: int, recall: float, compared: int, go_on: Callable[[], None]
) -> tuple[Shape, NDArray[np.int32]]:
    """New groups, a new basis, and how much of them to read."""
    random = np.random.default_rng(0)
    drawn = random.choice(len(alive), min(len(alive), GROUP_SAMPLE * wanted), replace=False)
    sample = _gathered(view, alive[drawn])
    centres = centroids(sample, wanted, go_on)
    groups = _assigned(view, alive, centres, go_on)
    some = Drawn(sample, groups[drawn])
    lengths = _lengths(some, centres)
    turn, _ = directions(sample - lengths[some.groups, None] * centres[some.groups])
    reading = measured(
        lambda places: _gathered(view, alive[places]),
        groups,
        centres,
        lengths,
        some,
        turn,
        recall=recall,
        least=_WIDER * compared,
        most=compared * sample.shape[1],
        go_on=go_on,
    )
    basis = turn.T if view.lists is None else turn.T @ view.lists.basis
    return Shape(centres @ turn, lengths, np.ascontiguousarray(basis), turn, reading), groups


def _kept(
    view: View, old: Lists, alive: NDArray[np.int64], go_on: Callable[[], None]
) -> tuple[Shape, NDArray[np.int32]]:
    """The groups there are, and what is newer among them."""
    kept = alive[alive < len(old)]
    newer = _assigned(view, alive[alive >= len(old)], old.centres, go_on)
    groups = np.concatenate((old.list_of(kept).astype(np.int32), newer))
    reading = Reading(old.reach, old.few, old.recall)
    return Shape(old.centres, old.lengths, old.basis, None, reading), groups


def _lengths(drawn: Drawn, centres: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far the mean of each list's drawn rows reaches along its centre; of a list without any, of all."""
    along = np.einsum("ij,ij->i", drawn.rows, centres[drawn.groups])
    sizes = np.bincount(drawn.groups, minlength=len(centres))
    sums = np.bincount(drawn.groups, along, len(centres))
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), along.mean())
    return means.astype(np.float32)


def _alive(view: View) -> NDArray[np.int64]:
    """The numbers of the rows that are there: those of the lists, then those of the flat matrix."""
    first = len(view.lists) if view.lists else 0
    listed = np.arange(first) if view.dead is None else np.flatnonzero(~view.dead)
    return np.concatenate((listed, first + np.flatnonzero(~view.flat.dead)))


def _ids(view: View) -> NDArray[np.int64]:
    recent = view.flat.ids[: view.flat.count]
    return np.concatenate((view.lists.ids, recent)) if view.lists else recent


def _gathered(view: View, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """These rows, in the basis of the view's lists where it has any."""
    first = len(view.lists) if view.lists else 0
    out = np.empty((len(rows), view.generation.info.dim), np.float32)
    listed = rows < first
    if view.lists:
        out[listed] = view.lists.gathered(rows[listed])
        out[~listed] = view.flat.vectors[rows[~listed] - first] @ view.lists.basis.T
    else:
        out[:] = view.flat.vectors[rows]
    return out


def _assigned(
    view: View, rows: NDArray[np.int64], centres: NDArray[np.float32], go_on: Callable[[], None]
) -> NDArray[np.int32]:
    groups = np.empty(len(rows), np.int32)
    for start in range(0, len(rows), _BLOCK):
        some = slice(start, start + _BLOCK)
        groups[some] = assign(_gathered(view, rows[some]), centres, go_on)
    return groups
