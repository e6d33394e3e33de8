"""A bounded pool of things that one thread may use at a time, and work shared out over several threads."""

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

__all__ = ["Pool", "share_out", "usable_cores"]

T = TypeVar("T")

_pools: "weakref.WeakSet[Pool[Any]]" = weakref.WeakSet()


class Pool(Generic[T]):
    """Lends at most ``size`` things, made when first needed and kept for whichever thread comes next.

    Nothing belongs to a thread, so threads may come and die. After a fork the child starts with an empty
    pool: what the parent had lent at that moment would never come back.
    """

    def __init__(self, make: Callable[[], T], size: int) -> None:
        self._make = make
        self.size = size
        self._reset()
        _pools.add(self)

    def _reset(self) -> None:
        self._free = threading.BoundedSemaphore(self.size)
        self._idle: list[T] = []

    @contextmanager
    def lend(self) -> Iterator[T]:
        """Wait for a free place, and hold one thing for the time of a ``with`` block."""
        with self._free:
            # The one used last comes first, its memory is still in the cache; list operations are atomic.
            try:
                thing = self._idle.pop()
            except IndexError:
                thing = self._make()
            # A thing whose use raised is not lent again: its state is unknown.
            yield thing
            self._idle.append(thing)


def usable_cores() -> int:
    """How many cores this process may use, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_out(work: Callable[[int], None], count: int, workers: int) -> None:
    """Call ``work`` for 0 … count - 1 from this thread and helpers that end with this call."""
    if min(count, workers) < 2:
        for index in range(count):
            work(index)
        return
    indexes = iter(range(count))  # advancing it is atomic
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for index in indexes:
                if failures:
                    return
                work(index)
        except BaseException as error:
            failures.append(error)

    helpers = [
        threading.Thread(target=run, name="fashion-helper", daemon=True)
        for _ in range(min(count, workers) - 1)
    ]
    for helper in helpers:
        helper.start()
    run()
    for helper in helpers:
        helper.join()
    if failures:
        raise failures[0]


def _after_fork() -> None:
    for pool in list(_pools):
        pool._reset()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_after_fork)
