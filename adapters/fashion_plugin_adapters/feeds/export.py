"""Writing the catalogue for others: Google's XML, the Agentic Commerce Protocol's files, our JSONL."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any
from xml.sax.saxutils import escape

from fashion_plugin.catalog import ImageRef, Money, Product, RemoteImage, Variant
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.platforms import Shop, product_fields

__all__ = ["FORMATS", "write_feed"]

_MOST_IMAGES = 10  # additional images that Google takes


def write_feed(products: Iterable[Product], format: str, out: Path, shop: Shop) -> int:
    """Write searchable products; returns how many. ``acp`` makes a folder, the others one file.

    A file appears whole or not at all.

    Raises:
        InvalidInput: there is no such format, or the path cannot be written.
    """
    if format not in FORMATS:
        raise InvalidInput(f"there is no feed format {format!r}: choose from {', '.join(FORMATS)}")
    shown = (product for product in products if product.searchable)
    try:
        return FORMATS[format](shown, out, shop)
    except OSError as error:
        raise InvalidInput(f"the feed cannot be written to {out}: {error.strerror}") from error


def _jsonl(products: Iterable[Product], out: Path, shop: Shop) -> int:
    with _whole(out) as file:
        return _lines(file, (product_fields(product) for product in products))


def _acp(products: Iterable[Product], out: Path, shop: Shop) -> int:
    out.mkdir(parents=True, exist_ok=True)
    with _whole(out / "products.jsonl") as file:
        count = _lines(file, (_acp_product(product, shop) for product in products))
    about = {
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "products": count,
        "files": ["products.jsonl"],
    }
    with _whole(out / "metadata.json") as file:
        file.write(json.dumps(about, indent=2) + "\n")
    return count


def _google(products: Iterable[Product], out: Path, shop: Shop) -> int:
    count = 0
    with _whole(out) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write('<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n')
        file.write(f"<title>Products</title><link>{escape(shop.url)}</link><description/>\n")
        for product in products:
            count += 1
            for item in _google_items(product, shop):
                parts = "".join(f"<g:{name}>{escape(_xml(value))}</g:{name}>" for name, value in item)
                file.write(f"<item>{parts}</item>\n")
        file.write("</channel></rss>\n")
    return count


FORMATS: dict[str, Callable[[Iterable[Product], Path, Shop], int]] = {
    "acp": _acp,
    "google": _google,
    "jsonl": _jsonl,
}
"""What `write_feed` can write."""


def _lines(file: IO[str], rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


@contextmanager
def _whole(path: Path) -> Iterator[IO[str]]:
    """A file that takes its place when it is finished."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".feed-", delete=False) as file:
        temporary = Path(file.name)
        try:
            yield file
            file.flush()
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _google_items(product: Product, shop: Shop) -> Iterator[list[tuple[str, str]]]:
    for variant in product.variants or (None,):
        sold: Product | Variant = variant or product
        images = _urls(variant.images if variant and variant.images else product.images)
        more = [url for url in _urls(product.images) if url != images[0]] if images else []
        options = {name.lower(): value for name, value in variant.options.items()} if variant else {}
        price = sold.price or product.price
        before = sold.list_price or (product.list_price if not sold.price else None)
        fields = [
            ("id", sold.id),
            ("title", product.title),
            ("description", product.description or product.title),
            ("link", shop.link(product.url)),
            ("image_link", images[0] if images else ""),
            *(("additional_image_link", url) for url in more[:_MOST_IMAGES]),
            ("availability", "in_stock" if sold.in_stock and product.in_stock else "out_of_stock"),
            ("price", _price(before or price)),
            ("sale_price", _price(price) if before else ""),
            ("brand", product.brand),
            ("product_type", product.category),
            ("item_group_id", product.id if variant else ""),
            ("color", options.get("color") or options.get("colour") or product.colour),
            ("size", options.get("size", "")),
            ("mpn", variant.sku if variant else ""),
        ]
        yield [(name, value) for name, value in fields if value]


def _acp_product(product: Product, shop: Shop) -> dict[str, Any]:
    variants = product.variants or (
        Variant(product.id, product.title, price=product.price, in_stock=product.in_stock),
    )
    return {
        "id": product.id,
        "title": product.title,
        "description": product.description or product.title,
        "url": shop.link(product.url),
        "media": [{"type": "image", "url": url} for url in _urls(product.images)],
        "variants": [_acp_variant(variant, product) for variant in variants],
    }


def _acp_variant(variant: Variant, product: Product) -> dict[str, Any]:
    price = variant.price or product.price
    available = variant.in_stock and product.in_stock
    fields: dict[str, Any] = {
        "id": variant.id,
        "title": variant.title or product.title,
        "availability": {"available": available, "status": "in_stock" if available else "out_of_stock"},
    }
    if price:
        fields["price"] = {"amount": price.minor_units, "currency": price.currency}
    if variant.options:
        fields["variant_options"] = [
            {"name": name, "value": value} for name, value in variant.options.items()
        ]
    return fields


def _urls(refs: Iterable[ImageRef]) -> list[str]:
    return [ref.url for ref in refs if isinstance(ref, RemoteImage)]


def _price(price: Money | None) -> str:
    return str(price) if price else ""


def _xml(value: str) -> str:
    # XML 1.0 has no way to write most control characters.
    return "".join(character for character in value if character >= " " or character in "\t\n\r")
