"""Wishing for a job, inside the caller's transaction."""

from fashion_plugin.store.driver import Connection
from fashion_plugin.store.payload import write_product_text
from fashion_plugin.store.reading import by_id

__all__ = ["recheck", "want"]

# A new wish starts afresh, unless it asks for the very images that were tried already.
_WANT = (
    "INSERT INTO jobs (product_id, wanted, bulk, since, due, attempts, failed, error, leased_until) "
    "VALUES (:id, :wanted, :bulk, :now, :now, 0, 0, '', 0) "
    "ON CONFLICT (product_id) DO UPDATE SET wanted = excluded.wanted, "
    "bulk = min(bulk, excluded.bulk), due = CASE WHEN :same THEN due ELSE excluded.due END, "
    "attempts = CASE WHEN :same THEN attempts ELSE 0 END, failed = CASE WHEN :same THEN failed ELSE 0 END, "
    "error = CASE WHEN :same THEN error ELSE '' END"
)


def want(connection: Connection, id: str, wanted: str, *, bulk: bool, same: bool, now: int) -> None:
    """Ask for a product as it shall be; ``same`` when its images are those that are asked for already."""
    values = {"id": id, "wanted": wanted, "bulk": int(bulk), "now": now, "same": int(same)}
    connection.execute(_WANT, values)


def recheck(connection: Connection, after: str, limit: int, now: int) -> str | None:
    """Ask for some products as they are, in order of id after one; returns the last, None when none is left.

    Products that are asked for already are left as they are.
    """
    rows = connection.execute(
        "SELECT id FROM products WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
    ).fetchall()
    ids = [row[0] for row in rows]
    for product_id, stored in by_id(connection, ids).items():
        asked = connection.execute("SELECT 1 FROM jobs WHERE product_id = ?", (product_id,)).fetchone()
        if not asked and stored.images:
            text = write_product_text(stored.product())
            want(connection, product_id, text, bulk=True, same=False, now=now)
    return ids[-1] if ids else None
