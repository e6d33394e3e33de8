"""UCP over HTTP, as adapters for any host: three operations and the profile that announces them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Adapter, Request, Response
from fashion_plugin.errors import InvalidRequest, PayloadTooLarge
from fashion_plugin_adapters.chat.asking import MAX_IMAGE_BYTES, Photos
from fashion_plugin_adapters.chat.links import Links
from fashion_plugin_adapters.chat.ucp import LOOKUP, SEARCH, UCP_VERSION, UcpCatalog

__all__ = ["UcpProfile", "ucp_adapters", "ucp_profile"]

_SERVICE = "dev.ucp.shopping"
_SITE = f"https://ucp.dev/{UCP_VERSION}"
_MAX_BODY: Final = 2 * MAX_IMAGE_BYTES
"""Bytes of a request's body: a photo in base64, and some words."""

Operation = Callable[[UcpCatalog, Mapping[str, Any]], dict[str, Any]]


def ucp_adapters(
    *, links: Links | None = None, currency: str = "", photos: Photos | None = None
) -> tuple[Adapter, ...]:
    """The operations ``/catalog/search``, ``/catalog/lookup`` and ``/catalog/product``, for a host to mount.

    The profile that a request names (``UCP-Agent``) is never fetched: nothing here depends on it.

    Args:
        links: where the shop's pages and photos stand.
        currency: what price filters are in where a request does not say.
        photos: shoppers' photos, when they are shared with another adapter.
    """
    catalogues = _Catalogues(links or Links(), currency, photos or Photos())
    return (
        _UcpOperation("ucp-search", "/catalog/search", catalogues, UcpCatalog.search),
        _UcpOperation("ucp-lookup", "/catalog/lookup", catalogues, UcpCatalog.lookup),
        _UcpOperation("ucp-product", "/catalog/product", catalogues, UcpCatalog.product),
    )


class _Catalogues:
    """The catalogue of each shop that a host hands in, made once."""

    def __init__(self, links: Links, currency: str, photos: Photos) -> None:
        self._settings = (links, currency, photos)
        self._last: tuple[FashionPlugin, UcpCatalog] | None = None

    def of(self, shop: FashionPlugin) -> UcpCatalog:
        last = self._last
        if last is None or last[0] is not shop:
            links, currency, photos = self._settings
            last = self._last = (shop, UcpCatalog(shop, links, currency=currency, photos=photos))
        return last[1]


class _UcpOperation:
    """One operation of the catalogue at its path."""

    def __init__(self, name: str, path: str, catalogues: _Catalogues, operation: Operation) -> None:
        self.name = name
        self.path = path
        self._catalogues = catalogues
        self._operation = operation

    def handle(self, request: Request, plugin: FashionPlugin) -> Response:
        """Answer a POST with a JSON object."""
        if request.method != "POST":
            return Response.problem(405, "Method not allowed", headers={"Allow": "POST"})
        if len(request.body) > _MAX_BODY:
            raise PayloadTooLarge(f"a body may have {_MAX_BODY} bytes: scale the photo down")
        body = request.json()
        if isinstance(body, dict) and isinstance(body.get("catalog"), dict):
            body = body["catalog"]  # as the tools of the other transport wrap it
        if not isinstance(body, dict):
            raise InvalidRequest("the body must be a JSON object")
        answer = self._operation(self._catalogues.of(plugin), body)
        return Response.json(answer, headers={"Cache-Control": "no-store"})


class UcpProfile:
    """``/.well-known/ucp``: which operations the shop offers, and where."""

    name = "ucp-profile"
    path = "/.well-known/ucp"

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def handle(self, request: Request, plugin: FashionPlugin) -> Response:
        """The profile, the same for everyone."""
        if request.method not in ("GET", "HEAD"):
            return Response.problem(405, "Method not allowed", headers={"Allow": "GET"})
        return Response.json(self._document, headers={"Cache-Control": "public, max-age=3600"})


def ucp_profile(endpoint: str, *, mcp: str = "") -> UcpProfile:
    """The profile of a shop, to be mounted at the root of its host.

    Args:
        endpoint: below which address the operations are mounted, ``https://shop.example/fashion``.
        mcp: the address of the MCP server, where there is one.

    Raises:
        InvalidRequest: an address is none of the web.
    """
    services = [_service("rest", endpoint, "rest.openapi.json")]
    if mcp:
        services.append(_service("mcp", mcp, "mcp.openrpc.json"))
    like = {"types": ["image", "id"], "max_items": 1, "max_image_bytes": MAX_IMAGE_BYTES}
    return UcpProfile(
        {
            "ucp": {
                "version": UCP_VERSION,
                "services": {_SERVICE: services},
                "capabilities": {
                    SEARCH: [{**_capability("search"), "config": {"like": like}}],
                    LOOKUP: [_capability("lookup")],
                },
                "payment_handlers": {},
            }
        }
    )


def _service(transport: str, endpoint: str, schema: str) -> dict[str, Any]:
    if not endpoint.startswith(("https://", "http://")):
        raise InvalidRequest(f"the address must be a whole one, https://shop.example/…, not {endpoint!r}")
    return {
        "version": UCP_VERSION,
        "spec": f"{_SITE}/specification/overview",
        "transport": transport,
        "schema": f"{_SITE}/services/shopping/{schema}",
        "endpoint": endpoint.rstrip("/"),
    }


def _capability(which: str) -> dict[str, Any]:
    return {
        "version": UCP_VERSION,
        "spec": f"{_SITE}/specification/shopping/catalog/{which}",
        "schema": f"{_SITE}/schemas/shopping/catalog_{which}.json",
    }
