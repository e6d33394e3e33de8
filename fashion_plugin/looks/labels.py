"""Which garment a product is: the shop's own category names and titles mapped to garment labels."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Product
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.words import KEYWORDS, NOT_WORN

__all__ = ["COMPATIBLE", "EITHER", "GarmentLabels", "PrototypeLabels", "label_in_text"]

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


def _plain(text: str) -> str:
    """Lower case without accents; ł and ß, which do not decompose, by hand."""
    text = text.lower().replace("ł", "l").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


_WORDS: Final = {_plain(word): "" for word in NOT_WORN.split()} | {
    _plain(word): label for label, words in reversed(KEYWORDS.items()) for word in words.split()
}
_COMPOUND: Final = sorted((word for word in _WORDS if len(word) >= _SUFFIX), key=len, reverse=True)
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_STOP: Final = re.compile(
    r"\b(?:with|and|for|mit|und|fur|avec|et|pour|con|y|para|per|met|en|voor|com|e|z|i|med|och|de|di|da|do|a|en|in)\b|[,(/|&+]"
)


@lru_cache(maxsize=8192)
def label_in_text(text: str) -> str | None:
    """The label of what a category or title names, "" for what is no garment, None when unknown.

    The last known word before `with`, `and` or a comma counts, as the thing itself ends an English, German or
    Dutch name (`shirt dress` is a dress, `dress shirt` a shirt); where none is known there, the first known
    word after it does.
    """
    plain = _plain(text)
    head, *tail = _STOP.split(plain, maxsplit=1)
    for part, last in ((head, True), *((rest, False) for rest in tail)):
        known = [label for token in _TOKEN.findall(part) if (label := _label_of_word(token)) is not None]
        if known:
            return known[-1 if last else 0]
    return None


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
    return next(
        (_WORDS[end] for end in _COMPOUND if len(joined) > len(end) + 2 and joined.endswith(end)), None
    )


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

        `guess` says for one product what it looks like (such as `PrototypeLabels` of its embedding); a
        category takes the label that most of its products look like, if there are `least` of them and they
        are the majority.
        """
        votes: dict[str, Counter[str]] = {}
        for product in products:
            if product.category and self(product) is None and (label := guess(product)):
                votes.setdefault(product.category, Counter())[label] += 1
        learned = dict(self.learned or {})
        for category, counts in votes.items():
            label, count = counts.most_common(1)[0]
            if count >= least and 2 * count > counts.total():
                learned[category] = label
        return GarmentLabels(self.overrides, learned)


class PrototypeLabels:
    """Labels by nearest mean embedding, learned from products whose label is known.

    `embeddings` is float32 (n, dim) of unit rows, `labels` their n labels; a label needs `least` examples.
    """

    def __init__(self, embeddings: NDArray[np.float32], labels: Sequence[str], *, least: int = 5) -> None:
        counts = Counter(labels)
        self.labels = tuple(label for label in GARMENT_LABELS if counts[label] >= least)
        named = np.array(labels, dtype=object)
        means = [embeddings[named == label].mean(axis=0) for label in self.labels]
        self._means = np.array(means, np.float32).reshape(len(means), embeddings.shape[1])
        self._means /= np.maximum(np.linalg.norm(self._means, axis=1, keepdims=True), 1e-9)

    def __call__(self, embedding: NDArray[np.float32], *, margin: float = 0.02) -> str | None:
        """The label whose mean is nearest to one embedding (dim,), or None between two."""
        if not self.labels:
            return None
        scores = self._means @ embedding
        order = np.argsort(-scores)
        if len(order) > 1 and scores[order[0]] - scores[order[1]] < margin:
            return None
        return self.labels[int(order[0])]
