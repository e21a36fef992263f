"""Who opened whose page, written down seconds later and many at once, so that a read waits for nothing.

A process keeps what it has answered in memory and its thread stores it every ``SECONDS``. One that is killed loses
those seconds of views, and only views: numbers shown and exports are stored before they are answered.
"""

import atexit
import datetime as dt
import threading
from collections import deque

import structlog
from django.db import DatabaseError, connections

from core.time import now
from corps.actors import Actor
from customers.choices import Source
from customers.models import AccessRecord, Customer

SECONDS = 2.0
# What waits at most, and what is stored by one statement.
LIMIT, BATCH = 20_000, 500
# Views that are known to have been written down today.
_REMEMBERED = 50_000

_log = structlog.get_logger("scrm.privacy")
# Actor, customer, door, address.
_View = tuple[Actor, int, str, str]


class Views:
    """What waits to be stored. Threads add to it without a lock."""

    def __init__(self) -> None:
        self._waiting: deque[_View] = deque()
        self._lost = 0
        self._stop = threading.Event()
        self._day = dt.date.min
        # Account and customer: a service that reads all day leaves a row a day for each, and not thousands.
        self._today: set[tuple[str, int]] = set()

    def note(self, actor: Actor, customer_id: int, *, source: str, address: str) -> None:
        if len(self._waiting) >= LIMIT:
            self._lost += 1
            return
        self._waiting.append((actor, customer_id, source, address))

    def flush(self) -> int:
        """Store what waits; views of one customer by one actor count together. Returns how many rows there are more.

        While the database is away they go on waiting, and what is more than ``LIMIT`` is counted in the log alone.
        """
        taken = [self._waiting.popleft() for _each in range(len(self._waiting))]
        try:
            stored = AccessRecord.objects.bulk_create(self._rows(taken), batch_size=BATCH)
        except DatabaseError as error:
            self._waiting.extendleft(reversed(taken[: LIMIT - len(self._waiting)]))
            _log.warning("views_not_stored", kind=type(error).__name__, waiting=len(self._waiting))
            return 0
        if self._lost:
            _log.error("views_lost", number=self._lost)
            self._lost = 0
        return len(stored)

    def keep(self) -> threading.Thread:
        """Store what waits every few seconds from now on, and once more when the process ends."""
        thread = threading.Thread(target=self._keep, name="views", daemon=True)
        thread.start()
        atexit.register(self.flush)
        return thread

    def clear(self) -> None:
        self._waiting.clear()
        self._today.clear()
        self._stop.set()
        self._stop = threading.Event()

    def _keep(self) -> None:
        stop = self._stop
        while not stop.wait(SECONDS):
            if self._waiting:
                self.flush()
                connections.close_all()

    def _rows(self, taken: list[_View]) -> list[AccessRecord]:
        told: dict[tuple[str, int], AccessRecord] = {}
        moment = now()
        people = Customer.objects.filter(pk__in={customer_id for _actor, customer_id, _source, _address in taken})
        corps = dict(people.values_list("pk", "corp_id"))
        for actor, customer_id, source, address in taken:
            key = (actor.label, customer_id)
            if key in told:
                told[key].number += 1
            elif customer_id in corps and self._is_news(actor, key, moment.date()):
                told[key] = AccessRecord(
                    corp_id=corps[customer_id],
                    kind=AccessRecord.Kind.VIEW,
                    actor=actor.label,
                    employee_id=actor.employee_id,
                    customer_id=customer_id,
                    source=source,
                    address=address,
                    at=moment,
                )
        return list(told.values())

    def _is_news(self, actor: Actor, key: tuple[str, int], day: dt.date) -> bool:
        if actor.kind != "api":
            return True
        if day != self._day or len(self._today) >= _REMEMBERED:
            self._day, self._today = day, set()
        if key in self._today:
            return False
        self._today.add(key)
        return True


views = Views()


def api(actor: Actor, customer_id: int, address: str) -> None:
    """Somebody was answered the detail of this customer by the API."""
    views.note(actor, customer_id, source=Source.API, address=address)


def console(actor: Actor, customer_id: int, address: str) -> None:
    """Somebody opened the page of this customer in the console."""
    views.note(actor, customer_id, source=Source.OPERATOR, address=address)


def keep() -> None:
    """Begin to store, in a process that answers requests."""
    views.keep()
