"""mysqlclient's connection, with statements that travel together: docs/decisions/0016-cheaper-writes.md."""

from collections.abc import Sequence
from typing import Any

from MySQLdb import connections, cursors

_BEGIN = b"BEGIN"
# A line of its own: a comment at the end of the statement before ends there.
_BETWEEN = b"\n;"
# So many statements at most wait, and no long one: a packet has a bound at the server (16 MB by default).
_MOST, _LONG = 32, 65_536


class _Cursor(cursors.Cursor):
    def _query(self, q: bytes) -> int:
        ahead = self.connection.ahead
        if not self.connection.deferring or len(ahead) >= _MOST or len(q) > _LONG:
            return super()._query(q)
        ahead.append(q)
        self._executed, self._result, self.description, self.rowcount = q, None, None, -1
        return self.rowcount


class Connection(connections.Connection):
    """Keeps BEGIN, and what is sent while ``deferring``, for the packet of the next statement or of the COMMIT.

    The server stops at a packet's first error, which is raised here: a COMMIT behind it is not reached."""

    default_cursor = _Cursor

    def __init__(self, **options: Any) -> None:
        self.ahead: list[bytes] = []
        self.deferring = False
        super().__init__(**options)

    def literal(self, o: Any) -> bytes:
        """What the driver makes of a value, whole numbers and NULL without asking its table of kinds."""
        kind = type(o)
        if kind is int:
            return b"%d" % o
        return b"NULL" if o is None else super().literal(o)

    def put_off(self, sql: str, params: Sequence[Any] | dict[str, Any]) -> bool:
        """Keep a statement for the packet of the next one, past the cursors; False where it has to go now."""
        given: Any
        if isinstance(params, dict):
            given = {name.encode(): self.literal(value) for name, value in params.items()}
        else:
            given = tuple(map(self.literal, params))
        query = sql.encode() % given
        if len(self.ahead) >= _MOST or len(query) > _LONG:
            return False
        self.ahead.append(query)
        return True

    def query(self, query: bytes) -> None:
        ahead, self.ahead = self.ahead, []
        super().query(_BETWEEN.join([*ahead, query]) if ahead else query)
        for _statement in ahead:
            # Each answer is taken off the line until the last one is next.
            self.store_result()
            self.next_result()

    def begin(self) -> None:
        self.ahead.append(_BEGIN)

    def commit(self) -> None:
        if not self.ahead:
            super().commit()
        elif self.ahead == [_BEGIN]:
            # Nothing was asked within it, so the server has not heard of this transaction.
            self.ahead = []
        else:
            self.query(b"COMMIT")

    def rollback(self) -> None:
        heard = _BEGIN not in self.ahead
        self.ahead = []
        if heard:
            super().rollback()
