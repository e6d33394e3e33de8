"""For whom a product is made, as its category and title tell."""

import re
from typing import Final

from fashion_plugin.catalog import Product

__all__ = ["audience", "go_together"]

_WORDS: Final = {
    "women": """
        women woman womens ladies lady female damen dame frauen femme femmes mujer mujeres donna donne
        dames vrouwen mulher mulheres feminino kobiety damskie damska dam kvinna kvinnor naiset kadin
        женщинам женская женское женские レディース 女装 女士 여성""",
    "men": """
        men man mens male gentlemen herren männer homme hommes hombre hombres uomo uomini heren mannen
        homem homens masculino mężczyźni męskie męska herr herrar män miehet erkek мужчинам мужская
        мужское мужские メンズ 男装 男士 남성""",
    "children": """
        kids kid children boys boy girls girl baby babies toddler kinder jungen mädchen enfant enfants
        garçon garçons fille filles bébé niño niños niña niñas bambino bambini bambina kinderen jongens
        meisjes criança dzieci barn lapset çocuk детям キッズ 童装 아동""",
}
_NAMES: Final = {word: name for name, words in _WORDS.items() for word in words.split()}
_TOKEN: Final = re.compile(r"[^\W\d_]+")


def audience(product: Product) -> frozenset[str]:
    """Of women, men and children those that a product names; empty where it says nothing."""
    for text in (product.category, product.title):
        tokens = _TOKEN.findall(text.replace("'", "").replace("\u2019", "").lower())
        if found := frozenset(_NAMES[token] for token in tokens if token in _NAMES):
            return found
    return frozenset()


def go_together(one: Product, other: Product) -> bool:
    """Whether one person may wear two products: none is made for somebody else."""
    first, second = audience(one), audience(other)
    return not first or not second or bool(first & second)
