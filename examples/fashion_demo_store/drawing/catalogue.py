"""Draws the whole catalogue into a folder: photos, a JSONL of products, and the looks with their boxes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fashion_demo_store.drawing import looks as outfits
from fashion_demo_store.drawing.designs import Design, choose
from fashion_demo_store.drawing.words import Words, describe
from fashion_demo_store.drawing.work import Order, Work, look_path, photo_path, view_names

__all__ = [
    "Catalogue",
    "CatalogueLook",
    "CatalogueProduct",
    "Drawing",
    "LookGarment",
    "draw_catalogue",
    "sample_catalogue",
]

OnProgress = Callable[[int, int], object]
"""Called with how many products and looks are drawn, and of how many; what it returns is ignored."""


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """One drawn product: its words, and its photos by view (``front``, ``detail``, ``worn``)."""

    words: Words
    colour: str
    views: tuple[tuple[str, Path], ...]

    @property
    def id(self) -> str:
        """The product's id."""
        return self.words.id

    def view(self, name: str) -> Path:
        """The photo of one view; a KeyError where the product has none."""
        return dict(self.views)[name]


@dataclass(frozen=True, slots=True)
class LookGarment:
    """A garment of a look: which product it is, its type, its box x0, y0, x1, y1 as fractions."""

    product_id: str
    label: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CatalogueLook:
    """An outfit photo and what is worn in it."""

    id: str
    title: str
    scene: str
    image: Path
    garments: tuple[LookGarment, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A drawn catalogue: where it lies, its products and its looks."""

    folder: Path
    products: tuple[CatalogueProduct, ...]
    looks: tuple[CatalogueLook, ...]

    @property
    def jsonl(self) -> Path:
        """The products as JSON lines, image paths relative to the folder."""
        return self.folder / "catalogue.jsonl"


class Drawing:
    """A catalogue being drawn into a folder, in processes that begin at once; equal arguments, equal files.

    ``catalogue.jsonl`` is there from the beginning, ``photos/*.jpg`` and ``looks/*.jpg`` come one by one,
    ``looks.json``, with the boxes, last. Leaving the ``with`` block ends the processes.
    """

    def __init__(
        self,
        out: Path,
        *,
        seed: int = 7,
        products: int = 240,
        looks: int = 24,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._folder, self._seed, self._on_progress = Path(out), seed, on_progress
        (self._folder / "photos").mkdir(parents=True, exist_ok=True)
        (self._folder / "looks").mkdir(parents=True, exist_ok=True)
        self._work = Work(Order(self._folder, seed, products, looks))
        self._total = products + looks
        self.jsonl = self._folder / "catalogue.jsonl"
        try:
            designs = choose(products, seed)
            self._outfits = outfits.compose(designs, looks, seed)
            self._products = tuple(_product(self._folder, one, describe(one, seed)) for one in designs)
            lines = [json.dumps(_record(one, self._folder), ensure_ascii=False) for one in self._products]
            self.jsonl.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except BaseException:
            self._work.stop()
            raise

    def __enter__(self) -> "Drawing":
        return self

    def __exit__(self, *_: object) -> None:
        self._work.stop()

    def finished(self) -> Iterator[CatalogueProduct]:
        """The products in the catalogue's order, each as soon as its photos are there; can be read once."""
        seen: dict[int, list[LookGarment]] = {}
        drawn: set[int] = set()
        following = 0
        for done, found in enumerate(self._work, 1):
            if found.look is not None:
                seen[found.look] = [LookGarment(*garment) for garment in found.garments]
            if self._on_progress is not None:
                self._on_progress(done, self._total)
            drawn.add(found.number)
            while following in drawn and following < len(self._products):
                yield self._products[following]
                following += 1
        looks = [
            CatalogueLook(
                f"look-{o.number + 1:02d}",
                o.title,
                o.scene,
                look_path(self._folder, o.number),
                tuple(seen[o.number]),
            )
            for o in self._outfits
        ]
        self.catalogue = Catalogue(self._folder, self._products, tuple(looks))
        _write_looks(self.catalogue)


def draw_catalogue(
    out: Path,
    *,
    seed: int = 7,
    products: int = 240,
    looks: int = 24,
    on_progress: OnProgress | None = None,
) -> Catalogue:
    """Draw products and looks into a folder; see `Drawing`."""
    with Drawing(out, seed=seed, products=products, looks=looks, on_progress=on_progress) as drawing:
        for _ in drawing.finished():
            pass
        return drawing.catalogue


def sample_catalogue(out: Path, products: int = 24) -> Catalogue:
    """A small catalogue without looks, for trying things out."""
    return draw_catalogue(out, products=products, looks=0)


def _product(out: Path, design: Design, words: Words) -> CatalogueProduct:
    names = view_names(design)
    return CatalogueProduct(words, design.dye.family, tuple((n, photo_path(out, words.id, n)) for n in names))


def _record(product: CatalogueProduct, folder: Path) -> dict[str, object]:
    words = product.words
    record: dict[str, object] = {
        "id": words.id,
        "title": words.title,
        "images": [path.relative_to(folder).as_posix() for _, path in product.views],
        "url": f"/products/{words.id.lower()}",
        "price": words.price,
    }
    if words.list_price:
        record["list_price"] = words.list_price
    return record | {
        "category": words.category,
        "brand": words.brand,
        "colour": product.colour,
        "tags": list(words.tags),
        "in_stock": words.in_stock,
        "description": words.description,
        "variants": [
            {
                "id": f"{words.id}-{size.replace(' ', '').lower()}",
                "title": size,
                "in_stock": there,
                "options": {"Size": size},
            }
            for size, there in words.sizes
        ],
        "attributes": {"material": words.material},
    }


def _write_looks(catalogue: Catalogue) -> None:
    looks = [
        {
            "id": look.id,
            "title": look.title,
            "scene": look.scene,
            "image": look.image.relative_to(catalogue.folder).as_posix(),
            "garments": [
                {"product_id": g.product_id, "label": g.label, "box": list(g.box)} for g in look.garments
            ],
        }
        for look in catalogue.looks
    ]
    (catalogue.folder / "looks.json").write_text(json.dumps(looks, indent=1) + "\n", encoding="utf-8")
