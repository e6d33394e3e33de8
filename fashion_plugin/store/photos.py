"""Small copies of product photos, in a file of their own beside the database.

They spare fetching every photo again for another encoder. Nothing else depends on them: without the file,
or with a damaged one, search and indexing go on.
"""

import io
import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import DatabaseCorrupt, StoreError
from fashion_plugin.images.content import photo_format
from fashion_plugin.store.health import backup
from fashion_plugin.store.opening import MEMORY, open_pool
from fashion_plugin.store.pool import Pool

__all__ = ["LONGEST_SIDE", "SQLitePhotos", "photos_path", "small_copy"]

LONGEST_SIDE = 512
_APPLICATION_ID = 0x46415048  # FAPH
_SMALL_ENOUGH = 60_000
_QUALITY = 85
_AT_ONCE = 64
_WORTH = 0.05


def photos_path(database: str | os.PathLike[str]) -> str:
    """Where the photos of a database are kept: ``shop.db`` has them in ``shop.photos.db``."""
    if os.fspath(database) == MEMORY:
        return MEMORY
    path = Path(database)
    return str(path.with_name(path.name.removesuffix(".db") + ".photos.db"))


def small_copy(data: bytes, pixels: NDArray[np.uint8]) -> bytes:
    """An image file of a photo with a longest side of 512 px; the given one where that is small already.

    ``data`` is the photo's file, ``pixels`` its upright uint8 RGB (H, W, 3), at least 512 px on the longer
    side unless the photo has fewer. WebP takes half of JPEG's bytes at this quality, and 10 ms to write.
    """
    small = max(pixels.shape[:2]) <= LONGEST_SIDE and len(data) <= _SMALL_ENOUGH
    if small and photo_format(data) in ("JPEG", "PNG", "WEBP"):
        return data
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    target = io.BytesIO()
    image.save(target, "WEBP", quality=_QUALITY, method=1)
    return target.getvalue()


class SQLitePhotos:
    """A `PhotoArchive` in one SQLite file; it is opened, and created, by its first use."""

    def __init__(self, path: str, *, patience: float, read_only: bool = False) -> None:
        self._path = path
        self._patience = patience
        self._read_only = read_only
        self._lock = threading.Lock()
        self._pool: Pool | None = None

    def put(self, sha256: str, data: bytes) -> None:
        """Keep one photo; see `put_all`."""
        self.put_all({sha256: data})

    def put_all(self, photos: Mapping[str, bytes]) -> None:
        """Keep photos, by the sha256 (hex) of the file that they were made from; what is kept stays.

        Raises:
            StoreError: the file cannot be written.
        """
        rows = list(photos.items())
        for start in range(0, len(rows), _AT_ONCE):
            with self._opened().write() as connection:
                connection.executemany(
                    "INSERT INTO photos (sha256, data) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    rows[start : start + _AT_ONCE],
                )

    def get(self, sha256: str) -> bytes | None:
        """The image file that was kept of a photo, None where there is none or it cannot be read."""
        if self._absent():
            return None
        try:
            with self._opened().connection() as connection:
                row = connection.execute("SELECT data FROM photos WHERE sha256 = ?", (sha256,)).fetchone()
        except StoreError:
            return None
        return bytes(row[0]) if row else None

    def delete(self, photos: Iterable[str]) -> None:
        """Forget photos.

        Raises:
            StoreError: the file cannot be written.
        """
        names = list(photos)
        if names and not self._absent():
            with self._opened().write() as connection:
                connection.execute(
                    "DELETE FROM photos WHERE sha256 IN (SELECT value FROM json_each(?))",
                    (json.dumps(names),),
                )

    def prune(self, known: Iterable[str]) -> int:
        """Forget every photo but these, and give the space back to the disk; returns the bytes freed.

        Raises:
            StoreError: the file cannot be written.
        """
        if self._absent():
            return 0
        before, kept = self.size(), set(known)
        with self._opened().connection() as connection:
            there = [row[0] for row in connection.execute("SELECT sha256 FROM photos")]
        gone = [name for name in there if name not in kept]
        for start in range(0, len(gone), _AT_ONCE):
            self.delete(gone[start : start + _AT_ONCE])
        with self._opened().maintain() as connection:
            free, pages = (
                connection.execute(f"PRAGMA {what}").fetchone()[0]
                for what in ("freelist_count", "page_count")
            )
            # Writing the file anew keeps others from it for as long: only where that gives something back.
            if free > pages * _WORTH:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return max(0, before - self.size())

    @property
    def there(self) -> bool:
        """Whether anything was ever kept."""
        return not self._absent()

    def backup(self, path: Path) -> None:
        """Write a consistent copy of the file, also while others write.

        Raises:
            StoreError: there is a file at the path already, or it cannot be written.
        """
        backup(self._opened(), path)

    def size(self) -> int:
        """How many bytes the file has."""
        files = (Path(self._path), Path(self._path + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        """Close every connection; calling twice is fine."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _absent(self) -> bool:
        return self._pool is None and (self._path == MEMORY or not Path(self._path).exists())

    def _opened(self) -> Pool:
        with self._lock:
            if self._pool is None:
                try:
                    self._pool = self._open()
                except DatabaseCorrupt:
                    if self._read_only:
                        raise
                    self._set_aside()
                    self._pool = self._open()
            return self._pool

    def _open(self) -> Pool:
        pool = open_pool(
            self._path,
            patience=self._patience,
            read_only=self._read_only,
            application_id=_APPLICATION_ID,
            extension=False,
            size=2,
        )
        if not self._read_only:
            try:
                with pool.write() as connection:
                    connection.execute(
                        "CREATE TABLE IF NOT EXISTS photos "
                        "(pk INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, data BLOB NOT NULL) STRICT"
                    )
            except BaseException:
                pool.close()
                raise
        return pool

    def _set_aside(self) -> None:
        """Move a damaged file out of the way: what it kept can be fetched again."""
        for ending in ("", "-wal", "-shm"):
            file = Path(self._path + ending)
            if file.exists():
                file.replace(f"{self._path}.damaged{ending}")
