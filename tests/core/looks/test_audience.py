import pytest

from fashion_plugin import Product
from fashion_plugin.looks.audience import audience, go_together


@pytest.mark.parametrize(
    ("category", "title", "names"),
    [
        ("Women > Shoes", "Brown boots", {"women"}),
        ("Shoes", "Men's brown boots", {"men"}),
        ("Damen > Schuhe", "", {"women"}),
        ("Boys", "Men at work tee", {"children"}),
        ("Men & Women", "", {"men", "women"}),
        ("Unisex > Bags", "Backpack", set()),
        ("Femme", "", {"women"}),
        ("", "Mandarin collar shirt", set()),
    ],
)
def test_for_whom_a_product_is_made(category: str, title: str, names: set[str]) -> None:
    assert audience(Product("p", title=title, category=category)) == names


def test_nobody_wears_what_is_made_for_others() -> None:
    dress = Product("dress", category="Women > Dresses")
    assert go_together(dress, Product("bag", category="Unisex > Bags"))
    assert go_together(dress, Product("boots", category="Women > Boots"))
    assert not go_together(dress, Product("jacket", category="Men > Jackets"))
