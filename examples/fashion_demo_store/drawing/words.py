"""What the shop says about a product: title, brand, price, description, sizes."""

from dataclasses import dataclass

import numpy as np

from fashion_demo_store.drawing.designs import Design

__all__ = ["Words", "describe"]

BRANDS = (
    "Alder & Wren",
    "Maren Lind",
    "Oakmere",
    "Solenne",
    "Northquay",
    "Tessalane",
    "Halden Row",
    "Ivory & Rye",
)
_PRINTS = {
    "plain": "",
    "breton": "Breton-Stripe",
    "wide stripe": "Wide-Stripe",
    "pinstripe": "Pinstripe",
    "stripe": "Striped",
    "gingham": "Gingham",
    "tartan": "Tartan",
    "windowpane": "Windowpane-Check",
    "houndstooth": "Houndstooth",
    "dots": "Polka-Dot",
    "pindots": "Pin-Dot",
    "floral": "Floral",
    "bloom": "Bloom-Print",
    "leopard": "Leopard",
    "camouflage": "Camouflage",
    "chevron": "Chevron",
    "argyle": "Argyle",
    "fair isle": "Fair Isle",
    "marl": "Marl",
}
_CLOTH = {
    "jersey": ("organic cotton jersey", "soft, breathable and easy to wash"),
    "woven": ("crisp cotton twill", "smooth to the touch and made to last"),
    "linen": ("European linen", "cool on warm days and better with every wash"),
    "denim": ("sturdy cotton denim", "stiff at first, yours after a month"),
    "knit": ("fine merino wool", "light, warm and gentle on the skin"),
    "chunky": ("chunky lambswool", "as warm as it looks"),
    "rib": ("ribbed cotton", "with a little stretch that keeps its shape"),
    "cable": ("cable-knit wool", "thick, warm and knitted in one piece"),
    "corduroy": ("cotton corduroy", "with a soft wale and a warm hand"),
    "leather": ("smooth leather", "vegetable-tanned, so it ages well"),
    "satin": ("fluid satin", "with a soft sheen that moves with you"),
    "tweed": ("wool tweed", "dense, warm and woven in two tones"),
    "straw": ("woven straw", "light and plaited by hand"),
    "fleece": ("brushed cotton fleece", "cosy inside and smooth outside"),
}
_NOTES = {
    "t-shirt": "An everyday piece that goes under everything.",
    "shirt": "Wear it buttoned up, or open over a T-shirt.",
    "blouse": "Dress it up with a skirt, or down with jeans.",
    "sweater": "The one to reach for when the evenings get cool.",
    "hoodie": "Roomy hood, deep pocket, no fuss.",
    "cardigan": "A layer for the office, the garden and the sofa.",
    "jacket": "Sharp enough for town, easy enough for every day.",
    "coat": "Cut to go over a thick sweater, with pockets that fit your hands.",
    "dress": "One piece, and the outfit is done.",
    "skirt": "Sits at the natural waist and moves well.",
    "trousers": "Cut high, with pockets that are real.",
    "jeans": "Five pockets, strong seams, a good shape.",
    "shorts": "For the first warm day and all that follow.",
    "sneakers": "Cushioned inside, a grippy sole below.",
    "boots": "A sole that can be replaced, an upper that should not need to be.",
    "shoes": "A comfortable last and a lining of soft leather.",
    "bag": "Room for the day, and an inside pocket for your keys.",
    "hat": "Keeps its shape in a bag and on your head.",
    "scarf": "Long enough to wrap twice.",
}
_SIZES = {
    "shoe": ("37", "38", "39", "40", "41"),
    "shoe men": ("41", "42", "43", "44", "45"),
    "one": ("One size",),
    "letter": ("XS", "S", "M", "L", "XL"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A product's text: everything a shop says besides the pictures."""

    id: str
    title: str
    brand: str
    category: str
    price: str
    list_price: str
    description: str
    tags: tuple[str, ...]
    material: str
    sizes: tuple[tuple[str, bool], ...]

    @property
    def in_stock(self) -> bool:
        """Whether any size is there."""
        return any(there for _, there in self.sizes)


def describe(design: Design, seed: int) -> Words:
    """The words for one design; the same design and seed give the same words."""
    rng = np.random.default_rng([seed, design.number, 5])
    kind, style = design.kind, design.style
    print_ = _PRINTS[design.print]
    name = style.name
    # "Fair Isle Sweater" already says its print; so do knits that are named after their stitch.
    parts = [design.dye.name, "" if print_ and print_ in name else print_, name]
    title = " ".join(part for part in parts if part)
    material, praise = _material(design)
    low, high = kind.price
    euros = int(low + (high - low) * float(rng.random()))
    price = f"{euros - euros % 5 + 4}.{('00', '90', '95')[int(rng.integers(3))]} EUR"
    sale = float(rng.random()) < 0.14
    before = f"{round(euros * 1.3) - round(euros * 1.3) % 5 + 9}.00 EUR" if sale else ""
    description = (
        f"Our {name.lower()} in {design.dye.name.lower()}: {material}, {praise}. {_NOTES[kind.name]}"
    )
    group = "Accessories" if kind.name in ("bag", "hat", "scarf") else style.people.capitalize()
    tags = [kind.name, design.dye.family, design.print, design.weave]
    tags += ["sale"] if sale else ["new"] if float(rng.random()) < 0.15 else []
    return Words(
        id=f"{_code(kind.name)}-{design.number + 1001}",
        title=title,
        brand=BRANDS[int(rng.integers(len(BRANDS)))],
        category=f"{group} > {kind.shelf}",
        price=price,
        list_price=before,
        description=description,
        tags=tuple(dict.fromkeys(tags)),
        material=material,
        sizes=_sizes(design, rng),
    )


def _material(design: Design) -> tuple[str, str]:
    if design.kind.name in ("boots", "shoes") and design.weave == "fleece":
        return "soft suede", "brushed by hand"
    if design.kind.name in ("hat", "coat", "jacket") and design.weave == "fleece":
        return "felted wool", "warm and light"
    if design.kind.name in ("jacket", "coat") and design.weave == "satin":
        return "wind-tight nylon", "light and quick to dry"
    return _CLOTH[design.weave]


def _code(kind: str) -> str:
    return "".join(letter for letter in kind if letter.isalpha())[:3].upper()


def _sizes(design: Design, rng: np.random.Generator) -> tuple[tuple[str, bool], ...]:
    kind = design.kind.name
    if kind in ("bag", "hat", "scarf"):
        names = _SIZES["one"]
    elif kind in ("sneakers", "boots", "shoes"):
        names = _SIZES["shoe men" if design.style.people == "men" else "shoe"]
    else:
        names = _SIZES["letter"]
    sold_out = float(rng.random()) < 0.05
    return tuple((name, not sold_out and float(rng.random()) > 0.12) for name in names)
