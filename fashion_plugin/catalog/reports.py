"""What a run over the catalogue did, and what a shop holds."""

from dataclasses import dataclass
from typing import Protocol

from fashion_plugin.catalog.products import Product

__all__ = ["Failure", "IndexReport", "OnProgress", "Page", "Progress", "Stats"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One product or image that could not be taken: which, and why in one sentence."""

    product_id: str
    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands.

    ``done`` products of ``total`` (None when it is not known), photos encoded, seconds since its start.
    """

    done: int
    total: int | None
    encoded: int
    failed: int
    seconds: float


class OnProgress(Protocol):
    """Called now and then in the thread that called `index`; an exception stops the run cleanly."""

    def __call__(self, progress: Progress, /) -> None: ...


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What `index` did: every product counts once, as added, updated, unchanged or failed.

    A product fails when none of its images could be used; an image that failed beside good ones is in
    ``failures`` too. ``failures`` keeps the first thousand. ``encoded`` counts photos, ``seconds`` wall time.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    encoded: int = 0
    seconds: float = 0.0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some products in order of id, and the cursor to pass for the next ones (None at the end)."""

    products: tuple[Product, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Stats:
    """What a database holds."""

    products: int
    searchable: int
    images: int
    failed_images: int
    embeddings: int
    encoder: str
    fingerprint: str
    dim: int
    database_bytes: int
    photos_bytes: int
    path: str
