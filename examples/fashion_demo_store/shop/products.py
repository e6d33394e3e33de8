"""What the shop sells, read for its pages: one product, a shelf with its facets, looks."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fashion_demo_store.shop.database import marks

__all__ = [
    "Article",
    "Look",
    "Shelf",
    "Size",
    "Wanted",
    "articles",
    "find",
    "looks",
    "price",
    "shelf",
]

PAGE = 24
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_PRINTS = frozenset(
    (
        *("breton", "wide stripe", "pinstripe", "stripe", "gingham", "tartan", "windowpane", "houndstooth"),
        *("dots", "pindots", "floral", "bloom", "leopard", "camouflage", "chevron", "argyle", "fair isle"),
        "marl",
    )
)
_SIZES = ("XS", "S", "M", "L", "XL")
_SORTS: dict[str, Callable[["Article"], Any]] = {
    "featured": lambda article: article.position,
    "price": lambda article: article.cents,
    "-price": lambda article: -article.cents,
    "title": lambda article: article.title,
}


@dataclass(frozen=True, slots=True)
class Size:
    """One size of a product and how many are there."""

    id: str
    name: str
    stock: int


@dataclass(frozen=True, slots=True)
class Article:
    """One product as pages show it; photos are paths below /photos/."""

    id: str
    title: str
    brand: str
    category: str
    colour: str
    cents: int
    was_cents: int | None
    currency: str
    description: str
    material: str
    tags: tuple[str, ...]
    hidden: bool
    position: int
    updated_at: str
    photos: tuple[str, ...]
    sizes: tuple[Size, ...]

    @property
    def group(self) -> str:
        """The upper part of the category: ``Women`` of ``Women > Dresses``."""
        return self.category.split(" > ")[0]

    @property
    def shelf(self) -> str:
        """The lower part of the category."""
        return self.category.split(" > ")[-1]

    @property
    def in_stock(self) -> bool:
        """Whether any size is there."""
        return any(size.stock for size in self.sizes)

    @property
    def print(self) -> str:
        """The print's name for a filter; plain where there is none."""
        return next((tag for tag in self.tags if tag in _PRINTS), "plain")


@dataclass(frozen=True, slots=True)
class Look:
    """An editorial photo and what is worn in it."""

    id: str
    title: str
    scene: str
    path: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a shopper ticked on a category page."""

    category: str = ""
    text: str = ""
    colours: frozenset[str] = frozenset()
    prints: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    most: int | None = None
    sale: bool = False
    sort: str = "featured"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """The answer to what was wanted: one page of products, and how many each further tick would leave."""

    articles: tuple[Article, ...]
    total: int
    pages: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


def price(cents: int | None, currency: str = "EUR") -> str:
    """A price for the eye: ``€129`` or ``€129.90``."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    return f"{_SYMBOLS.get(currency, currency + ' ')}{whole:,}" + (f".{rest:02d}" if rest else "")


def find(connection: sqlite3.Connection, product_id: str) -> Article | None:
    """One product by its id, in any letter case where none has it as it is."""
    found = _read(connection, "WHERE id = ? COLLATE NOCASE", (product_id,))
    exact = [article for article in found if article.id == product_id]
    return next(iter(exact or found), None)


def articles(connection: sqlite3.Connection, *, hidden: bool = False) -> list[Article]:
    """Every product in the shop's order."""
    return _read(connection, "" if hidden else "WHERE NOT hidden", ())


def looks(connection: sqlite3.Connection) -> list[Look]:
    """Every look with its products that can be bought."""
    known = {article.id: article for article in articles(connection)}
    worn: dict[str, list[Article]] = {}
    for row in connection.execute("SELECT look_id, product_id FROM look_products ORDER BY look_id, position"):
        if row["product_id"] in known:
            worn.setdefault(row["look_id"], []).append(known[row["product_id"]])
    rows = connection.execute("SELECT id, title, scene, path FROM looks ORDER BY position")
    return [
        Look(row["id"], row["title"], row["scene"], row["path"], tuple(worn.get(row["id"], ())))
        for row in rows
    ]


def shelf(everything: Iterable[Article], wanted: Wanted) -> Shelf:
    """One page of what is wanted; each facet is counted as if nothing of its own were ticked."""
    base = [article for article in everything if _in_category(article, wanted)]
    kept = [article for article in base if _fits(article, wanted, skip="")]
    kept.sort(key=_SORTS.get(wanted.sort, _SORTS["featured"]))
    start = (max(1, wanted.page) - 1) * PAGE
    facets = {name: _count(base, wanted, name) for name in ("colour", "print", "size", "brand")}
    return Shelf(tuple(kept[start : start + PAGE]), len(kept), -(-len(kept) // PAGE), facets)


def _in_category(article: Article, wanted: Wanted) -> bool:
    inside = article.category == wanted.category or article.category.startswith(wanted.category + " > ")
    words = wanted.text.lower().split()
    text = f"{article.title} {article.brand} {article.category} {article.colour} {article.material}".lower()
    return (not wanted.category or inside) and all(word in text for word in words)


def _fits(article: Article, wanted: Wanted, skip: str) -> bool:
    names = {size.name for size in article.sizes if size.stock}
    return (
        (skip == "colour" or not wanted.colours or article.colour in wanted.colours)
        and (skip == "print" or not wanted.prints or article.print in wanted.prints)
        and (skip == "brand" or not wanted.brands or article.brand in wanted.brands)
        and (skip == "size" or not wanted.sizes or bool(names & wanted.sizes))
        and (wanted.most is None or article.cents <= wanted.most * 100)
        and (not wanted.sale or article.was_cents is not None)
    )


def _count(base: Sequence[Article], wanted: Wanted, name: str) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for article in base:
        if _fits(article, wanted, skip=name):
            values = (
                [size.name for size in article.sizes if size.stock]
                if name == "size"
                else [getattr(article, name)]
            )
            counts.update(value for value in values if value)
    if name == "size":
        return sorted(counts.items(), key=_size_order)
    return counts.most_common()


def _size_order(item: tuple[str, int]) -> tuple[int, str]:
    return (_SIZES.index(item[0]), "") if item[0] in _SIZES else (len(_SIZES), item[0])


def _read(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Article]:
    rows = connection.execute(f"SELECT * FROM products {where} ORDER BY position", values).fetchall()  # noqa: S608
    ids = [row["id"] for row in rows]
    limited = f"WHERE product_id IN ({marks(ids)})" if len(ids) < 100 else ""
    inside = ids if limited else []
    photos: dict[str, list[str]] = {}
    for row in connection.execute(f"SELECT product_id, path FROM photos {limited} ORDER BY position", inside):  # noqa: S608
        photos.setdefault(row["product_id"], []).append(row["path"])
    sizes: dict[str, list[Size]] = {}
    query = f"SELECT product_id, id, name, stock FROM sizes {limited} ORDER BY position"  # noqa: S608
    for row in connection.execute(query, inside):
        sizes.setdefault(row["product_id"], []).append(Size(row["id"], row["name"], row["stock"]))
    return [
        Article(
            **{name: row[name] for name in row.keys() if name not in ("tags", "hidden")},  # noqa: SIM118
            tags=tuple(row["tags"].split("|")) if row["tags"] else (),
            hidden=bool(row["hidden"]),
            photos=tuple(photos.get(row["id"], ())),
            sizes=tuple(sizes.get(row["id"], ())),
        )
        for row in rows
    ]
