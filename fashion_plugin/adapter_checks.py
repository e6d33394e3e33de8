"""The contract of an adapter as checks that its author runs; see `check_adapter`."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fashion_plugin.adapter import Adapter, Request, Response, adapter_path, problem_for

if TYPE_CHECKING:
    from fashion_plugin.engine import FashionPlugin

__all__ = ["check_adapter"]

Sign: TypeAlias = Callable[[Request], Request]

_HUGE = 32 * 2**20
_BODIES: tuple[tuple[str, bytes], ...] = (
    ("an empty body", b""),
    ("a body that is no JSON", b"{not json"),
    ("a body that is not UTF-8", b'{"id": "\xff\xfe"}'),
    ("a JSON list", b"[]"),
    ("a JSON string", b'"product"'),
    ("a JSON null", b"null"),
    ("an empty JSON object", b"{}"),
    ("an id that is an object", b'{"id": {"a": 1}, "data": {"id": []}, "product": 7}'),
    ("lists where objects belong", b'{"id": 1, "images": {"src": 1}, "variants": "many", "data": []}'),
    (
        "numbers where text belongs",
        b'{"id": 1, "title": 5, "tags": 7, "images": [1], "data": {"id": 1, "images": 3}}',
    ),
    ("NaN", b'{"id": NaN}'),
    ("a deeply nested list", b"[" * 100_000),
    ("a NUL in an id", b'{"id": "a\\u0000b", "data": {"id": "a\\u0000b"}}'),
)


def check_adapter(
    adapter: Adapter,
    valid: Sequence[Request],
    *,
    sign: Sign | None = None,
    secrets: Sequence[str] = (),
    plugin: "FashionPlugin | None" = None,
) -> None:
    """Check that an adapter keeps its contract, whatever it is sent.

    Each valid request must be answered 2xx, and again when it is replayed, leaving the catalogue as it was
    after the first time. Anything else may be refused in any 4xx way, by a response or by raising an error
    of the package's tree, but may neither end in another exception nor in a 5xx, and must change nothing.

    Args:
        adapter: what is checked.
        valid: requests that it must take.
        sign: signs a request anew after its body was changed, for adapters that verify a signature; then a
            request whose body does not fit its signature must be refused.
        secrets: texts that must never be seen, in ``repr``, answers or logs.
        plugin: the catalogue to work on; None makes an empty one with a `FakeEncoder`.

    Raises:
        AssertionError: it does not; the message lists everything found.
    """
    with _shop(plugin) as shop, _log() as lines:
        suite = _Suite(adapter, shop)
        suite.names()
        for request in valid:
            suite.takes(request)
        for request in valid[:1]:
            suite.survives(request, sign)
        if sign is not None:
            for request in valid:
                suite.refuses_forgery(request)
        texts = [repr(adapter), *suite.answers, *lines]
        for secret in secrets:
            if any(secret in text for text in texts):
                suite.problems.append("a secret is seen in repr(adapter), an answer or a log line")
    if suite.problems:
        found = "\n- ".join(dict.fromkeys(suite.problems))
        raise AssertionError(f"the adapter {adapter.name!r} breaks its contract:\n- {found}")


class _Suite:
    """The checks of one adapter; what they find is in ``problems``."""

    def __init__(self, adapter: Adapter, shop: "FashionPlugin") -> None:
        self.problems: list[str] = []
        self.answers: list[str] = []
        self._adapter = adapter
        self._shop = shop

    def names(self) -> None:
        """A name that can stand in a URL, and a path."""
        name, path = self._adapter.name, adapter_path(self._adapter)
        plain = isinstance(name, str) and name and name.replace("-", "").replace("_", "").isalnum()
        if not plain or not name.isascii() or name != name.lower():
            self.problems.append(f"its name must be lower-case letters, digits, - and _, not {name!r}")
        if not path.startswith("/") or "?" in path or path.endswith("/"):
            self.problems.append(f"its path must begin with / and not end with one, not {path!r}")

    def takes(self, request: Request) -> None:
        """A valid request, and its replay."""
        for what in ("a valid request", "a replayed request"):
            before = self._catalogue()
            response = self._send(request, what)
            if response is not None and not 200 <= response.status < 300:
                self.problems.append(
                    f"{what} ({request.method} {request.path}) was answered {response.status}"
                )
            if what == "a replayed request" and self._catalogue() != before:
                self.problems.append("a replayed request changed the catalogue")

    def survives(self, request: Request, sign: Sign | None) -> None:
        """Methods and bodies of every wrong kind."""
        again = sign or (lambda changed: changed)
        for method in ("BREW", "OPTIONS", "DELETE"):
            self._harmless(again(replace(request, method=method)), f"the method {method}")
        for what, body in _BODIES:
            self._harmless(again(replace(request, body=body)), what)
        self._harmless(replace(request, headers={}), "a request without headers")
        self._refused(replace(request, body=request.body + b" " * _HUGE), "a body of 32 MiB")

    def refuses_forgery(self, request: Request) -> None:
        """A body that is not the signed one, and signatures that are missing or garbled."""
        self._refused(
            replace(request, body=request.body + b" "), "a body that was changed after signing", 401
        )
        self._refused(replace(request, headers={}), "a request without its signature", 401)
        for name, value in request.headers.items():
            if "signature" in name.lower() or "hmac" in name.lower():
                for other in ("", "v1,", "A" * 44, "Ünicode", value[:-4], value[::-1], "0" * 64):
                    headers = {**request.headers, name: other}
                    self._refused(replace(request, headers=headers), f"the signature {other[:12]!r}", 401)

    def _harmless(self, request: Request, what: str) -> None:
        before = self._catalogue()
        response = self._send(request, what)
        if response is not None and response.status >= 500:
            self.problems.append(f"{what} was answered {response.status}")
        if response is not None and response.status >= 300 and self._catalogue() != before:
            self.problems.append(f"{what} was refused and changed the catalogue all the same")

    def _refused(self, request: Request, what: str, status: int | None = None) -> None:
        before = self._catalogue()
        response = self._send(request, what)
        if response is not None and not (400 <= response.status < 500 and status in (None, response.status)):
            wanted = status or "4xx"
            self.problems.append(f"{what} was answered {response.status} instead of {wanted}")
        if self._catalogue() != before:
            self.problems.append(f"{what} changed the catalogue")

    def _send(self, request: Request, what: str) -> Response | None:
        """The response, an error of the tree as the response that a host makes of it."""
        from fashion_plugin.errors import FashionPluginError

        try:
            response: object = self._adapter.handle(request, self._shop)
        except FashionPluginError as error:
            response = problem_for(error)
        except Exception as error:
            self.problems.append(f"{what} ended in {type(error).__name__}: {error}"[:300])
            return None
        if not isinstance(response, Response) or not isinstance(response.body, bytes):
            self.problems.append(
                f"{what} was answered with {type(response).__name__}, not a Response of bytes"
            )
            return None
        self.answers.append(f"{response.headers} {response.body.decode('utf-8', 'replace')}")
        return response

    def _catalogue(self) -> list[object]:
        return list(self._shop.products(limit=1000).products)


@contextmanager
def _shop(plugin: "FashionPlugin | None") -> "Iterator[FashionPlugin]":
    if plugin is not None:
        yield plugin
        return
    from fashion_plugin.engine import FashionPlugin
    from fashion_plugin.testing import FakeEncoder

    with (
        tempfile.TemporaryDirectory() as folder,
        FashionPlugin.open(Path(folder) / "check.db", encoder=FakeEncoder()) as shop,
    ):
        yield shop


@contextmanager
def _log() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, from debug upwards."""
    lines: list[str] = []

    class _Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, root = _Collector(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
