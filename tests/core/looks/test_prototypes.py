"""What products look like tells their label, where no word does."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders import load_encoder
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.prototypes import PrototypeLabels, shipped_prototypes

SHOES, BAG, MUG, HAT = np.eye(4, dtype=np.float32)


def around(centre: NDArray[np.float32], count: int = 6, apart: float = 0.3) -> NDArray[np.float32]:
    rows = centre + np.random.default_rng(0).normal(0, apart / 2, (count, 4)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def made() -> PrototypeLabels:
    rows = np.concatenate([around(SHOES), around(BAG), around(MUG)])
    return PrototypeLabels.of(rows, ["shoes"] * 6 + ["bag"] * 6 + [""] * 6, ["a"] * 6 + ["b"] * 6 + ["c"] * 6)


def test_the_nearest_mean_names_the_label() -> None:
    prototypes = made()
    assert [prototypes(one) for one in (SHOES, BAG, MUG)] == ["shoes", "bag", ""]


def test_what_is_like_nothing_known_or_between_two_is_not_named() -> None:
    prototypes = made()
    assert prototypes(HAT) is None
    wide = PrototypeLabels(prototypes.means, prototypes.labels, np.full(3, 2.0, np.float32))
    middle = prototypes.means[0] + prototypes.means[1]
    assert wide(middle / np.linalg.norm(middle)) is None
    assert wide(SHOES) == "shoes"


def test_two_kinds_of_one_label_are_two_means() -> None:
    rows = np.concatenate([around(SHOES), around(HAT)])
    prototypes = PrototypeLabels.of(rows, ["shoes"] * 12, ["heels"] * 6 + ["boots"] * 6)
    assert prototypes.labels == ("shoes", "shoes")
    assert prototypes(HAT) == prototypes(SHOES) == "shoes"
    assert prototypes(BAG) is None


def test_too_few_examples_and_labels_that_are_none_name_nothing() -> None:
    rows = np.concatenate([around(SHOES, 2), around(BAG, 3)])
    assert PrototypeLabels.of(rows, ["shoes"] * 2 + ["bags"] * 3, ["a"] * 2 + ["b"] * 3)(SHOES) is None


def test_means_survive_a_file_and_belong_to_one_encoder(tmp_path: Path) -> None:
    path = tmp_path / "prototypes.npz"
    made().save(path, "f1")
    found = shipped_prototypes("f1", path)
    assert found is not None
    assert found.labels == made().labels
    np.testing.assert_allclose(found.means, made().means, atol=1e-3)
    assert shipped_prototypes("f2", path) is None
    assert shipped_prototypes("f1", tmp_path / "none.npz") is None


def test_means_ship_for_the_shipped_encoder() -> None:
    encoder = load_encoder(None)
    found = shipped_prototypes(encoder.fingerprint)
    assert found is not None, "run python -m fashion_plugin.training.prototypes for this encoder"
    assert found.means.shape[1] == encoder.dim
    assert set(found.labels) == {*GARMENT_LABELS, ""}
