"""Shoes, bags, hats and scarves."""

from fashion_demo_store.drawing import bags, hats, shoes
from fashion_demo_store.drawing.kinds import Draw, Style

__all__ = ["STYLES"]


def _shoe(style: str) -> Draw:
    return lambda body, main, trim: shoes.shoe(style, main, trim)


def _bag(style: str) -> Draw:
    return lambda body, main, trim: bags.bag(style, main, trim)


def _hat(style: str) -> Draw:
    return lambda body, main, trim: hats.hat(style, main, trim)


STYLES = (
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
