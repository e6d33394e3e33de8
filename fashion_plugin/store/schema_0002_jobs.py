"""The second schema: the inbox of catalogue events, the jobs they leave, and what removed products keep.

``product_events`` has a row for every product that an event has named: the time of the newest event taken
(microseconds since 1970, of the shop's clock) and what it said; with ``removed`` it is a tombstone, which
holds off events that are late. ``jobs`` has a row for every product whose images wait: ``wanted`` is the
product as it shall be. Times of jobs are microseconds since 1970, of this machine's clock.

A product that an event removes is deleted at once; ``removed_images`` keeps its embeddings for a while, so
that one that is restored needs no encoding.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["apply"]

_STATEMENTS = (
    """
    CREATE TABLE product_events (
        product_id TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        content BLOB NOT NULL,
        removed INTEGER NOT NULL,
        received INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX product_events_removed ON product_events (received) WHERE removed = 1",
    """
    CREATE TABLE event_counts (
        state TEXT PRIMARY KEY,
        count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE jobs (
        product_id TEXT PRIMARY KEY,
        wanted TEXT NOT NULL,
        bulk INTEGER NOT NULL,
        since INTEGER NOT NULL,
        due INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        error TEXT NOT NULL,
        owner TEXT,
        leased_until INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX jobs_due ON jobs (bulk, due) WHERE failed = 0",
    """
    CREATE TABLE removed_images (
        product_id TEXT NOT NULL,
        source TEXT NOT NULL,
        photo TEXT NOT NULL,
        etag TEXT NOT NULL,
        last_modified TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        region TEXT NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (product_id, source, region)
    ) STRICT
    """,
)


def apply(db: "Database") -> None:
    """Create the tables of inbox and jobs."""
    for statement in _STATEMENTS:
        db.execute(statement)
