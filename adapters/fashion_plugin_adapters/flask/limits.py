"""A limit for each client, kept by the Flask-Limiter that the app has (the extra ``limits``)."""

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from flask import Response as FlaskResponse
from flask import current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from fashion_plugin.adapter import Response

__all__ = ["Limiter", "limited"]

View = Callable[..., ResponseReturnValue]


class Limiter(Protocol):
    """What is used of ``flask_limiter.Limiter``."""

    @property
    def current_limit(self) -> Any: ...
    def shared_limit(self, limit_value: Callable[[], str], scope: str) -> Callable[[View], View]:
        """A decorator whose views share one budget for each client."""
        ...


def limited(limiter: Limiter | None, scope: str, view: View) -> View:
    """A view that answers a client 429, with Retry-After, once it is over ``FASHION_RATE_LIMIT``.

    The views of one scope share the budget; without a limiter the view is returned as it is.
    """
    if limiter is None:
        return view

    @wraps(view)
    def named(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        return view(*args, **kwargs)

    # Flask-Limiter keeps its limits by this name, which views of two blueprints would share.
    named.__qualname__ = f"{scope}.{view.__name__}"
    counted = limiter.shared_limit(_allowed, scope=scope)(named)

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        try:
            return counted(*args, **kwargs)
        except TooManyRequests:
            return _refused(limiter)

    return guarded


def _allowed() -> str:
    return str(current_app.config["FASHION_RATE_LIMIT"])


def _refused(limiter: Limiter) -> FlaskResponse:
    current = limiter.current_limit
    seconds = max(1, math.ceil(current.reset_at - time.time())) if current else 60
    told = Response.problem(
        429,
        "Too many requests",
        f"this is more than {_allowed()}: try again in {seconds} seconds",
        {"Retry-After": str(seconds)},
    )
    return FlaskResponse(told.body, told.status, dict(told.headers))
