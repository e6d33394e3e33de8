"""The MCP server over HTTP: alone, or beside a Flask app in one ASGI process."""

import hmac
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from fashion_plugin.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter
    from mcp.server import MCPServer
    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["mcp_app"]

_MAX_BODY: Final = 8_500_000
"""Bytes of a request: the largest photo that is taken, in base64, and some words."""

_LOCAL: Final = ("127.0.0.1:*", "localhost:*", "[::1]:*")


def mcp_app(
    server: "MCPServer",
    *,
    path: str = "/mcp",
    allowed_hosts: Sequence[str] = (),
    allowed_origins: Sequence[str] = (),
    token: str = "",
    rate: str = "120/minute",
    beside: Callable[..., Any] | None = None,
) -> "Starlette":
    """An ASGI application that serves MCP at a path, for uvicorn or any other ASGI server.

    A request whose Host or Origin is not allowed is refused, which keeps pages of other sites from reaching a
    server on a shopper's or an owner's machine (DNS rebinding).

    Args:
        server: what `mcp_server` made.
        path: where MCP is served.
        allowed_hosts: values of the Host header, ``shop.example`` or ``shop.example:*``; this machine's own
            names are allowed besides.
        allowed_origins: values of the Origin header; requests without one are no browser's.
        token: what clients have to send as ``Authorization: Bearer …``; empty lets everyone in.
        rate: requests that one address may make, ``120/minute``; empty for any number.
        beside: a WSGI application, such as a Flask app, that answers everything else.

    Raises:
        MissingExtra: packages of the extra are not installed.
        InvalidInput: the rate cannot be read.
    """
    try:
        from a2wsgi import WSGIMiddleware
        from limits import parse
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter
        from mcp.server.transport_security import TransportSecuritySettings
        from starlette.routing import Mount
    except ImportError as error:
        raise MissingExtra("MCP over HTTP needs an extra: pip install 'fashion-plugin[mcp]'") from error
    try:
        limit = parse(rate) if rate else None
    except ValueError as error:
        raise InvalidInput(f"a rate looks like 120/minute, not {rate!r}") from error
    hosts = [*allowed_hosts, *_LOCAL, *(host.removesuffix(":*") for host in _LOCAL)]
    app = server.streamable_http_app(
        streamable_http_path=path,
        stateless_http=True,
        json_response=True,
        max_request_body_size=_MAX_BODY,
        transport_security=TransportSecuritySettings(
            allowed_hosts=hosts, allowed_origins=list(allowed_origins)
        ),
    )
    limiter = MovingWindowRateLimiter(MemoryStorage())
    app.add_middleware(_Door, path=path, token=token, limit=limit, limiter=limiter)
    if beside is not None:
        app.router.routes.append(Mount("/", app=cast("ASGIApp", WSGIMiddleware(beside))))
    return app


class _Door:
    """Asks for the token and counts requests before MCP is reached."""

    def __init__(
        self, app: "ASGIApp", *, path: str, token: str, limit: "RateLimitItem | None", limiter: "RateLimiter"
    ) -> None:
        self._app = app
        self._path = path
        self._token = token.encode()
        self._limit = limit
        self._limiter = limiter

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") != self._path.rstrip("/"):
            await self._app(scope, receive, send)
            return
        client = (scope.get("client") or ("unknown",))[0]
        if self._limit is not None and not self._limiter.hit(self._limit, client):
            wait = str(int(self._limit.get_expiry()))
            await _refuse(
                send, 429, "Too many requests", f"at most {self._limit} are answered", {"Retry-After": wait}
            )
        elif self._token and not self._knows(dict(scope["headers"]).get(b"authorization", b"")):
            told = "send the shop's token as Authorization: Bearer …"
            await _refuse(send, 401, "Not authorised", told, {"WWW-Authenticate": "Bearer"})
        else:
            await self._app(scope, receive, send)

    def _knows(self, header: bytes) -> bool:
        scheme, _, given = header.partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(given.strip(), self._token)


async def _refuse(send: "Send", status: int, title: str, detail: str, headers: dict[str, str]) -> None:
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
    sent = {"content-type": "application/problem+json", "content-length": str(len(body)), **headers}
    named = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})
