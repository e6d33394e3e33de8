"""Embeddings of drawn garments, pinned: a change of runtime, Pillow or weights shows itself here.

After a preset's weights were changed on purpose, WRITE_GOLDEN=1 writes the file anew (and fails, so that this
is never left on).
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.encoders import LiteRTEncoder

GOLDEN = Path(__file__).parent / "golden_fashion.json"
# Processors add up in different orders, which may turn an int8 activation into its neighbour, and Pillow may
# round otherwise; what other weights give has a cosine of .95 and less.
NEAR = 0.998


def test_drawn_garments_have_the_pinned_embeddings(
    fashion: LiteRTEncoder, garments: list[NDArray[np.uint8]]
) -> None:
    vectors = fashion.encode(garments)
    if os.environ.get("WRITE_GOLDEN"):
        rows = [[round(float(value), 5) for value in row] for row in vectors]
        GOLDEN.write_text(json.dumps({"fingerprint": fashion.fingerprint, "vectors": rows}) + "\n")
        pytest.fail(f"wrote {GOLDEN.name}")
    golden = json.loads(GOLDEN.read_text())
    assert fashion.fingerprint == golden["fingerprint"], "other weights: run once with WRITE_GOLDEN=1"
    assert np.sum(vectors * golden["vectors"], axis=1).min() > NEAR


def test_two_shirts_are_nearer_than_a_shirt_and_trousers(
    fashion: LiteRTEncoder, garments: list[NDArray[np.uint8]]
) -> None:
    red_shirt, striped_shirt, trousers, _ = fashion.encode(garments)
    assert red_shirt @ striped_shirt > red_shirt @ trousers + 0.1
