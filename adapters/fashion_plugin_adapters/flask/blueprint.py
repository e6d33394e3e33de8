"""The blueprint: carries requests to the shop's plugin and its adapters, and answers as JSON."""

import hmac
import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, current_app, request, url_for
from flask import Response as FlaskResponse
from flask.sansio.app import App
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from fashion_plugin import FashionPlugin, FashionPluginError
from fashion_plugin.adapter import Adapter, Request, Response, adapter_path, answer, problem_for
from fashion_plugin.errors import InvalidInput, NotFound
from fashion_plugin_adapters.flask.answers import ImageLinks
from fashion_plugin_adapters.flask.kinds import similar_first_of_kind
from fashion_plugin_adapters.flask.limits import Limiter, limited
from fashion_plugin_adapters.flask.metrics import Metrics
from fashion_plugin_adapters.flask.questions import read_limit, read_question
from fashion_plugin_adapters.flask.search import Searches
from fashion_plugin_adapters.flask.widget import serve_widget
from fashion_plugin_adapters.query_photos import Gate, QueryPhotos

__all__ = ["DEFAULTS", "adapters_blueprint", "fashion_blueprint"]

DEFAULTS = {
    "FASHION_MAX_REQUEST_BYTES": 22 * 2**20,
    "FASHION_CORS_ORIGINS": (),
    "FASHION_API_KEY": "",
    "FASHION_RATE_LIMIT": "60 per minute",
}
"""Configuration keys and what holds where an app does not set them."""

_log = logging.getLogger("fashion_plugin.adapters.flask")
_HOUR = "public, max-age=3600"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def fashion_blueprint(
    shop: FashionPlugin,
    *,
    adapters: Sequence[Adapter] = (),
    name: str = "fashion",
    max_photos_at_once: int = 8,
    query_seconds: float = 900,
    limiter: Limiter | None = None,
) -> Blueprint:
    """A blueprint with search by photo, similar items, the widget, and the adapters' webhooks.

    Several blueprints, of one shop or of several, may live in one process under different names.

    Args:
        shop: the catalogue to search; the app's owner closes it.
        adapters: each is mounted at its ``path``, else at ``/webhooks/<name>``.
        name: the blueprint's name, for ``url_for``.
        max_photos_at_once: photos worked on at once; beyond it requests are answered 503 with Retry-After.
        query_seconds: how long a photo is kept in memory for another box, filter or page.
        limiter: a ``flask_limiter.Limiter``; it holds each client to ``FASHION_RATE_LIMIT`` searches by
            photo, and counts nothing else.

    Raises:
        InvalidInput: two adapters have one path.
    """
    blueprint = Blueprint(name, __name__)
    photos = QueryPhotos(seconds=query_seconds)
    metrics = Metrics(shop)
    searches = Searches(shop, photos, Gate(max_photos_at_once), metrics)

    def links() -> ImageLinks:
        endpoint = f"{name}.photo"
        return ImageLinks(lambda product_id, number: url_for(endpoint, product_id=product_id, number=number))

    def search() -> ResponseReturnValue:
        return searches.search(read_question(request), links())

    def looks() -> ResponseReturnValue:
        return searches.look(read_question(request, limit=6), links())

    for path, view in (("/search", search), ("/looks", looks)):
        blueprint.post(path)(_problems(limited(limiter, name, view)))

    @blueprint.get("/products/<path:product_id>/similar")
    @_problems
    def similar(product_id: str) -> ResponseReturnValue:
        limit = read_limit(request.args.get("limit"), 12)
        return _cached({"matches": links().matches(similar_first_of_kind(shop, product_id, limit))})

    @blueprint.get("/products/<path:product_id>/complete")
    @_problems
    def complete(product_id: str) -> ResponseReturnValue:
        results = shop.complete_the_look(product_id, limit=read_limit(request.args.get("limit"), 12))
        return _cached({"matches": links().matches(results.matches)})

    @blueprint.get("/products/<path:product_id>/photos/<number>")
    @_problems
    def photo(product_id: str, number: str) -> ResponseReturnValue:
        # An int converter would leave what is no number to the app's own page for wrong addresses.
        if not (number.isascii() and number.isdigit() and len(number) < 7):
            raise NotFound("there is no such photo")
        return _photo(shop, product_id, int(number))

    @blueprint.get("/health")
    @_problems
    def health() -> ResponseReturnValue:
        stats = shop.stats()
        return {"live": True, "ready": True, "products": stats.searchable}

    @blueprint.get("/metrics")
    @_problems
    @_admin
    def measured() -> ResponseReturnValue:
        return FlaskResponse(metrics.exposition(), content_type=metrics.content_type)

    @blueprint.get("/jobs")
    @_problems
    @_admin
    def jobs() -> ResponseReturnValue:
        shown = ("product_id", "state", "attempts", "error")
        return {"jobs": [{name: getattr(job, name) for name in shown} for job in shop.jobs(limit=100)]}

    serve_widget(blueprint)
    _mount(blueprint, shop, adapters)
    blueprint.before_request(metrics.begin)
    blueprint.before_request(_limit_body)
    blueprint.after_request(_allow_origins)
    blueprint.after_request(metrics.end)
    blueprint.record_once(lambda state: _defaults(state.app))
    return blueprint


def adapters_blueprint(
    shop: FashionPlugin, adapters: Sequence[Adapter], *, name: str = "fashion_adapters"
) -> Blueprint:
    """A blueprint with adapters alone, for those whose path is fixed, such as ``/.well-known/ucp``.

    Raises:
        InvalidInput: two adapters have one path.
    """
    blueprint = Blueprint(name, __name__)
    _mount(blueprint, shop, adapters)
    blueprint.before_request(_limit_body)
    blueprint.record_once(lambda state: _defaults(state.app))
    return blueprint


def _defaults(app: App) -> None:
    for key, value in DEFAULTS.items():
        app.config.setdefault(key, value)


def _mount(blueprint: Blueprint, shop: FashionPlugin, adapters: Sequence[Adapter]) -> None:
    paths: set[str] = set()
    for adapter in adapters:
        path = adapter_path(adapter)
        if path in paths:
            raise InvalidInput(f"two adapters are mounted at {path}: give one another name or path")
        paths.add(path)
        view = _carrier(adapter, shop)
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        blueprint.add_url_rule(path, f"adapter_{adapter.name}", view, methods=methods)


def _carrier(adapter: Adapter, shop: FashionPlugin) -> Callable[[], ResponseReturnValue]:
    @_problems
    def carry() -> ResponseReturnValue:
        neutral = Request(
            request.method,
            request.path,
            dict(request.headers),
            request.args.to_dict(),
            request.get_data(cache=False),
            request.url,
        )
        return _translated(answer(adapter, neutral, shop))

    return carry


def _translated(response: Response) -> FlaskResponse:
    return FlaskResponse(response.body, response.status, dict(response.headers))


def _problems(view: View) -> View:
    """Answer errors as problem bodies (RFC 9457), and nothing of a fault of ours but that it is one."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except HTTPException as error:
            status = error.code or 500
            return _translated(Response.problem(status, error.name, error.description or ""))
        except FashionPluginError as error:
            return _translated(problem_for(error))
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            return _translated(Response.problem(500, "Internal error"))

    return guarded  # type: ignore[return-value]  # wraps keeps the signature


def _admin(view: View) -> View:
    """Only with the API key, as ``Authorization: Bearer …``; without one set, the route is not there."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        key = str(current_app.config["FASHION_API_KEY"])
        if not key:
            raise NotFound("this route needs FASHION_API_KEY in the app's configuration")
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), key.encode()):
            return _translated(
                Response.problem(401, "Not authorised", headers={"WWW-Authenticate": "Bearer"})
            )
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]  # wraps keeps the signature


def _limit_body() -> None:
    request.max_content_length = int(current_app.config["FASHION_MAX_REQUEST_BYTES"])


def _allow_origins(response: FlaskResponse) -> FlaskResponse:
    allowed = current_app.config["FASHION_CORS_ORIGINS"]
    origin = request.headers.get("Origin", "")
    if allowed:
        response.vary.add("Origin")
    if origin and origin in allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _cached(body: dict[str, Any]) -> ResponseReturnValue:
    response = FlaskResponse(current_app.json.dumps(body), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=60"
    response.add_etag()
    return response.make_conditional(request)


def _photo(shop: FashionPlugin, product_id: str, number: int) -> ResponseReturnValue:
    product = shop.product(product_id)
    known = shop.store.known([product_id]).get(product_id)
    archive = shop.store.photos
    if number >= len(product.images) or known is None or archive is None:
        raise NotFound("there is no such photo")
    image = known.images.get(product.images[number].source)
    data = archive.get(image.photo) if image and image.photo else None
    if not image or not image.photo or data is None:
        raise NotFound("there is no copy of this photo")
    response = FlaskResponse(data, content_type=_content_type(data))
    response.set_etag(image.photo[:32])
    response.headers["Cache-Control"] = _HOUR
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response.make_conditional(request)


def _content_type(data: bytes) -> str:
    if data.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/png" if data.startswith(b"\x89PNG") else "image/webp"
