"""The styles the shop carries: for each kind of garment its cuts, cloths, colours and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from fashion_demo_store.drawing import bags, hats, outer, shoes
from fashion_demo_store.drawing.body import Body
from fashion_demo_store.drawing.bottoms import LegCut, trousers
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.pieces import Piece
from fashion_demo_store.drawing.skirts import SkirtCut, dress, skirt
from fashion_demo_store.drawing.tops import TopCut, top

__all__ = ["KINDS", "STYLES", "Kind", "Style"]

Draw: TypeAlias = Callable[[Body, Fabric, Fabric], list[Piece]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of garment: its shelf, its share of the catalogue, what it costs (euros, lowest and highest)."""

    name: str
    shelf: str
    label: str
    share: int
    price: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """One cut of a kind: its name in a title, who it is for, the cloths (weave, gloss) and prints it comes in."""

    kind: str
    name: str
    people: str
    cloths: tuple[str, ...]
    prints: tuple[str, ...]
    draw: Draw
    colours: str = "any"


KINDS = (
    Kind("t-shirt", "T-Shirts", "t-shirt", 18, (19, 45)),
    Kind("shirt", "Shirts", "shirt", 14, (49, 99)),
    Kind("blouse", "Blouses", "blouse", 12, (49, 119)),
    Kind("sweater", "Sweaters", "sweater", 16, (69, 159)),
    Kind("hoodie", "Hoodies", "hoodie", 10, (59, 99)),
    Kind("cardigan", "Cardigans", "cardigan", 10, (69, 149)),
    Kind("jacket", "Jackets", "jacket", 18, (99, 299)),
    Kind("coat", "Coats", "coat", 14, (179, 399)),
    Kind("dress", "Dresses", "dress", 26, (69, 189)),
    Kind("skirt", "Skirts", "skirt", 14, (49, 119)),
    Kind("trousers", "Trousers", "trousers", 14, (59, 129)),
    Kind("jeans", "Jeans", "jeans", 10, (79, 139)),
    Kind("shorts", "Shorts", "shorts", 9, (35, 69)),
    Kind("sneakers", "Sneakers", "sneakers", 13, (79, 159)),
    Kind("boots", "Boots", "boots", 10, (129, 259)),
    Kind("shoes", "Shoes", "shoes", 9, (79, 169)),
    Kind("bag", "Bags", "bag", 14, (49, 249)),
    Kind("hat", "Hats", "hat", 12, (25, 69)),
    Kind("scarf", "Scarves", "scarf", 7, (35, 89)),
)

_EASY = ("plain", "breton", "wide stripe", "dots", "pindots", "marl")
_SHIRTING = ("plain", "stripe", "gingham", "tartan", "pinstripe", "windowpane", "pindots")
_SOFT = ("plain", "floral", "bloom", "dots", "pindots", "leopard", "stripe", "chevron")
_KNITS = ("plain", "wide stripe", "fair isle", "argyle", "chevron", "breton", "marl")
_WOOL = ("plain", "houndstooth", "windowpane", "tartan", "pinstripe")


def _top(cut: TopCut) -> Draw:
    return lambda body, main, trim: top(body, main, cut)


def _trimmed(cut: TopCut) -> Draw:
    return lambda body, main, trim: top(body, main, replace(cut, trim=trim))


def _shirt(cut: TopCut, pocket: bool = True) -> Draw:
    return lambda body, main, trim: outer.shirt(body, main, cut, pocket=pocket)


def _legs(cut: LegCut) -> Draw:
    return lambda body, main, trim: trousers(
        body, main, replace(cut, belt=trim if cut.style == "suit" else None)
    )


def _skirt(cut: SkirtCut) -> Draw:
    return lambda body, main, trim: skirt(body, main, cut)


def _dress(cut: TopCut, falls: SkirtCut, kind: str = "waisted", belted: bool = False) -> Draw:
    return lambda body, main, trim: dress(body, main, cut, falls, kind, trim if belted else None)


def _shoe(style: str) -> Draw:
    return lambda body, main, trim: shoes.shoe(style, main, trim)


def _bag(style: str) -> Draw:
    return lambda body, main, trim: bags.bag(style, main, trim)


def _hat(style: str) -> Draw:
    return lambda body, main, trim: hats.hat(style, main, trim)


_LONG = TopCut(sleeve=0.97, ease=0.20, shape=0.2)
_OVER = TopCut(sleeve=0.97, ease=0.26, shape=0.12, drop=0.06)
_JACKET = TopCut(sleeve=0.98, ease=0.20, shape=0.25)

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
    Style(
        "sneakers",
        "Low-Top Sneakers",
        "women",
        ("leather", "woven"),
        ("plain", "gingham"),
        _shoe("low sneaker"),
    ),
    Style(
        "sneakers",
        "High-Top Sneakers",
        "men",
        ("woven",),
        ("plain", "camouflage", "leopard"),
        _shoe("high sneaker"),
    ),
    Style("sneakers", "Running Shoes", "men", ("jersey",), ("plain", "marl", "chevron"), _shoe("runner")),
    Style(
        "boots", "Chelsea Boots", "men", ("leather", "fleece"), ("plain",), _shoe("chelsea boot"), "leather"
    ),
    Style("boots", "Lace-Up Boots", "women", ("leather",), ("plain",), _shoe("combat boot"), "leather"),
    Style(
        "boots",
        "Heeled Ankle Boots",
        "women",
        ("leather",),
        ("plain", "leopard"),
        _shoe("heeled boot"),
        "leather",
    ),
    Style("boots", "Knee Boots", "women", ("leather", "fleece"), ("plain",), _shoe("knee boot"), "leather"),
    Style("shoes", "Court Heels", "women", ("leather", "satin"), ("plain", "leopard"), _shoe("pump")),
    Style("shoes", "Ankle-Strap Heels", "women", ("leather",), ("plain",), _shoe("strap heel")),
    Style("shoes", "Ballerinas", "women", ("leather", "satin"), ("plain", "dots"), _shoe("ballerina")),
    Style("shoes", "Penny Loafers", "men", ("leather",), ("plain",), _shoe("loafer"), "leather"),
    Style("shoes", "Strappy Sandals", "women", ("leather",), ("plain",), _shoe("sandal")),
    Style("shoes", "Wedge Sandals", "women", ("leather",), ("plain",), _shoe("wedge")),
    *(
        Style("bag", name, "women", cloths, prints, _bag(style))
        for name, style, cloths, prints in (
            ("Canvas Tote", "tote", ("woven",), ("plain", "stripe", "floral", "gingham")),
            ("Shoulder Bag", "shoulder bag", ("leather",), ("plain",)),
            ("Camera Bag", "crossbody", ("leather",), ("plain", "leopard")),
            ("Backpack", "backpack", ("woven",), ("plain", "camouflage", "tartan")),
            ("Bucket Bag", "bucket bag", ("leather", "straw"), ("plain",)),
            ("Envelope Clutch", "clutch", ("satin", "leather"), ("plain", "houndstooth")),
            ("Top-Handle Bag", "satchel", ("leather",), ("plain",)),
        )
    ),
    *(
        Style("hat", name, "women", cloths, prints, _hat(style))
        for name, style, cloths, prints in (
            ("Ribbed Beanie", "beanie", ("rib", "knit"), ("plain", "wide stripe")),
            ("Bobble Hat", "bobble hat", ("chunky", "knit"), ("plain", "fair isle")),
            ("Baseball Cap", "cap", ("woven",), ("plain", "camouflage", "gingham")),
            ("Bucket Hat", "bucket hat", ("woven", "denim"), ("plain", "leopard", "floral")),
            ("Wide-Brimmed Hat", "wide-brimmed hat", ("fleece", "straw"), ("plain",)),
            ("Wool Beret", "beret", ("fleece",), ("plain",)),
        )
    ),
    Style(
        "scarf",
        "Fringed Scarf",
        "women",
        ("woven",),
        ("tartan", "houndstooth", "stripe", "windowpane"),
        lambda b, m, t: hats.scarf(m),
    ),
    Style(
        "scarf",
        "Knitted Scarf",
        "men",
        ("chunky", "rib"),
        ("plain", "wide stripe", "marl"),
        lambda b, m, t: hats.scarf(m, 0.8),
    ),
    Style(
        "scarf",
        "Silk Scarf",
        "women",
        ("satin",),
        ("dots", "bloom", "leopard", "floral"),
        lambda b, m, t: hats.scarf(m, 0.4, fringe=False),
    ),
)
