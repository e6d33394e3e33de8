"""Where a drawing falls on the picture."""

from dataclasses import dataclass
from typing import TypeAlias

from fashion_demo_store.drawing.geometry import Points

__all__ = ["Region", "View"]

Region: TypeAlias = tuple[int, int, int, int]
"""Pixels x0, y0, x1, y1 of a part of the picture."""


@dataclass(frozen=True, slots=True)
class View:
    """Where heads fall on the picture: ``scale`` pixels per head, and the pixel of the point (0, 0)."""

    width: int
    height: int
    scale: float
    left: float
    top: float

    @classmethod
    def fit(
        cls, box: tuple[float, float, float, float], width: int, height: int, margin: float = 0.09
    ) -> "View":
        """The view that shows a box of heads in the middle of the picture."""
        x0, y0, x1, y1 = box
        scale = min(width * (1 - 2 * margin) / (x1 - x0), height * (1 - 2 * margin) / (y1 - y0))
        return cls(
            width, height, scale, width / 2 - scale * (x0 + x1) / 2, height / 2 - scale * (y0 + y1) / 2
        )

    def pixels(self, points: Points) -> Points:
        """Points in heads as pixels, (n, 2)."""
        return points * self.scale + (self.left, self.top)
