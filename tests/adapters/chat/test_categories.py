"""Categories as assistants speak of them."""

import pytest

from fashion_plugin_adapters.chat.categories import briefly, meant

KNOWN = [
    "Men > Topwear > Shirts",
    "Men > Topwear > Tshirts",
    "Women > Dress > Dresses",
    "Women > Shoes > Boots",
    "Women > Topwear > Shirts",
]


def test_all_are_listed_where_they_fit() -> None:
    assert briefly(KNOWN, 5) == KNOWN
    assert briefly([], 5) == []


def test_too_many_are_listed_by_the_beginnings_of_their_paths() -> None:
    assert briefly(KNOWN, 4) == ["Men > Topwear", "Women > Dress", "Women > Shoes", "Women > Topwear"]
    assert briefly(KNOWN, 2) == ["Men", "Women"]
    assert briefly([f"Kind {n}" for n in range(9)], 2) == ["Kind 0", "Kind 1", "…"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("women", ["women"]),
        ("Women>Shoes", ["Women>Shoes"]),
        ("Shirts", ["Men > Topwear > Shirts", "Women > Topwear > Shirts"]),
        ("shirt", ["Men > Topwear > Shirts", "Women > Topwear > Shirts"]),
        ("TOPWEAR", ["Men > Topwear", "Women > Topwear"]),
        ("boot", ["Women > Shoes > Boots"]),
    ],
)
def test_name_may_be_a_path_its_beginning_or_a_part_of_it(name: str, found: list[str]) -> None:
    assert meant([name], KNOWN) == (found, [])


@pytest.mark.parametrize("name", ["Hats", "wom", "", " > ", "!", "Men > Boots"])
def test_name_of_no_category_finds_nothing(name: str) -> None:
    assert meant([name, "men"], KNOWN) == ([name, "men"], [name])
