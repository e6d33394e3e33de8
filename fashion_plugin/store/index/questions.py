"""How much of the lists a search has to read, measured with questions that are not of the catalogue.

A shopper's photo lies apart from all that a shop shows: the nearest of 14,000 products had a cosine of .45 to
.50 in the median, where a product's nearest had .83, and ten times as many lists had to be read for it. So
the questions are directions drawn at random, spread as the catalogue's vectors are but more evenly: by the
square root of the energy in each direction. What these found, photos of shoppers found too, to .01, where as
much was read as is usual.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.grouping import unit_rows
from fashion_plugin.store.index.scan import RERANKED

__all__ = ["Drawn", "Reading", "directions", "measured", "outsiders"]

_QUESTIONS = 256
_NEAREST = 10
_BLOCK = 4096
_STEP = 32
_COMPARED = 16_384
"""Rows at most that are ranked by their heads to find how long these must be."""

_MARGIN = 1.5
"""More vectors than the questions need: some photos are further off than any of these."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Rows (n, dim) of a catalogue drawn at random, and the number of the list of each."""

    rows: NDArray[np.float32]
    groups: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a search reads: the nearest lists until they hold ``reach`` vectors, ``few`` numbers of each.

    ``recall`` is which part of the ten nearest it then finds.
    """

    reach: int
    few: int
    recall: float


def directions(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The principal directions of rows about the origin, as columns, and the energy in each, falling."""
    energies, found = np.linalg.eigh((rows.T @ rows).astype(np.float64) / len(rows))
    return found[:, ::-1].astype(np.float32), np.maximum(energies[::-1], 0).astype(np.float32)


def outsiders(rows: NDArray[np.float32], count: int, seed: int = 1) -> NDArray[np.float32]:
    """Unit questions (count, dim) as from outside a catalogue of which these are rows."""
    found, energies = directions(rows)
    drawn = np.random.default_rng(seed).standard_normal((count, rows.shape[1]), dtype=np.float32)
    return unit_rows((drawn * energies**0.25) @ found.T)


def measured(
    gather: Callable[[NDArray[np.int64]], NDArray[np.float32]],
    groups: NDArray[np.int32],
    centres: NDArray[np.float32],
    lengths: NDArray[np.float32],
    drawn: Drawn,
    turn: NDArray[np.float32],
    *,
    recall: float,
    least: int,
    most: int,
    go_on: Callable[[], None],
) -> Reading:
    """How much to read so that this part of the ten nearest is found, or as much of it as can be.

    ``gather`` gives rows by their places in ``groups``; ``turn`` has the directions as columns. ``least``
    vectors are read where that is not more than ``most`` numbers.
    """
    dim, rows = centres.shape[1], len(groups)
    if recall >= 1:
        return Reading(sys.maxsize, dim, 1.0)
    questions = outsiders(drawn.rows, _QUESTIONS)
    nearest = _nearest(gather, questions, rows, go_on)
    before = _before(questions @ centres.T, np.bincount(groups, minlength=len(centres)))
    theirs = np.take_along_axis(before, groups[nearest].astype(np.int64), 1)
    wanted = int(np.sort(theirs, axis=None)[min(theirs.size - 1, int(recall * theirs.size))]) + 1
    wanted = max(least, math.ceil(_MARGIN * wanted))
    # A share of the rows stands for all of them that a search reads.
    some = Drawn(drawn.rows[:_COMPARED] @ turn, drawn.groups[:_COMPARED])
    room = RERANKED * len(some.rows) / rows
    asked, middles = questions @ turn, centres @ turn
    near = np.stack([gather(places) @ turn for places in nearest])
    tried: list[Reading] = []
    heads = np.zeros((len(asked), len(some.rows)), np.float32)
    scores = np.zeros(nearest.shape, np.float32)
    for few in range(_STEP, dim // 2 + 1, _STEP):
        go_on()
        step = slice(few - _STEP, few)
        heads += asked[:, step] @ some.rows[:, step].T
        scores += np.einsum("qd,qnd->qn", asked[:, step], near[:, :, step])
        reach = min(wanted, most // few)
        guesses = (asked[:, few:] @ middles[:, few:].T) * lengths
        rivals = np.where(before < reach, guesses, -np.inf)[:, some.groups] + heads
        ours = scores + np.take_along_axis(guesses, groups[nearest], 1)
        ahead = np.stack([(rivals > score[:, None]).sum(axis=1) for score in ours.T], axis=1)
        tried.append(Reading(reach, few, float(np.mean((theirs < reach) & (ahead < room)))))
        if tried[-1].recall >= recall:
            return tried[-1]
    reach = max(1, min(wanted, most // dim))
    whole = Reading(reach, dim, float(np.mean(theirs < reach)))
    return max([*tried, whole], key=lambda one: one.recall)


def _before(scores: NDArray[np.float32], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many vectors lie in lists that are nearer, for each question and list."""
    order = np.argsort(-scores, axis=1)
    ahead = np.cumsum(sizes[order], axis=1) - sizes[order]
    before = np.empty_like(ahead)
    np.put_along_axis(before, order, ahead, 1)
    return before


def _nearest(
    gather: Callable[[NDArray[np.int64]], NDArray[np.float32]],
    questions: NDArray[np.float32],
    rows: int,
    go_on: Callable[[], None],
) -> NDArray[np.int64]:
    """The places of the nearest rows of each question."""
    nearest = min(_NEAREST, rows)
    scores = np.full((len(questions), nearest), -2, np.float32)
    found = np.zeros((len(questions), nearest), np.int64)
    for start in range(0, rows, _BLOCK):
        go_on()
        places = np.arange(start, min(rows, start + _BLOCK))
        scores = np.concatenate((scores, questions @ gather(places).T), axis=1)
        here = np.broadcast_to(places, (len(questions), len(places)))
        found = np.concatenate((found, here), axis=1)
        best = np.argpartition(-scores, nearest - 1, axis=1)[:, :nearest]
        scores, found = np.take_along_axis(scores, best, 1), np.take_along_axis(found, best, 1)
    return found
