"""Dresses, skirts, trousers, jeans and shorts."""

from dataclasses import replace

from fashion_demo_store.drawing.bottoms import LegCut, trousers
from fashion_demo_store.drawing.kinds import Draw, Style
from fashion_demo_store.drawing.skirts import SkirtCut, dress, skirt
from fashion_demo_store.drawing.tops import TopCut

__all__ = ["STYLES"]

_SOFT = ("plain", "floral", "bloom", "dots", "pindots", "leopard", "stripe", "chevron")


def _legs(cut: LegCut) -> Draw:
    return lambda body, main, trim: trousers(
        body, main, replace(cut, belt=trim if cut.style == "suit" else None)
    )


def _skirt(cut: SkirtCut) -> Draw:
    return lambda body, main, trim: skirt(body, main, cut)


def _dress(cut: TopCut, falls: SkirtCut, kind: str = "waisted", belted: bool = False) -> Draw:
    return lambda body, main, trim: dress(body, main, cut, falls, kind, trim if belted else None)


STYLES = (
    Style(
        "dress",
        "Wrap Dress",
        "women",
        ("woven", "satin"),
        _SOFT,
        _dress(TopCut(neck="v", sleeve=0.30, puff=0.08), SkirtCut("circle", 5.8, 0.50), "wrap"),
    ),
    Style(
        "dress",
        "Belted Sundress",
        "women",
        ("woven", "linen"),
        ("plain", "gingham", "floral", "dots", "stripe"),
        _dress(TopCut(neck="straps", sleeve=0), SkirtCut("circle", 5.4, 0.60), belted=True),
    ),
    Style(
        "dress",
        "Shirt Dress",
        "women",
        ("woven", "denim"),
        ("plain", "stripe", "gingham", "tartan"),
        _dress(TopCut(neck="collar", sleeve=0.60), SkirtCut("a-line", 5.8, 0.38), "shirt"),
    ),
    Style(
        "dress",
        "Sweater Dress",
        "women",
        ("cable", "rib", "knit"),
        ("plain", "wide stripe", "chevron"),
        _dress(
            TopCut(neck="roll", sleeve=0.97, ribbed=True, ease=0.18, shape=0.5),
            SkirtCut(hem=5.1, flare=0.0),
            "straight",
        ),
    ),
    Style(
        "dress",
        "Tiered Maxi Dress",
        "women",
        ("woven",),
        _SOFT,
        _dress(TopCut(neck="square", sleeve=0.32, puff=0.14), SkirtCut("tiered", 7.0, 0.60)),
    ),
    Style(
        "dress",
        "Satin Slip Dress",
        "women",
        ("satin",),
        ("plain", "leopard", "bloom"),
        _dress(TopCut(neck="straps", sleeve=0), SkirtCut("slip", 6.3, 0.20)),
    ),
    Style(
        "dress",
        "Pencil Dress",
        "women",
        ("woven",),
        ("plain", "houndstooth", "windowpane", "pinstripe"),
        _dress(TopCut(neck="boat", sleeve=0.35), SkirtCut("pencil", 5.4), belted=True),
    ),
    Style(
        "dress",
        "T-Shirt Dress",
        "women",
        ("jersey",),
        ("breton", "plain", "wide stripe"),
        _dress(TopCut(sleeve=0.40, ease=0.16, shape=0.3), SkirtCut(hem=5.1, flare=0.08), "straight"),
    ),
    Style(
        "skirt",
        "Pleated Mini Skirt",
        "women",
        ("woven",),
        ("tartan", "plain", "houndstooth"),
        _skirt(SkirtCut("pleated", 4.75, 0.36)),
    ),
    Style(
        "skirt",
        "Pencil Skirt",
        "women",
        ("leather", "woven"),
        ("plain", "houndstooth", "pinstripe"),
        _skirt(SkirtCut("pencil", 5.3)),
    ),
    Style(
        "skirt",
        "Satin Midi Skirt",
        "women",
        ("satin",),
        ("plain", "leopard", "bloom"),
        _skirt(SkirtCut("slip", 6.2, 0.25)),
    ),
    Style(
        "skirt", "Denim Skirt", "women", ("denim",), ("plain",), _skirt(SkirtCut("denim", 4.8, 0.20)), "denim"
    ),
    Style(
        "skirt",
        "Circle Skirt",
        "women",
        ("woven",),
        ("floral", "dots", "gingham", "plain"),
        _skirt(SkirtCut("circle", 5.4, 0.75)),
    ),
    Style(
        "skirt",
        "Tiered Maxi Skirt",
        "women",
        ("linen", "woven"),
        ("plain", "bloom", "stripe"),
        _skirt(SkirtCut("tiered", 7.0, 0.62)),
    ),
    Style("trousers", "Slim Chinos", "men", ("woven",), ("plain", "windowpane"), _legs(LegCut()), "earth"),
    Style(
        "trousers",
        "Wide-Leg Trousers",
        "women",
        ("linen", "woven"),
        ("plain", "pinstripe", "bloom"),
        _legs(LegCut(0.44, 0.42, 0.46, style="pleated")),
    ),
    Style(
        "trousers",
        "Tailored Trousers",
        "women",
        ("woven",),
        ("plain", "houndstooth", "pinstripe", "tartan"),
        _legs(LegCut(0.39, 0.25, 0.19, 0.94, style="suit")),
    ),
    Style(
        "trousers",
        "Cargo Trousers",
        "men",
        ("woven",),
        ("plain", "camouflage"),
        _legs(LegCut(0.42, 0.31, 0.25, style="cargo")),
        "earth",
    ),
    Style(
        "trousers",
        "Joggers",
        "men",
        ("fleece",),
        ("plain", "marl"),
        _legs(LegCut(0.40, 0.29, 0.17, style="joggers")),
    ),
    Style(
        "trousers",
        "Corduroy Trousers",
        "women",
        ("corduroy",),
        ("plain",),
        _legs(LegCut(0.41, 0.31, 0.34, style="chino")),
        "earth",
    ),
    Style(
        "jeans",
        "Skinny Jeans",
        "women",
        ("denim",),
        ("plain",),
        _legs(LegCut(0.37, 0.20, 0.15, 0.97, style="jeans")),
        "denim",
    ),
    Style(
        "jeans",
        "Straight Jeans",
        "men",
        ("denim",),
        ("plain",),
        _legs(LegCut(0.40, 0.28, 0.25, style="jeans")),
        "denim",
    ),
    Style(
        "jeans",
        "Flared Jeans",
        "women",
        ("denim",),
        ("plain",),
        _legs(LegCut(0.38, 0.23, 0.38, style="jeans")),
        "denim",
    ),
    Style(
        "jeans",
        "Turn-Up Jeans",
        "women",
        ("denim",),
        ("plain",),
        _legs(LegCut(0.41, 0.31, 0.29, 0.92, style="jeans", turn_up=True)),
        "denim",
    ),
    Style(
        "shorts",
        "Denim Shorts",
        "women",
        ("denim",),
        ("plain",),
        _legs(LegCut(0.40, 0.33, 0.33, 0.30, style="jeans", turn_up=True)),
        "denim",
    ),
    Style(
        "shorts",
        "Chino Shorts",
        "men",
        ("woven", "linen"),
        ("plain", "stripe", "gingham", "windowpane"),
        _legs(LegCut(0.41, 0.33, 0.33, 0.46)),
    ),
    Style(
        "shorts",
        "Sweat Shorts",
        "men",
        ("fleece",),
        ("plain", "marl", "camouflage"),
        _legs(LegCut(0.42, 0.34, 0.34, 0.40, style="joggers")),
    ),
)
