"""The SQLite driver: chosen in this one place, because many Python builds cannot load extensions."""

import importlib
import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from fashion_plugin.errors import DriverError

if TYPE_CHECKING:
    import sqlite3
    from types import ModuleType

__all__ = ["Connection", "DriverReport", "driver", "driver_report", "load_extension"]

Connection: TypeAlias = "sqlite3.Connection"
"""What the code is checked against; pysqlite3's connection has the same methods."""

OLDEST = (3, 38, 0)
"""vec0 takes ``rowid IN (SELECT …)`` inside the search from this version on (sqlite3_vtab_in)."""

SAFE = (3, 51, 3)
"""Versions before this can damage a database in WAL mode when a write and a checkpoint coincide."""


_OTHER_PYTHON = (
    "use a Python whose sqlite3 loads extensions, for example one installed by: uv python install 3.13"
)


@dataclass(frozen=True, slots=True)
class DriverReport:
    """Which driver is in use, its versions, and what a shop should know about them."""

    driver: str
    sqlite: str
    sqlite_vec: str
    simd: bool
    warnings: tuple[str, ...]


@cache
def driver() -> "ModuleType":
    """The DB-API module that opens databases: pysqlite3, else the standard library's sqlite3.

    Raises:
        DriverError: neither can load extensions; the message says what to run.
    """
    problems = []
    if not _has_sqlite():
        # sqlite-utils and sqlite-vec import it, whichever driver is used.
        raise DriverError(f"this Python was built without its sqlite3 module: {_OTHER_PYTHON}")
    # sqlite-utils prefers pysqlite3 too: both must agree, or its errors would be of another tree.
    for name in ("pysqlite3", "sqlite3"):
        try:
            module = _import(name)
            connection = module.connect(":memory:")
        except ImportError as error:
            problems.append(f"{name}: {error}")
            continue
        try:
            load_extension(connection)
            connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5 (word)")
        except (AttributeError, ImportError, module.Error) as error:
            problems.append(f"{name}: {error}")
            continue
        finally:
            connection.close()
        if module.sqlite_version_info < OLDEST:
            problems.append(f"{name}: SQLite {module.sqlite_version} is older than 3.38")
            continue
        return module
    raise DriverError(
        f"no SQLite driver here can load sqlite-vec and search text (FTS5): "
        f"{_advice()} ({'; '.join(problems)})"
    )


def _import(name: str) -> "ModuleType":
    """Import a driver with the SQLite it brings along.

    TensorFlow carries an SQLite of its own (older, without FTS5) and exports its symbols: a driver that is
    loaded after it would be bound to that one.
    """
    deepbind = getattr(os, "RTLD_DEEPBIND", 0) if "tensorflow" in sys.modules else 0
    if not deepbind:
        return importlib.import_module(name)
    flags = sys.getdlopenflags()
    sys.setdlopenflags(flags | deepbind)
    try:
        return importlib.import_module(name)
    finally:
        sys.setdlopenflags(flags)


def load_extension(connection: Connection) -> None:
    """Load sqlite-vec into a connection, and close the door for other extensions behind it."""
    import sqlite_vec

    connection.enable_load_extension(True)
    try:
        sqlite_vec.load(connection)
    finally:
        connection.enable_load_extension(False)


def driver_report() -> DriverReport:
    """Describe the driver.

    Raises:
        DriverError: there is none.
    """
    module = driver()
    connection = module.connect(":memory:")
    try:
        load_extension(connection)
        version, build = connection.execute("SELECT vec_version(), vec_debug()").fetchone()
    finally:
        connection.close()
    flags = build.rpartition("Build flags:")[2].split()
    return DriverReport(
        driver=f"{module.__name__} {_version(module)}".strip(),
        sqlite=module.sqlite_version,
        sqlite_vec=version.removeprefix("v"),
        simd=any(flag in ("avx", "neon") for flag in flags),
        warnings=_warnings(module.sqlite_version_info),
    )


def _warnings(version: tuple[int, ...]) -> tuple[str, ...]:
    if version >= SAFE:
        return ()
    shown = ".".join(str(part) for part in version)
    return (
        f"SQLite {shown} can damage a database when a write and a checkpoint coincide "
        f"(fixed in 3.51.3): {_advice()}",
    )


def _version(module: Any) -> str:
    if module.__name__ == "sqlite3":
        return f"of Python {platform.python_version()}"
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(module.__name__)
    except PackageNotFoundError:
        return ""


def _advice() -> str:
    wheels = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}
    if (platform.system(), platform.machine()) in wheels:
        return "run: pip install --upgrade pysqlite3"
    return _OTHER_PYTHON


def _has_sqlite() -> bool:
    try:
        importlib.import_module("sqlite3")
    except ImportError:
        return False
    return True
