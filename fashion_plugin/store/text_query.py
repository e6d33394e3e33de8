"""A text that somebody asks for, laid out as what products must have; the same for every store."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from fashion_plugin.store.spelling import meant, slips
from fashion_plugin.store.text_words import SPACELESS, compounds

__all__ = ["COLUMNS", "COVERED", "ELSEWHERE", "WEIGHTS", "Lexicon", "Unit", "Way", "lay_out"]

COLUMNS = ("title", "brand", "category", "colour", "tags", "description")
"""The texts of a product that are searched; the description is the last."""

WEIGHTS = (8.0, 4.0, 4.0, 4.0, 2.0, 0.0)
"""How much a word counts in each of `COLUMNS` when products that fit equally well are put in order (bm25)."""

ELSEWHERE = 0.7
"""What a word counts for that stands in the description only."""

COVERED = 0.8
"""Products with less than this share of what the best one has of the words are not found."""

_INFLECTED, _SPLIT, _BEGUN, _MISTYPED = 0.9, 0.9, 0.8, 0.6
_MOST_UNITS = 16
_LONGEST_WORD = 60
_ENDING = 2
"""Letters that an ending may have by which a word differs from its other forms."""

_MOST_FORMS = 6


class Lexicon(Protocol):
    """The words of a catalogue."""

    @property
    def products(self) -> int:
        """How many products there are."""
        ...

    def count(self, word: str) -> int:
        """How many products have a word."""
        ...

    def beginning(self, start: str, longest: int) -> Sequence[tuple[str, int]]:
        """Words of up to ``longest`` characters that begin so, with the number of products that have them."""
        ...

    def every(self) -> Mapping[str, int]:
        """Every word, with the number of products that have it."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """One way to fit a word: these words in sequence, with ``begun`` the last of them only begun."""

    words: tuple[str, ...]
    quality: float = 1.0
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """One word that was asked for: its weight (all weights sum to 1), and the ways to fit it."""

    weight: float
    ways: tuple[Way, ...]


def lay_out(text: str, lexicon: Lexicon) -> list[Unit]:
    """The words of a question with everything that fits them.

    A word that the catalogue has is taken as it stands, with its inflected forms behind; the last one may
    also be a beginning. One that it does not have may be mistyped, or two words written as one. Rare words
    weigh more: ln(1 + (N - n + 0.5) / (n + 0.5)) for n of N products (Robertson and Spärck Jones, as in
    Lucene's BM25); one that no product has, such as the "for" in "jeans for men", weighs as much as the known
    ones do on average.
    """
    asked = _asked(text)
    units: list[tuple[Way, ...]] = []
    for at, parts in enumerate(asked):
        ways = _ways(parts, lexicon, last=at == len(asked) - 1)
        for pair in (asked[at - 1 : at + 1] if at else [], asked[at : at + 2]):
            joined = "".join(word for one in pair for word in one)
            if len(pair) == 2 and max(map(len, pair)) == 1 and lexicon.count(joined):
                ways.append(Way((joined,)))
        units.append(tuple(dict.fromkeys(ways)))
    known = [_weight(ways, lexicon) for ways in units if ways]
    if not known:
        return []
    average = sum(known) / len(known)
    weights = [_weight(ways, lexicon) if ways else average for ways in units]
    return [Unit(weight / sum(weights), ways) for weight, ways in zip(weights, units, strict=True)]


def _asked(text: str) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []
    characters: list[str] = []
    for parts in [*compounds(text), ()]:
        if parts and parts[0][0] in _Spaceless:
            characters += parts
            continue
        # A sequence of characters without spaces: every two neighbours, as Lucene's CJK analyser takes them.
        asked += list(pairwise(characters)) if len(characters) > 1 else [(one,) for one in characters]
        characters = []
        if parts:
            asked.append(tuple(part[:_LONGEST_WORD] for part in parts))
    return list(dict.fromkeys(asked))[:_MOST_UNITS]


class _Ranges:
    """Whether a character is within ranges written as ``a-zA-Z``."""

    def __init__(self, ranges: str) -> None:
        self._ends = [(ranges[at], ranges[at + 2]) for at in range(0, len(ranges), 3)]

    def __contains__(self, character: str) -> bool:
        return any(first <= character <= last for first, last in self._ends)


_Spaceless = _Ranges(SPACELESS)


def _ways(parts: tuple[str, ...], lexicon: Lexicon, *, last: bool) -> list[Way]:
    joined = "".join(parts)
    if len(parts) > 1:
        spaceless = parts[0][0] in _Spaceless
        ways = [Way(parts)] if spaceless or all(map(lexicon.count, parts)) else []
        if not spaceless and lexicon.count(joined):
            ways.append(Way((joined,)))
        return ways or _unknown(joined, lexicon)
    known = bool(lexicon.count(joined))
    ways = [Way(parts)] if known else []
    ways += [Way((form,), _INFLECTED) for form in _forms(joined, lexicon)]
    if (
        last
        and len(joined) > 1
        and any(other != joined for other, _ in lexicon.beginning(joined, _LONGEST_WORD))
    ):
        ways.append(Way(parts, _BEGUN, begun=True))
    return ways or _unknown(joined, lexicon)


def _forms(word: str, lexicon: Lexicon) -> list[str]:
    """Known words that differ by a short ending: Kleid and Kleider, robe and robes."""
    if len(word) < 3 or not word.isalpha():
        return []
    longer = [form for form, _ in lexicon.beginning(word, len(word) + _ENDING) if form != word]
    shorter = [word[:-cut] for cut in range(1, _ENDING + 1) if len(word) - cut >= max(4, len(word) // 2)]
    found = [form for form in (*longer, *filter(lexicon.count, shorter)) if form.isalpha()]
    return sorted(found, key=lambda form: (abs(len(form) - len(word)), form))[:_MOST_FORMS]


def _unknown(word: str, lexicon: Lexicon) -> list[Way]:
    for cut in range(2, len(word) - 1):
        halves = word[:cut], word[cut:]
        if all(map(lexicon.count, halves)):
            return [Way(halves, _SPLIT)]
    if not slips(word):
        return []
    return [Way((other,), _MISTYPED) for other in meant(word, lexicon.every())]


def _weight(ways: Sequence[Way], lexicon: Lexicon) -> float:
    counts = (min(map(lexicon.count, way.words)) for way in ways)
    n = min(lexicon.products, max(counts, default=0))
    return math.log(1 + (lexicon.products - n + 0.5) / (n + 0.5))
