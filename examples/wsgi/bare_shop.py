"""A shop without a framework: WSGI pages, with search, the widget and webhooks mounted beside them."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fashion_plugin import FashionPlugin
from fashion_plugin_adapters.flask import fashion_blueprint
from fashion_plugin_adapters.storefront import StandardWebhooks
from fashion_plugin_adapters.wsgi import fashion_wsgi

__all__ = ["create_application"]

PAGE = b"""<!doctype html><html lang="en"><title>A shop</title>
<script src="/fashion/widget.js" async></script>
<h1>A shop</h1><fashion-search></fashion-search>
"""


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Your own pages."""
    found = environ.get("PATH_INFO", "/") == "/"
    body = PAGE if found else b"not here"
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK" if found else "404 Not Found", headers)
    return [body]


def create_application(shop: FashionPlugin, secret: str) -> DispatcherMiddleware:
    """The pages, ``/fashion`` for shoppers, and ``/hooks/webhooks/standard`` for what tells of products."""
    api = Flask("fashion")
    api.register_blueprint(fashion_blueprint(shop))
    hooks = fashion_wsgi(shop, [StandardWebhooks(secret)], worker=True)
    return DispatcherMiddleware(pages, {"/fashion": api, "/hooks": hooks})


if __name__ == "__main__":
    from waitress import serve

    with FashionPlugin.open("fashion.db") as catalogue:
        serve(create_application(catalogue, os.environ["WEBHOOK_SECRET"]), listen="127.0.0.1:8000")
