"""What the outside world has to be told, recorded in the transaction of the change that it tells of.

A rule that changes something WeCom keeps too calls ``want``. The wall (``wecom/push``) executes what is due; the mirror
asks ``open_keys`` and leaves alone what is still on its way there (docs/decisions/0020-commands.md).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from core.rendering import dumps
from core.sql import marks, on_conflict
from core.time import now
from messaging.models import Command

BATCH = 200
# "key" is a word of MySQL's own, so each database quotes it in its way.
_INSERT = (
    "INSERT INTO command (corp_id, kind, lane, {key}, subject, revision, state, attempts, due_at, error_code,"
    " last_error, source, actor, create_time) VALUES "
)
_MARKS = f"({marks(14)})"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to bring into step there.

    Attributes:
        kind: which act executes it: ``customer.tag``, ``customer.remark``, ``tag``, ``tag_group``, ``tag.order``.
        lane: what is executed in order and by one at a time: ``customer:12``, ``catalogue``.
        key: what it brings into step: ``tag:12:3:7``. Wanted again while open, it is the same command.
        subject: the ids to look at.
    """

    kind: str
    lane: str
    key: str
    subject: dict[str, Any] = field(default_factory=dict)


def want(*, corp_id: int, wanted: Sequence[Wanted], source: str, actor: str = "system") -> None:
    """Record commands, or renew the open ones of the same keys, due at once. One statement for each 200.

    A renewed command has a higher revision: an execution that began before reads what was, so it won't close it.

    Raises:
        TransactionManagementError: no transaction is open, so a command could outlive a change that is rolled back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a command is recorded within the transaction of its change")
    each = list({one.key: one for one in wanted}.values())
    moment = connection.ops.adapt_datetimefield_value(now())
    with connection.cursor() as cursor:
        for start in range(0, len(each), BATCH):
            some = each[start : start + BATCH]
            values = [value for one in some for value in _row(corp_id, one, moment, source, actor)]
            cursor.execute(_statement(len(some)), [*values, moment, source, actor])


def open_keys(*, corp_id: int, lanes: Collection[str]) -> set[str]:
    """The keys of the open commands of these lanes: what WeCom says of them is out of date. One statement."""
    rows = Command.objects.filter(corp_id=corp_id, lane__in=lanes, open_mark=1)
    return set(rows.values_list("key", flat=True)) if lanes else set()


def _statement(count: int) -> str:
    key = connection.ops.quote_name("key")
    renewed = {"revision": "command.revision + 1", "attempts": "0", "error_code": "NULL", "last_error": "''"}
    renewed |= {"due_at": "%s", "source": "%s", "actor": "%s"}
    tail = on_conflict(["corp_id", key, "open_mark"], renewed)
    return f"{_INSERT.format(key=key)}{', '.join([_MARKS] * count)} {tail}"


def _row(corp_id: int, one: Wanted, moment: Any, source: str, actor: str) -> tuple[Any, ...]:
    subject = dumps(one.subject).decode()
    waiting = Command.State.WAITING.value
    return (corp_id, one.kind, one.lane, one.key, subject, 1, waiting, 0, moment, None, "", source, actor, moment)
