"""Hoodies, cardigans, jackets and coats."""

from dataclasses import replace

from fashion_demo_store.drawing import outer
from fashion_demo_store.drawing.kinds import Style
from fashion_demo_store.drawing.tops import TopCut

__all__ = ["STYLES"]

_WOOL = ("plain", "houndstooth", "windowpane", "tartan", "pinstripe")
_LONG = TopCut(sleeve=0.97, ease=0.20, shape=0.2)
_OVER = TopCut(sleeve=0.97, ease=0.26, shape=0.12, drop=0.06)
_JACKET = TopCut(sleeve=0.98, ease=0.20, shape=0.25)


STYLES = (
    Style(
        "hoodie",
        "Hoodie",
        "men",
        ("fleece",),
        ("plain", "marl", "camouflage", "wide stripe"),
        lambda b, m, t: outer.hoodie(b, m, replace(_OVER, hem=3.95, trim=t)),
    ),
    Style(
        "hoodie",
        "Zip Hoodie",
        "women",
        ("fleece",),
        ("plain", "marl", "leopard"),
        lambda b, m, t: outer.hoodie(b, m, replace(_OVER, hem=3.8, trim=t), zipped=True),
    ),
    Style(
        "cardigan",
        "Button Cardigan",
        "women",
        ("knit", "rib"),
        ("plain", "wide stripe", "chevron", "marl"),
        lambda b, m, t: outer.cardigan(b, m, replace(_LONG, hem=3.85)),
    ),
    Style(
        "cardigan",
        "Chunky Cardigan",
        "men",
        ("chunky", "cable"),
        ("plain", "fair isle", "argyle"),
        lambda b, m, t: outer.cardigan(b, m, replace(_OVER, hem=4.0, trim=t)),
    ),
    Style(
        "jacket",
        "Denim Jacket",
        "women",
        ("denim",),
        ("plain",),
        lambda b, m, t: outer.trucker(b, m, replace(_JACKET, hem=3.65)),
        "denim",
    ),
    Style(
        "jacket",
        "Corduroy Jacket",
        "men",
        ("corduroy",),
        ("plain",),
        lambda b, m, t: outer.trucker(b, m, replace(_JACKET, hem=3.8)),
        "earth",
    ),
    Style(
        "jacket",
        "Bomber Jacket",
        "men",
        ("satin",),
        ("plain", "camouflage"),
        lambda b, m, t: outer.bomber(b, m, replace(_JACKET, ease=0.28, shape=0.1, hem=3.7)),
    ),
    Style(
        "jacket",
        "Biker Jacket",
        "women",
        ("leather",),
        ("plain",),
        lambda b, m, t: outer.biker(b, m, replace(_JACKET, ease=0.14, shape=0.4, hem=3.5)),
        "leather",
    ),
    Style(
        "jacket",
        "Puffer Jacket",
        "women",
        ("satin",),
        ("plain",),
        lambda b, m, t: outer.puffer(b, m, replace(_JACKET, ease=0.34, shape=0.1, hem=3.85)),
    ),
    Style(
        "jacket",
        "Tailored Blazer",
        "women",
        ("woven",),
        _WOOL,
        lambda b, m, t: outer.blazer(b, m, replace(_JACKET, ease=0.16, hem=4.2)),
    ),
    Style(
        "jacket",
        "Double-Breasted Blazer",
        "men",
        ("woven", "tweed"),
        _WOOL,
        lambda b, m, t: outer.blazer(b, m, replace(_JACKET, hem=4.35), 2.9, double=True),
    ),
    Style(
        "coat",
        "Trench Coat",
        "women",
        ("woven",),
        ("plain", "windowpane"),
        lambda b, m, t: outer.coat(
            b, m, replace(_JACKET, ease=0.22, hem=5.7, flare=0.12, shape=0.6), "trench"
        ),
        "earth",
    ),
    Style(
        "coat",
        "Wool Overcoat",
        "men",
        ("tweed", "woven"),
        _WOOL,
        lambda b, m, t: outer.coat(b, m, replace(_JACKET, ease=0.22, hem=5.5), "wool"),
    ),
    Style(
        "coat",
        "Hooded Parka",
        "women",
        ("woven",),
        ("plain", "camouflage"),
        lambda b, m, t: outer.coat(b, m, replace(_JACKET, ease=0.28, hem=5.0), "parka"),
    ),
    Style(
        "coat",
        "Long Puffer Coat",
        "women",
        ("satin",),
        ("plain",),
        lambda b, m, t: outer.puffer(b, m, replace(_JACKET, ease=0.32, shape=0.1, hem=5.4)),
    ),
)
