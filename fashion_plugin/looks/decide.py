"""What a photo's pixels are, and which garments are sure enough to report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.looks.groups import PIXEL_CLASSES

__all__ = ["RULES", "Rules", "decide"]


def _favour() -> Mapping[str, float]:
    return MappingProxyType({"outerwear": 1.6, "bag": 1.6, "hat": 2.0, "background": 0.7})


def _specks() -> Mapping[str, float]:
    return MappingProxyType({"shoes": 0.25, "bag": 0.4})


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers chosen on the photos kept aside from training; the model card says how.

    `favour` multiplies the probability of a class up or down before the decision.
    Parts of a garment under a share of its largest part are left out: `specks` by label, else `speck`, as
    clothes show in parts beside what is worn over them, and shoes and bags seldom do.
    Garments under the share `smallest` of the photo, or with a score under `threshold`, are not reported.
    """

    favour: Mapping[str, float] = field(default_factory=_favour)
    specks: Mapping[str, float] = field(default_factory=_specks)
    speck: float = 0.06
    smallest: float = 0.001
    threshold: float = 0.42

    def __repr__(self) -> str:
        shares = f"{dict(self.favour)}, {dict(self.specks)}, {self.speck}"
        return f"Rules({shares}, {self.smallest}, {self.threshold})"


RULES: Final = Rules()


def decide(pixels: NDArray[np.float32], rules: Rules = RULES) -> NDArray[np.uint8]:
    """The class of each pixel, uint8 (h, w), from the probabilities of each, float32 (h, w, 16)."""
    favour = np.array([rules.favour.get(name, 1.0) for name in PIXEL_CLASSES], np.float32)
    return np.asarray((pixels * favour).argmax(axis=-1), np.uint8)
