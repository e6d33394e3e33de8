"""Real photos instead of drawn ones: the CC0 "clothing-dataset-small", fetched once and checked.

Photos of clothes by A. Grigorev and contributors, in folders named after ten kinds of garment. The archive is
made by its host on demand and has no published hash, so it is judged by what can be known: every member's
checksum, how many photos of each kind there are, its size. Its SHA-256 is written down on first use and holds
from then on.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from fashion_demo_store.fetching import fetch
from fashion_plugin.catalog import Product
from fashion_plugin.colour import dominant_colours
from fashion_plugin.errors import DownloadError, DownloadFailed

__all__ = ["CLOTHING", "Archive", "clothing_products", "obtain"]

_KINDS: Final = {
    "dress": ("Dress", "Dresses", 79),
    "hat": ("Hat", "Accessories > Hats", 29),
    "longsleeve": ("Long-Sleeve", "Tops > Long-Sleeves", 35),
    "outwear": ("Jacket", "Outerwear", 129),
    "pants": ("Trousers", "Bottoms > Trousers", 59),
    "shirt": ("Shirt", "Tops > Shirts", 49),
    "shoes": ("Shoes", "Shoes", 89),
    "shorts": ("Shorts", "Bottoms > Shorts", 39),
    "skirt": ("Skirt", "Bottoms > Skirts", 45),
    "t-shirt": ("T-Shirt", "Tops > T-Shirts", 19),
}
"""Folder of the archive: what its garments are called here, the shelf, a price to begin from."""

_MEMBER = re.compile(r"[^/]+/train/([a-z-]+)/([\w-]+)\.jpe?g", re.ASCII)
_LARGEST_PHOTO = 10_000_000


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the photos come from, and what must be true of them.

    ``sha256`` is checked where it is given. ``most`` is in bytes; ``least`` photos there must be in all
    (3,068 were published for training), ``least_each`` of every kind.
    """

    address: str
    sha256: str = ""
    most: int = 400_000_000
    least: int = 3_000
    least_each: int = 100


CLOTHING: Final = Archive(
    "https://github.com/alexeygrigorev/clothing-dataset-small/archive/refs/heads/master.zip"
)


def obtain(
    folder: Path, archive: Archive = CLOTHING, *, on_progress: Callable[[int], object] | None = None
) -> Path:
    """The archive's file in a folder: the one that is there if it is still what it was, else a new download.

    Raises:
        DownloadError: it could not be fetched, or is not what was expected.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, record = folder / "clothing-dataset-small.zip", folder / "clothing-dataset-small.json"
    known = _recorded(record)
    if not path.exists() or (known and _hash(path) != known):
        try:
            fetch(archive.address, path, most=archive.most, on_progress=on_progress)
        except DownloadError as error:
            raise type(error)(
                f"{error}. --photos needs the network once: try again when there is one, or put the archive "
                f"at {path} yourself. `fashion-plugin demo` without --photos draws its pictures instead."
            ) from error
    found = _hash(path)
    wanted = archive.sha256 or known
    if wanted and found != wanted:
        path.unlink()
        raise DownloadFailed(
            f"{archive.address} is not the archive it was (SHA-256 {found}, not {wanted}). "
            f"If you trust the new one, delete {record} and start again."
        )
    try:
        _check(path, archive)
    except DownloadFailed:
        path.unlink()
        raise
    facts = {"address": archive.address, "sha256": found, "bytes": path.stat().st_size}
    record.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return path


def _recorded(record: Path) -> str:
    try:
        return str(json.loads(record.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(path: Path, archive: Archive) -> None:
    try:
        with zipfile.ZipFile(path) as file:
            members = _members(file)
            counts = {kind: len(members.get(kind, ())) for kind in _KINDS}
            few = {kind: count for kind, count in counts.items() if count < archive.least_each}
            if few or sum(counts.values()) < archive.least:
                raise DownloadFailed(
                    f"{path.name} holds {sum(counts.values())} photos, fewer than expected"
                    + (f" of {', '.join(few)}" if few else "")
                )
            for kind in members:
                for member in members[kind]:
                    # Reading to the end is what checks a member's checksum.
                    with file.open(member) as photo:
                        while photo.read(1 << 20):
                            pass
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise DownloadFailed(f"{path.name} is damaged ({error}): start again to fetch it anew") from error


def _members(file: zipfile.ZipFile) -> dict[str, list[zipfile.ZipInfo]]:
    """The photos of each kind, by name; what is anything else is left where it is."""
    out: dict[str, list[zipfile.ZipInfo]] = {}
    for member in sorted(file.infolist(), key=lambda one: one.filename):
        found = _MEMBER.fullmatch(member.filename)
        if found and found[1] in _KINDS and 0 < member.file_size <= _LARGEST_PHOTO:
            out.setdefault(found[1], []).append(member)
    return out


def clothing_products(path: Path, folder: Path, *, each: int = 48) -> Iterator[Product]:
    """A product for each of the first photos of every kind, written into a folder; kinds take turns."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as file:
        members = _members(file)
        for place in range(each):
            for kind in _KINDS:
                if place < len(members.get(kind, ())):
                    yield _product(file.read(members[kind][place]), kind, place + 1, folder)


def _product(data: bytes, kind: str, number: int, folder: Path) -> Product:
    noun, shelf, base = _KINDS[kind]
    product_id = f"{kind}-{number:03d}"
    photo = folder / f"{product_id}.jpg"
    photo.write_bytes(data)
    colour = _colour(data)
    draw = int.from_bytes(hashlib.sha256(data).digest()[:2], "big")
    return Product(
        id=product_id,
        title=f"{colour.capitalize()} {noun}".strip(),
        images=photo,
        price=f"{base + draw % 9 * base // 20}.00 EUR",
        category=shelf,
        colour=colour,
        in_stock=draw % 11 > 0,
        tags=("new",) if number <= 1 else (),
        description="A photo of the clothing dataset, given to everyone (CC0) by its contributors.",
    )


def _colour(data: bytes) -> str:
    """The name of the colour in the middle of a photo, where the garment is."""
    with Image.open(BytesIO(data)) as image:
        width, height = image.size
        middle = image.convert("RGB").crop((width // 3, height // 3, width * 2 // 3, height * 2 // 3))
    found = dominant_colours(np.asarray(middle))
    return found[0].name if found else ""
