"""The garment groups that a look is made of, and what each pixel of a photo can be."""

from typing import Final

GROUPS: Final = ("top", "outerwear", "dress", "bottom", "skirt", "shoes", "bag", "hat")
"""Labels of the garments every parser must find."""

ACCESSORIES: Final = ("eyewear", "belt", "scarf")
"""Labels found where the training data carries them."""

GARMENT_LABELS: Final = GROUPS + ACCESSORIES
"""Every label that a `Garment` may carry."""

BODY: Final = ("skin", "hair", "legwear", "other")
"""Parts of a person that are no garment of their own: legwear is tights and socks, other is jewellery and the
like."""

PIXEL_CLASSES: Final = ("background", *GARMENT_LABELS, *BODY)
"""What one pixel can be; the parser's channels stand in this order."""

CLOTHES: Final = ("top", "outerwear", "dress", "bottom", "skirt")
"""Groups that cover the body and are easily taken for one another."""
