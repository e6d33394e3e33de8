"""Which garment a product is: the shop's own category names and titles mapped to garment labels."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from fashion_plugin.catalog import Product
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.words import KEYWORDS, NOT_WORN
from fashion_plugin.looks.words_beyond import KEYWORDS_BEYOND, UNSPACED

__all__ = ["COMPATIBLE", "EITHER", "GarmentLabels", "LabelOf", "label_in_text"]

LabelOf: TypeAlias = Callable[[Product], str | None]
"""The garment label of a product: "" when it is no garment, None when nothing tells."""

COMPATIBLE: Final = {label: (label,) for label in GARMENT_LABELS} | {
    "top": ("top", "outerwear"),
    "outerwear": ("outerwear", "top"),
}
"""Labels whose products may answer a garment: cardigans and overshirts are sold as either."""

EITHER: Final = {
    "dress": ("dress", "skirt"),
    "skirt": ("skirt", "dress"),
    "top": ("top", "outerwear"),
    "outerwear": ("outerwear", "top"),
}
"""Labels that a parser takes for one another, and shops file differently: a cardigan is a top or a jacket.
The garment's own comes first."""

_SUFFIX: Final = 4
"""Least letters of a keyword that may end a longer word, as in German and Dutch compounds (Sommerkleid,
rugzak)."""


_LETTERS: Final = {0x142: "l", 0xDF: "ss", 0xF8: "o", 0xE6: "ae", 0x131: "i"}
"""ł, ß, ø, æ and the dotless i."""


def _plain(text: str) -> str:
    """Lower case without accents; letters that do not decompose, by hand."""
    text = text.lower().translate(_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {_plain(word): label for label, text in reversed(words.items()) for word in text.split()}


_NEAR: Final = _by_word({"": NOT_WORN}) | _by_word(KEYWORDS)
_WORDS: Final = _by_word(KEYWORDS_BEYOND) | _NEAR
_UNSPACED: Final = _by_word(UNSPACED)
# The rarer languages' words must be longer: `mont` is a Turkish coat, and the end of many a name.
_COMPOUND: Final = {
    word: label for word, label in _WORDS.items() if len(word) >= _SUFFIX + (word not in _NEAR)
}
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_STOP: Final = re.compile(
    r"\b(?:with|and|for|mit|und|fur|avec|et|pour|con|y|para|per|met|en|voor|com|e|z|i|med|och|de|di|da|do|a|en|in)\b|[,(/|&+]"
)


@lru_cache(maxsize=8192)
def label_in_text(text: str) -> str | None:
    """The label of what a category or title names, "" for what is no garment, None when unknown.

    The last known word before `with`, `and` or a comma counts, as the thing itself ends an English, German or
    Dutch name (`shirt dress` is a dress, `dress shirt` a shirt); where none is known there, the first known
    word after it does. In scripts without spaces the known part that ends last counts.
    """
    plain = _plain(text)
    head, *tail = _STOP.split(plain, maxsplit=1)
    for part, last in ((head, True), *((rest, False) for rest in tail)):
        known = _labels_of_words(_TOKEN.findall(part))
        if known:
            return known[-1 if last else 0]
    return _label_unspaced(plain)


def _labels_of_words(tokens: Sequence[str]) -> list[str]:
    """The labels of the known words, in order; two written apart count as one (jump suit, bath robe)."""
    known = []
    at = 0
    while at < len(tokens):
        pair = "".join(tokens[at : at + 2])
        if at + 1 < len(tokens) and pair in _WORDS:
            known.append(_WORDS[pair])
            at += 2
            continue
        label = _label_of_word(tokens[at])
        known += [] if label is None else [label]
        at += 1
    return known


def _label_unspaced(text: str) -> str | None:
    if text.isascii():
        return None
    found = [
        (text.rfind(word) + len(word), len(word), label) for word, label in _UNSPACED.items() if word in text
    ]
    return max(found)[2] if found else None


def _label_of_word(word: str) -> str | None:
    if word in _WORDS:
        return _WORDS[word]
    joined = word.replace("-", "")
    if joined in _WORDS:
        return _WORDS[joined]
    last = word.rsplit("-", 1)[-1]
    if last in _WORDS:
        return _WORDS[last]
    if word.endswith("s") and joined[:-1] in _WORDS:
        return _WORDS[joined[:-1]]
    ends = (joined[start:] for start in range(3, len(joined) - _SUFFIX + 1))  # the longest first
    return next((_COMPOUND[end] for end in ends if end in _COMPOUND), None)


@dataclass(frozen=True, slots=True)
class GarmentLabels:
    """A shop's mapping from products to garment labels.

    `overrides` maps the shop's category names to labels ("" for what is no garment) and wins over everything;
    `learned` maps those that no keyword knows, as `learn` makes it.
    """

    overrides: Mapping[str, str] | None = None
    learned: Mapping[str, str] | None = None

    def __call__(self, product: Product) -> str | None:
        """The label of a product: "" when it is no garment, None when nothing tells.

        Overrides come first, then the last part of the category path, then the title, then the parts above,
        then what was learned about the category.
        """
        if product.category in (self.overrides or {}):
            return (self.overrides or {})[product.category]
        *above, last = re.split(r"\s*[>/|»]\s*", product.category)
        for text in (last, product.title, *reversed(above)):
            label = label_in_text(text)
            if label is not None:
                return label
        return (self.learned or {}).get(product.category)

    def learn(
        self, products: Iterable[Product], guess: Callable[[Product], str | None], *, least: int = 3
    ) -> "GarmentLabels":
        """The same mapping that also knows the categories no keyword tells.

        `guess` says for one product what it looks like (such as `PrototypeLabels` of its embedding, "" for
        what is no garment); a category takes the label that most of its products look like, if there are
        `least` of them and they are the majority.
        """
        votes: dict[str, Counter[str]] = {}
        for product in products:
            if not product.category or self(product) is not None:
                continue
            if (label := guess(product)) is not None:
                votes.setdefault(product.category, Counter())[label] += 1
        learned = dict(self.learned or {})
        for category, counts in votes.items():
            label, count = counts.most_common(1)[0]
            if count >= least and 2 * count > counts.total():
                learned[category] = label
        return GarmentLabels(self.overrides, learned)
