"""The schema, and how it grows: numbered functions, each run once in one transaction on open.

To change the schema, write a new module beside this one, ``schema_0002_<what>.py``, with a function that
takes a `sqlite_utils.Database` and changes it (plain ``db.execute`` or sqlite-utils' helpers; never
``executescript``, which commits), and add it to the end of `_STEPS` under the next number. A step that has
been released is never edited. Steps are recorded by name in sqlite-utils' own table ``_sqlite_migrations``;
a name there that is not known here means that a newer version wrote the database.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fashion_plugin.errors import DatabaseNewer, DatabaseReadOnly
from fashion_plugin.store import (
    schema_0001_catalogue,
    schema_0002_jobs,
    schema_0003_generations,
    schema_0004_text,
    schema_0005_looks,
    schema_0006_variants,
    schema_0007_saved_index,
)
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.pool import Pool

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

__all__ = ["migrate", "pending"]

_SET = "fashion_plugin"
_STEPS: tuple[tuple[str, "Callable[[Database], None]"], ...] = (
    ("0001_catalogue", schema_0001_catalogue.apply),
    ("0002_jobs", schema_0002_jobs.apply),
    ("0003_generations", schema_0003_generations.apply),
    ("0004_text", schema_0004_text.apply),
    ("0005_looks", schema_0005_looks.apply),
    ("0006_variants", schema_0006_variants.apply),
    ("0007_saved_index", schema_0007_saved_index.apply),
)


def migrate(pool: Pool) -> None:
    """Bring a database to this version's schema; does not write where nothing is to be done.

    Raises:
        DatabaseNewer: a newer version of this package has written it.
        DatabaseReadOnly: there is something to do, and it was opened for reading only.
    """
    with pool.read() as connection:
        todo = pending(connection, pool.name)
    if not todo:
        return
    if pool.read_only:
        raise DatabaseReadOnly(
            f"{pool.name} needs the schema of this version ({', '.join(todo)}): open it once for writing"
        )
    with pool.write() as connection:
        if pending(connection, pool.name):  # another process may have been faster
            _migrations().apply(_database(connection))


def pending(connection: Connection, name: str) -> tuple[str, ...]:
    """The names of the steps that are still to be run on a database.

    Raises:
        DatabaseNewer: steps are recorded there that this version does not know.
    """
    known = [step for step, _ in _STEPS]
    recorded = {row[0] for row in _recorded(connection)}
    if unknown := sorted(recorded.difference(known)):
        raise DatabaseNewer(
            f"{name} was written by a newer version of fashion-plugin ({', '.join(unknown)}): "
            "run pip install --upgrade fashion-plugin"
        )
    return tuple(step for step in known if step not in recorded)


def _recorded(connection: Connection) -> list[tuple[str]]:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if not found:
        return []
    return connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (_SET,)
    ).fetchall()


def _migrations() -> "Migrations":
    from sqlite_utils import Migrations

    migrations = Migrations(_SET)
    for name, step in _STEPS:
        migrations(name=name)(step)
    return migrations


def _database(connection: Connection) -> "Database":
    from sqlite_utils import Database

    # Plugins of sqlite-utils belong to its own command line, and must not reach into a shop's database.
    return Database(connection, recursive_triggers=False, execute_plugins=False)
