import pytest

from fashion_plugin import Product
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.labels import COMPATIBLE, EITHER, GarmentLabels, label_in_text
from fashion_plugin.looks.words import KEYWORDS
from fashion_plugin.looks.words_beyond import KEYWORDS_BEYOND, UNSPACED


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Summer Dresses", "dress"),
        ("Shirt Dress", "dress"),
        ("Dress shirt", "top"),
        ("Cotton T-Shirt", "top"),
        ("TSHIRTS", "top"),
        ("Belted trench coat", "outerwear"),
        ("denim jacket with hood", "outerwear"),
        ("Sommerkleid", "dress"),
        ("Jeansjacke", "outerwear"),
        ("Bluse mit Gürtel", "top"),
        ("Rock", "skirt"),
        ("Hose, blau", "bottom"),
        ("Robe longue", "dress"),
        ("sac à main", "bag"),
        ("pantalon de costume", "bottom"),
        ("Zapatillas de deporte", "shoes"),
        ("płaszcz zimowy", "outerwear"),
        ("Klänning", "dress"),
        ("rugzak", "bag"),
        ("tie clip", ""),
        ("shoe polish", ""),
        ("Gift card", ""),
        ("", None),
        ("Jump suits", "dress"),
        ("Track pants", "bottom"),
        ("Swimsuits", ""),
        ("Bath robe", ""),
        ("Night suits", ""),
        ("Petticoats", "skirt"),
        ("Maxi dress floral print", "dress"),
        ("Long sleeve top, cream", "top"),
        ("Laundry basket", None),
        ("Vermont", None),
        ("Vinterjakke", "outerwear"),
        ("Nilkkurit", "shoes"),
        ("Gömlekler", "top"),
        ("Женские платья", "dress"),
        ("حقائب", "bag"),
        ("コート", "outerwear"),
        ("ニットワンピース", "dress"),
        ("Tシャツ・カットソー", "top"),
        ("连衣裙", "dress"),
        ("女士牛仔裤", "bottom"),
        ("여성 원피스", "dress"),
        ("กางเกงยีนส์", "bottom"),
        ("アクセサリー", ""),
        ("新着商品", None),
    ],
)
def test_a_name_gives_its_garment(text: str, label: str) -> None:
    assert label_in_text(text) == label


def test_words_belong_to_labels_that_exist() -> None:
    assert set(KEYWORDS) == set(GARMENT_LABELS)
    assert set(KEYWORDS_BEYOND) == set(UNSPACED) == {*GARMENT_LABELS, ""}
    assert set(COMPATIBLE) == set(GARMENT_LABELS)
    assert set(EITHER) <= set(GARMENT_LABELS)


def test_the_last_part_of_a_category_counts_before_the_title() -> None:
    product = Product(id="1", title="Belted shirt", category="Women > Dresses > Midi dresses")
    assert GarmentLabels()(product) == "dress"


def test_a_title_tells_where_the_category_does_not() -> None:
    assert GarmentLabels()(Product(id="1", title="Leather tote", category="New in")) == "bag"


def test_an_override_wins() -> None:
    labels = GarmentLabels(overrides={"Dresses": "top", "Home": ""})
    assert labels(Product(id="1", title="Maxi dress", category="Dresses")) == "top"
    assert labels(Product(id="2", title="Shirt for cushions", category="Home")) == ""


def test_odd_category_names_are_learned_from_what_their_products_look_like() -> None:
    products = [Product(id=str(i), title=f"Model {i}", category="Zorbs") for i in range(5)]
    looks_like = dict(zip("01234", ("hat", "hat", "hat", "bag", None), strict=True))
    learned = GarmentLabels().learn(products, lambda product: looks_like[product.id])
    assert learned(products[4]) == "hat"
    assert GarmentLabels()(products[4]) is None


def test_a_category_of_what_is_no_garment_is_learned_as_such() -> None:
    products = [Product(id=str(i), category="Zorbs") for i in range(4)]
    assert GarmentLabels().learn(products, lambda _: "")(products[0]) == ""


def test_a_category_is_not_learned_without_a_majority() -> None:
    products = [Product(id=str(i), category="Zorbs") for i in range(4)]
    guesses = iter(["hat", "hat", "bag", "bag"])
    assert GarmentLabels().learn(products, lambda _: next(guesses), least=2)(products[0]) is None
