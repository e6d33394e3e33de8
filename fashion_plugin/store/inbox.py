"""The inbox: catalogue events become products and jobs, each in one transaction, durable on return."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from fashion_plugin.catalog import CatalogEvent, Receipt, ReceiptState
from fashion_plugin.errors import StoreError
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.taking import Event, lay_out, take
from fashion_plugin.store.vectors import live
from fashion_plugin.store.writes import bump

__all__ = ["Inbox"]

_BUDGET = 0.006
"""Seconds after which a transaction takes no further event: its commit waits for the disk about as long, and
others wait for the lock."""

_BULK_BUDGET = 0.002
"""The same for a feed's events, which let in those that somebody waits for."""

_COUNT = (
    "INSERT INTO event_counts (state, count) VALUES (?, ?) "
    "ON CONFLICT (state) DO UPDATE SET count = count + excluded.count"
)


class _DryRun(Exception):
    """Undoes a transaction that was only to be tried."""


@dataclass(slots=True, eq=False)
class _Delivery:
    """Events that came together, and what became of them.

    ``called`` is set when they are stored, or when it is their thread's turn to store (``leads``).
    """

    events: list[Event]
    bulk: bool
    receipts: list[Receipt] = field(default_factory=list)
    error: Exception | None = None
    leads: bool = False
    called: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        return self.error is not None or len(self.receipts) == len(self.events)


class Inbox:
    """Takes events; ``forget`` is told the photos (sha256) that nothing shows any more."""

    def __init__(
        self,
        pool: Pool,
        *,
        forget: Callable[[Sequence[str]], None] = lambda photos: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._pool = pool
        self._forget = forget
        self._now = now
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._coming = threading.Lock()
        self._led = False
        self._waiting: list[_Delivery] = []

    def submit(
        self, events: Sequence[CatalogEvent], *, bulk: bool = False, dry_run: bool = False
    ) -> tuple[Receipt, ...]:
        """Take events in order; each is stored whole with its job, or known to be old.

        An event older than the newest of its product changes nothing, and neither does one that repeats
        it. A removal leaves a tombstone. With ``dry_run`` the receipts say what would become of them.
        """
        mine = _Delivery([lay_out(event) for event in events], bulk)
        if dry_run:
            self._store([mine], dry_run=True)
        else:
            self._line_up(mine)
        if mine.error is not None:
            raise mine.error
        return tuple(mine.receipts)

    def _line_up(self, mine: _Delivery) -> None:
        """Have a delivery stored, by this thread or together with others by theirs.

        A commit takes the disk's time, however little is in it: what comes meanwhile is stored by the first
        that waits, all of it at once, and each thread goes on as soon as its own is stored.
        """
        if self._process != os.getpid():  # a fork does not bring along the threads that were at it
            self._start()
        with self._coming:
            self._waiting.append(mine)
            mine.leads, self._led = not self._led, True
        deliveries: list[_Delivery] = []
        try:
            if not mine.leads:
                mine.called.wait()
            if mine.leads:
                with self._coming:
                    deliveries, self._waiting = self._waiting, []
                self._store_all(deliveries)
        finally:
            self._hand_over(mine, deliveries)

    def _hand_over(self, mine: _Delivery, deliveries: list[_Delivery]) -> None:
        """Let the next thread store what came meanwhile, and those go on whose own is stored.

        Also where this thread is being stopped, while it waited or while it stored: the others go on.
        """
        with self._coming:
            self._waiting = [one for one in self._waiting if one is not mine]
            following = self._waiting[:1] if mine.leads else []
            self._led = bool(following) if mine.leads else self._led
            for delivery in following:
                delivery.leads = True
        for delivery in (*following, *deliveries):
            if delivery in deliveries and not delivery.over:
                delivery.error = StoreError("the thread that was storing this was stopped: try again")
            delivery.called.set()

    def _store_all(self, deliveries: list[_Delivery]) -> None:
        """Store deliveries together; where that fails, each alone, so that one does not fail another."""
        try:
            self._store(deliveries)
        except Exception as error:
            left = [delivery for delivery in deliveries if not delivery.over]
            if len(left) == 1:
                left[0].error = error
                return
            for delivery in left:
                try:
                    self._store([delivery])
                except Exception as own:
                    delivery.error = own

    def _store(self, deliveries: list[_Delivery], *, dry_run: bool = False) -> None:
        queue = deque(
            (delivery, event)
            for delivery in deliveries
            for event in delivery.events[len(delivery.receipts) :]
        )
        while queue:
            gone: list[str] = []
            taken: list[tuple[_Delivery, Receipt]] = []
            with self._writing(dry_run, queue) as connection:
                end = time.monotonic() + (_BULK_BUDGET if queue[0][0].bulk else _BUDGET)
                generation = live(connection)
                while queue and time.monotonic() < end:
                    delivery, event = queue.popleft()
                    taken.append(
                        (delivery, take(connection, event, generation, delivery.bulk, gone, self._now()))
                    )
                _count(connection, [receipt for _, receipt in taken])
                if any(receipt.state is ReceiptState.TAKEN for _, receipt in taken):
                    bump(connection)
            for delivery, receipt in taken:
                delivery.receipts.append(receipt)
                if delivery.over:
                    delivery.called.set()
            if gone and not dry_run:
                self._forget(gone)

    @contextmanager
    def _writing(self, dry_run: bool, queue: deque[tuple[_Delivery, Event]]) -> Iterator[Connection]:
        # An import can be run again after a power cut; a webhook that was answered does not come again.
        durable = not all(delivery.bulk for delivery, _ in queue)
        try:
            with self._pool.write(durable=durable) as connection:
                yield connection
                if dry_run:
                    raise _DryRun  # noqa: TRY301 - the transaction ends by an exception only
        except _DryRun:
            pass


def _count(connection: Connection, receipts: Sequence[Receipt]) -> None:
    for state in ReceiptState:
        if number := sum(one.state is state for one in receipts):
            connection.execute(_COUNT, (state.value, number))
