"""Products by their words: FTS5 finds them, this puts them in order."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

from collections.abc import Mapping, Sequence
from typing import Any

from fashion_plugin.catalog import Filters
from fashion_plugin.store.base import TextHit, TextHits
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.filters import condition
from fashion_plugin.store.text_query import COLUMNS, COVERED, ELSEWHERE, WEIGHTS, Way, lay_out

__all__ = ["SQLiteLexicon", "find"]

_MAIN = " ".join(COLUMNS[:-1])
_RANK = f"bm25(product_text, {', '.join(map(str, WEIGHTS))})"
_HITS = "SELECT rowid, ?, ?, ?, {rank} FROM product_text WHERE product_text MATCH ?"
_FOUND = f"""
    WITH hits (pk, unit, score, weight, rank) AS ({{hits}}),
    best AS (
        SELECT pk, MAX(score) AS score, weight, SUM(rank) AS rank FROM hits GROUP BY pk, unit
    ),
    weighed AS (
        SELECT pk, SUM(score) AS score, SUM(weight) AS covered, SUM(rank) AS rank FROM best GROUP BY pk
    ),
    allowed AS MATERIALIZED (
        SELECT w.*, p.id FROM weighed w JOIN products p ON p.pk = w.pk WHERE {{where}}
    )
    SELECT id, score, COUNT(*) OVER () FROM allowed
    WHERE covered >= {COVERED} * (SELECT MAX(covered) FROM allowed) - 1e-9
    ORDER BY ROUND(score, 9) DESC, ROUND(rank, 9), id LIMIT ?
"""


class SQLiteLexicon:
    """The words of one state of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._counted: dict[str, int] = {}
        self.products = int(connection.execute("SELECT COUNT(*) FROM products").fetchone()[0])

    def count(self, word: str) -> int:
        """How many products have a word."""
        if word not in self._counted:
            row = self._connection.execute("SELECT doc FROM product_terms WHERE term = ?", (word,)).fetchone()
            self._counted[word] = row[0] if row else 0
        return self._counted[word]

    def beginning(self, start: str, longest: int) -> Sequence[tuple[str, int]]:
        """Words of up to ``longest`` characters that begin so, with the number of products that have them."""
        return self._connection.execute(
            "SELECT term, doc FROM product_terms WHERE term >= ? AND term < ? AND length(term) <= ?",
            (start, start + "\U0010ffff", longest),
        ).fetchall()

    def every(self) -> Mapping[str, int]:
        """Every word, with the number of products that have it."""
        return dict(self._connection.execute("SELECT term, doc FROM product_terms").fetchall())


def find(connection: Connection, text: str, *, limit: int, filters: Filters | None) -> TextHits:
    """The searchable products that a text names, best first; see `VectorStore.find`."""
    units = lay_out(text, SQLiteLexicon(connection))
    hits: list[str] = []
    parameters: list[Any] = []
    for number, unit in enumerate(units):
        for way in unit.ways:
            for quality, match, rank in _matches(way):
                hits.append(_HITS.format(rank=rank))
                parameters += (number, quality * unit.weight, unit.weight, match)
    if not hits or limit < 1:
        return TextHits((), 0)
    wanted = condition(filters, hidden=True)
    rows = connection.execute(
        _FOUND.format(hits=" UNION ALL ".join(hits), where=wanted.sql),
        (*parameters, *wanted.parameters, limit),
    ).fetchall()
    return TextHits(
        tuple(TextHit(name, min(1.0, score)) for name, score, _ in rows), rows[0][2] if rows else 0
    )


def _matches(way: Way) -> list[tuple[float, str, str]]:
    """What a way asks of FTS5: the words anywhere, and in what is not the description; those make the rank.

    Nothing else is ranked, which takes longer than finding.
    """
    # Words hold letters, digits and vowel signs only, so that nothing in them means anything to FTS5.
    phrase = " + ".join(f'"{word}"' for word in way.words) + (" *" if way.begun else "")
    return [
        (way.quality * ELSEWHERE, phrase, "0.0"),
        (way.quality, f"{{{_MAIN}}} : ({phrase})", _RANK if way.quality == 1 else "0.0"),
    ]
