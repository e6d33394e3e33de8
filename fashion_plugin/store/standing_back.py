"""A worker stands back while events pour in: its writes would make every sender wait for the lock."""

import time
from collections.abc import Callable

from fashion_plugin.store.pool import Pool

__all__ = ["StandingBack"]

_POURING = 40.0
"""Events a second from which on a worker stands back; a shop's everyday traffic is far below."""

_LOOK = 0.05
"""Seconds between two looks at how many came, and the shortest time that a rate is taken over."""

_STALE = 1.0
"""Seconds after which an earlier look says nothing about the present rate."""

_PATIENCE = 3.0
"""Seconds that a worker stands back at most; embedding goes on meanwhile."""

_FREE = 1.0
"""Seconds in which it then writes what it has, however many events come."""


class StandingBack:
    """Decides when a worker may write; one for all workers of a process is enough.

    A write of the worker's takes the lock for some milliseconds, and far longer where the machine is busy:
    what is encoded can wait until a burst is over, those who send the events wait for an answer.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._sleep = sleep
        self._look = (float("-inf"), 0)
        self._free_until = float("-inf")

    def wait(self) -> None:
        """Return when few events come, or when the worker has stood back long enough."""
        give_up = self._clock() + _PATIENCE
        while self.look() and self._clock() >= self._free_until:
            if self._clock() >= give_up:
                self._free_until = self._clock() + _FREE
                return
            self._sleep(_LOOK)

    def look(self) -> bool:
        """Count the events; whether many came since the last look."""
        then, before = self._look
        with self._pool.read() as connection:
            row = connection.execute("SELECT coalesce(sum(count), 0) FROM event_counts").fetchone()
        now, count = self._look = (self._clock(), int(row[0]))
        return now - then < _STALE and count - before > _POURING * max(now - then, _LOOK)
