"""Shopify's product CSV, in both of its forms, and the storefront's products.json."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fashion_plugin.catalog import Failure
from fashion_plugin.errors import InvalidProduct, InvalidSource
from fashion_plugin_adapters.feeds.base import Entry, FeedItem, FeedSource, Group, Head, grouped
from fashion_plugin_adapters.feeds.opening import reading
from fashion_plugin_adapters.feeds.tables import header_of, rows_of
from fashion_plugin_adapters.platforms import Shop, shopify_product
from fashion_plugin_adapters.platforms.values import mapping, moment, text

__all__ = ["ShopifyCsv", "ShopifyJson"]

# The current header's names, as the older one calls them.
_NAMES = {
    "url handle": "handle",
    "description": "body (html)",
    "published on online store": "published",
    "sku": "variant sku",
    "price": "variant price",
    "compare-at price": "variant compare at price",
    "inventory tracker": "variant inventory tracker",
    "inventory quantity": "variant inventory qty",
    "continue selling when out of stock": "variant inventory policy",
    "product image url": "image src",
    "variant image url": "variant image",
}
_CHUNK = 1 << 18
_MOST_PAGES = 4000  # a million products


class ShopifyCsv:
    """Rows of one handle are one product; the handle is its id, for the file has no other."""

    name = "shopify-csv"
    handle_is_id = True

    def fits(self, head: Head) -> bool:
        """A table with a handle and Shopify's columns beside it."""
        names = {_NAMES.get(name, name) for name in header_of(head)}
        return {"handle", "title", "vendor"} <= names and bool(names & {"image src", "variant price"})

    def read(self, source: FeedSource, shop: Shop) -> Iterator[Entry]:
        """The products in the order of the file."""
        counts = Counter(row.get("handle", "") for _, row in _rows(source))
        many = {key: count for key, count in counts.items() if count > 1}
        for group in grouped(((number, row.get("handle", ""), row) for number, row in _rows(source)), many):
            yield _entry(group, shop)


class ShopifyJson:
    """``{"products": […]}``: a file, or ``/products.json`` of a shop, whose pages are followed."""

    name = "shopify-json"
    handle_is_id = False

    def fits(self, head: Head) -> bool:
        """An object that begins with products."""
        return head.text.lstrip().replace(" ", "").startswith('{"products":')

    def read(self, source: FeedSource, shop: Shop) -> Iterator[Entry]:
        """The products of every page, until one is empty."""
        for number in range(1, _MOST_PAGES):
            page = source if number == 1 else source.page(number)
            if page is None:
                return
            count = 0
            for body in _array(page, "products"):
                count += 1
                yield _json_entry(body, shop, f"product {count} of page {number}")
            if not count:
                return


def _rows(source: FeedSource) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in rows_of(source):
        yield number, {_NAMES.get(name, name): value for name, value in row.items()}


def _entry(group: Group, shop: Shop) -> Entry:
    number, first = group.rows[0]
    if not group.key:
        return Failure("", f"line {number}", f"line {number} has no handle")
    rows = [row for _, row in group.rows]
    photos = _photos(rows)
    names = [first.get(f"option{place} name", "") for place in (1, 2, 3)]
    body = {
        "id": group.key,
        "title": first.get("title", ""),
        "handle": group.key,
        "body_html": first.get("body (html)", ""),
        "vendor": first.get("vendor", ""),
        "product_type": first.get("type", "") or first.get("product category", ""),
        "tags": first.get("tags", ""),
        "status": first.get("status", ""),
        "published_at": first.get("published", "true").lower() not in ("false", "no", "0"),
        "options": [{"name": name} for name in names],
        "images": photos,
        "variants": [
            _variant(group.key, place, row, photos)
            for place, row in enumerate(rows)
            if row.get("variant price") or row.get("option1 value") or row.get("variant sku")
        ],
    }
    try:
        return FeedItem(shopify_product(body, shop))
    except InvalidProduct as error:
        return Failure(shop.id(group.key), f"line {number}", str(error))


def _photos(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    photos: dict[str, dict[str, Any]] = {}
    for row in rows:
        for name in ("image src", "variant image"):
            url = row.get(name, "")
            if url and url not in photos:
                place = row.get("image position", "") if name == "image src" else ""
                position = int(place) if place.isdigit() else len(photos) + 1
                photos[url] = {
                    "id": url,
                    "src": url,
                    "alt": row.get("image alt text", ""),
                    "position": position,
                }
    return list(photos.values())


def _variant(handle: str, place: int, row: dict[str, str], photos: list[dict[str, Any]]) -> dict[str, Any]:
    values = [row.get(f"option{number} value", "") for number in (1, 2, 3)]
    quantity = row.get("variant inventory qty", "")
    tracked = bool(row.get("variant inventory tracker"))
    policy = row.get("variant inventory policy", "").lower()
    return {
        "id": row.get("variant sku")
        or "/".join(value for value in values if value)
        or f"{handle}-{place + 1}",
        "title": " / ".join(value for value in values if value and value != "Default Title"),
        "sku": row.get("variant sku", ""),
        "price": row.get("variant price", ""),
        "compare_at_price": row.get("variant compare at price", ""),
        "option1": values[0],
        "option2": values[1],
        "option3": values[2],
        "image_id": row.get("variant image", ""),
        "inventory_management": "shopify" if tracked else None,
        "inventory_policy": "continue" if policy in ("continue", "true", "yes") else "deny",
        **({"inventory_quantity": int(quantity)} if quantity.lstrip("-").isdigit() else {}),
    }


def _json_entry(body: object, shop: Shop, where: str) -> Entry:
    key = text(body.get("id")) if isinstance(body, dict) else ""
    try:
        found = mapping(body, where)
        return FeedItem(shopify_product(found, shop), moment(found.get("updated_at")))
    except InvalidProduct as error:
        return Failure(shop.id(key) if key else "", where, str(error))


def _array(source: FeedSource, name: str) -> Iterator[object]:
    """The elements of the array that an object begins with, read piece by piece."""
    decoder = json.JSONDecoder(parse_float=Decimal)
    with reading(source.name), source.open() as stream:
        buffer, ended = "", False
        begun = False
        pending = b""
        while True:
            chunk = stream.read(_CHUNK)
            ended = not chunk
            pending += chunk
            cut = len(pending) if ended else pending.rfind(b"}") + 1 or pending.rfind(b"]") + 1
            buffer += pending[:cut].decode("utf-8-sig" if not begun and not buffer else "utf-8")
            pending = pending[cut:]
            if not begun and "[" in buffer:
                if json.dumps(name) not in buffer.partition("[")[0]:
                    break
                begun, buffer = True, buffer.partition("[")[2]
            while begun:
                buffer = buffer.lstrip(" \t\r\n,")
                if buffer.startswith("]"):
                    return
                try:
                    value, end = decoder.raw_decode(buffer)
                except (ValueError, RecursionError):
                    break  # the rest of this element has yet to come
                yield value
                buffer = buffer[end:]
            if ended:
                break
    raise InvalidSource(f"{source.name} is not a whole JSON object with {name!r}: fetch it again")
