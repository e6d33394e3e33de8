"""How the outside plugs in: a neutral request and response, and the adapters that answer them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from fashion_plugin.errors import InvalidRequest

if TYPE_CHECKING:
    from fashion_plugin.engine import FashionPlugin

__all__ = ["Adapter", "Request", "Response", "adapter_path", "installed_adapters"]

ENTRY_POINT_GROUP = "fashion_plugin.adapters"


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
        body = {"type": "about:blank", "title": title, "status": status}
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
