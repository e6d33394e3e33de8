"""Counters and times for Prometheus, one registry for each blueprint."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from fashion_plugin import FashionPlugin

__all__ = ["Metrics"]

_BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0)


class Metrics:
    """How many searches there were, how long their stages took, and what the index holds."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, shop: FashionPlugin) -> None:
        self._shop = shop
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "fashion_stage_seconds",
            "Seconds of each stage of an answer",
            ["stage"],
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._failed = Counter(
            "fashion_failed_total", "Stages that ended in an error", ["stage"], registry=self._registry
        )
        self._products = Gauge("fashion_products", "Products in the catalogue", registry=self._registry)
        self._embeddings = Gauge(
            "fashion_embeddings", "Embeddings in the live index", registry=self._registry
        )
        self._waiting = Gauge("fashion_jobs_waiting", "Products whose images wait", registry=self._registry)
        self._oldest = Gauge("fashion_oldest_job_seconds", "Age of the oldest job", registry=self._registry)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Measure a ``with`` block."""
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            self._failed.labels(stage).inc()
            raise
        finally:
            self._seconds.labels(stage).observe(time.perf_counter() - start)

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        stats, jobs = self._shop.stats(), self._shop.job_stats()
        self._products.set(stats.products)
        self._embeddings.set(stats.embeddings)
        self._waiting.set(jobs.waiting)
        self._oldest.set(jobs.oldest_seconds or 0)
        return generate_latest(self._registry)
