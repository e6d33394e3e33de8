"""The demo's catalogue, drawn by this package: garments, figures and scenes, the same every time."""

from fashion_demo_store.drawing.alter import altered
from fashion_demo_store.drawing.catalogue import (
    Catalogue,
    CatalogueLook,
    CatalogueProduct,
    Drawing,
    LookGarment,
    draw_catalogue,
    sample_catalogue,
)

__all__ = [
    "Catalogue",
    "CatalogueLook",
    "CatalogueProduct",
    "Drawing",
    "LookGarment",
    "altered",
    "draw_catalogue",
    "sample_catalogue",
]
