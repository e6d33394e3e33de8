"""Losses of metric learning, in Keras 3 operations alone: they run on any backend.

Embeddings are (n, d) rows of unit length, labels (n,) whole numbers; every loss is a scalar, the mean over
what it counts.
"""

import math
from typing import Any

from keras import ops

__all__ = [
    "angular_softmax",
    "contrastive",
    "info_nce",
    "semi_hard_triplet",
    "squared_distances",
    "triplet_hinge",
]

UNKNOWN = -1
"""The label of what is not known: it takes no part in a classification loss."""

_FAR = 1e9  # stands for minus infinity in masked similarities: finite in float32, so that no NaN is born


def squared_distances(a: Any, b: Any) -> Any:
    """Squared Euclidean distances between unit rows (n, d) and (m, d): (n, m), 2 - 2 cos."""
    return 2.0 - 2.0 * ops.matmul(a, ops.transpose(b))


def contrastive(a: Any, b: Any, same: Any, *, margin: float = 1.0) -> Any:
    """Draw pairs of the same together, push others beyond a margin (Hadsell et al., CVPR 2006, equation 4).

    mean of ½ d² for pairs with ``same`` = 1 and of ½ max(0, margin - d)² for those with 0.
    """
    squared = ops.sum(ops.square(a - b), axis=-1)
    same = ops.cast(same, squared.dtype)
    # The gradient of a square root at 0 is infinite: equal images would turn the network into NaN.
    distance = ops.sqrt(ops.maximum(squared, 1e-12))
    apart = ops.square(ops.maximum(margin - distance, 0.0))
    return 0.5 * ops.mean(same * squared + (1.0 - same) * apart)


def triplet_hinge(query: Any, positive: Any, negative: Any, *, margin: float = 0.2) -> Any:
    """Hold the negative farther than the positive (Wang et al., arXiv 1404.4661, equation 3).

    mean of max(0, margin + d²(q, p) - d²(q, n)), clamped for each triplet before the mean.
    """
    near = ops.sum(ops.square(query - positive), axis=-1)
    far = ops.sum(ops.square(query - negative), axis=-1)
    return ops.mean(ops.maximum(margin + near - far, 0.0))


def semi_hard_triplet(embeddings: Any, labels: Any, *, margin: float = 0.2) -> Any:
    """Triplet hinge with semi-hard negatives found in the batch (FaceNet, arXiv 1503.03832, section 3.2).

    For each pair of one label, the negative is the nearest one that is farther than the positive, or, where
    there is none, the farthest of all. Mean over the pairs; 0 where a batch has no pair.
    """
    distances = squared_distances(embeddings, embeddings)
    dtype = distances.dtype
    same = ops.cast(ops.equal(labels[:, None], labels[None, :]), dtype)
    negatives = 1.0 - same
    # The three axes are anchor, positive and candidate.
    farther = ops.cast(distances[:, None, :] > distances[:, :, None], dtype) * negatives[:, None, :]
    nearest_farther = ops.min(distances[:, None, :] + _FAR * (1.0 - farther), axis=-1)
    farthest = ops.max(distances - _FAR * same, axis=-1)[:, None]
    chosen = ops.where(ops.any(farther > 0, axis=-1), nearest_farther, farthest)
    has_negative = ops.cast(ops.any(negatives > 0, axis=-1), dtype)[:, None]
    pairs = (same - ops.eye(ops.shape(distances)[0], dtype=dtype)) * has_negative
    hinge = ops.maximum(margin + distances - chosen, 0.0)
    return ops.sum(hinge * pairs) / ops.maximum(ops.sum(pairs), 1.0)


def info_nce(
    query: Any, positive: Any, labels: Any, *, negative: Any = None, temperature: float = 0.07
) -> Any:
    """Pick a query's positive out of the batch (van den Oord et al., arXiv 1807.03748, equation 4).

    mean of -log(exp(q·p/t) / Σ exp(q·c/t)) over candidates c: the query's positive, the positives of other
    labels, and the ``negative`` (m, d) given; the same from positives to queries, and half of each sum.
    """
    to_positives = ops.matmul(query, ops.transpose(positive)) / temperature
    n = ops.shape(to_positives)[0]
    same = ops.cast(ops.equal(labels[:, None], labels[None, :]), to_positives.dtype)
    # Another photo of the same product is no negative.
    masked = to_positives - _FAR * (same - ops.eye(n, dtype=to_positives.dtype))
    forward = masked
    if negative is not None:
        to_negatives = ops.matmul(query, ops.transpose(negative)) / temperature
        forward = ops.concatenate([masked, to_negatives], axis=1)
    hit = ops.diagonal(to_positives)
    one = ops.mean(ops.logsumexp(forward, axis=1) - hit)
    other = ops.mean(ops.logsumexp(ops.transpose(masked), axis=1) - hit)
    return 0.5 * (one + other)


def angular_softmax(
    embeddings: Any,
    proxies: Any,
    labels: Any,
    *,
    scale: float = 20.0,
    margin: float = 0.2,
    smoothing: float = 0.0,
) -> Any:
    """Classify by the angle to one proxy per class, with a margin (ArcFace, arXiv 1801.07698, equation 3).

    Cross-entropy of scale · cos θ, where the right class's is cos(θ + margin); past θ = π - margin, where
    that would rise again, it is cos θ - margin sin(margin). ``proxies`` (classes, d) need not be of unit
    length; rows labelled -1 do not count.
    """
    cosines = ops.matmul(embeddings, ops.transpose(_unit(proxies)))
    classes = ops.shape(cosines)[1]
    known = ops.cast(ops.not_equal(labels, UNKNOWN), cosines.dtype)
    target = ops.one_hot(ops.maximum(labels, 0), classes, dtype=cosines.dtype)
    # Kept off ±1, where the gradient of the sine is infinite.
    cosine = ops.clip(cosines, -1.0 + 1e-6, 1.0 - 1e-6)
    sine = ops.sqrt(1.0 - ops.square(cosine))
    turned = cosine * math.cos(margin) - sine * math.sin(margin)
    eased = cosine - margin * math.sin(margin)
    harder = ops.where(cosine > math.cos(math.pi - margin), turned, eased)
    logits = scale * (target * harder + (1.0 - target) * cosine)
    wanted = target * (1.0 - smoothing) + smoothing / ops.cast(classes, cosines.dtype)
    losses = ops.logsumexp(logits, axis=1) - ops.sum(wanted * logits, axis=1)
    return ops.sum(losses * known) / ops.maximum(ops.sum(known), 1.0)


def _unit(rows: Any) -> Any:
    return rows / ops.sqrt(ops.maximum(ops.sum(ops.square(rows), axis=-1, keepdims=True), 1e-12))
