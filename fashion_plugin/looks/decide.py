"""What a photo's pixels are, decided for the photo as a whole."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.looks.groups import GARMENT_LABELS

__all__ = ["RULES", "Rules", "decide"]


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers chosen on photos kept aside from training; the model card says how."""

    trust: float = 1.0
    smallest: float = 0.001
    thresholds: dict[str, float] = field(default_factory=dict)

    def least(self, label: str) -> float:
        """Score below which a garment is not reported."""
        return self.thresholds.get(label, 0.35)


RULES: Final = Rules()


def decide(
    pixels: NDArray[np.float32], present: NDArray[np.float32], rules: Rules = RULES
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Classes uint8 (h, w) and their scores float32 (h, w) from pixel probabilities and presence."""
    weighted = pixels.copy()
    weighted[..., 1 : len(GARMENT_LABELS) + 1] *= present**rules.trust
    weighted /= weighted.sum(axis=-1, keepdims=True)
    return weighted.argmax(axis=-1).astype(np.uint8), weighted.max(axis=-1)
