"""Products by their words in plain Python: what the SQLite store's search by text is compared with."""

import math
from collections.abc import Iterable, Mapping, Sequence

from fashion_plugin.store.base import TextHit, TextHits
from fashion_plugin.store.text_query import COVERED, ELSEWHERE, WEIGHTS, Way, lay_out

__all__ = ["find_words"]

Texts = Sequence[Sequence[str]]

# https://www.sqlite.org/fts5.html#the_bm25_function
_K1, _B, _LEAST_IDF = 1.2, 0.75, 1e-6


class _Lexicon:
    def __init__(self, texts: Mapping[str, Texts]) -> None:
        self.products = len(texts)
        self._counts: dict[str, int] = {}
        for columns in texts.values():
            for word in {word for column in columns for word in column}:
                self._counts[word] = self._counts.get(word, 0) + 1

    def count(self, word: str) -> int:
        return self._counts.get(word, 0)

    def beginning(self, start: str, longest: int) -> Sequence[tuple[str, int]]:
        return [(w, n) for w, n in self._counts.items() if w.startswith(start) and len(w) <= longest]

    def every(self) -> Mapping[str, int]:
        return self._counts


def find_words(text: str, texts: Mapping[str, Texts], allowed: Iterable[str], *, limit: int) -> TextHits:
    """The products of ``allowed`` that a text names, best first; ``texts`` has every product's words."""
    units = lay_out(text, _Lexicon(texts))
    sums = {name: [0.0, 0.0, 0.0] for name in texts}
    for unit in units:
        for name, columns in texts.items():
            found_by = [way for way in unit.ways if any(_count(way, column) for column in columns)]
            if found_by:
                quality = max(
                    way.quality * (1 if any(_count(way, column) for column in columns[:-1]) else ELSEWHERE)
                    for way in found_by
                )
                sums[name][0] += quality * unit.weight
                sums[name][1] += unit.weight
        for way in unit.ways:
            if way.quality == 1:
                for name, rank in _ranks(way, texts).items():
                    sums[name][2] += rank
    found = {name: sums[name] for name in allowed if sums[name][1] > 0}
    most = max((covered for _, covered, _ in found.values()), default=0.0)
    ordered = sorted(
        (-round(score, 9), round(rank, 9), name)
        for name, (score, covered, rank) in found.items()
        if covered >= COVERED * most - 1e-9
    )
    hits = [TextHit(name, min(1.0, -score)) for score, _, name in ordered[: max(0, limit)]]
    return TextHits(tuple(hits), len(ordered) if limit > 0 else 0)


def _ranks(way: Way, texts: Mapping[str, Texts]) -> dict[str, float]:
    """FTS5's bm25 of a phrase for the products that have it outside their descriptions: lower is better."""
    frequency = {name: _weighed(way, columns) for name, columns in texts.items()}
    having = sum(value > 0 for value in frequency.values())
    lengths = {name: sum(map(len, columns)) for name, columns in texts.items()}
    average = sum(lengths.values()) / max(1, len(texts))
    idf = max(math.log((len(texts) - having + 0.5) / (having + 0.5)), _LEAST_IDF)
    return {
        name: -idf * value * (_K1 + 1) / (value + _K1 * (1 - _B + _B * lengths[name] / average))
        for name, value in frequency.items()
        if value
    }


def _weighed(way: Way, columns: Texts) -> float:
    return sum(weight * _count(way, column) for weight, column in zip(WEIGHTS, columns, strict=True))


def _count(way: Way, column: Sequence[str]) -> int:
    size = len(way.words)
    starts = (tuple(column[at : at + size]) for at in range(len(column) - size + 1))
    return sum(_fits(way, some) for some in starts)


def _fits(way: Way, some: tuple[str, ...]) -> bool:
    if way.begun:
        return some[:-1] == way.words[:-1] and some[-1].startswith(way.words[-1])
    return some == way.words
