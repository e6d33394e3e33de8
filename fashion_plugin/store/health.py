"""Looking after a database: counts and sizes, space, copies."""

import os
import time
from pathlib import Path

from fashion_plugin.catalog import Stats
from fashion_plugin.errors import StoreError
from fashion_plugin.store import vectors
from fashion_plugin.store.driver import Connection, driver
from fashion_plugin.store.generations import RECOUNT, generation_stats
from fashion_plugin.store.opening import MEMORY
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.problems import translated
from fashion_plugin.store.product_writer import drop_orphans
from fashion_plugin.store.rebuilding import rebuild
from fashion_plugin.store.text_index import tidy

__all__ = ["backup", "check_target", "database_bytes", "photos", "stats", "vacuum"]

_NAP = 0.0007  # seconds between two tries to find a gap between writes
_TRIES, _PAUSE = 20, 0.05

_COUNTS = """
    SELECT
        (SELECT COUNT(*) FROM products),
        (SELECT COUNT(*) FROM products WHERE searchable),
        (SELECT COUNT(*) FROM images WHERE listed),
        (SELECT COUNT(*) FROM images WHERE error <> ''),
        (SELECT COUNT(*) FROM embeddings WHERE generation = ?)
"""

_DANGLING = """
    DELETE FROM image_embeddings
    WHERE image NOT IN (SELECT pk FROM images) OR embedding NOT IN (SELECT id FROM embeddings)
"""


def stats(pool: Pool, photos_bytes: int) -> Stats:
    """Counts and sizes."""
    with pool.read() as connection:
        generation = vectors.live(connection)
        row = connection.execute(_COUNTS, (generation.pk if generation else None,)).fetchone()
        generations = tuple(generation_stats(connection, vectors.now_micros()))
        size = database_bytes(connection, pool.name)
    products, searchable, images, failed, embeddings = row
    return Stats(
        products=products,
        searchable=searchable,
        images=images,
        failed_images=failed,
        embeddings=embeddings,
        encoder=generation.info.encoder if generation else "",
        fingerprint=generation.info.fingerprint if generation else "",
        dim=generation.info.dim if generation else 0,
        database_bytes=size,
        photos_bytes=photos_bytes,
        path=pool.name,
        generations=generations,
    )


def vacuum(pool: Pool) -> int:
    """Rebuild the vec0 tables, drop what nothing refers to, then give free pages back to the disk.

    Returns the bytes freed.

    Readers go on meanwhile. Writers go on while the tables are rebuilt, and wait for the two steps after it,
    which take about a second for a gigabyte. A crash leaves the database whole.
    """
    with pool.read() as connection:
        before = database_bytes(connection, pool.name)
    rebuild(pool)
    with pool.write() as connection:
        connection.execute(_DANGLING)
        for generation in vectors.every(connection):
            vectors.drop_broken(connection, generation)
        drop_orphans(connection, (row[0] for row in connection.execute("SELECT pk FROM photos").fetchall()))
        live = vectors.live(connection)
        connection.execute(RECOUNT, (live.pk if live else None,))
        tidy(connection)
        # What has been deleted is forgotten here: copies of the vectors elsewhere start anew.
        connection.execute("DELETE FROM removed_embeddings")
        connection.execute("UPDATE state SET changes = changes + 1, epoch = epoch + 1")
    with pool.maintain() as connection:
        # Tried again and again in the gaps between two writes of others: SQLite's own waiting is too slow.
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            pool.patiently(connection, "VACUUM", nap=_NAP)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(pool.patience * 1000)}")
        connection.execute("PRAGMA analysis_limit = 1000")
        connection.execute("ANALYZE")
        for _ in range(_TRIES):  # the new file stands in the log until nobody reads the old one
            if not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                break
            time.sleep(_PAUSE)
        after = database_bytes(connection, pool.name)
    return max(0, before - after)


def photos(pool: Pool) -> list[str]:
    """The sha256 of every photo that is shown."""
    with pool.read() as connection:
        return [row[0] for row in connection.execute("SELECT sha256 FROM photos")]


def backup(pool: Pool, path: Path) -> None:
    """Copy a database to a file that is not there yet; the copy appears when it is complete.

    Others read and write meanwhile; the copy is of one moment.

    Raises:
        StoreError: there is a file already, or no folder.
        DatabaseFull: the copy does not fit on its disk.
    """
    check_target(path)
    part = path.with_name(path.name + ".part")
    try:
        with pool.connection() as connection, translated(str(path)):
            target: Connection = driver().connect(part)
            try:
                # All pages in one go: in several, every write in between would start the copy again.
                connection.backup(target)
            finally:
                target.close()
        part.replace(path)
    finally:
        for leftover in (part, part.with_name(part.name + "-journal")):
            leftover.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Refuse a path that a copy cannot be written to.

    Raises:
        StoreError: there is a file already, or no folder.
    """
    if path.exists():
        raise StoreError(f"{path} is there already: name a file that is not")
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}: create it first")


def database_bytes(connection: Connection, name: str) -> int:
    """The size of a database, with the log of what was committed last."""
    if name == MEMORY:
        pages, size = (
            connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size")
        )
        return int(pages * size)
    files = (Path(name), Path(os.path.realpath(name) + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
