"""Each loss against its formula in NumPy, row by row."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from fashion_plugin.training import losses  # noqa: E402

pytestmark = pytest.mark.train


def _unit(seed: int, n: int = 7, d: int = 5) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _number(value: object) -> float:
    return float(keras.ops.convert_to_numpy(value))


def test_contrastive_equals_its_formula() -> None:
    a, b, same = _unit(0), _unit(1), np.array([1, 0, 1, 0, 0, 1, 0])
    b[3] = a[3] + 1e-3
    expected = 0.0
    for x, y, s in zip(a, b, same, strict=True):
        d = np.linalg.norm(x - y)
        expected += 0.5 * d**2 if s else 0.5 * max(0.0, 1.0 - d) ** 2
    assert _number(losses.contrastive(a, b, same)) == pytest.approx(expected / 7, rel=1e-5)


def test_triplet_hinge_is_clamped_for_each_triplet() -> None:
    q, p, n = _unit(0), _unit(1), _unit(2)
    # One triplet far on the right side: clamped after the sum, it would hide the others.
    p[0], n[0] = q[0], -q[0]
    hinges = [
        max(0.0, 0.2 + np.sum((a - b) ** 2) - np.sum((a - c) ** 2)) for a, b, c in zip(q, p, n, strict=True)
    ]
    assert hinges[0] == 0.0
    assert _number(losses.triplet_hinge(q, p, n, margin=0.2)) == pytest.approx(np.mean(hinges), rel=1e-5)


@pytest.mark.parametrize("labels", [[0, 0, 1, 1, 2, 2, 2], [0, 0, 0, 0, 0, 1, 1], [0, 1, 2, 3, 4, 5, 6]])
def test_semi_hard_triplet_equals_its_formula(labels: list[int]) -> None:
    rows = _unit(3)
    distances = ((rows[:, None] - rows[None]) ** 2).sum(-1)
    hinges = []
    for a in range(7):
        for p in range(7):
            if a == p or labels[a] != labels[p]:
                continue
            others = [n for n in range(7) if labels[n] != labels[a]]
            farther = [distances[a, n] for n in others if distances[a, n] > distances[a, p]]
            chosen = min(farther) if farther else max(distances[a, n] for n in others)
            hinges.append(max(0.0, 0.2 + distances[a, p] - chosen))
    expected = np.mean(hinges) if hinges else 0.0
    assert _number(losses.semi_hard_triplet(rows, np.array(labels))) == pytest.approx(expected, abs=1e-5)


def test_semi_hard_triplet_of_one_label_is_nothing() -> None:
    assert _number(losses.semi_hard_triplet(_unit(0), np.zeros(7, dtype=int))) == 0.0


@pytest.mark.parametrize("with_negatives", [False, True])
def test_info_nce_equals_its_formula(with_negatives: bool) -> None:
    q, p, n = _unit(0), _unit(1), _unit(2) if with_negatives else None
    labels = np.array([0, 0, 1, 2, 3, 4, 5])

    def one(a: np.ndarray, b: np.ndarray, extra: np.ndarray | None) -> float:
        total = 0.0
        for i in range(7):
            candidates = [b[j] for j in range(7) if j == i or labels[j] != labels[i]]
            candidates += list(extra) if extra is not None else []
            logits = np.array([a[i] @ c for c in candidates]) / 0.1
            total += np.log(np.exp(logits).sum()) - a[i] @ b[i] / 0.1
        return total / 7

    expected = 0.5 * (one(q, p, n) + one(p, q, None))
    value = losses.info_nce(q, p, labels, negative=n, temperature=0.1)
    assert _number(value) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_angular_softmax_equals_its_formula(smoothing: float) -> None:
    rows, proxies = _unit(0), 3.0 * _unit(1, n=4)
    labels = np.array([0, 1, 2, 3, 1, -1, 2])
    rows[0] = -_unit(1, n=4)[0]  # past π - margin, where the eased form holds
    unit = proxies / np.linalg.norm(proxies, axis=1, keepdims=True)
    values = []
    for row, label in zip(rows, labels, strict=True):
        if label < 0:
            continue
        cosines = np.clip(unit @ row, -1 + 1e-6, 1 - 1e-6).astype(np.float64)
        logits = 20.0 * cosines
        angle = np.arccos(cosines[label])
        eased = cosines[label] - 0.2 * np.sin(0.2)
        logits[label] = 20.0 * (np.cos(angle + 0.2) if angle < np.pi - 0.2 else eased)
        wanted = np.full(4, smoothing / 4)
        wanted[label] += 1 - smoothing
        values.append(np.log(np.exp(logits).sum()) - wanted @ logits)
    value = losses.angular_softmax(rows, proxies, labels, scale=20.0, margin=0.2, smoothing=smoothing)
    assert _number(value) == pytest.approx(np.mean(values), rel=1e-4)


def test_angular_softmax_without_known_labels_is_nothing() -> None:
    assert _number(losses.angular_softmax(_unit(0), _unit(1, n=3), np.full(7, -1))) == 0.0


def test_equal_images_give_finite_gradients() -> None:
    if keras.backend.backend() != "tensorflow":
        pytest.skip("gradients are taken with TensorFlow here")
    import tensorflow as tf

    rows, labels = tf.Variable(np.repeat(_unit(0, n=1), 6, axis=0)), np.array([0, 0, 1, 1, 2, 2])
    with tf.GradientTape() as tape:
        value = (
            losses.contrastive(rows, rows[::-1], np.zeros(6))
            + losses.triplet_hinge(rows, rows, rows)
            + losses.semi_hard_triplet(rows, labels)
            + losses.info_nce(rows, rows, labels)
            + losses.angular_softmax(rows, rows, labels)
        )
    assert np.isfinite(tape.gradient(value, rows).numpy()).all()
