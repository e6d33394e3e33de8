"""The fourth schema: the words of every product, for search by text.

``product_text`` has a row for each product, under its key, with the words of its texts as
`fashion_plugin.store.text_words` takes them: folded there, so that every store and every SQLite folds alike,
and so the tokenizer only splits at spaces. ``product_terms`` lists every word and how many products have it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["apply"]

_STATEMENTS = (
    """
    CREATE VIRTUAL TABLE product_text USING fts5
    (title, brand, category, colour, tags, description, tokenize = 'ascii')
    """,
    "CREATE VIRTUAL TABLE product_terms USING fts5vocab (product_text, row)",
    """
    CREATE TRIGGER product_text_removed AFTER DELETE ON products BEGIN
        DELETE FROM product_text WHERE rowid = old.pk;
    END
    """,
)


def apply(db: "Database") -> None:
    """Create the index and fill it with the products that are there."""
    from fashion_plugin.store.text_index import index_all

    for statement in _STATEMENTS:
        db.execute(statement)
    index_all(db.conn)
