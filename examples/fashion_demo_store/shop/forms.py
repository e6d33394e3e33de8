"""Forms that only the shop's own pages may send: a token in the session and in each form."""

import hmac
import secrets

from flask import abort, request, session
from markupsafe import Markup

__all__ = ["check", "token"]

_OPEN = ("/fashion/",)
"""Paths whose posts are protected otherwise: the search API holds no session, webhooks are signed."""


def token() -> Markup:
    """The hidden field that every form carries."""
    value = session.setdefault("csrf", secrets.token_urlsafe(24))
    return Markup('<input type="hidden" name="csrf" value="{}">').format(value)


def check() -> None:
    """Refuse a post without the session's token."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(_OPEN):
        return
    given, known = request.form.get("csrf", ""), session.get("csrf", "")
    if not known or not hmac.compare_digest(given.encode(), known.encode()):
        abort(400, "The form has expired: go back, load the page again and send it once more.")
