"""Cursors: where the next page begins, bound to the question that they continue."""

import base64
import binascii
import hashlib
import json
from typing import Any

from fashion_plugin.errors import InvalidRequest

__all__ = ["read_cursor", "write_cursor"]


def write_cursor(question: object, place: int | str) -> str:
    """A cursor for the page that begins at a place: a number of matches, or a product's id."""
    text = json.dumps([_digest(question), place], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(question: object, cursor: object) -> Any:
    """The place that a cursor names; None for no cursor.

    Raises:
        InvalidRequest: it is no cursor of ours, or of another question.
    """
    if cursor is None:
        return None
    try:
        padded = str(cursor) + "=" * (-len(str(cursor)) % 4)
        digest, place = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, TypeError, RecursionError) as error:
        raise InvalidRequest(f"the cursor {str(cursor)[:40]!r} is none of this shop: leave it out") from error
    if isinstance(place, bool) or not isinstance(place, int | str) or digest != _digest(question):
        raise InvalidRequest(
            "the cursor belongs to another question: repeat query, like and filters as they were, or "
            "leave it out"
        )
    return place


def _digest(question: object) -> str:
    text = json.dumps(question, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
