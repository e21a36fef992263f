"""Locks known by name, across processes and machines, that never outlive their holder."""

import threading
import zlib
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# The twin for SQLite, whose installations are one process: name → who holds it.
_holders: dict[str, "NamedLocks"] = {}
_guard = threading.Lock()
_freed = threading.Condition(_guard)


class NamedLocks:
    """The locks that one holder has.

    On MySQL these are ``GET_LOCK`` on the given connection: the server frees them when the connection ends, so also
    when the process is killed. Give it a connection that is not closed between requests or tasks. After a lost
    connection nothing is held; ``held`` knows.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._on_server = connection.vendor == "mysql"
        self._held: set[str] = set()
        self._session: Any = None

    @property
    def held(self) -> frozenset[str]:
        """The names held now."""
        if self._on_server and self._connection.connection is not self._session:
            self._held = set()
        return frozenset(self._held)

    def take(self, names: Iterable[str]) -> set[str]:
        """Try to get each of the names, without waiting. Returns those that were free. Raises DatabaseError."""
        wanted = [name for name in names if name not in self.held]
        got = self._ask("GET_LOCK(%s, 0)", wanted) if self._on_server else self._take_here(wanted)
        self._session = self._connection.connection
        self._held |= got
        return got

    def take_one(self, names: Sequence[str], *, wait: int = 0) -> str | None:
        """Get one of the names, the first that is free; with none free, wait up to so many seconds for the first.

        Returns the name, or None. A name that this holder has already is got again. Raises DatabaseError.
        """
        got = self._one_of_server(names, wait) if self._on_server else self._one_here(names, wait)
        self._session = self._connection.connection
        self._held |= {got} if got else set()
        return got

    def trying(self, names: Sequence[str]) -> tuple[str, list[str]]:
        """An SQL expression with its parameters, for a statement of one's own on the connection, MySQL's: the number of
        the first name that it got, -1 for none. ``got`` must be told."""
        # A CASE tries one after the other and stops at the first that it gets.
        tries = " ".join(f"WHEN GET_LOCK(%s, 0) = 1 THEN {n}" for n in range(len(names)))
        prefix = self._full("")
        return f"CASE {tries} ELSE -1 END", [prefix + name for name in names]

    def got(self, name: str) -> None:
        """A statement with ``trying`` got this name."""
        self._held = {*self.held, name}
        self._session = self._connection.connection

    def drop(self, names: Iterable[str]) -> None:
        """Let go of those of the names that are held. Raises DatabaseError."""
        given = [name for name in names if name in self.held]
        if self._on_server:
            self._ask("RELEASE_LOCK(%s)", given)
        else:
            self._drop_here(given)
        self._held -= set(given)

    def taken(self, names: Collection[str]) -> set[str]:
        """Those of the names that somebody holds, this holder included. Raises DatabaseError."""
        if self._on_server:
            return self._ask("IS_USED_LOCK(%s) IS NOT NULL", list(names))
        with _guard:
            return {name for name in names if name in _holders}

    def release(self) -> None:
        """Let go of all. A dead connection has done so already."""
        if not self._on_server:
            self._drop_here(self._held)
        elif self.held:
            calls = ", ".join(["RELEASE_LOCK(%s)"] * len(self._held))
            with self._connection.cursor() as cursor:
                cursor.execute(f"DO {calls}", [self._full(name) for name in self._held])
        self._held = set()

    def _ask(self, call: str, names: list[str]) -> set[str]:
        """The names for which the SQL function answers 1, all in one statement."""
        if not names:
            return set()
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join([call] * len(names))}", [self._full(name) for name in names])
            answers = cursor.fetchone()
        return {name for name, answer in zip(names, answers, strict=True) if answer}

    def _one_of_server(self, names: Sequence[str], wait: int) -> str | None:
        expression, full = self.trying(names)
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT {expression}", full)
            found = cursor.fetchone()[0]
            if found < 0 and wait:
                cursor.execute("SELECT GET_LOCK(%s, %s)", [self._full(names[0]), wait])
                found = 0 if cursor.fetchone()[0] == 1 else -1
        return None if found < 0 else names[found]

    def _one_here(self, names: Sequence[str], wait: int) -> str | None:
        def free() -> list[str]:
            return [name for name in names if _holders.get(name, self) is self]

        with _freed:
            _freed.wait_for(free, timeout=wait)
            found = next(iter(free()), None)
            if found:
                _holders[found] = self
            return found

    def _full(self, name: str) -> str:
        """Lock names are the whole server's and at most 64 characters: the database is in there as a number."""
        return f"{_number(str(self._connection.settings_dict['NAME']))}.{name}"

    def _take_here(self, names: list[str]) -> set[str]:
        with _guard:
            return {name for name in names if _holders.setdefault(name, self) is self}

    def _drop_here(self, names: Collection[str]) -> None:
        with _guard:
            for name in names:
                if _holders.get(name) is self:
                    del _holders[name]
            _freed.notify_all()


@lru_cache(maxsize=64)
def _number(database: str) -> str:
    return f"{zlib.crc32(database.encode()):08x}"
