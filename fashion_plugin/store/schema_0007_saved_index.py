"""The seventh schema: ``state.saved_index`` names the saved search index that belongs to this database.

The name is a random word, new with each time that the index is saved: a file that is named otherwise is of
another history, such as that from before a backup was restored. Empty where nothing was saved.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["apply"]


def apply(db: "Database") -> None:
    """Add the column."""
    db.execute("ALTER TABLE state ADD COLUMN saved_index TEXT NOT NULL DEFAULT ''")
