"""The score below which nothing is close: what a preset's ``score_floor`` means and how it is measured."""

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import TrainingError

__all__ = ["score_floor"]


def score_floor(
    queries: NDArray[np.float32],
    gallery: NDArray[np.float32],
    relevant: NDArray[np.bool_],
    *,
    lost: float = 0.05,
) -> float:
    """The score that the best right match reaches for all queries but a share ``lost`` of them.

    ``queries`` (n, dim) and ``gallery`` (m, dim) are unit rows and ``relevant`` (n, m) says which are right;
    leave a query's own photo out as not relevant. Take shoppers' photos against catalogue photos of the same
    kind: they score lowest, so a best match below the floor is seldom of the kind that was asked for.

    Raises:
        TrainingError: no query has anything right in the gallery.
    """
    answered = relevant.any(axis=1)
    if not answered.any():
        raise TrainingError("A score floor needs queries with something right in the gallery.")
    best = np.where(relevant, queries @ gallery.T, -1.0).max(axis=1)[answered]
    return max(0.0, round(float(np.quantile(best, lost)), 2))
