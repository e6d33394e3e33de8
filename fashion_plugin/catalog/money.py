"""Prices: exact decimal amounts in one currency, never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from fashion_plugin.errors import InvalidPrice

__all__ = ["Money"]

# ISO 4217 minor-unit exponents other than 2 (ISO 4217:2015, table A.1).
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_AMOUNT = re.compile(r"[+-]?\d{1,15}(?:[.]\d{1,6}|,\d{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MICRO = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money: an exact decimal and an ISO 4217 currency code."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise InvalidPrice(
                f"a price's amount must be a Decimal, not {type(self.amount).__name__}: "
                'write Money.of("129.00", "EUR")'
            )
        if not self.amount.is_finite() or self.amount < 0 or self.amount >= Decimal(10) ** 12:
            raise InvalidPrice(f"a price must be between 0 and 10^12, not {self.amount}")
        if not isinstance(self.currency, str) or not _CURRENCY.fullmatch(self.currency):
            raise InvalidPrice(f"a currency is three capital letters such as EUR, not {self.currency!r}")

    @classmethod
    def of(cls, amount: "str | int | Decimal", currency: str) -> "Money":
        """Build from an amount and a currency code.

        Raises:
            InvalidPrice: the amount is a float or not a number, or the currency is not a code.
        """
        if isinstance(currency, str):
            currency = currency.strip().upper()
        return cls(parse_amount(amount), currency)

    @classmethod
    def parse(cls, text: str) -> "Money":
        """Read ``"129.00 EUR"`` or ``"EUR 129.00"``; one comma may stand for the decimal point.

        Raises:
            InvalidPrice: the text is not an amount and a currency code.
        """
        parts = text.split() if isinstance(text, str) else []
        if len(parts) == 2:
            amount, currency = parts if not parts[0].isalpha() else reversed(parts)
            if currency.isalpha():
                return cls.of(amount, currency)
        raise InvalidPrice(f'a price must look like "129.00 EUR", not {text!r}')

    @classmethod
    def from_minor_units(cls, amount: int, currency: str) -> "Money":
        """Build from minor units: ``from_minor_units(12900, "EUR")`` is 129.00 EUR."""
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise InvalidPrice(f"minor units are a whole number, not {amount!r}")
        code = str(currency).strip().upper()
        return cls(Decimal(amount).scaleb(-_EXPONENTS.get(code, 2)), code)

    @classmethod
    def from_micros(cls, micros: int, currency: str) -> "Money":
        """Build from millionths of the currency's unit, as a store keeps it."""
        exponent = _EXPONENTS.get(currency, 2)
        amount = Decimal(micros) / _MICRO
        plain = amount.quantize(Decimal(1).scaleb(-exponent))
        return cls(plain if plain == amount else amount.normalize(), currency)

    @property
    def micros(self) -> int:
        """The amount in millionths of the currency's unit: exact, and comparable across exponents."""
        return int((self.amount * _MICRO).to_integral_value())

    @property
    def minor_units(self) -> int:
        """The amount in the currency's smallest unit (cents for EUR, yen for JPY), rounded half even."""
        return int(self.amount.scaleb(_EXPONENTS.get(self.currency, 2)).to_integral_value())

    def __str__(self) -> str:
        exponent = _EXPONENTS.get(self.currency, 2)
        plain = self.amount.quantize(Decimal(1).scaleb(-exponent))
        return f"{plain if plain == self.amount else self.amount} {self.currency}"


def parse_amount(amount: "str | int | Decimal") -> Decimal:
    """Read a bare amount exactly.

    Raises:
        InvalidPrice: it is a float (which is not exact), or not a number.
    """
    if isinstance(amount, Decimal):
        return amount
    if isinstance(amount, int) and not isinstance(amount, bool):
        return Decimal(amount)
    if isinstance(amount, str) and _AMOUNT.fullmatch(amount.strip()):
        try:
            return Decimal(amount.strip().replace(",", "."))
        except InvalidOperation:  # pragma: no cover - the pattern admits only what Decimal reads
            pass
    kind = "a float is not exact: pass a string" if isinstance(amount, float) else "not a number"
    raise InvalidPrice(f'price amount {amount!r}: {kind}, for example "129.00"')
