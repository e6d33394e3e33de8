"""What a run over the catalogue did, and what a shop holds."""

from dataclasses import dataclass
from typing import Literal, Protocol

from fashion_plugin.catalog.products import Product

__all__ = [
    "Failure",
    "GenerationStats",
    "IndexReport",
    "IndexStats",
    "OnProgress",
    "Page",
    "Progress",
    "Stats",
]


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
class GenerationStats:
    """A vector space of a database: live, being built, or retired and kept to go back to.

    ``embeddings`` are there, ``missing`` images have none; ``working`` while somebody is filling it.
    ``source`` is what loads its encoder (a preset's name or a path), empty when nothing does.
    """

    encoder: str
    fingerprint: str
    dim: int
    state: Literal["live", "building", "retired"]
    embeddings: int
    missing: int
    working: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What answers searches: ``sqlite`` (sqlite-vec), a ``matrix`` in memory, or ``lists`` of like vectors.

    A matrix compares with all of its ``vectors``. Of lists a search reads about the nearest ``probes``;
    ``recall`` is which part of the ten nearest that found when it was measured, for questions that are unlike
    the catalogue, as shoppers' photos are. ``memory_bytes`` are this process's own,
    ``file_bytes`` are mapped from a file that processes share. ``building`` while a thread is at work on it.
    """

    kind: Literal["sqlite", "matrix", "lists"] = "sqlite"
    vectors: int = 0
    lists: int = 0
    probes: int = 0
    recall: float = 1.0
    memory_bytes: int = 0
    file_bytes: int = 0
    building: bool = False


@dataclass(frozen=True, slots=True)
class Stats:
    """What a database holds; ``generations`` has every vector space, the live one first."""

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
    generations: tuple[GenerationStats, ...] = ()
    index: IndexStats = IndexStats()
