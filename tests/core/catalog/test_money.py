from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_plugin.catalog import Money
from fashion_plugin.errors import FashionPluginError, InvalidPrice

amounts = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("129.00 EUR", "129.00", "EUR"),
        ("EUR 129.00", "129.00", "EUR"),
        ("  5 usd ", "5", "USD"),
        ("129,5 EUR", "129.5", "EUR"),
        ("0.333 KWD", "0.333", "KWD"),
    ],
)
def test_price_parses_from_amount_and_currency(text: str, amount: str, currency: str) -> None:
    assert Money.parse(text) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    ["abc", "", "12", "EUR", "12.00 12", "1,299 EUR", "1.2.3 EUR", "-5 EUR", "NaN EUR", "12 EURO", "1e9 EUR"],
)
def test_unreadable_price_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InvalidPrice) as caught:
        Money.parse(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("amount", [12.5, True, None, object()])
def test_amount_that_is_not_exact_is_refused(amount: object) -> None:
    with pytest.raises(FashionPluginError):
        Money.of(amount, "EUR")  # type: ignore[arg-type]


@given(amounts, st.sampled_from(["EUR", "USD", "GBP"]))
def test_price_survives_text_and_micros_and_minor_units(amount: Decimal, currency: str) -> None:
    money = Money.of(amount, currency)
    assert Money.parse(str(money)) == money
    assert Money.from_micros(money.micros, currency) == money
    assert Money.from_minor_units(money.minor_units, currency) == money


def test_minor_units_follow_the_currency() -> None:
    assert Money.parse("129 JPY").minor_units == 129
    assert Money.parse("1.234 KWD").minor_units == 1234
    assert str(Money.from_minor_units(129, "JPY")) == "129 JPY"
    assert str(Money.from_minor_units(12900, "EUR")) == "129.00 EUR"
