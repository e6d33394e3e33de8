"""Google Merchant feeds: RSS 2.0 or Atom with the ``g:`` names, TSV and CSV."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from fashion_plugin.catalog import Failure, Money, Product, RemoteImage, Variant
from fashion_plugin.errors import InvalidPrice, InvalidProduct, InvalidSource
from fashion_plugin_adapters.feeds.base import Entry, FeedItem, FeedSource, Group, Head, grouped
from fashion_plugin_adapters.feeds.opening import reading
from fashion_plugin_adapters.feeds.tables import header_of, rows_of
from fashion_plugin_adapters.platforms import Shop
from fashion_plugin_adapters.platforms.shopify import cheapest
from fashion_plugin_adapters.platforms.values import (
    common_colour,
    image_list,
    moment,
    money,
    plain_text,
    prices,
)

__all__ = ["GoogleMerchant"]

_BUYABLE = frozenset(
    {"in stock", "preorder", "pre order", "backorder", "back order", "available for order", ""}
)
_OPTIONS = ("color", "size", "material", "pattern")
_MANY = "\n"  # joins what stands several times in an XML item


class GoogleMerchant:
    """One row or item is a variant; those of one ``item_group_id`` make one product."""

    name = "google"
    handle_is_id = False

    def fits(self, head: Head) -> bool:
        """XML with Google's namespace, or a table with its columns."""
        text = head.text.lstrip()
        if text.startswith("<"):
            return "base.google.com/ns/1.0" in text
        return {"id", "title", "image link"} <= set(header_of(head))

    def read(self, source: FeedSource, shop: Shop) -> Iterator[Entry]:
        """The products in the order in which they are complete."""
        counts = Counter(_key(row) for _, row in _rows(source))
        numbered = ((number, _key(row), row) for number, row in _rows(source))
        many = {key: count for key, count in counts.items() if count > 1}
        for group in grouped(numbered, many):
            yield _entry(group, shop)


def _rows(source: FeedSource) -> Iterator[tuple[int, dict[str, str]]]:
    with source.open() as stream, reading(source.name):
        start = stream.read(256).decode("utf-8-sig", "replace").lstrip()
    return _items(source) if start.startswith("<") else rows_of(source)


def _items(source: FeedSource) -> Iterator[tuple[int, dict[str, str]]]:
    """The items of RSS or Atom, each forgotten when it has been given out."""
    number, path = 0, []
    with reading(source.name), source.open() as stream:
        try:
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    path.append(element)
                    continue
                path.pop()
                if _local(element) not in ("item", "entry"):
                    continue
                number += 1
                yield number, _values(element)
                if path:
                    path[-1].clear()
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise InvalidSource(f"{source.name} is not XML that can be read: {error}") from error


def _values(item: Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for child in item:
        name, value = _local(child).replace("_", " "), (child.text or "").strip()
        if name == "link" and not value:  # Atom
            value = child.get("href", "")
        if value:
            values[name] = f"{values[name]}{_MANY}{value}" if name in values else value
    return values


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _key(row: dict[str, str]) -> str:
    return row.get("item group id") or row.get("id", "")


def _entry(group: Group, shop: Shop) -> Entry:
    number, first = group.rows[0]
    key = group.key
    if not key:
        return Failure("", f"item {number}", f"item {number} has no id")
    try:
        rows = [row for _, row in group.rows]
        variants = tuple(_variant(row) for row in rows)
        photos = [ref for variant in variants for ref in variant.images]
        price, list_price = cheapest(variants)
        is_group = len(rows) > 1 or bool(first.get("item group id"))
        product = Product(
            id=shop.id(key),
            title=_one(first, "title"),
            images=photos,
            url=_one(first, "link"),
            price=price,
            list_price=list_price,
            category=_one(first, "product type") or _named_category(first),
            brand=_one(first, "brand"),
            colour=_one(first, "color") if not is_group else common_colour(one.options for one in variants),
            tags=[value for name in ("gender", "age group") if (value := _one(first, name))],
            in_stock=any(variant.in_stock for variant in variants),
            description=plain_text(_one(first, "description")),
            variants=variants if is_group else (),
        )
    except InvalidProduct as error:
        return Failure(shop.id(key), f"item {number}", str(error))
    return FeedItem(product)


def _variant(row: dict[str, str]) -> Variant:
    regular, sale = _price(row, "price"), _price(row, "sale price") if _on_sale(row) else None
    price, list_price = prices(sale or regular, regular)
    return Variant(
        id=_one(row, "id"),
        title=_one(row, "title"),
        sku=_one(row, "mpn") or _one(row, "gtin"),
        price=price,
        list_price=list_price,
        in_stock=_one(row, "availability").lower().replace("_", " ") in _BUYABLE,
        options={name: value for name in _OPTIONS if (value := _one(row, name))},
        images=_photos(row),
    )


def _photos(row: dict[str, str]) -> Sequence[RemoteImage]:
    more = row.get("additional image link", "")
    parts = more.split(_MANY) if _MANY in more else more.split(",")
    return image_list([_one(row, "image link"), *(part.strip() for part in parts)], of=_one(row, "id"))


def _price(row: dict[str, str], name: str) -> Money | None:
    text = _one(row, name)
    if not text:
        return None
    amount, _, currency = text.rpartition(" ")
    if not amount:
        raise InvalidPrice(f'{name} must look like "15.00 USD", not {text[:40]!r}')
    if amount.isalpha():
        amount, currency = currency, amount
    return money(amount, currency)


def _on_sale(row: dict[str, str]) -> bool:
    """Whether a sale price holds today: it does where no dates are given."""
    start, _, end = _one(row, "sale price effective date").partition("/")
    now = datetime.now(UTC)
    begins, ends = moment(start), moment(end)
    return not (begins and now < begins) and not (ends and now > ends)


def _named_category(row: dict[str, str]) -> str:
    category = _one(row, "google product category")
    return "" if category.isdigit() else category


def _one(row: dict[str, str], name: str) -> str:
    return row.get(name, "").partition(_MANY)[0].strip()
