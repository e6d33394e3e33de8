"""How much one client may ask, and what is counted of it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from fashion_plugin import FashionPlugin
from fashion_plugin_adapters.flask import fashion_blueprint

Upload = Callable[..., Any]


@pytest.fixture
def app(wardrobe: FashionPlugin) -> Flask:
    app = Flask("host")
    app.config.update(
        FASHION_RATE_LIMIT="2 per minute",
        FASHION_API_KEY="secret",
        FASHION_CORS_ORIGINS=("https://shop.example",),
    )
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.register_blueprint(fashion_blueprint(wardrobe, limiter=limiter), url_prefix="/fashion")
    other = fashion_blueprint(wardrobe, name="other", limiter=limiter)
    app.register_blueprint(other, url_prefix="/other")
    return app


def test_client_over_the_limit_is_told_when_to_come_back(app: Flask, upload: Upload, outfit: bytes) -> None:
    client = app.test_client()
    assert upload(client, outfit).status_code == 200
    assert upload(client, outfit, path="/fashion/looks").status_code == 200
    refused = upload(client, outfit)
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert refused.get_json()["status"] == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 61


def test_limit_holds_for_each_client_and_each_blueprint(app: Flask, upload: Upload, outfit: bytes) -> None:
    client = app.test_client()
    for _ in range(3):
        upload(client, outfit)
    assert upload(client, outfit, path="/other/search").status_code == 200
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert upload(other, outfit).status_code == 200


def test_similar_products_are_not_limited(app: Flask) -> None:
    client = app.test_client()
    for _ in range(5):
        assert client.get("/fashion/products/red-hat/similar").status_code == 200


def test_page_of_another_origin_may_read_when_to_come_back(app: Flask, upload: Upload, outfit: bytes) -> None:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "https://shop.example"
    answer = upload(client, outfit)
    assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"


def test_metrics_tell_requests_by_status_and_the_stages_of_a_search(
    app: Flask, upload: Upload, outfit: bytes
) -> None:
    client = app.test_client()
    for _ in range(3):
        upload(client, outfit, garments="true")
    client.get("/fashion/products/red-hat/similar")
    text = client.get("/fashion/metrics", headers={"Authorization": "Bearer secret"}).get_data(as_text=True)
    assert 'fashion_requests_total{route="search",status="200"} 2.0' in text
    assert 'fashion_requests_total{route="search",status="429"} 1.0' in text
    assert 'fashion_requests_total{route="similar",status="200"} 1.0' in text
    assert 'fashion_request_seconds_count{route="search"} 3.0' in text
    for stage in ("decode", "parse", "encode", "search"):
        assert f'fashion_stage_seconds_count{{stage="{stage}"}} 2.0' in text
    assert "fashion_embeddings 5.0" in text
    assert "fashion_jobs_waiting 0.0" in text
    assert "fashion_oldest_job_seconds 0.0" in text
