"""What products of each kind look like: mean embeddings, of a shop's own products or shipped."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.looks.groups import GARMENT_LABELS

__all__ = ["SHIPPED", "PrototypeLabels", "shipped_prototypes"]

LEAST: Final = 3
"""Products that a kind needs before their mean says what it looks like."""

CLEARLY: Final = 0.02
"""How much nearer, as a share of the distance, the nearest mean must be than that of any other label."""

SHIPPED: Final = Path(__file__).parent / "weights" / "prototypes.npz"


class PrototypeLabels:
    """Labels of embeddings by the nearest of several means, each of one kind of product.

    ``means`` is float32 (n, dim) of unit rows, ``labels`` their n garment labels ("" for what is no garment)
    and ``reach`` float32 (n,) the cosine distance of the farthest product that each was made of: what lies
    beyond is something else. So no threshold depends on the encoder.
    """

    def __init__(self, means: NDArray[np.float32], labels: Sequence[str], reach: NDArray[np.float32]) -> None:
        self.means = means
        self.labels = tuple(labels)
        self.reach = reach
        self._named = np.array(self.labels, dtype=object)

    @classmethod
    def of(cls, embeddings: NDArray[np.float32], labels: Sequence[str], kinds: Sequence[str]) -> Self:
        """Means of products: ``embeddings`` (n, dim) of unit rows, their labels, and their kinds.

        A kind is what a shop sells side by side, such as a category: heels and boots are both shoes and look
        like two things. A kind of fewer than `LEAST` products says nothing.
        """
        groups: dict[tuple[str, str], list[int]] = {}
        for row, (label, kind) in enumerate(zip(labels, kinds, strict=True)):
            groups.setdefault((label, kind), []).append(row)
        means, reach, named = [], [], []
        for (label, _), rows in groups.items():
            if len(rows) >= LEAST and (label in GARMENT_LABELS or not label):
                members = embeddings[rows]
                mean = members.mean(axis=0)
                mean /= max(float(np.linalg.norm(mean)), 1e-9)
                means.append(mean)
                reach.append(1.0 - float((members @ mean).min()))
                named.append(label)
        shape = (len(means), embeddings.shape[1])
        return cls(np.array(means, np.float32).reshape(shape), named, np.array(reach, np.float32))

    def __call__(self, embedding: NDArray[np.float32]) -> str | None:
        """The label of one embedding (dim,); None where it is like nothing known, or between two labels."""
        if not self.labels:
            return None
        distance = 1.0 - self.means @ embedding
        nearest = int(distance.argmin())
        others = distance[self._named != self.labels[nearest]]
        between = others.size > 0 and distance[nearest] > (1.0 - CLEARLY) * others.min()
        return None if between or distance[nearest] > self.reach[nearest] + 1e-6 else self.labels[nearest]

    def joined(self, other: "PrototypeLabels | None") -> "PrototypeLabels":
        """These means and those of another, of the same encoder."""
        if other is None:
            return self
        return PrototypeLabels(
            np.concatenate([self.means, other.means]),
            self.labels + other.labels,
            np.concatenate([self.reach, other.reach]),
        )

    def save(self, path: Path, fingerprint: str) -> None:
        """Write the means, of the encoder of this fingerprint, to a file."""
        np.savez_compressed(
            path,
            means=self.means.astype(np.float16),
            labels=np.array(self.labels),
            reach=self.reach,
            fingerprint=np.array(fingerprint),
        )


def shipped_prototypes(fingerprint: str, path: Path = SHIPPED) -> PrototypeLabels | None:
    """The means that ship for an encoder, by its fingerprint; None for another encoder.

    `python -m fashion_plugin.training.prototypes` makes them; with them a shop whose words tell nothing is
    understood as well.
    """
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as stored:
        if str(stored["fingerprint"]) != fingerprint:
            return None
        means = stored["means"].astype(np.float32)
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        return PrototypeLabels(means, stored["labels"].tolist(), stored["reach"].astype(np.float32))
