"""Counters and times for Prometheus, one registry for each blueprint."""

import time

from flask import Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from fashion_plugin import FashionPlugin

__all__ = ["Metrics"]

_BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0)
_STAGES = ("download", "decode", "parse", "encode", "search")


class Metrics:
    """How many requests there were, how long their stages took, and what the index holds."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, shop: FashionPlugin) -> None:
        self._shop = shop
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "fashion_requests", "Requests answered", ["route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "fashion_request_seconds",
            "Seconds of a request, its stages and the rest",
            ["route"],
            registry=registry,
            buckets=_BUCKETS,
        )
        self._stage_seconds = Histogram(
            "fashion_stage_seconds",
            "Seconds of each stage of a search",
            ["stage"],
            registry=registry,
            buckets=_BUCKETS,
        )
        for name in _STAGES:
            self._stage_seconds.labels(name)
        self._products = Gauge("fashion_products", "Products in the catalogue", registry=registry)
        self._embeddings = Gauge("fashion_embeddings", "Embeddings in the live index", registry=registry)
        self._waiting = Gauge("fashion_jobs_waiting", "Products whose images wait", registry=registry)
        self._oldest = Gauge("fashion_oldest_job_seconds", "Age of the oldest job", registry=registry)

    def stage(self, name: str, seconds: float) -> None:
        """Count a stage of a search."""
        self._stage_seconds.labels(name).observe(seconds)

    def begin(self) -> None:
        """Note when the request that is being answered began."""
        g.fashion_began = time.perf_counter()

    def end(self, response: Response) -> Response:
        """Count the request that was answered."""
        route = (request.endpoint or "").rpartition(".")[2]
        self._requests.labels(route, response.status_code).inc()
        if (began := g.pop("fashion_began", None)) is not None:
            self._request_seconds.labels(route).observe(time.perf_counter() - began)
        return response

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        stats, jobs = self._shop.stats(), self._shop.job_stats()
        self._products.set(stats.products)
        self._embeddings.set(stats.embeddings)
        self._waiting.set(jobs.waiting)
        self._oldest.set(jobs.oldest_seconds or 0)
        return generate_latest(self._registry)
