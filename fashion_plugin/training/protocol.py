"""How the encoder that ships is judged: three questions over whole photos, answered with NumPy alone.

Does a shopper's photo find its kind among other people's photos (`across_senders`)? Does a catalogue photo
find its kind, or its kind in its colour (`leave_one_out`)? Does another view of a product find that product
(`same_product`, `same_product_leave_one_out`)? Each function returns one number in [0, 1] per query, so that
a mean and its bootstrap interval (`fashion_plugin.training.metrics.bootstrap`) can be taken, or two encoders
compared query by query.
"""

from collections.abc import Hashable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import InvalidInput

__all__ = ["CLOTHING_LABELS", "across_senders", "leave_one_out", "same_product", "same_product_leave_one_out"]

CLOTHING_LABELS: Final = (
    "T-Shirt",
    "Longsleeve",
    "Pants",
    "Shoes",
    "Shirt",
    "Dress",
    "Outwear",
    "Shorts",
    "Hat",
    "Skirt",
)
"""The labels of the clothing data set that take part: its ten largest kinds of garment."""

_CHUNK: Final = 256  # queries compared at once: 256 x 20,000 float32 cosines are 20 MB


def across_senders(
    embeddings: NDArray[np.float32],
    labels: Sequence[Hashable],
    senders: Sequence[Hashable],
    queries: Sequence[int],
    k: int = 1,
) -> NDArray[np.float64]:
    """Precision@k of photos against other people's: (len(queries),), the share of the first k of one label.

    `embeddings` (n, dim) are unit rows of every photo; `queries` are row numbers. A query's gallery is every
    row of another sender.

    Raises:
        InvalidInput: lengths differ, k is below 1, or a query has fewer than k photos by others.
    """
    rows = np.asarray(queries, dtype=np.int64)
    kinds, people = _codes(labels, len(embeddings)), _codes(senders, len(embeddings))
    left_out = people[rows][:, None] == people[None, :]
    nearest = _nearest(embeddings[rows], embeddings, k, left_out)
    return _share(kinds[nearest] == kinds[rows][:, None])


def leave_one_out(
    embeddings: NDArray[np.float32], labels: Sequence[Hashable], k: int = 10
) -> NDArray[np.float64]:
    """Precision@k of each row (n, dim) among all the others: (n,) shares of the first k with its label.

    A label may be a tuple, such as (type, colour): then both must be the same. A label with fewer than k
    other rows cannot reach 1.

    Raises:
        InvalidInput: lengths differ, k is below 1, or there are not k other rows.
    """
    kinds = _codes(labels, len(embeddings))
    nearest = _nearest(embeddings, embeddings, k, np.eye(len(embeddings), dtype=bool))
    return _share(kinds[nearest] == kinds[:, None])


def same_product(
    queries: NDArray[np.float32],
    query_products: Sequence[Hashable],
    gallery: NDArray[np.float32],
    gallery_products: Sequence[Hashable],
    k: int = 1,
) -> NDArray[np.float64]:
    """Recall@k of other views (n, dim) against main views (m, dim): (n,), 1 where the first k hold it.

    Raises:
        InvalidInput: lengths differ, k is below 1, or the gallery has fewer than k rows.
    """
    codes = _codes([*query_products, *gallery_products], len(queries) + len(gallery))
    asked, there = codes[: len(queries)], codes[len(queries) :]
    nearest = _nearest(queries, gallery, k, None)
    return _any(there[nearest] == asked[:, None])


def same_product_leave_one_out(
    embeddings: NDArray[np.float32], products: Sequence[Hashable], k: int = 1
) -> NDArray[np.float64]:
    """Recall@k of each photo (n, dim) among the others: 1 where the first k have another of its product.

    Products with one photo are distractors: they have no row in the answer.

    Raises:
        InvalidInput: lengths differ, k is below 1, or there are not k other rows.
    """
    codes = _codes(products, len(embeddings))
    asked = np.flatnonzero(np.bincount(codes)[codes] > 1)
    left_out = np.arange(len(embeddings))[None, :] == asked[:, None]
    nearest = _nearest(embeddings[asked], embeddings, k, left_out)
    return _any(codes[nearest] == codes[asked][:, None])


def _codes(labels: Sequence[Hashable], rows: int) -> NDArray[np.int64]:
    if len(labels) != rows:
        raise InvalidInput(f"There are {len(labels)} labels for {rows} embeddings; give one to each.")
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(label, len(number)) for label in labels], dtype=np.int64)


def _share(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(hits.mean(axis=1), dtype=np.float64)


def _any(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(hits.any(axis=1), dtype=np.float64)


def _nearest(
    queries: NDArray[np.float32],
    gallery: NDArray[np.float32],
    k: int,
    left_out: NDArray[np.bool_] | None,
) -> NDArray[np.int64]:
    """Gallery rows (n, k) by falling cosine; equal cosines keep the gallery's order."""
    if k < 1:
        raise InvalidInput(f"k is {k}; ask for one neighbour or more.")
    found = np.empty((len(queries), k), dtype=np.int64)
    for start in range(0, len(queries), _CHUNK):
        part = slice(start, start + _CHUNK)
        scores = queries[part] @ gallery.T
        if left_out is not None:
            scores[left_out[part]] = -np.inf
        if len(scores) and np.isfinite(scores).sum(axis=1).min() < k:
            raise InvalidInput(f"a query has fewer than {k} photos to be compared with; lower k.")
        found[part] = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return found
