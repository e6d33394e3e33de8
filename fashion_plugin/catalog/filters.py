"""Which products may be found: conditions that hold inside the nearest-neighbour query."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from fashion_plugin.catalog.money import Money, parse_amount
from fashion_plugin.errors import InvalidFilters, InvalidPrice

__all__ = ["Filters"]

_Names = str | Iterable[str]


@dataclass(frozen=True, init=False)
class Filters:
    """Conditions on products; every condition that is set must hold.

    ``category``, ``brand`` and ``colour`` take one name or several, of which one must fit (letter case is
    ignored, and ``"Women"`` also fits the category ``"Women > Dresses"``); of ``tags`` every one must be
    there. ``min_price`` and ``max_price`` are inclusive: a `Money` or ``"80 EUR"`` fits prices in that
    currency only, a bare amount (``"80"``, 80 or a Decimal) any currency's. ``ids`` names the only
    product ids that may be found, ``exclude`` those that may not.

    Raises:
        InvalidFilters: a condition has the wrong type, or the lowest price is above the highest.
    """

    category: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    min_price: Money | Decimal | None = None
    max_price: Money | Decimal | None = None
    in_stock: bool | None = None
    exclude: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    def __init__(
        self,
        category: _Names = (),
        brand: _Names = (),
        colour: _Names = (),
        tags: _Names = (),
        min_price: Money | Decimal | int | str | None = None,
        max_price: Money | Decimal | int | str | None = None,
        in_stock: bool | None = None,
        exclude: _Names = (),
        ids: _Names = (),
    ) -> None:
        lowest, highest = _bound(min_price, "min_price"), _bound(max_price, "max_price")
        _check_range(lowest, highest)
        if in_stock is not None and not isinstance(in_stock, bool):
            raise InvalidFilters(f"in_stock must be True, False or None, not {in_stock!r:.80}")
        values: dict[str, object] = {
            "category": _names(category, "category"),
            "brand": _names(brand, "brand"),
            "colour": _names(colour, "colour"),
            "tags": _names(tags, "tags"),
            "min_price": lowest,
            "max_price": highest,
            "in_stock": in_stock,
            "exclude": _names(exclude, "exclude"),
            "ids": _names(ids, "ids"),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __bool__(self) -> bool:
        return self != Filters()

    def excluding(self, *ids: str) -> "Filters":
        """The same filters, with these product ids left out as well."""
        return replace(self, exclude=(*self.exclude, *ids))

    def within(self, categories: Iterable[str]) -> "Filters":
        """The same filters, for these categories."""
        return replace(self, category=tuple(categories))


def _names(values: _Names, what: str) -> tuple[str, ...]:
    candidates = (values,) if isinstance(values, str) else values
    try:
        names = tuple(dict.fromkeys(candidates))
    except TypeError as error:
        raise InvalidFilters(f"{what} must be a name or a list of names, not {values!r:.80}") from error
    for name in names:
        if not isinstance(name, str) or not name.strip() or "\0" in name:
            raise InvalidFilters(f"{what} must be a name or a list of names, not {name!r:.80}")
    return tuple(name.strip() for name in names)


def _bound(value: Money | Decimal | int | str | None, what: str) -> Money | Decimal | None:
    if value is None or isinstance(value, Money):
        return value
    try:
        if isinstance(value, str) and any(character.isalpha() for character in value):
            return Money.parse(value)
        amount = parse_amount(value)
    except InvalidPrice as error:
        raise InvalidFilters(f"{what}: {error}") from error
    if not amount.is_finite() or not 0 <= amount < Decimal(10) ** 12:
        raise InvalidFilters(f"{what} must be between 0 and 10^12, not {value!r:.80}")
    return amount


def _check_range(lowest: Money | Decimal | None, highest: Money | Decimal | None) -> None:
    if lowest is None or highest is None:
        return
    if isinstance(lowest, Money) and isinstance(highest, Money) and lowest.currency != highest.currency:
        raise InvalidFilters(f"min_price is in {lowest.currency}, max_price in {highest.currency}: use one")
    low, high = (bound.amount if isinstance(bound, Money) else bound for bound in (lowest, highest))
    if low > high:
        raise InvalidFilters(f"min_price {lowest} is above max_price {highest}")
