"""How long the stages of a search take, told to whoever watches it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

__all__ = ["Watch", "stage", "watching"]

Watch: TypeAlias = Callable[[str, float], object]
"""Told a stage (download, decode, parse, encode, search) and its seconds, each time that one ends."""

_watch: ContextVar[Watch | None] = ContextVar("fashion_plugin_watch", default=None)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Tell `watch` the stages of the searches in this block, which another thread's do not reach."""
    before = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(before)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Measure a block as a stage; one that raises is told too, with the seconds until then."""
    watch = _watch.get()
    if watch is None:
        yield
        return
    start = time.perf_counter()
    try:
        yield
    finally:
        watch(name, time.perf_counter() - start)
