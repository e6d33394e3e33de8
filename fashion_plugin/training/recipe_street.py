"""Garments cut from labelled street photos, with the names that catalogues and shoppers have for them."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fashion_plugin.catalog import Box

__all__ = ["STREET_KINDS", "StreetGarment", "street_garments"]

STREET_KINDS: Final = {
    label: (kind, garment)
    for kind, garment, labels in (
        ("Jeans", "Pants", "jeans"),
        ("Trousers", "Pants", "pants"),
        ("Leggings", "", "leggings"),
        ("Shorts", "Shorts", "shorts"),
        ("Skirts", "Skirt", "skirt"),
        ("Dresses", "Dress", "dress"),
        ("Rompers", "", "romper"),
        ("Tshirts", "T-Shirt", "t-shirt"),
        ("Shirts", "Shirt", "shirt"),
        ("Tops", "", "blouse top"),
        ("Sweaters", "Longsleeve", "sweater jumper"),
        ("Sweaters", "", "cardigan"),
        ("Sweatshirts", "Longsleeve", "sweatshirt hoodie"),
        ("Jackets", "Outwear", "jacket coat cape"),
        ("Blazers", "Outwear", "blazer"),
        ("", "Outwear", "suit"),
        ("Heels", "Shoes", "heels pumps wedges"),
        ("Casual Shoes", "Shoes", "sneakers"),
        ("Flats", "Shoes", "flats loafers"),
        ("", "Shoes", "shoes boots sandals clogs"),
        ("Handbags", "", "bag purse"),
        ("Wallets", "", "wallet"),
        ("", "Hat", "hat"),
        ("Sunglasses", "", "sunglasses glasses"),
        ("Belts", "", "belt"),
        ("Scarves", "", "scarf"),
        ("Watches", "", "watch"),
        ("Ties", "", "tie"),
        ("Socks", "", "socks"),
        ("Stockings", "", "stockings"),
        ("Tights", "", "tights"),
    )
    for label in labels.split()
}
"""Street labels as an article type of fashion-products and as one of the ten garments of the clothing
protocol; nothing where the label does not tell."""

_LEAST_AREA: Final = 0.002  # of the photo: smaller ones are a blur at the size that is served
_LEAST_SIDE: Final = 1 / 32


@dataclass(frozen=True, slots=True)
class StreetGarment:
    """A labelled garment: its photo, box as fractions, article type, garment and split."""

    path: Path
    box: Box
    kind: str
    garment: str
    split: str


def street_garments(data: Path, table: Path) -> list[StreetGarment]:
    """The garments of ``street.csv`` that have a name elsewhere and are large enough to tell."""
    garments = []
    with table.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["label"] not in STREET_KINDS:
                continue
            x0, y0, x1, y1 = (float(row[side]) for side in ("x0", "y0", "x1", "y1"))
            if float(row["area"]) >= _LEAST_AREA and min(x1 - x0, y1 - y0) >= _LEAST_SIDE:
                path = data / "street" / f"{row['photo']}.jpg"
                garments.append(
                    StreetGarment(path, (x0, y0, x1, y1), *STREET_KINDS[row["label"]], row["split"])
                )
    return garments
