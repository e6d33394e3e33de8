"""WooCommerce's product CSV."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from fashion_plugin.catalog import Failure
from fashion_plugin.errors import InvalidProduct
from fashion_plugin_adapters.feeds.base import Entry, FeedItem, FeedSource, Group, Head, grouped
from fashion_plugin_adapters.feeds.tables import header_of, rows_of
from fashion_plugin_adapters.platforms import Shop, woocommerce_product

__all__ = ["WooCommerceCsv"]


class WooCommerceCsv:
    """Rows of type ``variation`` belong to the product that their Parent names, by id or SKU."""

    name = "woocommerce-csv"
    handle_is_id = False

    def fits(self, head: Head) -> bool:
        """A table with WooCommerce's columns."""
        names = set(header_of(head))
        return {"id", "type", "name"} <= names and bool(names & {"regular price", "parent", "in stock?"})

    def read(self, source: FeedSource, shop: Shop) -> Iterator[Entry]:
        """The products in the order in which they are complete."""
        skus = {row["sku"]: row["id"] for _, row in rows_of(source) if row.get("sku") and row.get("id")}
        counts = Counter(_key(row, skus) for _, row in rows_of(source))
        many = {key: count for key, count in counts.items() if count > 1}
        for group in grouped(((number, _key(row, skus), row) for number, row in rows_of(source)), many):
            entry = _entry(group, shop)
            if entry is not None:
                yield entry


def _kinds(row: dict[str, str]) -> set[str]:
    return {kind.strip().lower() for kind in row.get("type", "").split(",")}


def _key(row: dict[str, str], skus: dict[str, str]) -> str:
    parent = row.get("parent", "")
    if "variation" not in _kinds(row) or not parent:
        return row.get("id", "")
    return parent[3:].strip() if parent.lower().startswith("id:") else skus.get(parent, parent)


def _entry(group: Group, shop: Shop) -> Entry | None:
    number, _ = group.rows[0]
    if not group.key:
        return Failure("", f"line {number}", f"line {number} has no ID")
    rows = [row for _, row in group.rows]
    main = next((row for row in rows if "variation" not in _kinds(row)), None)
    if main is None:
        missing = f"line {number}: its parent {group.key} is not in the file"
        return Failure(shop.id(group.key), f"line {number}", missing)
    try:
        variations = [_variation(row) for row in rows if "variation" in _kinds(row)]
        return FeedItem(woocommerce_product(_body(main), shop, variations))
    except InvalidProduct as error:
        return Failure(shop.id(group.key), f"line {number}", str(error))


def _body(row: dict[str, str]) -> dict[str, Any]:
    paths = [path.strip() for path in row.get("categories", "").split(",") if path.strip()]
    return {
        "id": row.get("id"),
        "name": row.get("name", ""),
        "sku": row.get("sku", ""),
        "status": "publish" if row.get("published", "1") == "1" else "draft",
        "catalog_visibility": row.get("visibility in catalog", "visible"),
        "description": row.get("description") or row.get("short description", ""),
        "stock_status": _stock(row),
        "categories": [{"name": max(paths, key=len)}] if paths else [],
        "tags": [{"name": tag.strip()} for tag in row.get("tags", "").split(",") if tag.strip()],
        "brands": [{"name": row["brands"].split(",")[0].strip()}] if row.get("brands") else [],
        "images": [{"src": url} for url in _urls(row)],
        "attributes": [
            {"name": name, "options": [value.strip() for value in values.split(",")]}
            for name, values in _attributes(row)
        ],
        **_prices(row),
    }


def _variation(row: dict[str, str]) -> dict[str, Any]:
    urls = _urls(row)
    return {
        "id": row.get("id"),
        "sku": row.get("sku", ""),
        "status": "publish" if row.get("published", "1") == "1" else "private",
        "stock_status": _stock(row),
        "attributes": [{"name": name, "option": value} for name, value in _attributes(row)],
        "image": {"src": urls[0]} if urls else None,
        **_prices(row),
    }


def _prices(row: dict[str, str]) -> dict[str, str]:
    regular, sale = row.get("regular price", ""), row.get("sale price", "")
    return {"regular_price": regular, "price": sale or regular}


def _stock(row: dict[str, str]) -> str:
    value = row.get("in stock?", "1").lower()
    return {"1": "instock", "0": "outofstock", "backorder": "onbackorder"}.get(value, "instock")


def _urls(row: dict[str, str]) -> list[str]:
    return [url.strip() for url in row.get("images", "").split(",") if url.strip()]


def _attributes(row: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for name, value in row.items():
        if name.startswith("attribute ") and name.endswith(" name") and value:
            number = name.removeprefix("attribute ").removesuffix(" name")
            chosen = row.get(f"attribute {number} value(s)", "")
            if chosen:
                found.append((value, chosen))
    return found
