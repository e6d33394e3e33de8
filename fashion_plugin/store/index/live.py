"""The index of a database: kept at its newest state by whoever searches, and grown by a thread behind."""

import logging
import os
import threading
import time
import weakref
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from fashion_plugin.catalog import IndexStats
from fashion_plugin.errors import InvalidInput
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.index import saved
from fashion_plugin.store.index.agreeing import disagreements
from fashion_plugin.store.index.catching_up import advanced, begun, behind, follows, renamed
from fashion_plugin.store.index.flat import Flat
from fashion_plugin.store.index.grouping import Stopped
from fashion_plugin.store.index.lists import Damaged
from fashion_plugin.store.index.moment import Moment, moment
from fashion_plugin.store.index.regroup import Plan, plan
from fashion_plugin.store.index.view import View
from fashion_plugin.store.opening import MEMORY
from fashion_plugin.store.pool import Pool

__all__ = ["INDEX_MODES", "IndexMode", "IndexSettings", "SearchIndex", "settings_of"]

IndexMode = Literal["auto", "memory", "sqlite"]
INDEX_MODES: tuple[IndexMode, ...] = ("auto", "memory", "sqlite")

_MOST_AT_ONCE = 200_000
"""Vectors that wait outside the lists at most while more come in: 400 MB of 512 dimensions."""

_log = logging.getLogger(__name__)
_indexes: "weakref.WeakSet[SearchIndex]" = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """From which numbers of embeddings on things are done.

    Below ``smallest`` sqlite-vec answers. Up to ``at_once`` that came since the last search are read by the
    next one, more by the thread behind. ``flat`` are compared with one by one; then lists are made. What is
    newer than the lists joins them when it is ``flat`` / 4, or one in ``spare`` of what they hold. As many
    lists are read as hold the part ``recall`` of the ten nearest to questions from outside the catalogue
    (`questions.py`), as long as that is not more to read than ``flat`` vectors; with 1 all are read.
    """

    smallest: int = 4096
    at_once: int = 1024
    flat: int = 16384
    spare: int = 32
    recall: float = 0.995
    page: int = 1024
    retry: float = 60.0


def settings_of(index: IndexMode | IndexSettings) -> IndexSettings | None:
    """The settings that a mode stands for, None where there is to be no index.

    Raises:
        InvalidInput: there is no such mode.
    """
    if isinstance(index, IndexSettings):
        return index
    if index not in INDEX_MODES:
        raise InvalidInput(f"index must be one of {', '.join(INDEX_MODES)}, not {index!r}")
    if index == "sqlite":
        return None
    return IndexSettings(smallest=0) if index == "memory" else IndexSettings()


class SearchIndex:
    """A copy in memory of the live generation's vectors, derived from the database and thrown away in doubt.

    Safe to use from any thread; a fork's child goes on with the copy it was born with.
    """

    def __init__(self, pool: Pool, settings: IndexSettings | None = None) -> None:
        self._pool = pool
        self._settings = settings or IndexSettings()
        self._view: View | None = None
        self._distrusted = self._looked_for = ""
        self._renew()
        _indexes.add(self)

    def _renew(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed = -1e9

    def view(self, connection: Connection) -> View | None:
        """The index in exactly the state that the connection sees from now on; None where it cannot answer.

        It must be the first to query in the connection's transaction: the state is fixed under the lock, so
        that the index is never ahead of whom it answers.
        """
        with self._lock:
            now = moment(connection)
            view = self._current(now)
            if view is None:
                self._tend_if(self._worth_it(now))
                return None
            if behind(now, view) > self._settings.at_once:
                self._view = view
                self._tend_if(True)
                return None
            while view.changes != now.changes:
                view = advanced(connection, view, now, self._settings.page)
            view = self._view = renamed(view, now)
            self._tend_if(self._too_long(view))
            return view

    def discard(self, view: View) -> None:
        """Throw the index away: it was found to be damaged."""
        _log.warning("the search index of %s is damaged: it is made anew", self._pool.name)
        with self._lock:
            self._distrusted = view.lists.name if view.lists else ""
            if self._view is not None and self._view.lists is view.lists:
                self._view = None

    def stats(self) -> IndexStats:
        """What the index holds and takes."""
        view, thread = self._view, self._thread
        if view is None:
            return IndexStats(building=thread is not None)
        lists = view.lists
        return IndexStats(
            kind="lists" if lists else "matrix",
            vectors=len(view),
            lists=len(lists.centres) if lists else 0,
            probes=lists.probes if lists else 0,
            recall=lists.recall if lists else 1.0,
            memory_bytes=view.memory_bytes,
            file_bytes=lists.file_bytes if lists else 0,
            building=thread is not None,
        )

    def settle(self, timeout: float = 600.0) -> bool:
        """Bring the index to the newest state and wait for the thread behind; whether all is done."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with self._pool.read() as connection:
                self.view(connection)
            thread = self._thread
            if thread is None:
                return True
            thread.join(max(0.0, deadline - time.monotonic()))
        return False

    def problems(self) -> list[str]:
        """What of the index differs from the database, in sentences; of the saved one where none is held."""
        with self._pool.read() as connection:
            with self._lock:
                now = moment(connection)
                held = self._view
                view = held if held is not None and follows(now, held) else self._saved(now)
                if view is None:
                    return []
                while view.changes != now.changes:
                    view = advanced(connection, view, now, self._settings.page)
                view = renamed(view, now)
                if held is not None:
                    self._view = view
            return list(disagreements(connection, view))

    def close(self) -> None:
        """End the thread behind; calling twice is fine."""
        self._stop.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    # Under the lock

    def _current(self, now: Moment) -> View | None:
        """What is held if the snapshot follows it; else what is saved, or a small catalogue begun at once."""
        view = self._view
        if view is not None and not follows(now, view):
            view = self._view = None
        if view is None and self._worth_it(now) and now.saved not in ("", self._looked_for):
            # Once for each file: what is not sound now is the thread's to replace.
            self._looked_for = now.saved
            view = self._saved(now)
        fresh = now.saved in ("", self._distrusted)
        if view is None and fresh and self._worth_it(now) and now.last <= self._settings.at_once:
            assert now.generation is not None  # noqa: S101 - else it is not worth it
            view = begun(now.generation, now)
        return view

    def _worth_it(self, now: Moment) -> bool:
        return now.generation is not None and now.last >= self._settings.smallest

    def _too_long(self, view: View) -> bool:
        """Whether so much is compared one by one that lists should take it."""
        settings, lists = self._settings, view.lists
        if lists is None:
            return view.flat.count > settings.flat
        return view.flat.count > max(settings.flat // 4, len(lists) // settings.spare)

    def _tend_if(self, needed: bool) -> None:
        recently = time.monotonic() - self._failed < self._settings.retry
        if needed and self._thread is None and not recently and not self._stop.is_set():
            self._thread = threading.Thread(target=self._tend, name="fashion-index", daemon=True)
            self._thread.start()

    # The thread behind

    def _tend(self) -> None:
        try:
            while self._step():
                self._go_on()
        except Stopped:
            pass
        except Damaged:
            if (view := self._view) is not None:
                self.discard(view)
        except Exception:
            self._failed = time.monotonic()
            if not self._stop.is_set():
                _log.exception("the search index of %s cannot be made now", self._pool.name)
        finally:
            with self._lock:
                self._thread = None

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def _step(self) -> bool:
        """Read one page, or make lists; whether there may be more to do."""
        with self._pool.read() as connection, self._lock:
            now = moment(connection)
            if now.generation is None:
                return False
            view = self._view
            if view is None or not follows(now, view):
                view = self._saved(now)
                if view is None:
                    view = begun(now.generation, now)
            elif self._overtaken(view, now) and (other := self._of_another(now, view)):
                view = other
            if view.changes != now.changes:
                view = advanced(connection, view, now, self._settings.page)
            self._view = view
            more = view.changes != now.changes
        # What comes in bulk joins in steps that double, up to one that still fits into memory well.
        bulk = view.flat.count > max(self._settings.flat, min(len(view.lists or ()), _MOST_AT_ONCE))
        if bulk or (not more and self._too_long(view)):
            self._regroup(view)
            return True
        return more

    def _overtaken(self, view: View, now: Moment) -> bool:
        """Whether another process has saved lists, just when these would be made anew."""
        name = view.lists.name if view.lists else ""
        return self._too_long(view) and now.saved not in ("", name)

    def _of_another(self, now: Moment, view: View) -> View | None:
        other = self._saved(now)
        if other is None or other.changes < view.changes or self._too_long(other):
            return None
        return other

    def _saved(self, now: Moment) -> View | None:
        """The view of the file that the database names, if it is sound."""
        if now.generation is None or now.saved == self._distrusted:
            return None
        found = saved.load(self._pool.name, now.saved, now.generation)
        return found if found is not None and follows(now, found) else None

    def _regroup(self, view: View) -> None:
        made = plan(view, self._settings.recall, self._settings.flat, self._go_on)
        fresh = self._save(made) or saved.held(made, self._go_on)
        with self._lock:
            current = self._view
            if current is not None and current.lists is view.lists:
                self._view = _joined(fresh, view, current)

    def _save(self, made: Plan) -> View | None:
        """Write lists and map them; None where they can only be kept in memory."""
        if self._pool.name == MEMORY or self._pool.read_only:
            return None
        try:
            name = saved.write(self._pool.name, made, self._go_on)
        except OSError as error:
            _log.warning("the search index of %s stays in memory: %s", self._pool.name, error)
            return None
        self._note(name)
        saved.drop_others(self._pool.name, name)
        return saved.load(self._pool.name, name, made.view.generation)

    def _note(self, name: str) -> None:
        """Say in the database which file is its index."""
        if not self._pool.read_only:
            with self._pool.write(durable=False) as connection:
                connection.execute("UPDATE state SET saved_index = ?", (name,))


def _joined(fresh: View, planned: View, current: View) -> View:
    """New lists of what was planned, with all that came and went since."""
    assert fresh.lists is not None  # noqa: S101 - they have just been made
    count = planned.flat.count
    flat, tail = current.flat, slice(count, current.flat.count)
    newer = Flat.empty(current.generation.info.dim).added(flat.ids[tail], flat.vectors[tail])
    newer = replace(newer, dead=flat.dead[tail].copy())
    gone = [flat.ids[:count][flat.dead[:count]]]
    if current.lists is not None and current.dead is not None:
        gone.append(current.lists.ids[current.dead])
    rows = fresh.lists.rows(np.concatenate(gone))
    dead = None
    if len(rows):
        dead = np.zeros(len(fresh.lists), np.bool_)
        dead[rows] = True
    return replace(current, lists=fresh.lists, dead=dead, flat=newer, _allowed={})


def _after_fork() -> None:
    for index in list(_indexes):
        index._renew()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_after_fork)
