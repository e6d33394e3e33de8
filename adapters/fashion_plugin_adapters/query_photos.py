"""Shoppers' photos: in memory, for a short while, and only so many at once."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import Busy, UnknownQuery

__all__ = ["Gate", "QueryPhotos"]


@dataclass(frozen=True, slots=True)
class _Kept:
    pixels: NDArray[np.uint8]
    until: float


class QueryPhotos:
    """Decoded photos by a random id, so that another box or filter needs no second upload.

    Nothing is written anywhere: a photo is gone after ``seconds``, when newer ones need its place, or with
    the process.
    """

    def __init__(
        self,
        *,
        seconds: float = 900,
        max_bytes: int = 256 * 2**20,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def keep(self, pixels: NDArray[np.uint8]) -> str:
        """Keep a photo (uint8 RGB) and return its id."""
        query_id = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            self._kept[query_id] = _Kept(pixels, self._clock() + self._seconds)
            self._bytes += pixels.nbytes
            while self._bytes > self._max_bytes and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))
            self._wait()
        return query_id

    def get(self, query_id: str) -> NDArray[np.uint8]:
        """A kept photo.

        Raises:
            UnknownQuery: it has expired, or this process never had it.
        """
        with self._lock:
            self._forget_old()
            kept = self._kept.get(query_id)
            if kept is None:
                raise UnknownQuery("this photo is no longer here: send it again")
            return kept.pixels

    def __len__(self) -> int:
        return len(self._kept)

    def _forget_old(self) -> None:
        now = self._clock()
        while self._kept and next(iter(self._kept.values())).until <= now:
            self._drop(next(iter(self._kept)))

    def _wait(self) -> None:
        """Let a thread forget the oldest photo when its time comes, even if nobody asks again."""
        if self._timer is None and self._kept:
            seconds = next(iter(self._kept.values())).until - self._clock()
            self._timer = threading.Timer(max(0.05, seconds), self._forget_in_time)
            self._timer.daemon = True
            self._timer.start()

    def _forget_in_time(self) -> None:
        with self._lock:
            self._timer = None
            self._forget_old()
            self._wait()

    def _drop(self, query_id: str) -> None:
        self._bytes -= self._kept.pop(query_id).pixels.nbytes


class Gate:
    """Lets only so many photos be worked on at once; the others wait a moment, then are told to come back."""

    def __init__(self, places: int, patience: float = 2.0) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._patience = patience

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Hold a place for the time of a ``with`` block.

        Raises:
            Busy: none was free in time.
        """
        if not self._places.acquire(timeout=self._patience):
            raise Busy("too many photos are being searched at once: try again in a second")
        try:
            yield
        finally:
            self._places.release()
