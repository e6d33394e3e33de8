"""A host for adapters without a web framework: mount it in Django, or run it under any WSGI server."""

from fashion_plugin_adapters.wsgi.host import FashionWsgi, fashion_wsgi

__all__ = ["FashionWsgi", "fashion_wsgi"]
