"""The contract of a store's job queue: events go in, workers take what they leave to be done."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fashion_plugin.catalog import CatalogEvent, Product, Receipt
from fashion_plugin.catalog.jobs import Job, JobState, JobStats
from fashion_plugin.store.base import GenerationInfo, ProductRecord

__all__ = ["Claim", "JobQueue", "Policy", "Settled"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient jobs are.

    A lease lasts ``lease`` seconds unless it is renewed. After a failure a job waits ``backoff`` seconds,
    four times as long after each further one, at most ``longest``, less up to half of it by chance; after
    ``attempts`` it is given up.
    """

    lease: float = 60.0
    backoff: float = 2.0
    longest: float = 3600.0
    attempts: int = 6

    def wait(self, attempts: int) -> float:
        """Seconds until the next attempt."""
        most = min(self.longest, self.backoff * 4.0 ** max(0, attempts - 1))
        return most * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker has the lease of, with the product as it shall be."""

    product: Product
    attempts: int


class Settled(StrEnum):
    """What became of a job when its images had been looked at.

    ``again`` when other images have come since, ``retry`` and ``failed`` when one could not be had, ``gone``
    when the product went.
    """

    DONE = "done"
    AGAIN = "again"
    RETRY = "retry"
    FAILED = "failed"
    GONE = "gone"


class JobQueue(Protocol):
    """Events and jobs that survive; every method is safe to call from several threads and processes."""

    @property
    def policy(self) -> Policy:
        """How patient jobs are."""
        ...

    def submit(
        self, events: Sequence[CatalogEvent], *, bulk: bool = False, dry_run: bool = False
    ) -> tuple[Receipt, ...]:
        """Take events in order, each durable with its job when this returns."""
        ...

    def new_owner(self) -> str:
        """A name that no other worker has."""
        ...

    def claim(self, owner: str, limit: int) -> Sequence[Claim]:
        """Take the lease of jobs that are due, webhooks' before bulk, the longest due first."""
        ...

    def renew(self, owner: str) -> None:
        """Go on holding the leases of this worker."""
        ...

    def release(self, owner: str) -> None:
        """Give back what this worker has not finished, as if it had not been tried."""
        ...

    def complete(self, records: Sequence[ProductRecord], space: GenerationInfo) -> Sequence[Settled]:
        """Store what became of products' images, unless a product went meanwhile."""
        ...

    def fail(self, product_id: str, error: str) -> Settled:
        """Note that a job could not be done; it is tried again later or given up."""
        ...

    def wait_seconds(self) -> float | None:
        """Seconds until a job is due, 0 if one is, None if none waits."""
        ...

    def list(self, state: JobState | None = None, *, limit: int = 1000) -> Sequence[Job]:
        """Jobs, the oldest first."""
        ...

    def stats(self) -> JobStats:
        """How many jobs stand where."""
        ...

    def retry(self, ids: Sequence[str] | None = None) -> int:
        """Try these jobs (or all that were given up) again now; returns how many there were."""
        ...

    def drop(self, ids: Sequence[str]) -> int:
        """Forget these jobs, leaving their products as they are; returns how many there were."""
        ...

    def recheck(self) -> None:
        """Look again at the photos of every product, for those whose address stayed when they changed."""
        ...

    def purge(self) -> int:
        """Forget embeddings of products removed a month ago, and tombstones of half a year."""
        ...
