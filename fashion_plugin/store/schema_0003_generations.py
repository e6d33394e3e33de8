"""The third schema: where a generation's encoder is to be had again, who builds it, and since when.

``source`` is what loads the encoder in another process (a preset's name, a path), empty when nothing does.
``owner`` holds the lease of the generation until ``leased_until``; ``since`` is when it came into its state
(both microseconds since 1970, of this machine's clock).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["apply"]

_STATEMENTS = (
    "ALTER TABLE generations ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE generations ADD COLUMN owner TEXT",
    "ALTER TABLE generations ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE generations ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
)


def apply(db: "Database") -> None:
    """Add the columns."""
    for statement in _STATEMENTS:
        db.execute(statement)
