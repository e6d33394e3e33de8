"""Lists in a file beside the database: mapped into memory, so that a start reads next to nothing.

A block of 4096 bytes with a JSON object, then ids, starts, centres and checksums, then from the next
multiple of 4096 on the vectors. The object names the position in the database up to which the lists go, and
the CRC-32 of what stands before the vectors; each list of vectors has its own among the checksums. Numbers
are little-endian. The file is named by a random word that the database knows too: a file that a restored
backup or another process left behind has another name.
"""

import json
import os
import secrets
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.store.index.lists import Lists, checksum
from fashion_plugin.store.index.regroup import Plan
from fashion_plugin.store.index.view import View
from fashion_plugin.store.vectors import Generation

__all__ = ["drop_others", "held", "load", "write"]

_FORMAT = 1
_HEAD = 4096
_ABANDONED = 3600.0  # seconds without a further block


def write(database: str, made: Plan, go_on: Callable[[], None]) -> str:
    """Write planned lists beside the database; returns the name to note there.

    Raises:
        OSError: the file cannot be written.
    """
    name = secrets.token_hex(4)
    path = _path(database, name)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    view, info = made.view, made.view.generation.info
    rows, lists = len(made.ids), len(made.centres)
    try:
        with part.open("wb") as file:
            arrays = (made.ids, made.starts, made.centres, np.zeros(lists, np.uint32))
            place = _HEAD + sum(array.nbytes for array in arrays)
            file.truncate(place + -place % _HEAD)
            file.seek(0, os.SEEK_END)
            for number, block in enumerate(made.blocks()):
                go_on()
                arrays[3][number] = checksum(block)
                file.write(block.data)
            file.flush()
            small = b"".join(array.tobytes() for array in arrays)
            head = {
                "format": _FORMAT,
                "rows": rows,
                "lists": lists,
                "probes": made.probes,
                "recall": made.recall,
                "generation": view.generation.pk,
                "fingerprint": info.fingerprint,
                "dim": info.dim,
                "last": view.last,
                "removed": view.removed,
                "epoch": view.epoch,
                "changes": view.changes,
                "sum": zlib.crc32(small),
            }
            file.seek(0)
            file.write(json.dumps(head).encode().ljust(_HEAD) + small)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return name


def held(made: Plan, go_on: Callable[[], None]) -> View:
    """The view of planned lists that are kept in memory only."""
    vectors = np.empty((len(made.ids), made.view.generation.info.dim), np.float32)
    for start, block in zip(made.starts, made.blocks(), strict=False):
        go_on()
        vectors[start : start + len(block)] = block
    none = np.empty(0, np.uint32)
    lists = Lists(made.ids, vectors, made.starts, made.centres, made.probes, made.recall, none)
    return _view(made.view, made.view.generation, lists)


def load(database: str, name: str, generation: Generation) -> View | None:
    """The view of saved lists; None when there are none of that name, or they are not whole."""
    path = _path(database, name)
    if not name or sys.byteorder != "little":
        return None
    try:
        with path.open("rb") as file:
            head = json.loads(file.read(_HEAD))
            return _read(path, name, file, head, generation)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(
    path: Path, name: str, file: IO[bytes], head: dict[str, Any], generation: Generation
) -> View | None:
    info = generation.info
    named = (head["format"], head["generation"], head["fingerprint"], head["dim"])
    rows, lists, dim = int(head["rows"]), int(head["lists"]), info.dim
    small = 8 * rows + 8 * (lists + 1) + 4 * lists * dim + 4 * lists
    place = _HEAD + small + -(_HEAD + small) % _HEAD
    size = place + 4 * rows * dim
    if named != (_FORMAT, generation.pk, info.fingerprint, dim) or path.stat().st_size != size:
        return None
    data = file.read(small)
    if zlib.crc32(data) != head["sum"]:
        return None
    ids = np.frombuffer(data, np.int64, rows)
    starts = np.frombuffer(data, np.int64, lists + 1, 8 * rows)
    centres = np.frombuffer(data, np.float32, lists * dim, 8 * (rows + lists + 1)).reshape(lists, dim)
    sums = np.frombuffer(data, np.uint32, lists, small - 4 * lists)
    mapped: NDArray[np.float32] = np.memmap(file, np.float32, "r", place, (rows, dim))
    found = Lists(
        ids, np.asarray(mapped), starts, centres, int(head["probes"]), float(head["recall"]), sums, name
    )
    last, removed, epoch, changes = (int(head[what]) for what in ("last", "removed", "epoch", "changes"))
    view = _view(View.empty(generation), generation, found)
    return replace(view, last=last, removed=removed, epoch=epoch, changes=changes)


def drop_others(database: str, name: str) -> None:
    """Delete files that older lists, and writers that were killed, have left."""
    base = _path(database, "")
    for path in base.parent.glob(f"{_escaped(base.name)}*"):
        if path.name == base.name + name or (path.suffix == ".part" and _fresh(path)):
            continue
        with suppress(OSError):  # another process has it open, on Windows: the next one to save tries again
            path.unlink()


def _view(before: View, generation: Generation, lists: Lists) -> View:
    empty = View.empty(generation)
    return replace(
        before, generation=generation, lists=lists, dead=None, flat=empty.flat, _allowed=empty._allowed
    )


def _path(database: str, name: str) -> Path:
    return Path(f"{os.path.realpath(database)}-index-{name}")


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _fresh(path: Path) -> bool:
    """Whether a part may still be in the making."""
    try:
        return time.time() - path.stat().st_mtime < _ABANDONED
    except OSError:
        return False
