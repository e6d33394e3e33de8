"""The static files of the widget and the API's description."""

import hashlib
from functools import cache
from importlib.resources import files

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

__all__ = ["serve_widget"]

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
}


def serve_widget(blueprint: Blueprint) -> None:
    """Add the routes of the widget's loader, its hashed assets, and ``/openapi.json``."""

    @blueprint.get("/widget.js")
    def widget() -> ResponseReturnValue:
        # The loader's URL stays the same for ever, so it is asked for again; what it loads is hashed.
        return _answer("widget.js", "public, max-age=300")

    @blueprint.get("/assets/<version>/<path:name>")
    def asset(version: str, name: str) -> ResponseReturnValue:
        current = version == _version()
        return _answer(name, "public, max-age=31536000, immutable" if current else "no-cache")

    @blueprint.get("/openapi.json")
    def openapi() -> ResponseReturnValue:
        return _answer("openapi.json", "public, max-age=300")


@cache
def _assets() -> dict[str, bytes]:
    """Every static file, read once; the version stands for the words __VERSION__ in the loader."""
    folder = files("fashion_plugin_adapters.flask") / "static"
    raw = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    digest = hashlib.sha256(b"".join(name.encode() + data for name, data in sorted(raw.items()))).hexdigest()
    return {name: data.replace(b"__VERSION__", digest[:16].encode()) for name, data in raw.items()} | {
        "": digest[:16].encode()
    }


def _version() -> str:
    return _assets()[""].decode()


def _answer(name: str, cache_control: str) -> Response:
    data = _assets().get(name) if name else None
    if data is None:
        raise NotFound
    suffix = name[name.rfind(".") :]
    response = Response(data, content_type=_TYPES.get(suffix, "application/octet-stream"))
    response.headers["Cache-Control"] = cache_control
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return response.make_conditional(request)
