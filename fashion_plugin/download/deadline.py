"""A wall clock over a whole download, and reads that stop with it."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

__all__ = ["Deadline", "within"]

T = TypeVar("T")


class Deadline:
    """A moment on the monotonic clock, ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, 0 when it has passed."""
        return max(0.0, self._end - time.monotonic())


def within(deadline: Deadline, call: Callable[[], T]) -> T:
    """Call something that takes no timeout, such as a name look-up, and stop waiting at the deadline.

    Raises:
        TimeoutError: it was not done by then; it goes on in its own thread, whose answer nobody reads.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=run, daemon=True, name="fashion-plugin-lookup").start()
    return answer.result(deadline.remaining())
