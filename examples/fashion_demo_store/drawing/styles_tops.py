"""T-shirts, shirts, blouses and sweaters."""

from dataclasses import replace

from fashion_demo_store.drawing import outer
from fashion_demo_store.drawing.kinds import Draw, Style
from fashion_demo_store.drawing.tops import TopCut, top

__all__ = ["STYLES"]

_EASY = ("plain", "breton", "wide stripe", "dots", "pindots", "marl")
_SHIRTING = ("plain", "stripe", "gingham", "tartan", "pinstripe", "windowpane", "pindots")
_SOFT = ("plain", "floral", "bloom", "dots", "pindots", "leopard", "stripe", "chevron")
_KNITS = ("plain", "wide stripe", "fair isle", "argyle", "chevron", "breton", "marl")
_LONG = TopCut(sleeve=0.97, ease=0.20, shape=0.2)
_OVER = TopCut(sleeve=0.97, ease=0.26, shape=0.12, drop=0.06)


def _top(cut: TopCut) -> Draw:
    return lambda body, main, trim: top(body, main, cut)


def _trimmed(cut: TopCut) -> Draw:
    return lambda body, main, trim: top(body, main, replace(cut, trim=trim))


def _shirt(cut: TopCut, pocket: bool = True) -> Draw:
    return lambda body, main, trim: outer.shirt(body, main, cut, pocket=pocket)


STYLES = (
    Style("t-shirt", "Crew-Neck T-Shirt", "women", ("jersey",), _EASY, _top(TopCut())),
    Style(
        "t-shirt",
        "Relaxed T-Shirt",
        "men",
        ("jersey",),
        (*_EASY, "camouflage"),
        _trimmed(TopCut(ease=0.22, shape=0.08, drop=0.06, sleeve=0.42)),
    ),
    Style(
        "t-shirt",
        "V-Neck T-Shirt",
        "women",
        ("jersey", "linen"),
        ("plain", "marl", "breton", "floral"),
        _top(TopCut(neck="v", ease=0.10, shape=0.5)),
    ),
    Style(
        "t-shirt",
        "Tank Top",
        "women",
        ("rib", "jersey"),
        ("plain", "dots", "breton", "leopard"),
        _top(TopCut(neck="straps", sleeve=0, ease=0.03, shape=0.7, hem=3.95)),
    ),
    Style(
        "t-shirt",
        "Long-Sleeve T-Shirt",
        "men",
        ("jersey",),
        ("breton", "plain", "wide stripe", "marl"),
        _top(TopCut(sleeve=0.97, ease=0.16)),
    ),
    Style(
        "t-shirt",
        "Boat-Neck T-Shirt",
        "women",
        ("jersey",),
        ("breton", "plain", "wide stripe"),
        _top(TopCut(neck="boat", sleeve=0.6, ease=0.08, shape=0.5)),
    ),
    Style("shirt", "Oxford Shirt", "men", ("woven",), _SHIRTING, _shirt(replace(_LONG, hem=4.3))),
    Style(
        "shirt",
        "Linen Shirt",
        "men",
        ("linen",),
        ("plain", "stripe"),
        _shirt(TopCut(sleeve=0.40, ease=0.24, shape=0.1, hem=4.2)),
    ),
    Style("shirt", "Boyfriend Shirt", "women", ("woven",), _SHIRTING, _shirt(replace(_OVER, hem=4.5))),
    Style(
        "shirt",
        "Flannel Shirt",
        "men",
        ("fleece",),
        ("tartan", "gingham"),
        _shirt(replace(_LONG, hem=4.2, ease=0.24)),
    ),
    Style(
        "blouse",
        "Puff-Sleeve Blouse",
        "women",
        ("woven", "satin"),
        _SOFT,
        _top(TopCut(neck="v", sleeve=0.60, puff=0.14, flare=0.12, hem=3.95)),
    ),
    Style(
        "blouse",
        "Square-Neck Blouse",
        "women",
        ("linen", "woven"),
        _SOFT,
        _top(TopCut(neck="square", sleeve=0.32, puff=0.12, flare=0.20, hem=3.7)),
    ),
    Style(
        "blouse",
        "Tie-Neck Blouse",
        "women",
        ("satin",),
        _SOFT,
        _shirt(TopCut(sleeve=0.95, puff=0.10, cuff=0.7, ease=0.16), pocket=False),
    ),
    Style(
        "sweater",
        "Crew-Neck Sweater",
        "men",
        ("knit",),
        _KNITS,
        _trimmed(replace(_OVER, ribbed=True, hem=3.95)),
    ),
    Style(
        "sweater",
        "Cable-Knit Sweater",
        "women",
        ("cable",),
        ("plain",),
        _trimmed(replace(_OVER, ribbed=True, hem=3.8)),
    ),
    Style(
        "sweater",
        "Roll-Neck Sweater",
        "women",
        ("chunky", "rib"),
        ("plain", "wide stripe", "marl"),
        _trimmed(replace(_OVER, neck="roll", ribbed=True, hem=3.9)),
    ),
    Style(
        "sweater",
        "V-Neck Sweater",
        "men",
        ("knit",),
        ("plain", "argyle", "marl"),
        _trimmed(replace(_LONG, neck="v", ribbed=True, hem=3.95)),
    ),
    Style(
        "sweater",
        "Fair Isle Sweater",
        "women",
        ("knit",),
        ("fair isle",),
        _trimmed(replace(_OVER, ribbed=True, hem=3.8)),
    ),
)
