"""How well the drawn catalogue is found: ``python -m fashion_demo_store.measure FOLDER``.

A photo of one view searches a catalogue that holds the products' other views; a garment of a look searches
the whole catalogue by its true box, and by the box that the garment parser gives it.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.catalog import Box, Garment
from fashion_plugin.errors import NotAvailable

__all__ = ["Rate", "garments_by_parser", "garments_by_true_box", "main", "other_views"]

_VIEWS = ("front", "detail", "worn")
_OVERLAP = 0.1


@dataclass(frozen=True, slots=True)
class Rate:
    """Of so many searches, how many found the product at the first place and in the first five."""

    asked: int
    first: int
    five: int

    def __str__(self) -> str:
        if not self.asked:
            return "nothing to ask"
        first, five = self.first / self.asked, self.five / self.asked
        return f"first {first:.1%}, in the first five {five:.1%} of {self.asked}"


def other_views(folder: Path, view: str) -> Rate:
    """Search with one view of every product where the catalogue holds its other views."""
    records = _records(folder)
    with FashionPlugin.open(":memory:") as shop:
        shop.index(_product(folder, record, without=view) for record in records)
        queries = [(str(record["id"]), _photo(folder, record, view)) for record in records]
        return _rate(
            (wanted, [match.product.id for match in shop.search(photo, limit=5)])
            for wanted, photo in queries
            if photo
        )


def garments_by_true_box(folder: Path, shop: FashionPlugin) -> Rate:
    """Search for every garment of every look by its true box."""
    return _rate(
        (wanted, [match.product.id for match in shop.search(look, limit=5, box=box)])
        for look, garments in _looks(folder)
        for wanted, box in garments
    )


def garments_by_parser(folder: Path, shop: FashionPlugin) -> Rate:
    """Let the parser find the garments of every look.

    A garment is found where one that the parser boxes over it (a tenth of their union or more) lists its
    product; the true box holds handles and straps too, which a parser rightly leaves out.
    """
    places = []
    for look, garments in _looks(folder):
        found = shop.shop_the_look(look, limit=5).garments
        for wanted, box in garments:
            lists = [_ids(one) for one in found if _overlap(one.box, box) >= _OVERLAP]
            places.append((wanted, min(lists, key=lambda ids: _place(ids, wanted), default=[])))
    return _rate(iter(places))


def _place(ids: list[str], wanted: str) -> int:
    return ids.index(wanted) if wanted in ids else len(ids)


def _ids(garment: Garment) -> list[str]:
    return [match.product.id for match in garment.matches]


def _rate(searches: Iterator[tuple[str, list[str]]]) -> Rate:
    asked = first = five = 0
    for wanted, found in searches:
        asked += 1
        first += found[:1] == [wanted]
        five += wanted in found[:5]
    return Rate(asked, first, five)


def _records(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _names(record: dict[str, object]) -> Sequence[str]:
    names = record["images"]
    assert isinstance(names, list)  # noqa: S101
    return names


def _photo(folder: Path, record: dict[str, object], view: str) -> Path | None:
    return next((folder / name for name in _names(record) if name.endswith(f"-{view}.jpg")), None)


def _product(folder: Path, record: dict[str, object], without: str) -> Product:
    kept = [folder / name for name in _names(record) if not name.endswith(f"-{without}.jpg")]
    return Product(id=str(record["id"]), title=str(record["title"]), images=kept)


def _looks(folder: Path) -> Iterator[tuple[Path, list[tuple[str, Box]]]]:
    for look in json.loads((folder / "looks.json").read_text(encoding="utf-8")):
        garments = [(one["product_id"], tuple(one["box"])) for one in look["garments"]]
        yield folder / look["image"], garments


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    inside = max(0.0, width) * max(0.0, height)
    both = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return inside / (both - inside)


def main() -> None:
    """Print every figure for a folder that `draw_catalogue` wrote."""
    folder = Path(sys.argv[1])
    for view in _VIEWS:
        print(f"{view} view among the others: {other_views(folder, view)}")
    with FashionPlugin.open(":memory:") as shop:
        shop.index(_product(folder, record, without="") for record in _records(folder))
        print(f"garments of looks, true boxes: {garments_by_true_box(folder, shop)}")
        try:
            print(f"garments of looks, as parsed: {garments_by_parser(folder, shop)}")
        except NotAvailable as error:
            print(f"garments of looks, as parsed: {error}")


if __name__ == "__main__":
    main()
