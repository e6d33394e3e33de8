"""How the outside plugs in: a neutral request and response, and the adapters that answer them."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from fashion_plugin.errors import (
    Busy,
    DownloadError,
    FashionPluginError,
    ImageTooLarge,
    InvalidInput,
    InvalidRequest,
    NotAvailable,
    NotFound,
    PayloadTooLarge,
    SignatureError,
    StoreError,
    UnknownQuery,
)

if TYPE_CHECKING:
    from fashion_plugin.engine import FashionPlugin

__all__ = ["Adapter", "Request", "Response", "adapter_path", "answer", "installed_adapters", "problem_for"]

ENTRY_POINT_GROUP = "fashion_plugin.adapters"

_log = logging.getLogger("fashion_plugin.adapters")

# The first kind that fits an error decides; what is not here is a fault of ours.
_STATUS: tuple[tuple[type[FashionPluginError], int, str], ...] = (
    (SignatureError, 401, "Not authorised"),
    (PayloadTooLarge, 413, "Too large"),
    (UnknownQuery, 410, "Query expired"),
    (InvalidRequest, 400, "Bad request"),
    (ImageTooLarge, 413, "Photo too large"),
    (InvalidInput, 422, "Cannot be taken"),
    (NotFound, 404, "Not found"),
    (DownloadError, 422, "Image URL cannot be used"),
    (NotAvailable, 501, "Not available"),
    (Busy, 503, "Busy"),
    (StoreError, 503, "Temporarily unavailable"),
)
_RETRY_AFTER = {"Retry-After": "5"}


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request without a framework: ``path`` is below the mount point, ``body`` the raw bytes.

    Header names are found in any letter case through `header`. ``url`` is the full URL as the sender saw
    it, for the schemes that sign it.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""

    def header(self, name: str, default: str = "") -> str:
        """One header's value, whatever the letter case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), default)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            InvalidRequest: it is not JSON in UTF-8.
        """
        try:
            return json.loads(self.body.decode("utf-8"))
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            raise InvalidRequest(f"the body is not JSON: {error}") from error


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response without a framework."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def json(cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> "Response":
        """A JSON response."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, {"Content-Type": "application/json", **(headers or {})}, body)

    @classmethod
    def problem(
        cls, status: int, title: str, detail: str = "", headers: Mapping[str, str] | None = None
    ) -> "Response":
        """An error as a problem body (RFC 9457)."""
        body: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
        if detail:
            body["detail"] = detail
        return cls.json(body, status, {**(headers or {}), "Content-Type": "application/problem+json"})


@runtime_checkable
class Adapter(Protocol):
    """Something that answers requests with the shop's plugin; no base class, no web framework.

    An optional attribute ``path`` says where it is mounted (default ``/webhooks/<name>``).
    """

    @property
    def name(self) -> str: ...
    def handle(self, request: Request, plugin: "FashionPlugin") -> Response:
        """Answer one request; errors of the tree become problem responses in the host."""
        ...


def adapter_path(adapter: Adapter) -> str:
    """Where an adapter is mounted below its host."""
    return str(getattr(adapter, "path", "") or f"/webhooks/{adapter.name}")


def installed_adapters() -> dict[str, Any]:
    """The adapter classes that installed packages register, by entry-point name, loaded now."""
    return {point.name: point.load() for point in entry_points(group=ENTRY_POINT_GROUP)}


def problem_for(error: Exception) -> Response:
    """The problem response (RFC 9457) that an error stands for.

    A signature that does not fit says nothing more; a fault of ours is a 5xx without detail, so that
    the sender tries again.
    """
    for kind, status, title in _STATUS:
        if isinstance(error, kind):
            told = status < 500 and kind is not SignatureError
            return Response.problem(
                status, title, str(error) if told else "", _RETRY_AFTER if status == 503 else None
            )
    return Response.problem(500, "Internal error")


def answer(adapter: Adapter, request: Request, plugin: "FashionPlugin") -> Response:
    """Let an adapter answer a request; whatever it raises becomes a problem response and is logged.

    Hosts call this, so that every one of them answers alike.
    """
    try:
        return adapter.handle(request, plugin)
    except Exception as error:
        response = problem_for(error)
        if response.status >= 500:
            _log.exception("%s %s: %s failed", request.method, request.path, adapter.name)
        else:
            _log.warning("%s refused a request: %s", adapter.name, type(error).__name__)
        return response
