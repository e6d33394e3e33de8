"""Training manifests: a CSV or JSONL file that says what each photo shows.

Columns: ``image`` (a path, relative to the manifest's folder), ``product_id``, ``category``, ``colour``,
``domain`` (``catalog`` or ``wild``) and ``split`` (``train`` or ``validation``). Only the first two are
needed; without a split, one product in ten is held out, chosen by its id.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, cast

from fashion_plugin.errors import InvalidSource

__all__ = ["Domain", "Item", "Manifest", "Split", "held_out", "read_manifest", "write_manifest"]

Domain = Literal["catalog", "wild"]
Split = Literal["train", "validation"]

COLUMNS: Final = ("image", "product_id", "category", "colour", "domain", "split")
_ALIASES: Final = {"color": "colour", "product": "product_id", "path": "image", "photo": "image"}
_LONGEST_FIELD: Final = 10_000_000
_NAMED: Final = 5  # how many bad rows an error names


@dataclass(frozen=True, slots=True)
class Item:
    """One photo: whose product, of what kind, taken by the shop (catalog) or by a shopper (wild).

    ``image`` is a path, or the name that `Manifest.photos` knows the photo by; an empty category or colour
    is an unknown one.
    """

    image: str
    product_id: str
    category: str = ""
    colour: str = ""
    domain: Domain = "catalog"
    split: Split = "train"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Photos to train or evaluate on, in the manifest's order.

    ``name`` is where they came from; ``photos`` maps an image's name to its file's bytes where photos are
    not files of their own (a catalogue's archive); ``digest`` is the sha256 (hex) of the content.
    """

    items: tuple[Item, ...]
    name: str = "manifest"
    photos: Mapping[str, bytes] | None = None

    @property
    def digest(self) -> str:
        """The sha256 of every row: it changes when the manifest says something else."""
        digest = hashlib.sha256()
        for item in self.items:
            digest.update(json.dumps(asdict(item), sort_keys=True).encode())
        return digest.hexdigest()

    def split(self, split: Split) -> "Manifest":
        """Only the photos of one split."""
        return Manifest(tuple(item for item in self.items if item.split == split), self.name, self.photos)

    def photo(self, item: Item) -> "Path | bytes":
        """What `fashion_plugin.images.load_image` reads this photo from."""
        return Path(item.image) if self.photos is None else self.photos[item.image]

    def __len__(self) -> int:
        return len(self.items)


def read_manifest(path: Path, *, skip_missing: bool = False) -> Manifest:
    """Read a manifest and check that every image file is there.

    Raises:
        InvalidSource: the manifest cannot be read, a row is unusable, or files are missing (unless
            ``skip_missing``, which leaves those rows out).
    """
    rows = list(_rows(path))
    items = _items(rows, path)
    missing = [item for item in items if not Path(item.image).is_file()]
    if missing and (not skip_missing or len(missing) == len(items)):
        some = ", ".join(item.image for item in missing[:_NAMED])
        raise InvalidSource(
            f"{path}: {len(missing)} of {len(items)} image files are missing: {some}"
            f"{' …' if len(missing) > _NAMED else ''}. Paths are relative to {path.parent.resolve()}; "
            f"{'correct them' if skip_missing else 'correct them, or pass --skip-missing to leave them out'}"
        )
    gone = {item.image for item in missing}
    return Manifest(tuple(item for item in items if item.image not in gone), name=str(path))


def write_manifest(items: Iterable[Item], path: Path) -> None:
    """Write a manifest as CSV, or as JSONL where the path ends so; image paths are written as they are."""
    rows = [asdict(item) for item in items]
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            return
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def held_out(product_id: str, share: float = 0.1) -> bool:
    """Whether a product belongs to the validation split: by the hash of its id, so that it stays there."""
    number = int.from_bytes(hashlib.sha256(f"split/{product_id}".encode()).digest()[:8], "big")
    return number < share * 2**64


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InvalidSource(f"there is no manifest {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSource(f"the manifest {path} cannot be read: {error}") from error
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _jsonl(text, path)
    else:
        yield from _csv(text, path)


def _jsonl(text: str, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InvalidSource(f"{path}, line {number}: not JSON ({error})") from error
        if not isinstance(row, dict):
            raise InvalidSource(f'{path}, line {number}: must be an object such as {{"image": "a.jpg", …}}')
        yield number, {str(key): "" if value is None else str(value) for key, value in row.items()}


def _csv(text: str, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, {key: value or "" for key, value in row.items() if isinstance(key, str)}
    except csv.Error as error:
        raise InvalidSource(f"{path}, line {reader.line_num}: {error}") from error


def _items(rows: Sequence[tuple[int, Mapping[str, str]]], path: Path) -> list[Item]:
    if not rows:
        raise InvalidSource(f"the manifest {path} has no rows")
    # Absolute, so that a run goes on from any folder.
    folder = path.parent.resolve()
    items = [_item(row, f"{path}, line {number}", folder) for number, row in rows]
    seen: dict[str, Item] = {}
    for item in items:
        if seen.setdefault(item.image, item) != item:
            raise InvalidSource(f"{path}: {item.image} is there twice and says different things")
    products: dict[str, Split] = {}
    for item in seen.values():
        if products.setdefault(item.product_id, item.split) != item.split:
            raise InvalidSource(
                f"{path}: product {item.product_id!r} is in train and in validation: photos of one product "
                "must stay on one side, or validation measures memory"
            )
    return list(seen.values())


def _item(row: Mapping[str, str], where: str, folder: Path) -> Item:
    values = {
        _ALIASES.get(key.strip().lower(), key.strip().lower()): text.strip() for key, text in row.items()
    }
    if not values.get("image") or not values.get("product_id"):
        raise InvalidSource(f"{where}: needs image and product_id; columns are {', '.join(COLUMNS)}")
    domain = values.get("domain", "").lower() or "catalog"
    domain = "catalog" if domain == "catalogue" else domain
    if domain not in ("catalog", "wild"):
        raise InvalidSource(f"{where}: domain must be catalog or wild, not {domain!r}")
    split = values.get("split", "").lower()
    split = split or ("validation" if held_out(values["product_id"]) else "train")
    split = "validation" if split in ("val", "valid") else split
    if split not in ("train", "validation"):
        raise InvalidSource(f"{where}: split must be train or validation, not {split!r}")
    return Item(
        image=str(folder / values["image"]),
        product_id=values["product_id"],
        category=values.get("category", ""),
        colour=values.get("colour", ""),
        domain=cast(Domain, domain),
        split=cast(Split, split),
    )
