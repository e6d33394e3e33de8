"""How names are compared: letter case, accents' encoding and spacing do not matter."""

import unicodedata

__all__ = ["category_key", "key"]

SEPARATOR = " > "
"""Stands between the parts of a category's key."""


def key(name: str) -> str:
    """The form in which a name is compared: casefolded, NFKC, single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split()).encode("utf-8", "replace").decode("utf-8")


def category_key(path: str) -> str:
    """The key of a category path: ``"Women>  Dresses"`` gives ``"women > dresses"``."""
    parts = (key(part) for part in path.split(">"))
    return SEPARATOR.join(part for part in parts if part)
