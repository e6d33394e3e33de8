"""WSGI (PEP 3333) in, adapters behind, WSGI out; nothing is decided here."""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Adapter, Request, Response, adapter_path, answer
from fashion_plugin.errors import InvalidInput

__all__ = ["FashionWsgi", "fashion_wsgi"]

_log = logging.getLogger("fashion_plugin.adapters")

_StartResponse = Callable[..., Any]
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def fashion_wsgi(
    shop: FashionPlugin,
    adapters: Sequence[Adapter],
    *,
    max_body: int = 10 * 2**20,
    worker: bool = False,
) -> "FashionWsgi":
    """A WSGI application that carries requests to adapters, each at its own path.

    Args:
        shop: the catalogue that the adapters work on.
        adapters: each is mounted at its ``path``, else at ``/webhooks/<name>``.
        max_body: bytes that a request's body may have; more is answered 413 unread.
        worker: do the jobs in a thread of this process, begun with the first request.

    Raises:
        InvalidInput: two adapters have one path.
    """
    return FashionWsgi(shop, adapters, max_body=max_body, worker=worker)


class FashionWsgi:
    """The application that `fashion_wsgi` makes; `close` stops its worker."""

    def __init__(
        self, shop: FashionPlugin, adapters: Sequence[Adapter], *, max_body: int, worker: bool
    ) -> None:
        self._shop = shop
        self._max_body = max_body
        self._adapters: dict[str, Adapter] = {}
        for adapter in adapters:
            path = adapter_path(adapter)
            if path in self._adapters:
                raise InvalidInput(f"two adapters are mounted at {path}: give one another name or path")
            self._adapters[path] = adapter
        self._stop = threading.Event()
        self._worker: tuple[int, threading.Thread] | None = None
        self._wants_worker = worker
        self._lock = threading.Lock()

    def __call__(self, environ: Mapping[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if self._wants_worker:
            self._ensure_worker()
        method = environ.get("REQUEST_METHOD", "GET")
        response = self._answer(environ, method)
        phrase = _PHRASES.get(response.status, "Unknown")
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        start_response(f"{response.status} {phrase}", list(headers.items()))
        return [] if method == "HEAD" else [response.body]

    def close(self) -> None:
        """Stop the worker's thread and wait for it; what it has not finished is left to be done."""
        self._stop.set()
        if self._worker is not None and self._worker[0] == os.getpid():
            self._worker[1].join()

    def _answer(self, environ: Mapping[str, Any], method: str) -> Response:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        adapter = self._adapters.get(path.rstrip("/") or "/")
        if adapter is None:
            return Response.problem(404, "Not found")
        try:
            body = self._body(environ)
        except ValueError:
            return Response.problem(400, "Bad request", "Content-Length is not a number")
        if body is None:
            return Response.problem(413, "Too large", f"a body may have {self._max_body} bytes")
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        request = Request(method, path, _headers(environ), query, body, _url(environ))
        return answer(adapter, request, self._shop)

    def _body(self, environ: Mapping[str, Any]) -> bytes | None:
        """The whole body; None where it is too large."""
        stream = environ["wsgi.input"]
        if "CONTENT_LENGTH" in environ and environ["CONTENT_LENGTH"] != "":
            length = int(environ["CONTENT_LENGTH"])
            if not 0 <= length <= self._max_body:
                return None
            parts, left = [], length
            while left and (part := stream.read(left)):
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        if environ.get("wsgi.input_terminated"):  # a chunked body, which the server ends
            body: bytes = stream.read(self._max_body + 1)
            return body if len(body) <= self._max_body else None
        return b""

    def _ensure_worker(self) -> None:
        # Begun with the first request and again after a fork, which threads do not survive.
        if self._worker is not None and self._worker[0] == os.getpid():
            return
        with self._lock:
            if self._worker is None or self._worker[0] != os.getpid():
                thread = threading.Thread(target=self._work, name="fashion-worker", daemon=True)
                self._worker = (os.getpid(), thread)
                thread.start()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self._shop.work(until_idle=False, stop=self._stop)
            except Exception:
                _log.exception("the worker stopped; it begins again in 5 s")
                self._stop.wait(5)


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").title(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").title()] = str(environ[name])
    return headers


def _url(environ: Mapping[str, Any]) -> str:
    """The URL as this server saw it; behind a proxy the sender may have used another."""
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
    query = environ.get("QUERY_STRING", "")
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host}{quote(path)}{'?' + query if query else ''}"
