"""A production server, one process and many threads: waitress with an access log and a gentle end."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

__all__ = ["GentleServer", "WsgiApp"]

WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_log = logging.getLogger("fashion_plugin.access")
_LARGEST = 64 * 2**20  # bytes of a request; the blueprint's own limit comes first

_TRUSTED: dict[str, Any] = {
    "trusted_proxy": "*",
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"},
}


class GentleServer:
    """Serves a WSGI app until told to stop, then answers what is under way.

    Request bodies stay in memory, where waitress would write those over 512 KiB to a temporary file: a
    shopper's photo never reaches the disk. The logger ``fashion_plugin.access`` tells method, path, status
    and milliseconds of each request, and neither addresses nor what a query says. `proxies` is how many stand
    in front, whose X-Forwarded headers name the client; without any, those headers are dropped. A `listener`
    is a bound socket to serve on, instead of `host` and `port`.
    """

    def __init__(
        self,
        app: WsgiApp,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        threads: int = 8,
        proxies: int = 0,
        listener: socket.socket | None = None,
    ) -> None:
        from waitress.server import create_server

        self._app = app
        self._map: dict[int, Any] = {}
        self._stopping = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = listener or socket.create_server((host, port), family=family, backlog=1024)
        self._server = create_server(
            self._answer,
            self._map,
            sockets=[listener],
            threads=threads,
            ident="",
            inbuf_overflow=_LARGEST,
            max_request_body_size=_LARGEST,
            **(_TRUSTED | {"trusted_proxy_count": proxies} if proxies else {}),
        )
        self.port = int(listener.getsockname()[1])

    def run(self, patience: float = 10.0) -> None:
        """Serve until `stop`, then at most `patience` seconds more for the requests under way."""
        from waitress import wasyncore

        while not self._stopping.is_set():
            wasyncore.loop(timeout=1.0, map=self._map, count=1)
        self._server.accepting = False
        until = time.monotonic() + patience
        while self._busy() and time.monotonic() < until:
            wasyncore.loop(timeout=0.05, map=self._map, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """End `run`; safe in a signal handler, and from any thread."""
        self._stopping.set()
        self._server.pull_trigger()

    def _busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(one.request or one.requests or one.total_outbufs_len for one in channels)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()
        told = ["-"]

        def start(status: str, *rest: Any) -> Any:
            told[0] = status.partition(" ")[0]
            return start_response(status, *rest)

        try:
            return self._app(environ, start)
        finally:
            milliseconds = 1000 * (time.perf_counter() - began)
            path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
            _log.info("%s %s %s %.0f ms", environ["REQUEST_METHOD"], ascii(path)[1:-1], told[0], milliseconds)
