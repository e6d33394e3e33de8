"""Native libraries write to the process's standard error as they start, and have no switch for it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["silent"]


@contextmanager
def silent() -> Iterator[None]:
    """Let nothing through to the process's standard error; exceptions pass.

    Only for a command, before it starts a thread: another thread's lines would be lost, too.
    """
    try:
        standard_error = sys.__stderr__.fileno() if sys.__stderr__ else -1
    except (OSError, ValueError):
        standard_error = -1
    if standard_error < 0:
        yield
        return
    kept = os.dup(standard_error)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, standard_error)
        yield
    finally:
        os.dup2(kept, standard_error)
        os.close(kept)
        os.close(nowhere)
