"""Lists in a file beside the database: mapped into memory, so that a start reads next to nothing.

A block of 4096 bytes with a JSON object, then ids, starts, centres, lengths, basis and checksums, then from
the next multiple of 4096 on the heads of all vectors, and behind these their rests. The object names the
position in the database up to which the lists go, and the CRC-32 of what stands before the vectors; each list
has two of its own among the checksums. Numbers are little-endian. The file is named by a random word that the
database knows too: a file that a restored backup or another process left behind has another name.
"""

import json
import math
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

_FORMAT = 2
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
    view, info, shape = made.view, made.view.generation.info, made.shape
    rows, lists, few = len(made.ids), len(shape.centres), shape.reading.few
    sums = np.zeros((2, lists), np.uint32)
    place = _place(rows, lists, info.dim)
    try:
        with part.open("wb") as file, part.open("r+b") as other:
            file.seek(place)
            other.seek(place + 4 * rows * few)
            for number, block in enumerate(made.blocks()):
                go_on()
                for half, (vectors, out) in enumerate(zip(block, (file, other), strict=True)):
                    sums[half, number] = checksum(vectors)
                    out.write(vectors.tobytes())
            other.flush()
            arrays = (made.ids, made.starts, shape.centres, shape.lengths, shape.basis, sums)
            small = b"".join(array.tobytes() for array in arrays)
            head = {
                "format": _FORMAT,
                "rows": rows,
                "lists": lists,
                "few": few,
                "reach": shape.reading.reach,
                "recall": shape.reading.recall,
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
    rows, dim, few = len(made.ids), made.view.generation.info.dim, made.shape.reading.few
    heads, rests = np.empty((rows, few), np.float32), np.empty((rows, dim - few), np.float32)
    for start, (head, rest) in zip(made.starts, made.blocks(), strict=False):
        go_on()
        heads[start : start + len(head)] = head
        rests[start : start + len(rest)] = rest
    shape, none = made.shape, np.empty((2, 0), np.uint32)
    lists = Lists(
        ids=made.ids,
        heads=heads,
        rests=rests,
        starts=made.starts,
        centres=shape.centres,
        lengths=shape.lengths,
        basis=shape.basis,
        reach=shape.reading.reach,
        recall=shape.reading.recall,
        sums=none,
    )
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
    rows, lists, dim, few = int(head["rows"]), int(head["lists"]), info.dim, int(head["few"])
    place = _place(rows, lists, dim)
    if named != (_FORMAT, generation.pk, info.fingerprint, dim) or not 0 < few <= dim:
        return None
    if path.stat().st_size != place + 4 * rows * dim:
        return None
    shapes = _shapes(rows, lists, dim)
    data = file.read(sum(_bytes(*shape) for shape in shapes))
    if zlib.crc32(data) != head["sum"]:
        return None
    arrays, at = [], 0
    for kind, size in shapes:
        arrays.append(np.frombuffer(data, kind, math.prod(size), at).reshape(size))
        at += _bytes(kind, size)
    ids, starts, centres, lengths, basis, sums = arrays
    found = Lists(
        ids=ids,
        heads=_mapped(file, place, (rows, few)),
        rests=_mapped(file, place + 4 * rows * few, (rows, dim - few)),
        starts=starts,
        centres=centres,
        lengths=lengths,
        basis=basis,
        reach=int(head["reach"]),
        recall=float(head["recall"]),
        sums=sums,
        name=name,
    )
    last, removed, epoch, changes = (int(head[what]) for what in ("last", "removed", "epoch", "changes"))
    view = _view(View.empty(generation), generation, found)
    return replace(view, last=last, removed=removed, epoch=epoch, changes=changes)


def _shapes(rows: int, lists: int, dim: int) -> list[tuple[type[np.generic], tuple[int, ...]]]:
    """What stands before the vectors: ids, starts, centres, lengths, basis, sums."""
    return [
        (np.int64, (rows,)),
        (np.int64, (lists + 1,)),
        (np.float32, (lists, dim)),
        (np.float32, (lists,)),
        (np.float32, (dim, dim)),
        (np.uint32, (2, lists)),
    ]


def _bytes(kind: type[np.generic], size: tuple[int, ...]) -> int:
    return np.dtype(kind).itemsize * math.prod(size)


def _place(rows: int, lists: int, dim: int) -> int:
    """Where the vectors begin."""
    end = _HEAD + sum(_bytes(*shape) for shape in _shapes(rows, lists, dim))
    return end + -end % _HEAD


def _mapped(file: IO[bytes], place: int, size: tuple[int, int]) -> NDArray[np.float32]:
    if not math.prod(size):  # nothing to map: where the heads are all
        return np.empty(size, np.float32)
    return np.asarray(np.memmap(file, np.float32, "r", place, size))


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
