from decimal import Decimal
from typing import Any

import pytest

from fashion_plugin.catalog import Filters, Money
from fashion_plugin.errors import InvalidFilters


def test_a_name_or_several_are_taken() -> None:
    assert Filters(category="Dresses").category == ("Dresses",)
    assert Filters(colour=["red", "blue", "red"]).colour == ("red", "blue")


def test_price_bound_is_money_or_a_bare_amount() -> None:
    assert Filters(max_price="80 EUR").max_price == Money.parse("80 EUR")
    assert Filters(max_price="80").max_price == Filters(max_price=80).max_price == Decimal(80)


def test_filters_without_a_condition_are_false() -> None:
    assert not Filters()
    assert Filters(in_stock=False)


def test_excluding_adds_ids() -> None:
    assert Filters(brand="x", exclude="1").excluding("2", "3") == Filters(brand="x", exclude=("1", "2", "3"))


@pytest.mark.parametrize(
    "conditions",
    [
        {"category": 3},
        {"brand": [""]},
        {"tags": [1]},
        {"min_price": 10.5},
        {"min_price": "abc"},
        {"max_price": -1},
        {"max_price": Decimal("NaN")},
        {"min_price": "90", "max_price": "80"},
        {"min_price": "1 EUR", "max_price": "2 USD"},
        {"in_stock": "yes"},
        {"exclude": None},
    ],
)
def test_impossible_filters_are_refused(conditions: dict[str, Any]) -> None:
    with pytest.raises(InvalidFilters):
        Filters(**conditions)
