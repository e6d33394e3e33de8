"""What a UCP catalogue request asks, read strictly from its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from fashion_plugin.catalog import Filters, Money
from fashion_plugin.errors import InvalidPrice, InvalidRequest
from fashion_plugin_adapters.chat.asking import no_more_than

__all__ = ["DEFAULT_PAGE", "LARGEST_PAGE", "Like", "Search", "filters_and_notes", "page_size", "read_search"]

DEFAULT_PAGE: Final = 10
LARGEST_PAGE: Final = 50

Note = tuple[Literal["info", "warning"], str, str]
"""A message to the caller: its type, code and text."""


@dataclass(frozen=True, slots=True)
class Like:
    """What the products shall look like: a photo (base64) or a product's id."""

    kind: Literal["image", "product"]
    value: str


@dataclass(frozen=True, slots=True)
class Search:
    """A search: words, likeness or neither, and conditions."""

    query: str
    like: Like | None
    filters: Filters
    limit: int
    cursor: object
    notes: tuple[Note, ...] = ()


def read_search(body: Mapping[str, Any], currency: str) -> Search:
    """Read a search; ``currency`` is the shop's. Fields that the protocol leaves to others are passed over.

    Raises:
        InvalidRequest: a field has the wrong type.
    """
    query = _text(body.get("query"), "query").strip()
    pagination = _object(body.get("pagination"), "pagination")
    filters, notes = filters_and_notes(body, currency)
    return Search(
        query,
        _like(body.get("like")),
        filters,
        page_size(pagination.get("limit")),
        pagination.get("cursor"),
        notes,
    )


def filters_and_notes(body: Mapping[str, Any], currency: str) -> tuple[Filters, tuple[Note, ...]]:
    """The conditions of a request; only products with a price fit, since the protocol asks for one.

    Raises:
        InvalidRequest: a filter has the wrong type, or the lowest price is above the highest.
    """
    wanted = _object(body.get("filters"), "filters")
    no_more_than(wanted, ("categories", "price", "brands", "colours", "tags", "in_stock"), "filters")
    asked = _text(_object(body.get("context"), "context").get("currency"), "context.currency").strip().upper()
    bounds = _object(wanted.get("price"), "filters.price")
    low, high = Decimal(0), None
    notes: tuple[Note, ...] = ()
    if asked and currency and asked != currency and bounds:
        notes = (
            ("warning", "currency_not_supported", f"prices are in {currency}: the price filter was left out"),
        )
    elif bounds:
        unit = asked or currency
        low, high = _amount(bounds.get("min"), unit, "min"), _amount(bounds.get("max"), unit, "max")
    filters = Filters(
        category=_names(wanted.get("categories"), "categories"),
        brand=_names(wanted.get("brands"), "brands"),
        colour=_names(wanted.get("colours"), "colours"),
        tags=_names(wanted.get("tags"), "tags"),
        in_stock=_flag(wanted.get("in_stock")),
        min_price=low if low is not None else Decimal(0),
        max_price=high,
    )
    return filters, notes


def page_size(value: object) -> int:
    """How many products a page has; more than the most gets the most.

    Raises:
        InvalidRequest: it is no whole number above 0.
    """
    if value is None:
        return DEFAULT_PAGE
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequest(f"pagination.limit must be a whole number from 1, not {value!r:.40}")
    return min(value, LARGEST_PAGE)


def _like(value: object) -> Like | None:
    if value is None or value == []:
        return None
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        raise InvalidRequest('like must be a list of one object: [{"id": …}] or [{"image": {"data": …}}]')
    item: dict[str, Any] = value[0]
    if isinstance(item.get("id"), str) and item["id"]:
        return Like("product", item["id"])
    image = item.get("image")
    if isinstance(image, dict) and isinstance(image.get("data"), str) and image["data"]:
        return Like("image", image["data"])
    raise InvalidRequest('like needs the id of a product, or an image with its bytes in base64 as "data"')


def _amount(value: object, currency: str, what: str) -> Any:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**14:
        raise InvalidRequest(f"filters.price.{what} must be a whole number of minor units, not {value!r:.40}")
    if not currency:
        return Decimal(value) / 100
    try:
        return Money.from_minor_units(value, currency)
    except InvalidPrice as error:
        raise InvalidRequest(str(error)) from error


def _names(value: object, what: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value) or len(value) > 100:
        raise InvalidRequest(f"filters.{what} must be a list of names")
    return [name for name in value if name.strip()]


def _flag(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise InvalidRequest(f"filters.in_stock must be true or false, not {value!r:.40}")
    return value


def _text(value: object, what: str) -> str:
    if value is not None and not isinstance(value, str):
        raise InvalidRequest(f"{what} must be text, not {type(value).__name__}")
    return value or ""


def _object(value: object, what: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise InvalidRequest(f"{what} must be an object, not {type(value).__name__}")
    return value or {}
