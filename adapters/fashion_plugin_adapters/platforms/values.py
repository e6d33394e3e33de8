"""Readers of the values that platforms send: forgiving in form, strict in kind."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from fashion_plugin.catalog import Money, RemoteImage
from fashion_plugin.errors import InvalidPrice, InvalidProduct, InvalidRequest

__all__ = [
    "common_colour",
    "exact_json",
    "first",
    "identifier",
    "image",
    "image_list",
    "mapping",
    "moment",
    "money",
    "objects",
    "plain_text",
    "prices",
    "sequence",
    "text",
]

_log = logging.getLogger("fashion_plugin.adapters")
_COLOUR_NAMES = frozenset(
    {
        "color",
        "colour",
        "farbe",
        "couleur",
        "kleur",
        "colore",
        "cor",
        "kolor",
        "färg",
        "farve",
        "väri",
        "barva",
    }
    | {"szín", "culoare", "renk", "رنگ", "لون", "颜色", "顏色", "色"}
)
_PLACES = 6  # digits after its point that a price has at most
_LONGEST_DESCRIPTION = 20_000
_LONGEST_SHOWN = 200


def exact_json(body: bytes) -> Any:
    """Read JSON with exact decimals in place of floats.

    Raises:
        InvalidRequest: it is not JSON in UTF-8.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidRequest(f"the body is not JSON: {type(error).__name__}") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """A JSON object.

    Raises:
        InvalidProduct: it is something else.
    """
    if isinstance(value, Mapping):
        return value
    raise InvalidProduct(f"{what} must be a JSON object, not {type(value).__name__}")


def sequence(value: object, what: str) -> list[Any]:
    """A JSON list; a missing one is empty.

    Raises:
        InvalidProduct: it is something else.
    """
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return list(value)
    raise InvalidProduct(f"{what} must be a list, not {type(value).__name__}")


def objects(value: object, what: str) -> list[Mapping[str, Any]]:
    """A list of JSON objects; a missing one is empty.

    Raises:
        InvalidProduct: it is something else.
    """
    return [mapping(item, f"each of {what}") for item in sequence(value, what)]


def identifier(value: object, what: str) -> str:
    """An id as text; platforms send numbers and strings.

    Raises:
        InvalidProduct: it is missing or of another kind.
    """
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        return str(value).strip()
    raise InvalidProduct(f"{what} needs an id, not {str(value)[:80]!r}")


def text(value: object) -> str:
    """Text, with numbers written out; anything else is empty."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return ""


def first(*values: object) -> str:
    """The first of the values that is text and not empty."""
    return next((found for value in values if (found := text(value))), "")


def money(amount: object, currency: str) -> Money | None:
    """A price from a bare amount and its currency; None where either is missing.

    Shops that keep prices without tax send a dozen digits after the point: those come rounded to cents, as
    the shop itself shows them.

    Raises:
        InvalidPrice: there is an amount and it is not a number.
    """
    if amount is None or amount == "" or not currency:
        return None
    if isinstance(amount, float):  # written as the sender wrote it: json gives the shortest digits that fit
        amount = Decimal(repr(amount))
    if isinstance(amount, str):
        amount = _without_thousands(amount.strip())
    if not isinstance(amount, str | int | Decimal) or isinstance(amount, bool):
        raise InvalidPrice(f"a price must be a number, not {type(amount).__name__}")
    price = Money.of(amount, currency)
    return Money.from_minor_units(price.minor_units, price.currency) if _is_longer(price.amount) else price


def _without_thousands(amount: str) -> str | Decimal:
    whole, point, cents = amount.rpartition(".")
    plain = f"{whole.replace(',', '')}.{cents}" if point and "," in whole else amount
    digits = plain.replace(".", "", 1)
    longer = point and len(cents) > _PLACES and digits.isascii() and digits.isdigit()
    return Decimal(plain) if longer else plain


def _is_longer(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -_PLACES


def prices(now: Money | None, before: Money | None) -> tuple[Money | None, Money | None]:
    """What is paid now, and what it was before where that was more."""
    if now is None:
        return before, None
    if before is None or before.currency != now.currency or before.amount <= now.amount:
        return now, None
    return now, before


def moment(value: object) -> datetime | None:
    """A point in time from ISO 8601 or Unix seconds; a time without zone is UTC; None if unreadable."""
    try:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return datetime.fromtimestamp(float(value), UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
            return read if read.utcoffset() is not None else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def image(url: object, alt: object = "", *, of: str = "") -> RemoteImage | None:
    """An image behind a URL; None, with a warning in the log, where it is no http or https URL."""
    address = text(url)
    if not address:
        return None
    if address.startswith("//"):
        address = f"https:{address}"
    try:
        return RemoteImage(address.replace(" ", "%20"), alt=text(alt)[:_LONGEST_SHOWN])
    except InvalidProduct:
        _log.warning("%s: left out an image that is no http or https URL: %.80r", of or "a product", address)
        return None


def image_list(urls: Iterable[object], *, of: str = "") -> tuple[RemoteImage, ...]:
    """The images behind several URLs, each once."""
    found = (image(url, of=of) for url in urls)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def common_colour(options: Iterable[Mapping[str, str]]) -> str:
    """The colour that all variants share, if their options name exactly one."""
    colours = {
        value.strip()
        for choices in options
        for name, value in choices.items()
        if name.strip().casefold() in _COLOUR_NAMES and value.strip()
    }
    return colours.pop() if len(colours) == 1 else ""


def plain_text(html: object) -> str:
    """The words of a piece of HTML, at most 20,000 characters."""
    source = text(html)[: 4 * _LONGEST_DESCRIPTION]
    if "<" in source or "&" in source:
        reader = _Words()
        reader.feed(source)
        reader.close()
        source = "".join(reader.words)
    lines = (" ".join(line.split()) for line in source.splitlines())
    return "\n".join(line for line in lines if line)[:_LONGEST_DESCRIPTION]


class _Words(HTMLParser):
    _SILENT = frozenset({"script", "style", "template"})
    _BREAKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        self.words.append("\n" if tag in self._BREAKS else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0
        self.words.append("\n" if tag in self._BREAKS else "")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def hostname(url: str) -> str:
    """The host of a URL in lower case, empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
