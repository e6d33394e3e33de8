"""Names of those who hold a lease, and whether they still live."""

import os
import socket
import uuid

__all__ = ["is_dead", "new_owner"]


def new_owner() -> str:
    """A name that no other owner has; it tells the machine and the process."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex}"


def is_dead(owner: str) -> bool:
    """Whether an owner's process is known to have ended: told on its own machine only."""
    host, _, rest = owner.partition("/")
    process = rest.partition("/")[0]
    if os.name != "posix" or host != socket.gethostname() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it lives and is another user's
        return False
    return False
