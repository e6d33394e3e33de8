"""Readers of what a shop owner has at hand: a folder of photos, a CSV, a JSONL file.

Each is an iterable of products, in the order of the source, and of a `Failure` for each row that cannot be
taken. Local image paths in a CSV or JSONL are relative to its folder.
"""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol, TypeVar

from fashion_plugin.catalog import Failure, Money, Product
from fashion_plugin.catalog.jsonable import product_from_json
from fashion_plugin.errors import InvalidInput, InvalidProduct, InvalidSource

__all__ = ["PHOTO_SUFFIXES", "Source", "read_source"]

PHOTO_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".avif", ".gif", ".heic", ".heif", ".bmp"}
    | {".tif", ".tiff"}
)
T = TypeVar("T")

_LONGEST_FIELD = 10_000_000
_FIELDS = frozenset(Product.__dataclass_fields__) - {"variants", "attributes"}
_TRUE = frozenset({"1", "true", "yes", "y", "in stock", "in_stock"})
_FALSE = frozenset({"0", "false", "no", "n", "out of stock", "out_of_stock"})


class Source(Protocol):
    """Products to index, and how many there are."""

    def __iter__(self) -> Iterator[Product | Failure]: ...
    def __len__(self) -> int: ...


def read_source(path: "str | os.PathLike[str]") -> Source:
    """Open a folder of photos, a CSV (or TSV) or a JSONL file as a source of products.

    Raises:
        InvalidSource: there is nothing there, or it is none of these.
    """
    location = Path(path)
    if location.is_dir():
        return _Folder(location)
    if not location.exists():
        raise InvalidSource(f"there is no file or folder {location}")
    readers: Mapping[str, Callable[[Path], Source]] = {
        ".csv": _Csv,
        ".tsv": _Csv,
        ".jsonl": _Jsonl,
        ".ndjson": _Jsonl,
    }
    reader = readers.get(location.suffix.lower())
    if reader is None:
        raise InvalidSource(
            f"{location} is not a folder of photos, a .csv or a .jsonl file: those are what index reads"
        )
    return reader(location)


class _Folder:
    """A product for each photo: its id is the path without the suffix, its category the sub-folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = sum(1 for _ in self._photos())
        if not self._count:
            raise InvalidSource(f"there is no photo in the folder {root}")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Product]:
        folder, taken = self._root, set[Path]()
        for photo in self._photos():
            if photo.parent != folder:
                folder, taken = photo.parent, set()
            relative = photo.relative_to(self._root)
            plain = relative.with_suffix("")
            # coat.jpg and coat.png are two photos: the second keeps its suffix in its id.
            name = relative if plain in taken else plain
            taken.add(plain)
            yield Product(
                id=name.as_posix(),
                title=plain.name.replace("_", " ").replace("-", " ").strip(),
                images=photo,
                category=" > ".join(relative.parent.parts),
            )

    def _photos(self) -> Iterator[Path]:
        for folder, subfolders, names in os.walk(self._root):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith(".") and Path(name).suffix.lower() in PHOTO_SUFFIXES:
                    yield Path(folder, name)


class _Csv:
    """A product for each row; unknown columns become attributes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        csv.field_size_limit(_LONGEST_FIELD)
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = _guarded(path, file.readline)
        self._delimiter = max(",;\t", key=header.count)
        columns = [name.strip().lower() for name in next(csv.reader([header], delimiter=self._delimiter), [])]
        for needed, purpose in (("id", "which product it is"), ("images", "where its photos are")):
            if needed not in columns:
                found = ", ".join(filter(None, columns)) or "nothing"
                raise InvalidSource(
                    f"{path} has no column {needed!r}, which says {purpose}; its first line has: {found}"
                )
        if repeated := sorted({name for name in columns if name and columns.count(name) > 1}):
            raise InvalidSource(f"{path} has the column {repeated[0]!r} twice")
        self._columns = columns
        self._count = sum(1 for _ in self._rows())

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Product | Failure]:
        for line, values in self._rows():
            if len(values) > len(self._columns):
                yield Failure(values[0], "", f"line {line}: more values than the first line has columns")
                continue
            row = dict(zip(self._columns, values, strict=False))
            try:
                yield self._product(row)
            except InvalidInput as error:
                yield Failure(row.get("id", ""), "", f"line {line}: {error}")

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter)
            _guarded(self._path, lambda: next(reader))
            while (row := _guarded(self._path, lambda: next(reader, None))) is not None:
                if any(value.strip() for value in row):
                    yield reader.line_num, row

    def _product(self, row: Mapping[str, str]) -> Product:
        cells = {name: value.strip() for name, value in row.items() if name and value.strip()}
        if "id" not in cells:
            raise InvalidProduct("the id is empty")
        currency = cells.pop("currency", "")
        known = {name: cells[name] for name in cells.keys() & _FIELDS}
        fields: dict[str, object] = {
            **known,
            "images": [_located(part, self._path.parent) for part in _parts(cells.get("images", ""), "|")],
            "tags": _parts(cells.get("tags", ""), "|" if "|" in cells.get("tags", "") else ","),
            "attributes": {name: cells[name] for name in cells.keys() - _FIELDS},
        }
        for name in ("price", "list_price"):
            if name in cells:
                fields[name] = Money.of(cells[name], currency) if currency else Money.parse(cells[name])
        for name in ("in_stock", "searchable"):
            if name in cells:
                fields[name] = _truth(cells[name], name)
        return Product(**fields)  # type: ignore[arg-type]  # Product checks each field itself


class _Jsonl:
    """A product for each line, a JSON object with the fields of `Product`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = sum(1 for _ in self._lines())

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Product | Failure]:
        for number, line in self._lines():
            product_id = ""
            try:
                value = json.loads(line)
                if isinstance(value, dict):
                    product_id = str(value.get("id", ""))
                yield self._product(value)
            except InvalidInput as error:
                yield Failure(product_id, "", f"line {number}: {error}")
            except (ValueError, RecursionError) as error:
                yield Failure(product_id, "", f"line {number} is not JSON: {error}")

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self._path.open(encoding="utf-8-sig") as file:
            number = 0
            while line := _guarded(self._path, file.readline):
                number += 1
                if line.strip():
                    yield number, line

    def _product(self, value: object) -> Product:
        if not isinstance(value, dict):
            return product_from_json(value)
        images = value.get("images", [])
        paths = [images] if isinstance(images, str) else images
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            return product_from_json(value)
        product = product_from_json({**value, "images": []})
        located = [_located(path, self._path.parent) for path in paths]
        fields = {name: getattr(product, name) for name in Product.__dataclass_fields__}
        return Product(**{**fields, "images": located})


def _guarded(path: Path, read: Callable[[], T]) -> T:
    """Read a piece of a text file; what is not text in UTF-8, or not a table, is named."""
    try:
        return read()
    except UnicodeDecodeError as error:
        raise InvalidSource(f"{path} is not text in UTF-8: save it as UTF-8 and try again") from error
    except csv.Error as error:
        raise InvalidSource(f"{path} cannot be read as CSV: {error}") from error
    except OSError as error:
        raise InvalidSource(f"{path} cannot be read: {error.strerror or error}") from error


def _located(image: str, folder: Path) -> str | Path:
    return image if image.lower().startswith(("http://", "https://")) else folder / image


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _truth(text: str, what: str) -> bool:
    word = text.lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise InvalidProduct(f"{what} must be true or false, not {text!r:.40}")
