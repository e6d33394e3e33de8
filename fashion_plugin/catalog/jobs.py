"""What waits to be embedded, and what could not be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Job", "JobState", "JobStats", "WorkReport"]


class JobState(StrEnum):
    """Where a job stands: to be done now or later, being done, or given up."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A product whose images are to be embedded; there is at most one for each product.

    ``attempts`` were made so far, the next is due at ``due``; ``error`` says why the last one failed.
    ``bulk`` jobs come from imports and let webhooks' jobs go first.
    """

    product_id: str
    state: JobState
    attempts: int
    since: datetime
    due: datetime
    error: str = ""
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class JobStats:
    """How many jobs stand where, the age in seconds of the oldest that is not given up, and what came in.

    ``taken``, ``duplicates`` and ``stale`` count the events of all time.
    """

    waiting: int = 0
    running: int = 0
    failed: int = 0
    oldest_seconds: float = 0.0
    taken: int = 0
    duplicates: int = 0
    stale: int = 0


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What a worker did: jobs finished, put off after a failure and given up; photos encoded."""

    done: int = 0
    retried: int = 0
    failed: int = 0
    encoded: int = 0
    seconds: float = 0.0
