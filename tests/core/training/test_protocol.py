import math

import numpy as np
import pytest

from fashion_plugin.errors import InvalidInput
from fashion_plugin.training import protocol


def unit_rows(seed: int, n: int, dim: int = 8) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return math.fsum(float(x) * float(y) for x, y in zip(a, b, strict=True))


def ranked(query: np.ndarray, gallery: list[tuple[int, np.ndarray]]) -> list[int]:
    return [i for i, _ in sorted(gallery, key=lambda row: -cosine(query, row[1]))]


@pytest.mark.parametrize("k", [1, 10])
def test_precision_across_senders_equals_a_plain_loop(k: int) -> None:
    rows = unit_rows(1, 300)
    draw = np.random.default_rng(2)
    labels = [("coat", "hat", "skirt")[i] for i in draw.integers(0, 3, 300)]
    senders = [str(i) for i in draw.integers(0, 6, 300)]
    queries = [i for i in range(300) if senders[i] in {"1", "4"}]
    expected = []
    for q in queries:
        order = ranked(rows[q], [(i, rows[i]) for i in range(300) if senders[i] != senders[q]])
        expected.append(sum(labels[i] == labels[q] for i in order[:k]) / k)
    np.testing.assert_allclose(protocol.across_senders(rows, labels, senders, queries, k), expected)


def test_precision_leave_one_out_equals_a_plain_loop_for_type_and_colour() -> None:
    rows = unit_rows(3, 280)
    draw = np.random.default_rng(4)
    labels = [(int(a), int(b)) for a, b in draw.integers(0, 3, (280, 2))]
    expected = []
    for q in range(280):
        order = ranked(rows[q], [(i, rows[i]) for i in range(280) if i != q])
        expected.append(sum(labels[i] == labels[q] for i in order[:10]) / 10)
    np.testing.assert_allclose(protocol.leave_one_out(rows, labels, 10), expected)


@pytest.mark.parametrize("k", [1, 5])
def test_recall_of_other_views_equals_a_plain_loop(k: int) -> None:
    views, main = unit_rows(5, 40), unit_rows(6, 30)
    products = [f"p{i % 35}" for i in range(40)]
    there = [f"p{i}" for i in range(30)]
    expected = []
    for q in range(40):
        order = ranked(views[q], list(enumerate(main)))
        expected.append(float(any(there[i] == products[q] for i in order[:k])))
    np.testing.assert_allclose(protocol.same_product(views, products, main, there, k), expected)


@pytest.mark.parametrize("k", [1, 5])
def test_recall_leave_one_out_equals_a_plain_loop_and_leaves_out_single_photos(k: int) -> None:
    rows = unit_rows(7, 50)
    products = [f"p{i // 2}" if i < 40 else f"single{i}" for i in range(50)]
    expected = []
    for q in range(40):
        order = ranked(rows[q], [(i, rows[i]) for i in range(50) if i != q])
        expected.append(float(any(products[i] == products[q] for i in order[:k])))
    np.testing.assert_allclose(protocol.same_product_leave_one_out(rows, products, k), expected)


def test_a_photo_never_finds_itself() -> None:
    rows = np.eye(4, dtype=np.float32)
    assert protocol.leave_one_out(rows, ["a", "b", "c", "d"], 1).sum() == 0


def test_more_neighbours_than_photos_is_refused() -> None:
    with pytest.raises(InvalidInput, match="fewer than 10"):
        protocol.leave_one_out(unit_rows(8, 5), list("aabbc"), 10)


def test_labels_of_another_length_are_refused() -> None:
    with pytest.raises(InvalidInput, match="2 labels for 3"):
        protocol.leave_one_out(unit_rows(9, 3), ["a", "b"], 1)
