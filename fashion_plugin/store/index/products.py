"""Scalar products of rows with a query, in the calling thread alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["products"]

# A matrix product goes to the BLAS, which shares it out over threads of its own and waits for all of them: on
# two cores that were busy, 4000 rows of 512 took 70 to 200 ms that way and 0.8 ms this way. It gains little
# where nobody else computes: reading the rows from memory is what takes the time.
_vecdot: Any = getattr(np, "vecdot", None)  # new in NumPy 2


def products(
    rows: NDArray[np.float32], query: NDArray[np.float32], out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """The scalar product of each row (n, dim) with a query (dim,): (n,)."""
    found: NDArray[np.float32] = (
        _vecdot(rows, query, out=out) if _vecdot else np.einsum("ij,j->i", rows, query, out=out)
    )
    return found
