"""SQLite's errors in the words of the package: what was wrong with which file, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from fashion_plugin.errors import (
    DatabaseCorrupt,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    InvalidInput,
    StoreError,
)
from fashion_plugin.store.driver import driver

__all__ = ["is_busy", "translated"]

# Primary result codes, https://www.sqlite.org/rescode.html (an extended code keeps them in its low byte).
_PERM, _BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN = 3, 5, 6, 8, 10, 11, 13, 14
_PROTOCOL, _NOTADB = 15, 26


@contextmanager
def translated(name: str, patience: float = 0.0) -> Iterator[None]:
    """Turn the driver's errors into `StoreError`s that name the database."""
    module = driver()
    try:
        yield
    except (module.Error, UnicodeEncodeError) as error:
        raise _translate(error, name, patience) from error


def is_busy(error: Exception) -> bool:
    """Whether another connection was in the way, so that trying again may help."""
    return _code(error) in (_BUSY, _LOCKED, _PROTOCOL)


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _translate(error: Exception, name: str, patience: float) -> Exception:
    module = driver()
    if isinstance(error, UnicodeEncodeError):
        return InvalidInput(f"text that is not valid Unicode cannot be stored: {error.object!r:.80}")
    if isinstance(error, module.ProgrammingError) and "closed" in str(error):
        return StoreError(f"{name} was closed: open it again")
    makers: dict[int, tuple[type[StoreError], str]] = {
        _BUSY: (DatabaseLocked, f"was kept locked by another program for {patience:g} s: try again later"),
        _PERM: (DatabaseReadOnly, "cannot be written: allow this user to write the file and its folder"),
        _IOERR: (StoreError, f"could not be read or written ({error}): check the disk"),
        _CORRUPT: (DatabaseCorrupt, f"is damaged ({error}): restore a backup, or index into a new file"),
        _FULL: (DatabaseFull, "is on a full disk: free some space and try again"),
        _CANTOPEN: (StoreError, f"cannot be opened ({error}): check the path and its permissions"),
        _NOTADB: (DatabaseCorrupt, "is not a database: choose another file"),
    }
    makers[_LOCKED] = makers[_PROTOCOL] = makers[_BUSY]
    makers[_READONLY] = makers[_PERM]
    kind, message = makers.get(_code(error), (StoreError, f"gave an error: {error}"))
    return kind(f"{name} {message}")
