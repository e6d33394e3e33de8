"""The styles the shop carries: for each kind of garment its cuts, cloths, colours and how it is drawn."""

from fashion_demo_store.drawing import styles_lower, styles_outer, styles_small, styles_tops

__all__ = ["STYLES"]

STYLES = (*styles_tops.STYLES, *styles_outer.STYLES, *styles_lower.STYLES, *styles_small.STYLES)
