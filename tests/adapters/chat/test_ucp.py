"""UCP on every host, held against the protocol's own models."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from ucp_sdk.models.schemas import profile as profiles
from ucp_sdk.models.schemas.common.types.error_response import ErrorResponse
from ucp_sdk.models.schemas.shopping.catalog_lookup import GetProductResponse, LookupResponse
from ucp_sdk.models.schemas.shopping.catalog_search import SearchRequest, SearchResponse

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Request
from fashion_plugin.testing import check_adapter
from fashion_plugin_adapters.chat import ucp_adapters, ucp_profile
from fashion_plugin_adapters.chat.plain import plain_text
from fashion_plugin_adapters.flask import adapters_blueprint, fashion_blueprint
from fashion_plugin_adapters.wsgi import fashion_wsgi

from .conftest import LINKS, encoded

Post = Callable[..., tuple[int, Any]]
PROFILE = ucp_profile("https://shop.example/fashion", mcp="https://shop.example/mcp")


def flask_host(shop: FashionPlugin) -> Post:
    app = Flask("test")
    app.register_blueprint(fashion_blueprint(shop, adapters=ucp_adapters(links=LINKS)), url_prefix="/fashion")
    app.register_blueprint(adapters_blueprint(shop, [PROFILE]))
    client = app.test_client()

    def post(path: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        at = path if path.startswith("/.") else f"/fashion{path}"
        answer = client.open(at, method=method, json=body if method == "POST" else None)
        return answer.status_code, answer.get_json(force=True)

    return post


def wsgi_host(shop: FashionPlugin) -> Post:
    application = fashion_wsgi(shop, [*ucp_adapters(links=LINKS), PROFILE])

    def post(path: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        data = json.dumps(body).encode() if method == "POST" else b""
        started: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(data)),
            "CONTENT_TYPE": "application/json",
            "HTTP_HOST": "shop.example",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(data),
        }
        parts = application(environ, lambda status, headers: started.append(status))
        return int(started[0][:3]), json.loads(b"".join(parts))

    return post


@pytest.fixture(params=[flask_host, wsgi_host], ids=["flask", "wsgi"])
def post(request: pytest.FixtureRequest, shop: FashionPlugin) -> Post:
    made: Post = request.param(shop)
    return made


def search(post: Post, **body: Any) -> Any:
    SearchRequest.model_validate(body)
    status, answer = post("/catalog/search", body)
    assert status == 200
    SearchResponse.model_validate(answer)
    return answer


def ids(answer: Any) -> list[str]:
    return [product["id"] for product in answer["products"]]


def test_profile_is_that_of_a_business_and_stands_at_the_root(post: Post) -> None:
    status, document = post("/.well-known/ucp", method="GET")
    assert status == 200
    profiles.BusinessSchema.model_validate(document)
    services = document["ucp"]["services"]["dev.ucp.shopping"]
    assert {one["transport"]: one["endpoint"] for one in services} == {
        "rest": "https://shop.example/fashion",
        "mcp": "https://shop.example/mcp",
    }
    assert post("/.well-known/ucp", {})[0] == 405


def test_search_by_words(post: Post) -> None:
    answer = search(post, query="red coats", context={"address_country": "DE"})
    assert ids(answer) == ["red-coat"]
    product = answer["products"][0]
    assert product["url"] == "https://shop.example/p/red-coat"
    assert product["media"][0]["url"] == "https://shop.example/fashion/products/red-coat/photos/0"
    assert product["price_range"] == {
        "min": {"amount": 4050, "currency": "EUR"},
        "max": {"amount": 14900, "currency": "EUR"},
    }
    assert product["description"] == {"plain": "Warm & soft."}
    assert answer["pagination"] == {"has_next_page": False, "total_count": 1}


def test_search_like_a_photo_a_product_and_both_with_words(post: Post) -> None:
    photo = [{"image": {"content_type": "image/png", "data": encoded("wine")}}]
    assert set(ids(search(post, like=photo))[:2]) == {"wine-coat", "wine-hat"}
    assert ids(search(post, like=photo, query="hat"))[:2] == ["wine-hat", "red-hat"]
    assert ids(search(post, like=[{"id": "red-coat"}]))[0] == "red-hat"
    assert ids(search(post, like=[{"id": "red-coat"}], query="blue"))[:2] == ["blue-coat", "blue-hat"]


def test_filters_hold(post: Post) -> None:
    filters = {"categories": ["Women > Hats"], "price": {"min": 4000, "max": 8050}, "in_stock": True}
    found = ids(search(post, query="wool", filters=filters, context={"currency": "EUR"}))
    assert sorted(found) == ["red-hat", "wine-hat"]
    assert sorted(ids(search(post, filters={**filters, "colours": ["wine"]}))) == ["wine-hat"]


def test_price_filter_in_another_currency_is_left_out_and_said(post: Post) -> None:
    answer = search(post, query="hat", filters={"price": {"max": 100}}, context={"currency": "JPY"})
    assert len(ids(answer)) == 4
    assert answer["messages"][0]["code"] == "currency_not_supported"


@pytest.mark.parametrize("body", [{"query": "wool"}, {}, {"like": [{"image": {"data": encoded("red")}}]}])
def test_pages_follow_one_another_without_a_gap_or_a_repeat(post: Post, body: dict[str, Any]) -> None:
    everything = ids(search(post, **body, pagination={"limit": 50}))
    pages: list[str] = []
    pagination: dict[str, Any] = {"limit": 3}
    while True:
        answer = search(post, **body, pagination=pagination)
        pages += ids(answer)
        if not answer["pagination"]["has_next_page"]:
            break
        pagination["cursor"] = answer["pagination"]["cursor"]
    assert pages == everything
    assert len(pages) == 8
    assert "no-price" not in pages


def test_nothing_found_is_said(post: Post) -> None:
    answer = search(post, query="umbrella")
    assert (answer["products"], answer["messages"][0]["code"]) == ([], "no_results")


def test_lookup_by_product_and_variant_ids(post: Post) -> None:
    wanted = ["red-coat-l", "red-coat", "blue-hat", "nobody", "blue-hat", "hidden"]
    status, answer = post("/catalog/lookup", {"ids": wanted})
    LookupResponse.model_validate(answer)
    assert (status, ids(answer)) == (200, ["red-coat", "blue-hat"])
    variants = {one["id"]: one["inputs"] for one in answer["products"][0]["variants"]}
    assert variants == {
        "red-coat-l": [{"id": "red-coat-l", "match": "exact"}],
        "red-coat-m": [{"id": "red-coat", "match": "featured"}],
    }
    assert [message["content"] for message in answer["messages"]] == ["nobody", "hidden"]
    _, some = post("/catalog/lookup", {"ids": wanted, "filters": {"price": {"max": 5000}}})
    assert ids(some) == ["red-coat"]


def test_product_in_full_with_its_options(post: Post) -> None:
    status, answer = post(
        "/catalog/product", {"id": "red-coat", "selected": [{"name": "Size", "label": "L"}]}
    )
    GetProductResponse.model_validate(answer)
    product = answer["product"]
    assert status == 200
    assert [variant["id"] for variant in product["variants"]] == ["red-coat-l"]
    assert product["selected"] == [{"name": "Size", "label": "L"}]
    sizes = {value["label"]: value for value in product["options"][0]["values"]}
    assert (sizes["S"]["available"], sizes["S"]["exists"], sizes["M"]["available"]) == (False, True, True)
    fits = {value["label"]: value["exists"] for value in product["options"][1]["values"]}
    assert fits == {"Slim": False, "Wide": True}


def test_selection_that_nothing_fits_gives_up_the_least_preferred(post: Post) -> None:
    selected = [{"name": "Fit", "label": "Wide"}, {"name": "Size", "label": "M"}]
    for preferences, kept in ((["Fit", "Size"], "red-coat-l"), (["Size", "Fit"], "red-coat-m")):
        body = {"id": "red-coat", "selected": selected, "preferences": preferences}
        assert post("/catalog/product", body)[1]["product"]["variants"][0]["id"] == kept


def test_variant_id_comes_first_with_its_own_selection(post: Post) -> None:
    product = post("/catalog/product", {"id": "red-coat-s"})[1]["product"]
    assert product["variants"][0]["id"] == "red-coat-s"
    assert {"name": "Size", "label": "S"} in product["selected"]


@pytest.mark.parametrize("name", ["nobody", "hidden", "no-price", "\0"])
def test_unknown_product_is_an_outcome_and_no_fault(post: Post, name: str) -> None:
    status, answer = post("/catalog/product", {"id": name})
    ErrorResponse.model_validate(answer)
    assert (status, answer["ucp"]["status"]) == (200, "error")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (base64.b64encode(b"no photo").decode(), "invalid_image"),
        ("A" * 10_000_000, "invalid_image"),
    ],
)
def test_photo_that_cannot_be_used_is_an_outcome_with_advice(
    shop: FashionPlugin, data: str, code: str
) -> None:
    operation = ucp_adapters()[0]
    body = json.dumps({"like": [{"image": {"data": data}}]}).encode()
    answer = json.loads(operation.handle(Request("POST", operation.path, body=body), shop).body)
    ErrorResponse.model_validate(answer)
    assert answer["messages"][0]["code"] == code
    assert answer["messages"][0]["severity"] == "recoverable"


@pytest.mark.parametrize(
    "body",
    [
        {"query": 5},
        {"filters": []},
        {"filters": {"size": "M"}},
        {"filters": {"price": {"max": "80"}}},
        {"filters": {"price": {"max": -1}}},
        {"filters": {"price": {"min": 9000, "max": 100}}},
        {"filters": {"categories": [1]}},
        {"filters": {"in_stock": "yes"}},
        {"like": [{"image": {"url": "https://x.example"}}]},
        {"like": [{"id": "a"}, {"id": "b"}]},
        {"like": [{"image": {"data": "%%%"}}]},
        {"pagination": {"limit": 0}},
        {"pagination": {"cursor": "nonsense"}},
        {"pagination": {"cursor": "W10"}},
        {"pagination": {"cursor": 7}},
        {"context": {"currency": 5}},
        [],
    ],
)
def test_wrong_request_is_refused_with_a_sentence(post: Post, body: Any) -> None:
    status, answer = post("/catalog/search", body)
    assert status in (400, 422)
    assert answer["detail"]


def test_cursor_of_another_question_is_refused(post: Post) -> None:
    cursor = search(post, query="wool", pagination={"limit": 2})["pagination"]["cursor"]
    status, answer = post("/catalog/search", {"query": "hat", "pagination": {"cursor": cursor}})
    assert status == 400
    assert "belongs to another question" in answer["detail"]


def test_profile_of_the_caller_is_never_fetched(shop: FashionPlugin, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("an address was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    agent = {"UCP-Agent": 'profile="http://169.254.169.254/latest"'}
    body = json.dumps({"query": "red", "meta": {"ucp-agent": {"profile": "http://127.0.0.1/"}}}).encode()
    operation = ucp_adapters()[0]
    response = operation.handle(Request("POST", operation.path, agent, body=body), shop)
    assert response.status == 200


@pytest.mark.parametrize("number", range(3))
def test_operations_keep_the_contract_of_adapters(number: int, shop: FashionPlugin) -> None:
    operation = ucp_adapters(links=LINKS)[number]
    body = [{"query": "red"}, {"ids": ["red-hat"]}, {"id": "red-hat"}][number]
    request = Request("POST", getattr(operation, "path", ""), body=json.dumps(body).encode())
    check_adapter(operation, [request], plugin=shop)


def test_merchants_markup_never_leaves_as_markup() -> None:
    for text in (
        "<b>Soft</b><script>x()</script>",
        "&lt;script&gt;x()&lt;/script&gt;Soft",
        "Soft <scr<script>ipt>x</script>",
        "Soft<!-- <b> -->",
        "Soft<img src=x onerror=x()",
        "&amp;lt;b&amp;gt;Soft",
    ):
        found = plain_text(text)
        assert "Soft" in found
        assert "<" not in found
    assert plain_text("a < b & c > d") == "a < b & c > d"
    assert plain_text("one<br>two  three</p><p>four", 9) == "one\ntwo…"
