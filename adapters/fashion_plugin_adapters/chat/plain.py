"""Merchants' texts as plain text: descriptions come as HTML, and are never passed on as such."""

import re
from html import unescape

__all__ = ["plain_text"]

_HIDDEN = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>?")


def plain_text(text: str, most: int = 0) -> str:
    """A text without HTML, in single-spaced lines; cut after ``most`` characters, if that is given.

    Entities are resolved once, and a tag that this brings forth is taken out too, so that no markup is left
    for a page that forgets to escape.
    """
    for _ in range(2):
        text = _COMMENT.sub(" ", _HIDDEN.sub(" ", text))
        text = unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    text = _TAG.sub("", text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    result = "\n".join(line for line in lines if line)
    return result if not most or len(result) <= most else result[: most - 1].rstrip() + "…"
