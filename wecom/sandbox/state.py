"""What the company holds and how an act is done in it: one at a time, after everything that fell due before."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from wecom.sandbox.clock import Clock
from wecom.sandbox.ids import Ids
from wecom.sandbox.switches import Switches
from wecom.sandbox.things import (
    App,
    Chat,
    ContactWay,
    Department,
    Employee,
    Episode,
    Follow,
    Person,
    Tag,
    TagGroup,
    Transfer,
    Welcome,
)

Event = dict[str, Any]
CORPID = "ww5a6e2d0b4c1f7893"


class Impossible(Exception):
    """An act that nobody could do in the clients or the admin pages: to add a friend twice, to dismiss a dead group."""


class State:
    """The tables. Who reads or writes them from a thread of its own holds ``lock``.

    Attributes:
        outgoing: events that WeCom would send, oldest first, as the fields of their XML with the common head
            (page 96361). ``MemChangeList`` is a list. Taken away by ``take_events``.
        changes: grows with every act; a copy made at the same number is still good.
    """

    def __init__(self, *, corpid: str = CORPID, seed: int = 7002, clock: Clock | None = None) -> None:
        self.corpid, self.seed = corpid, seed
        self.clock, self.ids, self.switches = clock or Clock(), Ids(seed), Switches()
        self.lock = threading.RLock()
        self.outgoing: list[Event] = []
        self.changes = self.serial = 0
        self._muted = False
        self.apps: dict[int, App] = {}
        self.departments: dict[int, Department] = {1: Department(1, "总部", parentid=0, order=100_000_000)}
        self.employees: dict[str, Employee] = {}
        self.people: dict[str, Person] = {}
        # The same pairs from both sides.
        self.follows: dict[str, dict[str, Follow]] = {}
        self.followers: dict[str, dict[str, Follow]] = {}
        self.halves: dict[tuple[str, str], tuple[int, str, str]] = {}
        self.history: dict[tuple[str, str], list[Episode]] = {}
        # Leaver → customer → when he left.
        self.unassigned: dict[str, dict[str, int]] = {}
        self.tag_groups: dict[str, TagGroup] = {}
        self.tags: dict[str, Tag] = {}
        self.chats: dict[str, Chat] = {}
        self.transfers: list[Transfer] = []
        self.open_transfers: list[Transfer] = []
        self.welcomes: dict[str, Welcome] = {}
        # Texts of apps to members: {"to", "text", "at"}.
        self.messages: list[dict[str, Any]] = []
        # Code → whom it lets into a page, of which app, until when. A restart forgets them, as five minutes do.
        self.entries: dict[str, tuple[str, int, int]] = {}
        # Messages as the archive's metadata has them, the newest so many; ``seq`` goes on behind those that went.
        self.archive: list[dict[str, Any]] = []
        self.archived = 0
        self.contact_ways: dict[str, ContactWay] = {}
        # (userid or chat id, midnight of the day in UTC+8) → counters.
        self.activity: dict[tuple[str, int], dict[str, int]] = {}
        self._listed: dict[str, list[Follow]] = {}

    def settle(self) -> None:
        """Let happen what is due by now."""

    def take_events(self) -> list[Event]:
        """The events nobody has taken yet, oldest first."""
        with self.lock:
            taken, self.outgoing = self.outgoing, []
            return taken

    def emit(self, event: str, change: str, *, at: int | None = None, **fields: Any) -> None:
        """Send an event, unless an act of the API is going on and those are not announced (page 96361)."""
        if self._muted:
            return
        head = {
            "ToUserName": self.corpid,
            "FromUserName": "sys",
            "CreateTime": self.clock.now() if at is None else at,
            "MsgType": "event",
            "Event": event,
            "ChangeType": change,
        }
        self.outgoing.append(head | {name: value for name, value in fields.items() if value is not None})

    @contextmanager
    def by_api(self) -> Iterator[None]:
        """What is done inside is an app's doing: it sends no events, unless ``switches.api_events`` is on."""
        before, self._muted = self._muted, not self.switches.api_events
        try:
            yield
        finally:
            self._muted = before

    def listed(self, userid: str) -> list[Follow]:
        """The employee's friends in the order of listings, made anew only after a change."""
        if (rows := self._listed.get(userid)) is None:
            rows = self._listed[userid] = sorted(self.follows.get(userid, {}).values(), key=lambda row: row.serial)
        return rows

    def put_follow(self, row: Follow) -> None:
        self.follows.setdefault(row.userid, {})[row.external_userid] = row
        self.followers.setdefault(row.external_userid, {})[row.userid] = row
        self._listed.pop(row.userid, None)

    def drop_follow(self, userid: str, external_userid: str) -> Follow:
        self._listed.pop(userid, None)
        self.followers[external_userid].pop(userid)
        return self.follows[userid].pop(external_userid)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def employee(self, userid: str) -> Employee:
        """Somebody who works here.

        Raises:
            Impossible: nobody of that name does.
        """
        row = self.employees.get(userid)
        if row is None or row.left_at is not None:
            raise Impossible(f"no employee {userid}")
        return row


S = TypeVar("S", bound=State)
P = ParamSpec("P")
R = TypeVar("R")


# The names of all acts, filled as their classes are read: what the control page may call.
ACTS: set[str] = set()


def act(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A method that changes the company."""

    @wraps(method)
    def alone(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            self.settle()
            self.changes += 1
            return method(self, *args, **kwargs)

    ACTS.add(method.__name__)
    return alone
