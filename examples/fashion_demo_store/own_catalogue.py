"""One's own products in the store: a folder, CSV, JSONL or feed becomes the files that fill the shop."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from fashion_plugin.catalog import Failure, ImageRef, LocalImage, Product, Variant
from fashion_plugin.errors import ImageError, InvalidSource
from fashion_plugin.images import load_image
from fashion_plugin.sources import read_source
from fashion_plugin_adapters.feeds.opening import OpenFeed
from fashion_plugin_adapters.feeds.registry import choose_reader
from fashion_plugin_adapters.platforms import Shop

__all__ = ["Written", "read_products", "write_products"]

_SHOWN = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"))
"""What browsers show; other photos are written anew as JPEG."""

_HEAVY = 500_000
_SIDE = 1600
_MOST_PHOTOS = 6
_MOST_SIZES = 60


@dataclass(frozen=True, slots=True)
class Written:
    """The shop's file of products, how many there are, and what could not be taken."""

    path: Path
    products: int
    failures: tuple[Failure, ...]


def read_products(source: str, currency: str = "") -> Iterator[Product | Failure]:
    """The products of what `index` reads (folder, CSV, JSONL) or `sync` reads (a feed's file or https URL).

    ``currency`` is that of a feed's bare prices, which are left out without it.

    Raises:
        InvalidSource: it is none of these.
    """
    refused = None
    if "://" not in source:
        try:
            local = read_source(source)
        except InvalidSource as error:
            if not Path(source).is_file():
                raise
            refused = error
        else:
            yield from local
            return
    with OpenFeed(source) as feed:
        try:
            reader = choose_reader(feed.head())
        except InvalidSource as error:
            why = refused or f"{source} begins like no known feed"
            raise InvalidSource(f"{why}; `fashion-plugin sync` cannot read it either") from error
        for entry in reader.read(feed, Shop(currency.upper())):
            yield entry if isinstance(entry, Failure) else entry.product


def write_products(
    out: Path, products: Iterable[Product | Failure], *, on_progress: Callable[[int], object] | None = None
) -> Written:
    """Write ``catalogue.jsonl``, an empty ``looks.json`` and the photos of products into a folder.

    Raises:
        InvalidSource: there is not one product.
    """
    (out / "photos").mkdir(parents=True, exist_ok=True)
    failures: list[Failure] = []
    taken: set[str] = set()
    sizes: set[str] = set()
    with (out / "catalogue.jsonl").open("w", encoding="utf-8") as file:
        for product in products:
            if isinstance(product, Failure):
                failures.append(product)
                continue
            if product.id in taken:
                failures.append(Failure(product.id, "", "another product of this id came before"))
                continue
            taken.add(product.id)
            photos = []
            for place, image in enumerate(product.images[:_MOST_PHOTOS]):
                try:
                    photos.append(_placed(out, image, f"{len(taken):05d}-{place + 1}"))
                except (OSError, ImageError) as error:
                    failures.append(Failure(product.id, image.source, str(error)))
            file.write(json.dumps(_record(product, photos, sizes), ensure_ascii=False) + "\n")
            if on_progress is not None:
                on_progress(len(taken))
    if not taken:
        first = f": {failures[0].message}" if failures else ""
        raise InvalidSource(f"there is no product to show{first}")
    (out / "looks.json").write_text("[]\n", encoding="utf-8")
    return Written(out / "catalogue.jsonl", len(taken), tuple(failures))


def _placed(out: Path, image: ImageRef, name: str) -> str:
    """Where a page finds a photo: a URL as it is, a file below the folder."""
    if not isinstance(image, LocalImage):
        return image.source
    path, suffix = image.path, image.path.suffix.lower()
    target = out / "photos" / f"{name}{suffix if suffix in _SHOWN else '.jpg'}"
    target.unlink(missing_ok=True)
    if suffix in _SHOWN and path.stat().st_size <= _HEAVY:
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)
    else:
        target = target.with_suffix(".jpg")
        picture = Image.fromarray(load_image(path))
        picture.thumbnail((_SIDE, _SIDE))
        picture.save(target, quality=88)
    return f"photos/{target.name}"


def _record(product: Product, photos: list[str], sizes: set[str]) -> dict[str, object]:
    record: dict[str, object] = {
        "id": product.id,
        "title": product.title or product.id,
        "images": photos,
        "url": f"/products/{quote(product.id)}",
        "category": product.category or "Other",
        "brand": product.brand,
        "colour": product.colour,
        "tags": list(product.tags),
        "in_stock": product.in_stock,
        "searchable": product.searchable,
        "description": product.description,
        "variants": _sizes(product, sizes),
        "attributes": dict(product.attributes),
    }
    if product.price is not None:
        record["price"] = str(product.price)
        if product.list_price is not None and product.list_price.amount > product.price.amount:
            record["list_price"] = str(product.list_price)
    return record


def _sizes(product: Product, known: set[str]) -> list[dict[str, object]]:
    """The variants that a shopper chooses from; ids are those of the feed, as long as no other has them."""
    variants = product.variants[:_MOST_SIZES] or (
        Variant(f"{product.id}-one", title="One size", in_stock=product.in_stock),
    )
    out: list[dict[str, object]] = []
    for variant in variants:
        own = variant.id if variant.id not in known else f"{product.id}-{variant.id}"
        known.add(own)
        label = " / ".join(variant.options.values()) or variant.title or variant.id
        stock = variant.in_stock and product.in_stock
        out.append({"id": own, "title": label, "in_stock": stock, "options": dict(variant.options)})
    return out
