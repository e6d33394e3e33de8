"""Looking after a database: counts, verification, reclaiming space."""

from pathlib import Path

from fashion_plugin.catalog import Stats
from fashion_plugin.store import vectors
from fashion_plugin.store.opening import MEMORY
from fashion_plugin.store.pool import Pool

__all__ = ["stats", "vacuum", "verify"]

_COUNTS = """
    SELECT
        (SELECT COUNT(*) FROM products),
        (SELECT COUNT(*) FROM products WHERE searchable),
        (SELECT COUNT(*) FROM images WHERE listed),
        (SELECT COUNT(*) FROM images WHERE error <> ''),
        (SELECT COUNT(*) FROM embeddings WHERE generation = ?)
"""


def stats(pool: Pool) -> Stats:
    """Counts and sizes."""
    with pool.read() as connection:
        generation = vectors.live(connection)
        row = connection.execute(_COUNTS, (generation.pk if generation else None,)).fetchone()
        size = connection.execute("PRAGMA page_count").fetchone()[0]
        size *= connection.execute("PRAGMA page_size").fetchone()[0]
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
        database_bytes=size if pool.name == MEMORY else _bytes(pool.name),
        photos_bytes=0,
        path=pool.name,
    )


def vacuum(pool: Pool) -> int:
    """Give free pages back to the disk; returns the bytes freed."""
    raise NotImplementedError


def verify(pool: Pool) -> list[str]:
    """What is wrong, in sentences."""
    raise NotImplementedError


def _bytes(name: str) -> int:
    """The size of a database with the log of what was committed last."""
    files = (Path(name), Path(name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
