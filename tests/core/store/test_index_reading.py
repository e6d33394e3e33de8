"""What a search reads of the index, and what it finds in it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.store.base import GenerationInfo
from fashion_plugin.store.filters import Condition
from fashion_plugin.store.index import saved
from fashion_plugin.store.index.heads import Heads
from fashion_plugin.store.index.lists import Damaged, Lists
from fashion_plugin.store.index.regroup import plan
from fashion_plugin.store.index.scan import Scan
from fashion_plugin.store.index.view import View
from fashion_plugin.store.vectors import Generation

DIM, ROWS, COMPARED = 64, 4000, 400


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def catalogue(rows: int = ROWS, seed: int = 5) -> NDArray[np.float32]:
    """Rows around 60 centres, with nearly all of their energy in a quarter of the directions, as is usual."""
    random = np.random.default_rng(seed)
    spread = np.repeat((1.0, 0.15), (DIM // 4, DIM - DIM // 4))
    centres = np.random.default_rng(0).normal(size=(60, DIM)) * spread
    drawn = centres[random.integers(0, 60, rows)] + 0.6 * random.normal(size=(rows, DIM)) * spread
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(DIM, DIM)))[0]
    return unit(drawn @ turn)


def shoppers(rows: NDArray[np.float32], count: int = 200) -> NDArray[np.float32]:
    """Questions half of which is nothing that the catalogue has."""
    random = np.random.default_rng(9)
    return unit(rows[random.integers(0, len(rows), count)] + 1.2 * unit(random.normal(size=(count, DIM))))


def flat(rows: NDArray[np.float32]) -> View:
    view = View.empty(Generation(1, GenerationInfo("fake", "f" * 64, DIM), "vectors_1"))
    return replace(view, flat=view.flat.added(np.arange(len(rows)), rows), last=len(rows), changes=1)


def listed(view: View, recall: float = 0.99, compared: int = COMPARED) -> tuple[View, Lists]:
    made = saved.held(plan(view, recall, compared, lambda: None), lambda: None)
    assert made.lists is not None
    return made, made.lists


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    return catalogue()


@pytest.fixture(scope="module")
def view(rows: NDArray[np.float32]) -> View:
    return listed(flat(rows))[0]


def recall(view: View, rows: NDArray[np.float32], questions: NDArray[np.float32]) -> float:
    hits = 0
    for question in questions:
        scan = Scan(view, question)
        scan.widen()
        ids, lowest = scan.best(10)
        truth = np.argsort(-(rows @ question))[:10]
        hits += len(set(ids.tolist()) & set(truth.tolist()))
        assert lowest == pytest.approx(float((rows[ids] @ question).min()), abs=1e-5)
    return hits / (10 * len(questions))


def test_lists_find_nearly_all_that_is_near(view: View, rows: NDArray[np.float32]) -> None:
    lists = view.lists
    assert lists is not None
    assert lists.reach < ROWS // 2
    assert lists.few < DIM
    assert recall(view, rows, catalogue(200, seed=6)) >= 0.99


def test_recall_is_told_for_questions_from_outside(view: View, rows: NDArray[np.float32]) -> None:
    lists = view.lists
    assert lists is not None
    assert 0.97 <= lists.recall <= 1
    assert recall(view, rows, shoppers(rows)) >= lists.recall - 0.01


def test_no_more_is_read_than_would_be_without_lists(rows: NDArray[np.float32]) -> None:
    _, few = listed(flat(rows), compared=100)
    _, many = listed(flat(rows), compared=1000)
    assert few.reach * few.few <= 100 * DIM
    assert few.reach < many.reach
    assert few.recall < many.recall


def test_all_is_read_where_all_is_asked_for(rows: NDArray[np.float32]) -> None:
    view, lists = listed(flat(rows), recall=1.0)
    assert lists.recall == 1
    assert recall(view, rows, shoppers(rows)) == 1


def test_rows_without_preferred_directions_are_found_as_told() -> None:
    even = unit(np.random.default_rng(2).normal(size=(ROWS, DIM)))
    view, lists = listed(flat(even))
    assert recall(view, even, unit(np.random.default_rng(3).normal(size=(200, DIM)))) >= lists.recall - 0.03


def test_vectors_come_back_as_they_were(view: View, rows: NDArray[np.float32]) -> None:
    assert view.lists is not None
    # Made anew from what had been turned before, and joined by what is newer.
    more = catalogue(6000, seed=7)
    ids = np.arange(ROWS, ROWS + len(more))
    grown = replace(view, flat=view.flat.added(ids, more), last=ROWS + len(more))
    again, lists = listed(grown)
    assert len(lists.centres) != len(view.lists.centres)
    everything = np.concatenate((rows, more))
    for number in range(0, len(everything), 997):
        np.testing.assert_allclose(again.vector(number), everything[number], atol=1e-5)
    assert recall(again, everything, catalogue(100, seed=8)) >= 0.99


def test_newer_rows_join_the_lists_there_are(view: View, rows: NDArray[np.float32]) -> None:
    assert view.lists is not None
    more = catalogue(500, seed=7)
    grown = replace(view, flat=view.flat.added(np.arange(ROWS, ROWS + 500), more), last=ROWS + 500)
    again, lists = listed(grown)
    np.testing.assert_array_equal(lists.basis, view.lists.basis)
    assert recall(again, np.concatenate((rows, more)), more[:100]) >= 0.99


def test_removed_rows_and_newer_ones_are_told_apart(view: View, rows: NDArray[np.float32]) -> None:
    dead = np.zeros(ROWS, np.bool_)
    assert view.lists is not None
    dead[view.lists.rows(np.arange(0, ROWS, 2))] = True
    more = catalogue(100, seed=7)
    changed = replace(view, dead=dead, flat=view.flat.added(np.arange(ROWS, ROWS + 100), more))
    everything = np.concatenate((rows, more))
    for question in catalogue(50, seed=8):
        scan = Scan(changed, question)
        while not scan.complete:
            scan.widen()
        scores = everything @ question
        scores[:ROWS:2] = -1
        found, _ = scan.best(10)
        assert set(found.tolist()) == set(np.argsort(-scores)[:10].tolist())


def test_filter_is_exact_among_what_it_lets_through(view: View, rows: NDArray[np.float32]) -> None:
    allowed = np.arange(0, ROWS, 3)
    kept = view.keep(Condition("p.in_stock", ()), allowed)
    for question in shoppers(rows, 50):
        scan = Scan(view, question, kept)
        scan.widen()
        found, _ = scan.best(10)
        truth = allowed[np.argsort(-(rows[allowed] @ question))[:10]]
        assert set(found.tolist()) == set(truth.tolist())


def test_damaged_rests_are_noticed_when_they_are_read(rows: NDArray[np.float32], tmp_path: Path) -> None:
    database = str(tmp_path / "shop.db")
    made = plan(flat(rows), 0.99, COMPARED, lambda: None)
    name = saved.write(database, made, lambda: None)
    file = tmp_path / f"shop.db-index-{name}"
    with file.open("r+b") as opened:
        opened.seek(-4, 2)
        opened.write(b"gone")
    view = saved.load(database, name, made.view.generation)
    assert view is not None
    assert view.lists is not None
    assert view.lists.file_bytes == ROWS * DIM * 4
    last = view.lists.vector(ROWS - 1)
    scan = Scan(view, unit(rows[made.ids[-1:]].astype(np.float64))[0])
    scan.widen()
    assert last.shape == (DIM,)
    with pytest.raises(Damaged, match="is not as it was written"):
        scan.best(10)


MANY = 6000
"""Rows enough for a search to read their heads first."""


@pytest.fixture(scope="module")
def many() -> NDArray[np.float32]:
    return catalogue(MANY, seed=11)


def test_heads_rule_out_most_rows_and_none_that_is_near(many: NDArray[np.float32]) -> None:
    view = flat(many)
    heads = view.flat.heads
    assert heads is not None
    assert heads.rows.shape[1] <= DIM // 2
    assert recall(view, many, shoppers(many)) == 1
    question = many[7]
    guesses, slack = heads.guesses(question)
    scores = many @ question
    assert (scores <= guesses + slack + 1e-6).all()
    assert np.count_nonzero(guesses + slack >= np.sort(scores)[-10]) < MANY // 10


def test_heads_follow_rows_that_come_and_go(many: NDArray[np.float32]) -> None:
    view = flat(many[:4500])
    grown = view.flat.added(np.arange(4500, MANY), many[4500:]).without(np.arange(0, MANY, 2))
    changed = replace(view, flat=grown)
    assert view.flat.heads is not None
    assert grown.heads is not None
    assert (view.flat.heads.count, grown.heads.count) == (4500, MANY)
    for question in shoppers(many, 50):
        scores = many @ question
        scores[::2] = -1
        found, _ = Scan(changed, question).best(10)
        assert set(found.tolist()) == set(np.argsort(-scores)[:10].tolist())
    doubled = grown.added(np.arange(MANY, 10_000), catalogue(4000, seed=12))
    assert doubled.heads is not None
    assert doubled.sought == 10_000  # the principal directions of all that is there now


@pytest.mark.parametrize("every", [2, 50])
def test_heads_are_exact_among_what_a_filter_lets_through(many: NDArray[np.float32], every: int) -> None:
    view = flat(many)
    allowed = np.arange(0, MANY, every)
    kept = view.keep(Condition("p.in_stock", ()), allowed)
    for question in shoppers(many, 50):
        found, _ = Scan(view, question, kept).best(10)
        truth = allowed[np.argsort(-(many[allowed] @ question))[:10]]
        assert set(found.tolist()) == set(truth.tolist())


def test_rows_without_preferred_directions_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    even = unit(np.random.default_rng(2).normal(size=(MANY, DIM)))
    view = flat(even[:-20])
    assert view.flat.heads is None
    monkeypatch.setattr(Heads, "of", lambda vectors: pytest.fail("sought again for each row"))
    for number in range(MANY - 20, MANY):
        view = replace(view, flat=view.flat.added(np.array([number]), even[number : number + 1]))
    assert recall(view, even, even[-20:]) == 1


def test_heads_bear_rows_of_zeros_and_rows_alike(many: NDArray[np.float32]) -> None:
    rows = many.copy()
    rows[10:40], rows[40:50] = rows[10], 0.0
    view = flat(rows)
    found, lowest = Scan(view, rows[10]).best(30)
    assert set(found.tolist()) == set(range(10, 40))
    assert lowest == pytest.approx(1.0, abs=1e-5)
