"""A Django project in one file, with the search API, the widget and webhooks mounted beside its pages.

In a project of yours, the last lines of `create_application` belong into its ``wsgi.py``.
"""

import os
import secrets

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fashion_plugin import FashionPlugin
from fashion_plugin_adapters.flask import fashion_blueprint
from fashion_plugin_adapters.storefront import StandardWebhooks
from fashion_plugin_adapters.wsgi import fashion_wsgi

__all__ = ["create_application", "home", "urlpatterns"]

PAGE = """<!doctype html><html lang="en"><title>A Django shop</title>
<script src="/fashion/widget.js" async></script>
<h1>A Django shop</h1><fashion-search></fashion-search>
"""


def home(request: HttpRequest) -> HttpResponse:
    """A view as any other."""
    return HttpResponse(PAGE)


urlpatterns = [path("", home)]


def create_application(shop: FashionPlugin, secret: str) -> DispatcherMiddleware:
    """Django's WSGI application; ``/fashion`` and ``/hooks`` never reach Django, nor its CSRF check."""
    if not settings.configured:
        settings.configure(
            ROOT_URLCONF=__name__,
            SECRET_KEY=secrets.token_urlsafe(),
            ALLOWED_HOSTS=["127.0.0.1", "localhost"],
            MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        )
    api = Flask("fashion")
    api.register_blueprint(fashion_blueprint(shop))
    hooks = fashion_wsgi(shop, [StandardWebhooks(secret)], worker=True)
    return DispatcherMiddleware(get_wsgi_application(), {"/fashion": api, "/hooks": hooks})


if __name__ == "__main__":
    from waitress import serve

    with FashionPlugin.open("fashion.db") as catalogue:
        serve(create_application(catalogue, os.environ["WEBHOOK_SECRET"]), listen="127.0.0.1:8000")
